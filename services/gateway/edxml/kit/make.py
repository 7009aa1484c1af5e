"""A package built from plain words: what `qlvb edxml make` and `qlvb edxml status` do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from services.gateway.edxml.dialects import STATUS_CODES
from services.gateway.edxml.model import (
    NEW,
    RECALL,
    REPLACE,
    UPDATE,
    Organ,
    Package,
    Replacement,
    ResponseFor,
    Staff,
    Status,
    Trace,
    UpdateInfo,
)
from services.gateway.edxml.values import VIETNAM, parse_date
from services.gateway.edxml.writing.packing import Outgoing
from services.gateway.edxml.writing.writer import make_document_id
from shared.clock import now

KINDS = {"new": NEW, "recall": RECALL, "update": UPDATE, "replace": REPLACE}


class BadOption(ValueError):
    """An option that says nothing usable: which one, and how it is written."""


@dataclass(frozen=True)
class Wanted:
    """What a document package shall say, in the words of the command line."""

    sender: str
    recipients: Sequence[str]
    number: str
    notation: str
    subject: str
    day: str = ""
    type_name: str = "Công văn"
    place: str = ""
    signer: str = ""
    priority: int = 0
    due: str = ""
    kind: str = "new"
    about: Sequence[str] = field(default_factory=tuple)
    reason: str = ""
    document_id: str = ""
    answers: Package | None = None


def organ(text: str) -> Organ:
    """`CODE` or `CODE=Name`."""
    code, _, name = text.partition("=")
    if not code.strip():
        raise BadOption(f"«{text}»: cần dạng MÃ=Tên cơ quan, ví dụ H60.10=Sở Khoa học và Công nghệ")
    return Organ(code.strip(), name.strip())


def day_of(text: str) -> date | None:
    """A day in any form that packages use."""
    try:
        return parse_date(text)
    except ValueError as error:
        raise BadOption(f"«{text}» không phải là ngày; ghi dạng yyyy/MM/dd, ví dụ 2026/11/24") from error


def document(wanted: Wanted) -> Package:
    """The document; the strict writer names what is wrong with it."""
    if wanted.kind not in KINDS:
        raise BadOption(f"«{wanted.kind}»: chọn một trong {', '.join(KINDS)}")
    sender, kind = organ(wanted.sender), KINDS[wanted.kind]
    day = day_of(wanted.day) or now().astimezone(VIETNAM).date()
    position, _, name = wanted.signer.rpartition(":")
    made = make_document_id(sender.organ_id, day, wanted.number, wanted.notation)
    about = tuple(wanted.about)
    return Package(
        sender=sender,
        recipients=tuple(organ(text) for text in wanted.recipients),
        document_id=wanted.document_id or made,
        code_number=wanted.number,
        code_notation=wanted.notation,
        place=wanted.place,
        promulgation_date=day,
        type_name=wanted.type_name,
        type_code="2",
        subject=wanted.subject,
        content=wanted.subject,
        signer_position=position.strip(),
        signer_name=name.strip(),
        due_date=day_of(wanted.due),
        priority=wanted.priority,
        traces=(Trace(sender.organ_id, now()),),
        response_for=_answered(wanted.answers),
        business_type=kind,
        business_reason=wanted.reason,
        business_document_id=about[0] if about and kind in (RECALL, UPDATE) else "",
        update_info=UpdateInfo(document_info=True) if kind == UPDATE else None,
        replacements=_replaced(about, wanted.recipients) if kind == REPLACE else (),
    )


def _replaced(about: Sequence[str], recipients: Sequence[str]) -> tuple[Replacement, ...]:
    codes = tuple(organ(text).organ_id for text in recipients)
    return tuple(Replacement(document_id, codes) for document_id in about)


def _answered(package: Package | None) -> tuple[ResponseFor, ...]:
    return (reference(package),) if package else ()


def reference(package: Package) -> ResponseFor:
    """A package as an answer names it."""
    code = f"{package.code_number}/{package.code_notation}"
    return ResponseFor(package.sender.organ_id, code, package.document_id, package.promulgation_date)


def status(package: Package, code: str, sender: str = "", description: str = "", staff: str = "") -> Status:
    """The status of a receiver about a package; without a sender it is the package's first receiver."""
    if code not in STATUS_CODES:
        raise BadOption(f"«{code}»: mã trạng thái là một trong {', '.join(STATUS_CODES)}")
    told = organ(sender) if sender else next(iter(package.recipients), Organ(""))
    return Status(
        sender=told,
        response_for=reference(package),
        code=code,
        timestamp=now().replace(microsecond=0),
        description=description or STATUS_CODES[code],
        staff=Staff(name=staff) if staff else None,
    )


def outgoing(paths: Sequence[Path]) -> list[Outgoing]:
    """Files of this machine, by their own names."""
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        raise BadOption(f"không thấy tệp: {', '.join(missing)}")
    return [Outgoing(path.name, path) for path in paths]
