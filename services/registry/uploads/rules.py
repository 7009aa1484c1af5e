"""Resumable uploads, by the tus protocol 1.0.0: core, creation, expiration, checksum, termination."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.problems import Invalid, Refusal

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,checksum,termination"
PIECE = 2**20  # bytes that are kept at once: so much, at most, is sent again after a break
LIFETIME = timedelta(hours=24)  # after the last piece
MOST_OPEN, MOST_BYTES = 20, 500 * 2**20  # of one person, on the way at the same time
HASHES: dict[str, Callable[[], Any]] = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}


class OtherVersion(Refusal):
    kind, status = "tus-version", 412
    message = "Phần mềm tải tệp dùng phiên bản giao thức khác. Hãy tải lại trang rồi chọn lại tệp (tus 1.0.0)."


class BadUpload(Invalid):
    kind, status = "bad-upload", 400
    message = "Yêu cầu tải tệp chưa đúng: {what}. Hãy tải lại trang rồi chọn lại tệp."


class NotAPiece(Refusal):
    kind, status = "not-a-piece", 415
    message = "Mỗi phần của tệp phải gửi với kiểu application/offset+octet-stream. Hãy tải lại trang rồi chọn lại tệp."


class OtherOffset(Refusal):
    kind, status = "upload-offset", 409
    message = "Hệ thống đã nhận {received} byte của tệp này. Hãy gửi tiếp từ đó."


class TooMuch(Refusal):
    kind, status = "upload-too-long", 413
    message = "Tệp gửi lên dài hơn kích thước đã báo. Hãy chọn lại tệp."
    closes_connection = True


class WrongChecksum(Refusal):
    kind, status = "upload-checksum", 460  # the number is the protocol's
    message = "Một phần của tệp bị hỏng trên đường truyền nên chưa được nhận. Hãy gửi lại phần đó."


class UploadEnded(Refusal):
    kind, status = "upload-ended", 410
    message = "Lần tải tệp này đã quá hạn nên phần đã nhận bị bỏ. Hãy chọn lại tệp để tải từ đầu."


class Unfinished(Refusal):
    kind = "upload-unfinished"
    message = "Tệp mới tải được {received} trong {size} byte. Hãy tải tiếp cho đủ."


class TooManyUploads(Refusal):
    kind, status = "too-many-uploads", 429
    message = (
        "Bạn đang có {count} tệp tải dở. Hãy tải xong hoặc bỏ bớt các tệp đó; tệp bỏ dở tự hết hạn sau {hours} giờ."
    )


@dataclass(frozen=True)
class Checksum:
    """What a piece must be: "sha1 <base64>"."""

    algorithm: str
    digest: bytes

    def hasher(self) -> Any:
        return HASHES[self.algorithm]()


def check_room(count: int, total: int, size: int) -> None:
    """Raises TooManyUploads. `count`, `total`: what the person has on the way, in number and bytes."""
    if count >= MOST_OPEN or total + size > MOST_BYTES:
        raise TooManyUploads(count=count, hours=int(LIFETIME.total_seconds() // 3600))


def length_of(text: str) -> int:
    """A number of bytes. Raises BadUpload."""
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise BadUpload(what="thiếu kích thước hoặc vị trí (Upload-Length, Upload-Offset)")
    return int(text)


def metadata(text: str) -> dict[str, str]:
    """ "filename YS5wZGY=,filetype …": base64 of UTF-8 behind each key. Raises BadUpload."""
    found = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        key, _, value = pair.partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except ValueError as error:
            raise BadUpload(what="tên tệp không đọc được (Upload-Metadata)") from error
    return found


def checksum(text: str) -> Checksum | None:
    """None where none is said. Raises BadUpload for what cannot be checked."""
    if not text:
        return None
    algorithm, _, value = text.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except ValueError as error:
        raise BadUpload(what="mã kiểm tra không đọc được (Upload-Checksum)") from error
    if algorithm not in HASHES:
        raise BadUpload(what=f"mã kiểm tra phải là {' hoặc '.join(HASHES)} (Upload-Checksum)")
    return Checksum(algorithm, digest)
