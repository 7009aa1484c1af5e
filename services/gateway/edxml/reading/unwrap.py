"""A decoded attachment to the sender's file: by content, never by the label (zip of one entry, gzip, raw)."""

import gzip
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from posixpath import splitext
from typing import IO

from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import MIB, Limits
from services.gateway.edxml.reading.sink import Shelf, Store, Stored

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".jar", ".gz", ".tgz"})
_TEXTS = frozenset({".txt", ".csv", ".xml", ".html", ".json", ".md"})
_RUINED = b"\xef\xbf\xbd"
_BLOCK = 65536
_BROKEN = (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class Unwrapped:
    """The file, how it was wrapped, and the code of what is wrong with it (or an empty text)."""

    stored: Stored
    wrapping: str = ""
    fault: str = ""


class Unwrapper:
    """Takes one level of wrapping off an attachment."""

    def __init__(self, shelf: Shelf, limits: Limits) -> None:
        self._shelf, self._limits = shelf, limits

    def unwrap(self, stored: Stored, name: str, content_type: str, line: int) -> Unwrapped:
        """The file of the sender; what wrapped it is gone."""
        head = stored.head()
        suffix = splitext(name.lower())[1]
        labelled = content_type.strip().lower() == "application/zip"
        if suffix in _ARCHIVES or not head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b")):
            return Unwrapped(stored, "", _fault(head, suffix))
        try:
            if head.startswith(b"PK"):
                inner = self._unzip(stored, labelled, line)
                wrapping = "zip"
            else:
                with stored.open() as file, gzip.GzipFile(fileobj=file) as member:
                    inner = self._copy(member, stored.size, line)
                wrapping = "gzip"
        except _BROKEN:
            return Unwrapped(stored, "", "ZIP_DAMAGED" if labelled or suffix not in (".docx", ".xlsx") else "")
        if inner is None:
            return Unwrapped(stored, "", _fault(head, suffix))
        self._shelf.drop(stored)
        return Unwrapped(inner, wrapping, _fault(inner.head(), suffix))

    def _unzip(self, stored: Stored, labelled: bool, line: int) -> Stored | None:
        """The one entry of the zip that an axis library makes; None where the zip is the sender's own file."""
        with stored.open() as file:
            _check_directory(file, stored.size, self._limits, line)
            with zipfile.ZipFile(file) as archive:
                entries = archive.infolist()
                for entry in entries:
                    _check_entry(entry, line)
                if labelled and not entries:
                    raise zipfile.BadZipFile
                if len(entries) != 1 or not (labelled or _UUID.fullmatch(PurePosixPath(entries[0].filename).stem)):
                    return None
                self._check_ratio(entries[0], line)
                with archive.open(entries[0]) as member:
                    return self._copy(member, stored.size, line)

    def _check_ratio(self, entry: zipfile.ZipInfo, line: int) -> None:
        most = min(self._limits.attachment_bytes, max(MIB, self._limits.zip_ratio * entry.compress_size))
        if entry.file_size > most:
            raise EdxmlRefused("ZIP_BOMB", line)

    def _copy(self, member: IO[bytes] | gzip.GzipFile, size: int, line: int) -> Stored:
        """The member; what it really holds is counted, whatever its header says."""
        store = Store(self._shelf, min(self._limits.attachment_bytes, max(MIB, self._limits.zip_ratio * size)))
        try:
            while block := member.read(_BLOCK):
                store.write(block, "ZIP_BOMB", line, "")
            return store.finish()
        except BaseException:
            store.abort()
            raise


def _fault(head: bytes, suffix: str) -> str:
    if head.count(_RUINED) >= 8 and suffix not in _TEXTS:
        return "ATTACHMENT_RUINED"
    if not head:
        return "ATTACHMENT_EMPTY"
    return "ATTACHMENT_TYPE" if suffix == ".pdf" and b"%PDF-" not in head[:1024] else ""


def _check_directory(file: IO[bytes], size: int, limits: Limits, line: int) -> None:
    """The size of the zip's directory before it is read into memory."""
    file.seek(max(0, size - _BLOCK))
    tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise zipfile.BadZipFile
    if int.from_bytes(tail[at + 12 : at + 16], "little") > limits.zip_directory_bytes:
        raise EdxmlRefused("ZIP_BOMB", line)
    file.seek(0)


def _check_entry(entry: zipfile.ZipInfo, line: int) -> None:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise EdxmlRefused("LINK", line, entry.filename)
    parts = entry.orig_filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        raise EdxmlRefused("PATH_TRAVERSAL", line, entry.filename)
