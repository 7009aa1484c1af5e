"""The form in the prepared file: exactly the fields, locks and fonts that `fields.add` or `corner.prepare` writes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from services.signing.judging.remaking import Doubt
from services.signing.judging.remaking.prepared import HARMLESS, Objects
from services.signing.pdf import names, objects
from services.signing.pdf.fonts import FontMissing, face
from services.signing.pdf.reader import Reader
from services.signing.pdf.signable import Signable

CATALOG = {
    b"/Type", b"/Pages", b"/Version", b"/Metadata", b"/MarkInfo", b"/StructTreeRoot", b"/Lang", b"/Outlines",
    b"/OutputIntents", b"/PageLabels", b"/PageMode", b"/PageLayout", b"/ViewerPreferences", b"/Dests", b"/Names",
    b"/Extensions", b"/AcroForm",
}  # fmt: skip
LINK = {
    b"/A", b"/Border", b"/BS", b"/C", b"/Contents", b"/Dest", b"/F", b"/H", b"/M", b"/NM", b"/P", b"/QuadPoints",
    b"/Rect", b"/StructParent", b"/Subtype", b"/Type",
}  # fmt: skip

_N = rb"-?\d{1,5}(?:\.\d{1,3})?"
_RECT = rb"/Rect \[ (%s) (%s) (%s) (%s) \]" % (_N, _N, _N, _N)
_TEXT = re.compile(
    rb"<< /AP << /N \d+ 0 R >> /DA \(/(Regular|Italic) (%s) Tf 0 g\) /F 132 /FT /Tx /Ff 1 /P (\d+) 0 R /Q [12] "
    rb"/QLVBBaseline %s /QLVBFont (\d+) 0 R (?:/QLVBYear \d{4} )?%s /Subtype /Widget /T \((\w+)\) /TU \(\) "
    rb"/Type /Annot >>" % (_N, _N, _RECT)
)
_SIGNATURE = re.compile(
    rb"<< /F 132 /FT /Sig /Lock (\d+) 0 R /P (\d+) 0 R (?:/QLVBFont (\d+) 0 R )?"
    rb"(?:/QLVBImage << /Of \([0-9a-f]{64}\) /Ratio \d+(?:\.\d+)? /Shown \d+ 0 R >> )?"
    rb"%s /Subtype /Widget /T \((\w+)\) /TU \(\) /Type /Annot >>" % _RECT
)
_TIP = re.compile(rb"/TU (?:\([^()\\]*\)|<[0-9a-f]*>)")
_FORM = re.compile(
    rb"<< /DA \(/Regular 13 Tf 0 g\) /DR << /Font << (?:/Italic (\d+) 0 R )?/Regular (\d+) 0 R >> >> "
    rb"/Fields \[((?: \d+ 0 R)+) \] /SigFlags 3 >>"
)
_FONT = re.compile(
    rb"<< /BaseFont /([-+\w]+) /DescendantFonts \[ (\d+) 0 R \] /Encoding /Identity-H /Subtype /Type0 "
    rb"/ToUnicode (\d+) 0 R /Type /Font >>"
)
_PROGRAM = re.compile(rb"/FontFile2 (\d+) 0 R ")
_ANNOTATIONS = re.compile(rb"/Annots (?:(\d+) 0 R|(\[[^\[\]]*\]))")
_LOCK_ALL = b"<< /Action /All /Type /SigFieldLock >>"


def check(found: Objects, file: Signable) -> None:
    """Doubt unless the form of the prepared file is ours, and used in no other way."""
    catalog, leaders = file.dictionary(file.root), file.leaders
    if not catalog.keys() <= CATALOG or file.trailer.keys() - {b"/Info", b"/Root", b"/Size", b"/ID"}:
        raise Doubt("catalog")
    if b"/Names" in catalog and set(_entries(file, catalog[b"/Names"])) - {b"/Dests"}:
        raise Doubt("names")
    form = _FORM.fullmatch(found[file.form])
    if form is None or found.uses(file.root) or found.uses(file.form) != 1:
        raise Doubt("form")
    if tuple(file.fields) not in ((*names.TEXTS, *(leaders or (names.LEADER,)), names.SEAL), (names.ANNEX,)):
        raise Doubt("fields")
    styles = {"Italic": form[1], "Regular": form[2]}
    for style, number in styles.items():
        if number is not None:
            _font(found, file, int(number), style)
    homes = {number: _field(found, name, number, styles, leaders) for name, number in file.fields.items()}
    _annotations(found, homes)


def _entries(reader: Reader, raw: bytes) -> dict[bytes, bytes]:
    return objects.dictionary(reader.resolved(raw))[0]


def _field(found: Objects, name: str, number: int, styles: dict[str, bytes | None], leaders: tuple[str, ...]) -> int:
    """Checks one field; the number of its page."""
    text, of_text = _TIP.sub(b"/TU ()", found[number], count=1), name in names.TEXTS
    match = (_TEXT if of_text else _SIGNATURE).fullmatch(text)
    if match is None or found.uses(number) != 2:  # the form names it, and the page
        raise Doubt("field")
    left, bottom, right, top = map(float, match.groups()[-5:-1])
    if match.groups()[-1] != name.encode() or left >= right or bottom >= top:
        raise Doubt("field")
    if of_text:
        size = match[2].decode()
        if f"{float(size):g}" != size or match[4] != styles[match[1].decode()]:
            raise Doubt("font of a field")
        return int(match[3])
    if found[int(match[1])] != _lock(name, leaders) or match[3] not in (None, styles["Regular"]):
        raise Doubt("lock")
    return int(match[2])


def _lock(name: str, leaders: tuple[str, ...]) -> bytes:
    if name not in leaders:
        return _LOCK_ALL
    excluded = b" ".join(b"(%s)" % one.encode() for one in names.left_open(name, leaders))
    return b"<< /Action /Exclude /Fields [ %s ] /Type /SigFieldLock >>" % excluded


def _font(found: Objects, reader: Reader, number: int, style: str) -> None:
    """The letters that the clerk's revision draws are those of this machine's own face."""
    try:
        own = face(style)
    except FontMissing as error:
        raise Doubt("font") from error
    match = _FONT.fullmatch(found[number])
    if match is None or match[1] != own.name.encode():
        raise Doubt("font")
    below = found[int(match[2])]
    widths = b" /W [ 0 [ %s ] ] " % b" ".join(b"%d" % width for width in own.widths)
    descriptor = re.search(rb"/FontDescriptor (\d+) 0 R ", below)
    if descriptor is None or widths not in below or b" /CIDToGIDMap /Identity " not in below or b"/W2" in below:
        raise Doubt("font")
    program = _PROGRAM.search(found[int(descriptor[1])])
    if program is None:
        raise Doubt("font")
    _same(reader, int(match[3]), own.unicode)
    _same(reader, int(program[1]), own.file)


def _same(reader: Reader, number: int, deflated: bytes) -> None:
    """Doubt unless the stream holds the same bytes."""
    entries, data = reader.stream(number)
    if data == deflated and entries.get(b"/Filter") == b"/FlateDecode" and b"/DecodeParms" not in entries:
        return
    raise Doubt("font")


def _annotations(found: Objects, homes: dict[int, int]) -> None:
    """Every field stands in the list of its one page; every other annotation is a plain link."""
    for field, page in homes.items():
        listed = list(_lists(found, found[page]))
        if page not in found.pages or not any(field in numbers for numbers in listed):
            raise Doubt("page of a field")
    for numbers in _lists(found, found.plain):
        for one in numbers - homes.keys():
            _link(found, one)


def _lists(found: Objects, text: bytes) -> Iterator[set[int]]:
    """The lists of annotations in this text."""
    for match in _ANNOTATIONS.finditer(text):
        number = int(match[1]) if match[1] else None
        if number is not None and found.uses(number) != 1:
            raise Doubt("annotations of two pages")
        items = objects.items(match[2] if number is None else found[number])
        yield {objects.reference(one) for one in items}


def _link(found: Objects, number: int) -> None:
    text = found.without_strings(number)
    entries, end = objects.dictionary(text)
    if end != len(text) or not entries.keys() <= LINK or entries.get(b"/Subtype") != b"/Link":
        raise Doubt("annotation")
    if b"/A" in entries and HARMLESS.fullmatch(b"/A " + entries[b"/A"]) is None:
        raise Doubt("action")
