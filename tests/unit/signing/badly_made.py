"""PDFs that are broken or built to tie a reader up: what comes from the world and what a hostile hand makes."""

from __future__ import annotations

import io
import zlib

import pikepdf

from tests.unit.signing import documents


def raw(*objects: bytes, root: int = 1) -> bytes:
    """A file of these objects, numbered from 1, with its table."""
    made, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    made += b"trailer\n<< /Size %d /Root %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, root, start)
    return bytes(made)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>"


def packed(megabytes: int) -> bytes:
    """So many megabytes of zeros (zlib), put together of equal pieces: made at once."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    check = (megabytes * 2**20 % 65521 << 16) + 1
    return b"\x78\xda" + piece * megabytes + packer.flush() + check.to_bytes(4, "big")


def circular_pages() -> bytes:
    """The tree of pages holds itself."""
    tree = b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>"
    return raw(CATALOG, tree, PAGE, stream(b""))


def deep_pages(depth: int = 3000) -> bytes:
    """A page that lies as deep as no honest one."""
    nodes = [b"<< /Type /Pages /Kids [%d 0 R] /Count 1 /Parent %d 0 R >>" % (n + 1, n - 1) for n in range(2, depth)]
    return raw(CATALOG, *nodes, b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] >>" % (depth - 1))


def bomb(megabytes: int = 1500) -> bytes:
    """A page whose content is a thousand times larger than it looks."""
    content = stream(packed(megabytes), b"/Filter /FlateDecode")
    return raw(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, content)


def nested_bomb(megabytes: int = 1500) -> bytes:
    """Packed twice: a few kilobytes."""
    content = stream(zlib.compress(packed(megabytes), 9), b"/Filter [/FlateDecode /FlateDecode]")
    return raw(CATALOG, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", PAGE, content)


def packed_objects(megabytes: int = 1500) -> bytes:
    """The table of objects itself is a stream that swells."""
    data = packed(megabytes)
    table = b"/Type /XRef /W [1 2 1] /Size 400000000 /Root 1 0 R /Filter /FlateDecode"
    head = b"%PDF-1.7\n1 0 obj\n" + CATALOG + b"\nendobj\n"
    body = b"9 0 obj\n" + stream(data, table) + b"\nendobj\n"
    return head + body + b"startxref\n%d\n%%%%EOF\n" % len(head)


def pages(count: int) -> bytes:
    """So many pages, each of one line."""
    with pikepdf.Pdf.new() as document:
        content = document.make_stream(b"BT ET")
        for _ in range(count):
            document.add_blank_page(page_size=(595, 842)).Contents = content
        return _saved(document)


def without_meaning() -> bytes:
    """The letters of its fonts say not what they mean (no ToUnicode): what is drawn cannot be read."""
    with pikepdf.open(io.BytesIO(documents.draft())) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary) and "/ToUnicode" in one:
                del one.ToUnicode
        return _saved(document)


def scanned() -> bytes:
    """Nothing but a picture."""
    with pikepdf.Pdf.new() as document:
        page = document.add_blank_page(page_size=(595, 842))
        picture = document.make_stream(bytes(200 * 280))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent = 200, 280, 8
        picture.ColorSpace = pikepdf.Name.DeviceGray
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=picture))
        page.Contents = document.make_stream(b"q 595 0 0 842 0 0 cm /I Do Q")
        return _saved(document)


def encrypted(password: str) -> bytes:
    with pikepdf.open(io.BytesIO(documents.draft())) as document:
        return _saved(document, encryption=pikepdf.Encryption(owner="owner", user=password))


def _saved(document: pikepdf.Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    document.save(target, **options)
    return target.getvalue()
