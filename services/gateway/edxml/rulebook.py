"""The rulebook: for every reason its stable rule id and its words in Vietnamese and English (`rulebook.toml`)."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from services.gateway.edxml.standard import by_path, expectation

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
    raw = tomllib.loads((Path(__file__).parent / "rulebook.toml").read_text(encoding="utf-8"))
    fixes = raw.pop("fixes")
    for row in raw.values():
        row["fix_vi"], row["fix_en"] = fixes[row["fix"]]
    return raw


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
        row["en"].format(short),
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
    paths = dict.fromkeys([*by_path(), *by_path(status=True)])
    for code, row in book().items():
        for path in paths if "letter" in row else ():
            if _applies(code, path):
                yield f"{row['letter']}.{path}", code, words(code, element=path)


def _applies(code: str, path: str) -> bool:
    element = by_path().get(path) or by_path(status=True)[path]
    if code == "MISSING":
        return element.least > 0
    if code == "TOO_LONG":
        return element.longest > 0
    if code == "DATE_INVALID":
        return element.kind in ("date", "time")
    if code == "NUMBER_INVALID":
        return element.kind in ("number", "flag")
    return code == "BAD_VALUE" and element.kind in ("choice", "flag")
