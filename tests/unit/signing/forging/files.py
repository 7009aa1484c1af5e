"""Forgeries of the file itself: bytes, tables, byte ranges, whatever two readers read differently."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator

import pikepdf
from pyhanko.pdf_utils import generic as g
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.unit.signing.forging import edits
from tests.unit.signing.forging.honest import Forgery, Honest, updated
from tests.unit.signing.forging.messages import Hole

READABLE = ("changed-bytes", "byte-range", "signature-malformed")
# Of these at least one, by the first word of a forgery's name. Where the offsets of one file are read in another, what
# they meet differs by the few bytes in which ECDSA signatures differ: a whole table, half of one, or none.
CODES = {
    "range": READABLE, "contents": (*READABLE, "unreadable"), "kind": ("signature-kind",),
    "flipped": ("changed-bytes",), "appended": ("not-whole-file", "unreadable"),
    "in-front": ("not-whole-file", "unreadable"), "header": ("changed-bytes",),
    "cut": ("unreadable", "office-missing", "unsigned"), "doubled": ("not-whole-file",),
    "table": ("changed-later", "not-whole-file", "unreadable", "hybrid", "encrypted", "unsigned"),
    "wrap": ("not-whole-file", "unreadable", "changed-bytes"), "object-stream": ("changed-later",),
    "object-stream-compressed": ("changed-later",),
}  # fmt: skip
FAKE = b"BT /F1 40 Tf 100 400 Td (GIA MAO) Tj ET"


def content_number(pdf: bytes) -> int:
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        contents = document.pages[0].obj.Contents
        return (contents[0] if isinstance(contents, pikepdf.Array) else contents).objgen[0]


def fake_content(pdf: bytes) -> bytes:
    return b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (content_number(pdf), len(FAKE), FAKE)


def last_start(pdf: bytes) -> int:
    return int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])


def table(pdf: bytes, offsets: dict[int, int], *, more: bytes = b"", prev: int | None = None) -> bytes:
    """A cross-reference table of these objects with its trailer, to be put at the end."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % pair for pair in offsets.items()) or b"0 0\n"
    size, root = int(reader.trailer["/Size"]), reader.root_ref.idnum
    trailer = b"<< /Size %d /Root %d 0 R /Prev %d /ID [<00><00>] %s>>" % (
        size,
        root,
        last_start(pdf) if prev is None else prev,
        more,
    )
    return b"xref\n" + rows + b"trailer\n" + trailer + b"\n"


def ended(pdf: bytes, at: int) -> bytes:
    return pdf + b"startxref\n%d\n%%%%EOF\n" % at


def override(pdf: bytes) -> bytes:
    """A whole update by hand."""
    at = len(pdf)
    body = pdf + fake_content(pdf)
    return ended(body + table(pdf, {content_number(pdf): at}), len(body))


def with_range(pdf: bytes, change: Callable[[list[int]], list[int] | bytes]) -> bytes:
    """The last byte range, written anew in its place."""
    found = list(re.finditer(rb"/ByteRange \[([\d ]*)\]", pdf))[-1]
    new = change([int(n) for n in found[1].split()])
    text = new if isinstance(new, bytes) else b"/ByteRange [" + b" ".join(b"%d" % n for n in new) + b"]"
    assert len(text) <= len(found[0])
    return pdf[: found.start()] + text.ljust(len(found[0])) + pdf[found.end() :]


def replaced(pdf: bytes, old: bytes, new: bytes) -> bytes:
    """The last place of these bytes, with others of the same length."""
    place = pdf.rindex(old)
    assert len(old) == len(new)
    return pdf[:place] + new + pdf[place + len(old) :]


async def forgeries(honest: Honest) -> list[Forgery]:
    made = [
        *_ranges(honest.sealed),
        *_bytes(honest),
        *_tables(honest.sealed),
        *_wraps(honest),
        *_streams(honest.sealed),
    ]
    return [Forgery(f"file/{name}", pdf, frozenset(CODES[name.split("/")[0]])) for name, pdf in made]


