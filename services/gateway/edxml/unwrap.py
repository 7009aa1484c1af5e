"""A decoded attachment to the sender's file: by content, never by the label (zip of one entry, gzip, raw)."""

import gzip
import hashlib
import re
import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.limits import MIB, Limits
from services.gateway.edxml.tree import Stored

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ARCHIVES = frozenset({".zip", ".7z", ".rar", ".jar", ".gz", ".tgz"})
_RUINED = b"\xef\xbf\xbd"
_BLOCK = 65536


@dataclass(frozen=True)
class Unwrapped:
    """The file, and the code of what is wrong with it (or an empty text)."""

    stored: Stored
    fault: str = ""


class _Damaged(Exception):
    """Not a readable archive."""


def unwrap(stored: Stored, name: str, content_type: str, limits: Limits, line: int) -> Unwrapped:
    """One level of wrapping taken off; the wrapped bytes are removed from disk."""
    with stored.path.open("rb") as file:
        head = file.read(4096)
    suffix = PurePosixPath(name.lower()).suffix
    labelled = content_type.strip().lower() == "application/zip"
    if suffix not in _ARCHIVES:
        try:
            if head.startswith(b"PK\x03\x04"):
                return _checked(_unzip(stored, labelled, limits, line), suffix)
            if head.startswith(b"\x1f\x8b"):
                with gzip.open(stored.path) as member:
                    return _checked(_copy(member, stored, limits, line), suffix)
        except (_Damaged, OSError, EOFError, zlib.error):
            return Unwrapped(stored, "ZIP_DAMAGED" if labelled or suffix not in (".docx", ".xlsx") else "")
    return _checked(stored, suffix)


def _checked(stored: Stored, suffix: str) -> Unwrapped:
    with stored.path.open("rb") as file:
        head = file.read(4096)
    if head.count(_RUINED) >= 8 and suffix not in (".txt", ".csv"):
        return Unwrapped(stored, "ATTACHMENT_RUINED")
    if not head:
        return Unwrapped(stored, "ATTACHMENT_EMPTY")
    wrong = suffix == ".pdf" and b"%PDF-" not in head[:1024]
    return Unwrapped(stored, "ATTACHMENT_TYPE" if wrong else "")


def _unzip(stored: Stored, labelled: bool, limits: Limits, line: int) -> Stored:
    _check_directory(stored.path, limits, line)
    try:
        with zipfile.ZipFile(stored.path) as archive:
            entries = archive.infolist()
            for entry in entries:
                _check_entry(entry, line)
            if len(entries) != 1 or not (labelled or _UUID.fullmatch(PurePosixPath(entries[0].filename).stem)):
                return stored
            _check_ratio(entries[0], limits, line)
            with archive.open(entries[0]) as member:
                return _copy(member, stored, limits, line)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, zlib.error) as error:
        raise _Damaged from error


def _check_directory(path: Path, limits: Limits, line: int) -> None:
    """The size of the zip's directory before it is read into memory."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _BLOCK))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise _Damaged
    if int.from_bytes(tail[at + 12 : at + 16], "little") > limits.zip_directory_bytes:
        raise EdxmlRefused("ZIP_BOMB", line)


def _check_entry(entry: zipfile.ZipInfo, line: int) -> None:
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise EdxmlRefused("LINK", line, entry.filename)
    parts = entry.orig_filename.replace("\\", "/").split("/")
    if ".." in parts or parts[0] == "" or parts[0].endswith(":"):
        raise EdxmlRefused("PATH_TRAVERSAL", line, entry.filename)


def _check_ratio(entry: zipfile.ZipInfo, limits: Limits, line: int) -> None:
    if entry.file_size > max(MIB, limits.zip_ratio * entry.compress_size) or entry.file_size > limits.attachment_bytes:
        raise EdxmlRefused("ZIP_BOMB", line)


def _copy(member: IO[bytes] | gzip.GzipFile, stored: Stored, limits: Limits, line: int) -> Stored:
    """The member to a new file; what it really holds is counted, whatever its header says."""
    path = stored.path.with_suffix(".out")
    digest, size = hashlib.sha256(), 0
    bound = min(limits.attachment_bytes, max(MIB, limits.zip_ratio * stored.size))
    try:
        with path.open("xb") as out:
            while block := member.read(_BLOCK):
                size += len(block)
                if size > bound:
                    raise EdxmlRefused("ZIP_BOMB", line)
                digest.update(block)
                out.write(block)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    path.replace(stored.path)
    return Stored(stored.path, digest.hexdigest(), size)
