"""The fields of a file, their values, and whether what they draw is what they hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from services.signing.judging.pdfs import each, get
from services.signing.judging.reasons import reason
from services.signing.judging.verdict import Reason
from services.signing.pdf import names

MOST_FIELDS = 2000
HIDDEN = 1 | 2 | 32  # annotation flags: invisible, hidden, no view
_SHOW = re.compile(rb"<([0-9A-Fa-f]+)>\s*Tj|\(((?:[^()\\]|\\.)*)\)\s*Tj")
_OPERANDS = re.compile(rb"/[^\s<>\[\]()/]*|[-+.\d]+|<<.*?>>")
_HARMLESS = frozenset(b"BMC BDC EMC q Q BT ET g rg k Tf Tz Tc Tw TL Td TD Tm gs re W n cm".split())
# Exactly what `sealing` writes: black, one line, in the field's own font.
_OWN = re.compile(rb"/Tx BMC q BT 0 g /F ([\d.]+) Tf (?:[\d.]+ Tz )?([\d.]+) ([\d.]+) Td <([0-9a-f]+)> Tj ET Q EMC")
_PAIR = re.compile(r"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]+)>")


@dataclass(frozen=True)
class Field:
    """A form field: full name, kind ("/Tx", "/Sig"), dictionary."""

    name: str
    kind: str
    entries: generic.DictionaryObject


def fields(reader: PdfFileReader) -> list[Field]:
    """All terminal fields of the form. ValueError if the tree is circular or too large."""
    form = get(reader.root, "/AcroForm")
    found = list(_walk(get(form, "/Fields", ()), "", "", 0)) if form else []
    if len(found) > MOST_FIELDS:
        raise ValueError("too many fields")
    return found


def _walk(nodes: Any, above: str, kind: str, depth: int) -> Iterator[Field]:
    if depth > 16 or len(nodes) > MOST_FIELDS:
        raise ValueError("field tree")
    for entries in each(nodes):
        own = str(get(entries, "/T", ""))
        name = f"{above}.{own}" if above and own else above or own
        own_kind = str(get(entries, "/FT", kind))
        kids = get(entries, "/Kids")
        if kids and any("/T" in kid for kid in each(kids)):
            yield from _walk(kids, name, own_kind, depth + 1)
        else:
            yield Field(name, own_kind, entries)


def shown_values(found: list[Field], *, own: bool) -> Iterator[Reason]:
    """Text fields whose drawing says something else than their value; in files of our own also undecodable ones."""
    for one in found:
        value = get(one.entries, "/V")
        if one.kind != "/Tx" or value is None:
            continue
        try:
            shown = "" if _hidden(one.entries) else drawn_text(one.entries, own=own)
        except (KeyError, ValueError, TypeError, AttributeError):
            shown = "?" if own else str(value)
        if shown.strip() != str(value).strip():
            yield reason("shown-differs", field=names.TIPS.get(one.name, one.name), shown=shown, value=value)


def _hidden(entries: generic.DictionaryObject) -> bool:
    return bool(int(get(entries, "/F", 0)) & HIDDEN) or "/OC" in entries


def drawn_text(entries: generic.DictionaryObject, *, own: bool) -> str:
    """The text that the field's normal appearance draws, decoded through ToUnicode. ValueError on any other drawing.

    `own`: the drawing must be the one that this system writes, inside the field, in the font that the leader signed.
    """
    appearance = entries["/AP"]["/N"]
    content = appearance.data
    if own:
        _as_written(entries, appearance, content)
    elif set(_OPERANDS.sub(b" ", _SHOW.sub(b" ", content)).split()) - _HARMLESS:
        raise ValueError("draws more than text")
    fonts = get(get(appearance, "/Resources", {}), "/Font", {})
    if len(fonts) != 1:
        raise ValueError("fonts")
    font = fonts[next(iter(fonts))]
    table = _unicode(font)
    return "".join(_decoded(match, table) for match in _SHOW.finditer(content))


def _as_written(entries: generic.DictionaryObject, appearance: Any, content: bytes) -> None:
    match = _OWN.fullmatch(content)
    if match is None or set(appearance) - {"/Type", "/Subtype", "/BBox", "/Resources", "/Length"}:
        raise ValueError("not our drawing")
    left, bottom, right, top = (float(v) for v in each(entries["/Rect"]))
    box = [float(v) for v in each(appearance["/BBox"])]
    size, x, y = (float(match[i]) for i in (1, 2, 3))
    font = appearance["/Resources"]["/Font"].raw_get("/F")
    fits = abs(box[2] - (right - left)) < 0.01 and abs(box[3] - (top - bottom)) < 0.01 and box[:2] == [0, 0]
    same = entries.raw_get("/QLVBFont").reference == font.reference and f" {size:g} Tf" in str(entries["/DA"])
    if not (fits and same and x < box[2] and y == float(entries["/QLVBBaseline"])):
        raise ValueError("not our drawing")


def _unicode(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        raise ValueError("no ToUnicode")
    text = font["/ToUnicode"].data.decode("latin-1")
    if "beginbfrange" in text:
        raise ValueError("ranges")
    pairs = "".join(re.findall(r"beginbfchar(.*?)endbfchar", text, re.S))
    return {int(a, 16): bytes.fromhex(b).decode("utf-16-be") for a, b in _PAIR.findall(pairs)}


def _decoded(match: re.Match[bytes], table: dict[int, str]) -> str:
    if match[1] is None:
        raise ValueError("literal string")
    codes = match[1].decode()
    return "".join(table[int(codes[i : i + 4], 16)] for i in range(0, len(codes), 4))
