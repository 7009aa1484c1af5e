"""Drafts that look like any other and are built in odd but valid ways: each function takes a PDF and gives one."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, String
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

Odd = Callable[[bytes], bytes]


def _changed(pdf: bytes, change: Callable[[Pdf], None], **saving: object) -> bytes:
    target = io.BytesIO()
    with Pdf.open(io.BytesIO(pdf)) as document:
        change(document)
        document.save(target, **saving)
    return target.getvalue()


def resaved(**saving: object) -> Odd:
    return lambda pdf: _changed(pdf, lambda _: None, **saving)


def turned(turn: int) -> Odd:
    """The content lies on its side in the file, and /Rotate makes it stand again for the reader."""

    def change(document: Pdf) -> None:
        for page in document.pages:
            left, bottom, right, top = (float(v) for v in page.mediabox)
            width, height = right - left, top - bottom
            matrix = {
                90: (0, 1, -1, 0, top, -left),
                180: (-1, 0, 0, -1, right, top),
                270: (0, -1, 1, 0, -bottom, right),
            }[turn]
            page.contents_add(document.make_stream(b"q %g %g %g %g %g %g cm\n" % matrix), prepend=True)
            page.contents_add(document.make_stream(b"\nQ"))
            size = (height, width) if turn in (90, 270) else (width, height)
            page.MediaBox = Array([0, 0, *size])
            for key in ("/CropBox", "/TrimBox", "/BleedBox", "/ArtBox"):
                if key in page:
                    del page[key]
            page.Rotate = turn

    return lambda pdf: _changed(pdf, change)


def moved(x: float, y: float, margin: float) -> Odd:
    """The page's origin lies elsewhere, and a margin around what is seen is cropped away."""

    def change(document: Pdf) -> None:
        for page in document.pages:
            left, bottom, right, top = (float(v) for v in page.mediabox)
            page.contents_add(document.make_stream(b"q 1 0 0 1 %g %g cm\n" % (x, y)), prepend=True)
            page.contents_add(document.make_stream(b"\nQ"))
            page.CropBox = Array([left + x, bottom + y, right + x, top + y])
            page.MediaBox = Array([left + x - margin, bottom + y - margin, right + x + margin, top + y + margin])

    return lambda pdf: _changed(pdf, change)


def in_units(unit: float) -> Odd:
    """A unit of the page is this many points (ISO 32000-2 §14.11.2)."""

    def change(document: Pdf) -> None:
        for page in document.pages:
            page.contents_add(document.make_stream(b"q %g 0 0 %g 0 0 cm\n" % (1 / unit, 1 / unit)), prepend=True)
            page.contents_add(document.make_stream(b"\nQ"))
            page.MediaBox = Array([float(v) / unit for v in page.mediabox])
            page.UserUnit = unit

    return lambda pdf: _changed(pdf, change, min_version="1.6")


def inherited(pdf: bytes) -> bytes:
    """Size, resources and rotation stand above the pages, in a tree of several levels."""

    def change(document: Pdf) -> None:
        pages = [page.obj for page in document.pages]
        root, size = document.Root.Pages, Array(list(pages[0].MediaBox))
        middle = document.make_indirect(
            Dictionary(Type=Name.Pages, Kids=Array(pages), Count=len(pages), Parent=root, MediaBox=size)
        )
        for page in pages:
            page.Parent = middle
            if page.MediaBox == size:
                del page[Name.MediaBox]
        root.Kids = Array([middle])
        root.Rotate = 0

    return _changed(pdf, change)


def longer(count: int) -> Odd:
    """This many empty pages between the first page and the last."""

    def change(document: Pdf) -> None:
        size = document.pages[0].mediabox
        at = max(len(document.pages) - 1, 1)
        for _ in range(count):
            empty = Dictionary(Type=Name.Page, MediaBox=size, Resources=Dictionary())
            document.pages.insert(at, pikepdf.Page(document.make_indirect(empty)))

    return lambda pdf: _changed(pdf, change)


