"""From the form of a copy to the request that registry takes. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MEDIA = {"paper": "giấy", "electronic": "điện tử"}


def of_incoming(document: dict[str, Any]) -> dict[str, Any]:
    facts = {name: document.get(name) or "" for name in ("code", "subject", "type_name")}
    facts |= {"issuer": document.get("sender_name"), "date": document.get("promulgation_date")}
    return facts | {"media": ["paper"] if document.get("medium") == "paper" else ["electronic", "paper"]}


def of_document(document: dict[str, Any], own: str) -> dict[str, Any]:
    facts = {name: document.get(name) or "" for name in ("code", "subject", "type_name")}
    return facts | {"issuer": own, "date": document.get("issued_date"), "media": ["electronic", "paper"]}


def of_copy(copy: dict[str, Any]) -> dict[str, Any]:
    """Only a sao y may be copied again; what it was made from is named."""
    facts = {"code": copy["source_code"], "subject": copy["subject"], "type_name": copy.get("type_name")}
    facts |= {"issuer": copy.get("source_issuer"), "date": copy.get("source_date")}
    return facts | {"media": [copy["target_medium"]], "of_copy": True}


def ways(kinds: list[dict[str, Any]], source: dict[str, Any]) -> list[tuple[str, str]]:
    """What the law allows for this source, one choice each: no forbidden one can be picked."""
    media = source.get("media") or ["paper"]
    return [
        (f"{kind['code']}|{was}|{will}", f"{kind['name']}: từ bản {MEDIA[was]} sang bản {MEDIA[will]}")
        for kind in kinds
        for was, will in sorted(kind["ways"])
        if was in media and (kind["code"] == "SL" or not source.get("of_copy"))
    ]


def request(text: Callable[[str], str], file: dict[str, Any] | None, issued: str | None) -> dict[str, Any]:
    """Raises ValueError for a way that the form never offered."""
    kind, was, will = text("way").split("|")
    form = "certified_copy" if kind == "SL" else text("source_form") or "original"
    recipients = [line.strip(" ;-") for line in text("recipients").splitlines() if line.strip(" ;-")]
    body: dict[str, Any] = {"kind": kind, "source_medium": was, "target_medium": will, "source_form": form}
    body |= {"incoming_id": text("den") or None, "document_id": text("di") or None, "copy_id": text("sao") or None}
    body |= {name: text(name) for name in ("code", "issuer", "type_name", "subject", "purpose")}
    return body | {"issued_date": issued, "recipients": recipients, "file": file}
