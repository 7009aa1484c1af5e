"""Look into a file: is it what its name says, and is there anything in it that runs (R07.8)?

Works on a path and never loads more than bounded parts, so a hostile file costs little.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import filetype
import pikepdf

from services.registry.files import rules

# Written in two halves: a scanner must not take this source for the test virus itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CHUNK = 2**20
MOST_UNPACKED = 500 * 2**20
MOST_ENTRIES = 10_000
MOST_OBJECTS = 300_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
IMAGES = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".gif"}


def inspect(path: Path, name: str) -> str:
    """The media type of a harmless file of an allowed format. Raises one of the refusals in `rules`."""
    extension = rules.extension_of(name)
    with path.open("rb") as file:
        head = file.read(4096)
        if not head:
            raise rules.EmptyFile(name=name)
        file.seek(0)
        _scan(file, name)
    if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        _unpacked(path, name)
    if not _is(extension, head, path):
        raise rules.TypeMismatch(name=name, extension=extension)
    _refuse_active(extension, path, name)
    return rules.TYPES[extension]


def _scan(file: BinaryIO | Any, name: str) -> int:
    """Search the bytes for the test virus; returns how many there were."""
    tail, size = b"", 0
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if EICAR in tail + chunk:
            raise rules.Malware(name=name)
        tail = chunk[-len(EICAR) :]
        if size > MOST_UNPACKED:
            raise rules.Unreadable(name=name)
    return size


def _unpacked(path: Path, name: str) -> None:
    """Every entry of a zip, bounded: office files are zips, and so are bombs."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            if len(entries) > MOST_ENTRIES or sum(e.file_size for e in entries) > MOST_UNPACKED:
                raise rules.Unreadable(name=name)
            for entry in entries:
                with archive.open(entry) as part:
                    _scan(part, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        raise rules.Unreadable(name=name) from error


def _is(extension: str, head: bytes, path: Path) -> bool:
    if extension == ".pdf":
        return b"%PDF-" in head[:1024] and not head.startswith((b"MZ", b"PK", b"\x7fELF"))
    if extension in (".docx", ".xlsx"):
        return _has_entry(path, "word/" if extension == ".docx" else "xl/", "[Content_Types].xml")
    if extension in (".odt", ".ods"):
        return _zip_text(path, "mimetype").strip() == rules.TYPES[extension]
    if extension in (".doc", ".xls"):
        streams = ("WordDocument",) if extension == ".doc" else ("Book", "Workbook")
        return head.startswith(OLE) and _ole_has(path, *streams)
    if extension == ".rtf":
        return head.startswith(b"{\\rtf")
    if extension in IMAGES:
        kind = filetype.guess(head)
        return kind is not None and kind.mime == rules.TYPES[extension]
    return _is_text(path)


def _has_entry(path: Path, folder: str, needed: str) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return needed in names and any(n.startswith(folder) for n in names)


def _zip_text(path: Path, entry: str) -> str:
    if not zipfile.is_zipfile(path):
        return ""
    with zipfile.ZipFile(path) as archive:
        return archive.read(entry).decode("utf-8", "replace") if entry in archive.namelist() else ""


def _ole_has(path: Path, *streams: str) -> bool:
    content = path.read_bytes()  # at most the upload limit
    return any(stream.encode("utf-16-le") in content for stream in streams)


def _is_text(path: Path) -> bool:
    content = path.read_bytes()
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in content or content.startswith((b"MZ", b"%PDF-", b"#!", b"{\\rtf")):
        return False
    low = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return not low.startswith((b"<html", b"<!doctype", b"<script", b"<?xml", b"<svg", b"<?php"))


def _refuse_active(extension: str, path: Path, name: str) -> None:
    if extension == ".pdf":
        _refuse_active_pdf(path, name)
    elif extension in (".docx", ".xlsx", ".odt", ".ods"):
        _refuse_macros(path, name)
    elif extension in (".doc", ".xls"):
        if _ole_has(path, "_VBA_PROJECT", "Macros"):
            raise rules.ActiveContent(name=name, what="macro")
    elif extension == ".rtf" and b"\\objdata" in path.read_bytes().lower():
        raise rules.ActiveContent(name=name, what="đối tượng nhúng")


def _refuse_macros(path: Path, name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        entries = [n.lower() for n in archive.namelist()]
    types = _zip_text(path, "[Content_Types].xml").lower()
    if "macroenabled" in types or any("vbaproject" in n or n.startswith(("basic/", "scripts/")) for n in entries):
        raise rules.ActiveContent(name=name, what="macro")
    if any("/activex/" in n or n.endswith((".exe", ".dll", ".js", ".vbs", ".bat")) for n in entries):
        raise rules.ActiveContent(name=name, what="thành phần chạy được nhúng bên trong")


def _refuse_active_pdf(path: Path, name: str) -> None:
    """JavaScript and launch actions, wherever they hang: every object of the file is looked at."""
    try:
        with pikepdf.open(path) as pdf:
            if len(pdf.objects) > MOST_OBJECTS:
                raise rules.Unreadable(name=name)
            for item in pdf.objects:
                _look(item, name)
                if isinstance(item, pikepdf.Stream) and item.get("/Type") == "/EmbeddedFile":
                    _scan_embedded(item, name)
    except (pikepdf.PdfError, pikepdf.PasswordError, RecursionError) as error:
        raise rules.Unreadable(name=name) from error


def _scan_embedded(stream: Any, name: str) -> None:
    if EICAR in stream.read_bytes():
        raise rules.Malware(name=name)


def _look(item: Any, name: str) -> None:
    for found in _dictionaries(item):
        action = str(found.get("/S", ""))
        if action == "/JavaScript" or "/JS" in found or "/JavaScript" in found:
            raise rules.ActiveContent(name=name, what="mã JavaScript")
        if action in ("/Launch", "/ImportData"):
            raise rules.ActiveContent(name=name, what="lệnh mở chương trình khác")


def _dictionaries(item: Any, depth: int = 0) -> Iterator[Any]:
    """The dictionaries directly inside an object; indirect ones are visited as objects of their own."""
    if depth > 50:
        return
    if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
        yield item
        values = [value for _, value in item.items()]
    elif isinstance(item, pikepdf.Array):
        values = list(item)
    else:
        return
    for value in values:
        if isinstance(value, pikepdf.Object) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)
