"""Files as packages carry them: raw, zipped, mislabelled, ruined."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
from dataclasses import dataclass

UUID_ENTRY = "0f0e0d0c-1111-2222-3333-444455556666"
PDF = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
DOCX_PARTS = ("[Content_Types].xml", "word/document.xml")


@dataclass(frozen=True)
class File:
    """A file in a package: its name, label, content id and what stands in the base64."""

    name: str
    body: bytes
    label: str = "application/pdf"
    content_id: str = "cid:5c1f7a10-0000-4000-8000-000000000001"
    description: str = ""
    encoded: str = ""  # instead of the base64 of the body

    @property
    def text(self) -> str:
        """The element's text."""
        return self.encoded or base64.b64encode(self.body).decode()


def zipped(body: bytes, name: str = f"{UUID_ENTRY}.txt", *, link: bool = False, stored: bool = False) -> bytes:
    """A zip of one entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        if link:
            entry.external_attr = 0o120777 << 16
        archive.writestr(entry, body)
    return out.getvalue()


def zipped_streaming(body: bytes, name: str = f"{UUID_ENTRY}.txt") -> bytes:
    """A zip of one entry whose local header has no sizes (flags 0x0808), as the axis library writes it."""
    out = io.BytesIO()

    class Unseekable(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:  # type: ignore[override]
            return out.write(data)

    with zipfile.ZipFile(Unseekable(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)  # the date of a ZipInfo never changes
    return out.getvalue()


def docx(text: str = "Nội dung") -> bytes:
    """A file that is itself a zip of several entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in DOCX_PARTS:
            archive.writestr(zipfile.ZipInfo(part), f"<x>{text}</x>", zipfile.ZIP_DEFLATED)
    return out.getvalue()


def gzipped(body: bytes) -> bytes:
    """A gzip of the file."""
    return gzip.compress(body, mtime=0)


def ruined(body: bytes) -> bytes:
    """Binary that somebody read as text and encoded again: EF BF BD in place of what was no UTF-8."""
    return body.decode("utf-8", "replace").encode()
