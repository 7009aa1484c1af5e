"""What a key may do, and how long."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from shared.problems import Conflict, Invalid

SCOPES = {
    "send": "gửi gói tin",
    "receive": "nhận gói tin, xác nhận đã nhận",
    "directory": "đọc danh mục đơn vị",
    "register": "đăng ký, xóa đơn vị của mình",
}
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
SYSTEM_ID = re.compile(r"[\x21-\x7e]{1,64}")
LONGEST_OVERLAP = timedelta(days=90)
SHORTEST_SECRET = 8


class BadScope(Invalid):
    kind = "bad-scope"
    message = "Không có quyền “{scope}”. Các quyền: {known}."


class NoScope(Invalid):
    kind = "no-scope"
    message = "Chưa chọn quyền nào cho khóa. Hãy nêu ít nhất một quyền: {known}."


class BadCertificate(Invalid):
    kind = "bad-certificate"
    message = "Chứng thư không đọc được. Hãy dán chứng thư dạng PEM hoặc dấu vân tay SHA-256 (64 ký tự hex)."


class BadClientId(Invalid):
    kind = "bad-client-id"
    message = "Mã hệ thống phải gồm 1–64 ký tự ASCII không có dấu cách."


class BadSecretKey(Invalid):
    kind = "bad-secret-key"
    message = "Khóa bí mật quá ngắn: cần ít nhất {least} ký tự. Để trống để hệ thống tự sinh."


class BadExpiry(Invalid):
    kind = "bad-expiry"
    message = "Thời điểm hết hạn phải ở tương lai."


class NotClient(Conflict):
    kind = "partner-is-not-a-client"
    message = "Chỉ đối tác loại “gọi vào API của hệ thống này” (mailbox) mới có khóa đăng nhập."


class ClientIdTaken(Conflict):
    kind = "client-id-taken"
    message = "Mã “{client_id}” đang được đối tác khác dùng. Hãy chọn mã khác."


class Ended(Conflict):
    kind = "credential-ended"
    message = "Khóa này đã hết hạn hoặc bị thu hồi. Hãy tạo khóa mới."


def check_scopes(scopes: tuple[str, ...]) -> list[str]:
    """Nothing is given that was not asked for. Raises NoScope, BadScope."""
    if not scopes:
        raise NoScope(known=", ".join(f"{scope} ({said})" for scope, said in SCOPES.items()), scopes=list(SCOPES))
    for scope in scopes:
        if scope not in SCOPES:
            raise BadScope(scope=scope[:40], known=", ".join(SCOPES))
    return list(dict.fromkeys(scopes))


def check_system_id(value: str) -> str:
    """Raises BadClientId."""
    if not SYSTEM_ID.fullmatch(value):
        raise BadClientId
    return value


def check_secret(value: str) -> str:
    """Raises BadSecretKey."""
    if len(value) < SHORTEST_SECRET:
        raise BadSecretKey(least=SHORTEST_SECRET)
    return value


def check_expiry(moment: datetime | None, now: datetime) -> None:
    """Raises BadExpiry."""
    if moment is not None and moment <= now:
        raise BadExpiry


def fingerprint(text: str) -> str:
    """Of a certificate in PEM, or written as hex with or without colons. Raises BadCertificate."""
    plain = text.strip().replace(":", "").lower()
    if FINGERPRINT.fullmatch(plain):
        return plain
    try:
        return x509.load_pem_x509_certificate(text.strip().encode()).fingerprint(hashes.SHA256()).hex()
    except ValueError as error:
        raise BadCertificate from error


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def in_force(expires_at: datetime | None, revoked_at: datetime | None, moment: datetime) -> bool:
    return revoked_at is None and (expires_at is None or moment < expires_at)