def _ranges(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """Universal forgery and wrapping: byte ranges and contents which say nothing, or something else."""
    hole = Hole.last(pdf)
    yield "range/zero", with_range(pdf, lambda _: [0, 0, 0, 0])
    yield "range/none", with_range(pdf, lambda _: b"/ByteRange []")
    yield "range/missing", replaced(pdf, b"/ByteRange", b"/ByteRangX")
    yield "range/null", with_range(pdf, lambda _: b"/ByteRange null")
    yield "range/two-numbers", with_range(pdf, lambda r: r[:2])
    yield "range/negative", with_range(pdf, lambda r: b"/ByteRange [0 %d %d -5]" % (r[1], r[2]))
    yield "range/beyond", with_range(pdf, lambda r: [0, r[1], r[2], 10**9])
    yield "range/from-one", with_range(pdf, lambda r: [1, r[1] - 1, r[2], r[3]])
    yield "range/overlapping", with_range(pdf, lambda r: [0, r[1], r[1], len(pdf) - r[1]])
    yield "range/wider-gap", with_range(pdf, lambda r: [0, r[1], r[2] + 10, r[3] - 10])
    yield "range/shorter", with_range(pdf, lambda r: [0, r[1], r[2], r[3] - 10])
    yield "range/four-parts", with_range(pdf, lambda r: [0, 9, 9, r[1] - 9, r[2], r[3]])
    yield "contents/missing", replaced(pdf, b"/Contents <", b"/Contentz <")
    yield "contents/empty", pdf[: hole.start] + b"<>".ljust(hole.end - hole.start) + pdf[hole.end :]
    yield "contents/null", pdf[: hole.start] + b"null".ljust(hole.end - hole.start) + pdf[hole.end :]
    yield "contents/zero", pdf[: hole.start] + b"<00>".ljust(hole.end - hole.start) + pdf[hole.end :]
    yield "contents/literal", pdf[: hole.start] + b"(A)".ljust(hole.end - hole.start) + pdf[hole.end :]
    comment = b"<" + hole.content(pdf).hex().encode().rstrip(b"0") + b"0> %hidden"
    yield "contents/comment-behind", pdf[: hole.start] + comment.ljust(hole.end - hole.start) + pdf[hole.end :]
    spaced = b"< " + pdf[hole.start + 1 : hole.end - 2] + b">"
    yield "contents/blank-inside", pdf[: hole.start] + spaced + pdf[hole.end :]
    yield "kind/unknown", replaced(pdf, b"/ETSI.CAdES.detached", b"/ETSI.XXXXX.detached")
    yield "kind/time-stamp", replaced(pdf, b"/Type /Sig ", b"/Type /Doc ")


def _bytes(honest: Honest) -> Iterator[tuple[str, bytes]]:
    sealed = honest.sealed
    for share in (0.05, 0.3, 0.45, 0.6, 0.9):
        yield f"flipped/{share}", flipped(sealed, share)
    yield "appended/comment", sealed + b"\n% quietly more\n"
    yield "appended/blank", sealed + b"\n\n"
    yield "appended/objects", sealed + fake_content(sealed)
    yield "appended/objects-and-end", ended(sealed + b"\n" + fake_content(sealed), 9)
    yield "appended/foreign", honest.foreign + b"% more\n"
    yield "in-front", b"%!PS\n" + sealed
    yield "in-front/pdf", honest.other + sealed
    yield "header", b"%PDF-1.3" + sealed[8:]
    yield "cut/tail", sealed[:-700]
    yield "cut/half", sealed[: len(sealed) // 2]
    yield "cut/seal", honest.signed
    yield "cut/all", honest.ready
    yield "doubled", sealed + sealed


def flipped(pdf: bytes, share: float) -> bytes:
    """One bit of what the last signature covers. (Spare certificates beside a signature are nobody's statement.)"""
    hole = Hole.last(pdf)
    place = int(len(hole.covered) * share)
    place += hole.end - hole.start if place >= hole.start else 0
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def _tables(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """Cross-reference tables that send readers elsewhere."""
    number, at = content_number(pdf), len(pdf)
    fake = pdf + fake_content(pdf)
    yield "table/override", override(pdf)
    yield "table/only", ended(pdf + table(pdf, {number: 17}), at)
    yield "table/to-another-object", ended(pdf + table(pdf, {number: pdf.index(b"\n1 0 obj") + 1}), at)
    yield "table/points-back", ended(fake + table(pdf, {number: at}), last_start(pdf))
    yield "table/no-table", ended(fake, at)
    yield "table/loop", ended(fake + table(pdf, {number: at}, prev=len(fake)), len(fake))
    yield "table/prev-elsewhere", ended(fake + table(pdf, {number: at}, prev=3), len(fake))
    yield "table/no-prev", ended(fake + table(pdf, {number: at}).replace(b"/Prev", b"/Prex"), len(fake))
    freed = table(pdf, {number: 0}).replace(b"00000 n", b"00001 f")
    yield "table/freed", ended(pdf + freed, at)
    again = fake_content(pdf).replace(b" 0 obj", b" 1 obj", 1)
    second = table(pdf, {number: at}).replace(b"00000 n", b"00001 n")
    yield "table/second-generation", ended(pdf + again + second, at + len(again))
    yield "table/encrypt", ended(fake + table(pdf, {number: at}, more=b"/Encrypt << /Filter /Standard >> "), len(fake))
    other_root = b"/Root %d 0 R" % number
    root = re.search(rb"/Root \d+ 0 R", table(pdf, {}))[0]
    yield "table/other-root", ended(fake + table(pdf, {number: at}).replace(root, other_root), len(fake))
    yield "table/size-small", ended(fake + re.sub(rb"/Size \d+", b"/Size 3", table(pdf, {number: at})), len(fake))
    yield "table/hybrid", hybrid(pdf)
    twice = table(pdf, {number: at})
    doubled = twice.replace(b"trailer", b"%d 1\n%010d 00000 n \ntrailer" % (number, at), 1)
    yield "table/named-twice", ended(fake + doubled, len(fake))


def hybrid(pdf: bytes) -> bytes:
    """A table for old readers, a stream for new ones: the first hides what the second shows."""
    number, at = content_number(pdf), len(pdf)
    body = pdf + fake_content(pdf)
    stream_at = len(body)
    size = int(PdfFileReader(io.BytesIO(pdf), strict=False).trailer["/Size"])
    rows = b"\x01" + at.to_bytes(4, "big") + b"\0"
    head = b"<< /Type /XRef /Size %d /W [1 4 1] /Index [%d 1] /Length %d >>" % (size + 1, number, len(rows))
    body += b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (size, head, rows)
    main = table(pdf, {}, more=b"/XRefStm %d " % stream_at).replace(b"/Size %d" % size, b"/Size %d" % (size + 1))
    return ended(body + main, len(body))


def _wraps(honest: Honest) -> Iterator[tuple[str, bytes]]:
    """The signed tail again, where a careless reader looks for it."""
    tail = honest.sealed[len(honest.signed) :]
    yield "wrap/tail-copied", updated(honest.sealed, edits.page_content) + tail

    def hidden(writer) -> None:
        writer.add_object(g.StreamObject(stream_data=tail))
        edits.page_content(writer)

    yield "wrap/tail-in-stream", updated(honest.sealed, hidden)
    yield "wrap/tail-on-ready", honest.ready + tail
    yield "wrap/tail-of-another", honest.sealed + honest.other[len(honest.signed) :]
    stamped = honest.archived[len(honest.sealed) :]
    yield "wrap/stamp-of-another", honest.other + stamped
    yield "wrap/stamp-twice", honest.archived + stamped


def _streams(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    """Objects redefined inside an object stream, behind a cross-reference stream."""
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    number, size = reader.root_ref.idnum, int(reader.trailer["/Size"])
    root = reader.xrefs[reader.root_ref]
    value = re.match(rb"\d+ 0 obj\s*(.*?)\s*endobj", pdf[root:], re.S)[1].replace(
        b"/Type /Catalog", b"/Type /Catalog /AA << >>"
    )
    for kind in ("object-stream", "object-stream-compressed"):
        packed = b"%d 0 %s" % (number, value)
        first = len(b"%d 0 " % number)
        data, filtering = (zlib.compress(packed), b"/Filter /FlateDecode ") if kind.endswith("ed") else (packed, b"")
        at = len(pdf)
        head = b"<< /Type /ObjStm /N 1 /First %d %s/Length %d >>" % (first, filtering, len(data))
        body = pdf + b"%d 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (size, head, data)
        table_at = len(body)
        rows = b"\x02" + size.to_bytes(4, "big") + b"\0"
        rows += b"\x01" + at.to_bytes(4, "big") + b"\0" + b"\x01" + table_at.to_bytes(4, "big") + b"\0"
        about = b"/Type /XRef /Size %d /Root %d 0 R /Prev %d /W [1 4 1] /Index [%d 1 %d 2] /Length %d" % (
            size + 2, number, last_start(pdf), number, size, len(rows),
        )  # fmt: skip
        body += b"%d 0 obj\n<< %s >>\nstream\n%s\nendstream\nendobj\n" % (size + 1, about, rows)
        yield kind, ended(body, table_at)
