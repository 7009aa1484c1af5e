"""The rulebook: for every reason its stable rule id and its words in Vietnamese and English (`rulebook.toml`)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.gateway.edxml.standard import Element, by_path, expectation

_SHOWN = 160  # characters of a detail: it may be hostile


@dataclass(frozen=True)
class Words:
    """What is said about one problem."""

    rule: str
    message_vi: str
    message_en: str
    expected_vi: str
    expected_en: str
    fix_vi: str
    fix_en: str


@cache
def book() -> dict[str, dict[str, Any]]:
    """Reason → its row; a row with `letter` makes rule ids of the element concerned: `R.MessageHeader.Subject`."""
    raw = _file()
    return {
        code: {**row, "fix_vi": raw["fixes"][row["fix"]][0], "fix_en": raw["fixes"][row["fix"]][1]}
        for code, row in raw.items()
        if code not in ("fixes", "details")
    }


@cache
def _file() -> dict[str, dict[str, Any]]:
    return tomllib.loads((Path(__file__).parent / "rulebook.toml").read_text(encoding="utf-8"))


def _in_english(detail: str, element: Element | None) -> str:
    """A detail of ours is a phrase of the rulebook, or the name of an element; all else is the sender's own."""
    if element and detail.startswith(f"{element.vi} ("):
        name, _, more = detail[len(element.vi) + 2 : -1].partition(", ")
        return f"{name} ({more.replace('ký tự', 'characters')})" if more else name
    return str(_file()["details"].get(detail, detail))


def words(code: str, detail: str = "", element: str = "") -> Words:
    """The words of a reason with the detail put in."""
    row = book()[code]
    short = "".join(c for c in detail if c.isprintable())[:_SHOWN]
    expected_vi, expected_en = row.get("expected_vi", ""), row.get("expected_en", "")
    known = by_path().get(element) or by_path(status=True).get(element)
    if "letter" in row and known:
        vi, en = expectation(known)
        expected_vi, expected_en = expected_vi or vi, expected_en or en
    return Words(
        f"{row['letter']}.{element}".rstrip(".") if "letter" in row else row["id"],
        row["vi"].format(short),
        row["en"].format(_in_english(short, known)),
        expected_vi,
        expected_en,
        row["fix_vi"],
        row["fix_en"],
    )


def rule_ids() -> Iterator[tuple[str, str, Words]]:
    """Every rule there is, as (id, reason, words): those of structure first, then those of each element."""
    for code, row in book().items():
        if "letter" not in row:
            yield row["id"], code, words(code)
    paths = [path for path in dict.fromkeys([*by_path(), *by_path(status=True)]) if path]
    for code, row in book().items():
        for path in paths if "letter" in row else ():
            if _applies(code, path):
                yield f"{row['letter']}.{path}", code, words(code, element=path)


def _applies(code: str, path: str) -> bool:
    element = by_path().get(path) or by_path(status=True)[path]
    kinds = {
        "MISSING": element.least > 0,
        "TOO_LONG": element.longest > 0,
        "BAD_CHARACTER": element.kind in ("text", "code"),
        "DATE_INVALID": element.kind in ("date", "time"),
        "NUMBER_INVALID": element.kind in ("number", "flag"),
        "BAD_VALUE": element.kind == "choice",
        "BUSINESS_TYPE": element.name == "BussinessDocType",
        "STATUS_CODE": element.name == "StatusCode",
        "DOCUMENT_ID_RULE": path == "MessageHeader.DocumentId",
    }
    return kinds.get(code, False)