def decorated(pdf: bytes) -> bytes:
    """Outlines, links, a form, scripts, an attachment, a layer that shows, a signature field of another system."""

    def change(document: Pdf) -> None:
        page = document.pages[0]
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=[50, 50, 120, 70], Border=[0, 0, 0],
            A=Dictionary(S=Name.URI, URI=String("https://chinhphu.vn/")),
        )  # fmt: skip
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[300, 60, 320, 80], Contents=String("Ghi chú"))
        page.Annots = Array([document.make_indirect(link), document.make_indirect(note)])
        field = Dictionary(FT=Name.Tx, T=String("old"), V=String("x"), Rect=[0, 0, 0, 0], Subtype=Name.Widget)
        empty = Dictionary(FT=Name.Sig, T=String("OfficeSeal"), Rect=[0, 0, 0, 0], Subtype=Name.Widget)
        fields = Array([document.make_indirect(field), document.make_indirect(empty)])
        document.Root.AcroForm = Dictionary(Fields=fields, NeedAppearances=True)
        document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        document.attachments["x.txt"] = b"hello"
        with document.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Quyết định", 0))
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("Lớp 1")))
        document.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(ON=Array([group])))
        document.docinfo["/Title"] = "Quyết định ( \\ ) về “quy chế”"

    return _changed(pdf, change)


def in_pieces(pdf: bytes) -> bytes:
    """The content of a page in many streams, split at every line, and left in a changed graphics state."""

    def change(document: Pdf) -> None:
        for page in document.pages:
            if "/Contents" not in page:
                continue
            page.contents_coalesce()
            lines = page.Contents.read_bytes().split(b"\n")
            step = max(len(lines) // 7, 1)
            parts = [b"\n".join(lines[i : i + step]) + b"\n" for i in range(0, len(lines), step)]
            page.Contents = Array([document.make_stream(part) for part in [*parts, b"2 0 0 2 30 30 cm 1 0 0 rg"]])

    return _changed(pdf, change)


def updated(pdf: bytes) -> bytes:
    """With an incremental update on top, as editors write it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.update_root()
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def hybrid(pdf: bytes) -> bytes:
    """As Word writes: the first page's dictionary stands in an object stream, which only /XRefStm leads to."""
    plain = resaved(object_stream_mode=ObjectStreamMode.disable)(pdf)
    with Pdf.open(io.BytesIO(plain)) as document:
        page = document.pages[0].obj
        number, size = page.objgen[0], int(document.trailer.Size)
        body, root = page.unparse(resolved=True), document.Root.objgen[0]
        identifier = document.trailer.ID.unparse()
    start = int(plain.rpartition(b"startxref")[2].split()[0])
    entry = plain.index(b"\n", start + 5) + 1 + 20 * number  # freed for readers that know no streams of references
    plain = plain[:entry] + b"0000000000 65535 f \n" + plain[entry + 20 :]
    head = b"%d 0 " % number
    stream = head + body
    kept = b"%d 0 obj\n<< /Type /ObjStm /N 1 /First %d /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        size, len(head), len(stream), stream,
    )  # fmt: skip
    at = len(plain) + len(kept)
    places = [(2, size, 0), (1, len(plain), 0), (1, at, 0)]
    entries = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([more]) for kind, where, more in places)
    table = (
        b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 4 1] /Index [%d 1 %d 2] /Root %d 0 R /Length %d >>\nstream\n%s\n"
        b"endstream\nendobj\n" % (size + 1, size + 2, number, size, root, len(entries), entries)
    )
    classic = b"xref\n0 0\ntrailer\n<< /Size %d /Root %d 0 R /ID %s /Prev %d /XRefStm %d >>\n" % (
        size + 2, root, identifier, start, at,
    )  # fmt: skip
    return plain + kept + table + classic + b"startxref\n%d\n%%%%EOF\n" % (at + len(table))


WRITTEN = {
    "object streams": resaved(object_stream_mode=ObjectStreamMode.generate),
    "plain tables": resaved(object_stream_mode=ObjectStreamMode.disable),
    "linearized": resaved(linearize=True),
    "qdf": resaved(qdf=True),
    "uncompressed": resaved(compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.generalized),
    "version 2.0": resaved(force_version="2.0"),
    "incremental": updated,
    "hybrid": hybrid,
}  # fmt: skip
BUILT = {
    "as it is": lambda pdf: pdf,
    "turned 90": turned(90),
    "turned 180": turned(180),
    "turned 270": turned(270),
    "moved": moved(100, -40, 25),
    "moved far": moved(-3000, 5000, 0),
    "in units of 2": in_units(2),
    "in units of 0.5": in_units(0.5),
    "inherited": inherited,
    "decorated": decorated,
    "in pieces": in_pieces,
}
