"""Passwords and lock-out, pure (Công văn Q12 3.7.2.6 and 3.6.2.1.9; R17.4, R17.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.identity.text import letters
from shared.problems import Invalid, Refusal

SHORTEST = 8
ATTEMPTS = 5
LOCKED_FOR = timedelta(hours=12)
ADMIN_LIFETIME = timedelta(days=60)
ADMIN_HISTORY = 10
ACCESS_SECONDS = 900
SESSION_LIFETIME = timedelta(hours=12)
COMMON = {
    "password", "passw0rd", "p@ssw0rd", "p@ssword", "admin", "administrator", "qwerty", "qwertyuiop", "abc", "iloveyou",
    "matkhau", "m@tkhau", "vietnam", "vi3tnam", "hanoi", "tuyenquang", "welcome", "letmein", "changeme", "1q2w3e4r",
    "qwer", "asdf", "zaq", "123456", "12345678", "123456789", "khongbiet", "anhyeuem",
}  # fmt: skip


class WrongCredentials(Refusal):
    """The same for an unknown name and for a wrong password."""

    kind, status = "wrong-credentials", 401
    message = "Tên người dùng hoặc mật khẩu không đúng. Hãy kiểm tra bộ gõ, phím Caps Lock rồi nhập lại."


class AccountLocked(Refusal):
    kind, status = "account-locked", 423
    message = (
        "Đã nhập sai quá 5 lần nên tài khoản tạm khóa 12 giờ. Hãy liên hệ quản trị đơn vị để được mở khóa sớm hơn."
    )


class SessionEnded(Refusal):
    kind, status = "session-ended", 401
    message = "Phiên làm việc đã kết thúc. Hãy đăng nhập lại."


class WeakPassword(Invalid):
    kind = "weak-password"
    message = "Mật khẩu mới chưa đạt: {reason}. Hãy chọn mật khẩu khác."


@dataclass(frozen=True)
class Failures:
    """Wrong passwords in a row and until when the name is locked."""

    count: int = 0
    locked_until: datetime | None = None

    def locked(self, moment: datetime) -> bool:
        return self.locked_until is not None and moment < self.locked_until


def after_failure(failures: Failures, moment: datetime) -> Failures:
    """One more wrong password: the fifth locks for twelve hours. A lock that ran out counts from one again."""
    if failures.locked(moment):
        return failures
    count = 1 if failures.locked_until else failures.count + 1
    return Failures(count, moment + LOCKED_FOR if count >= ATTEMPTS else None)


def check_password(new: str, *, user_name: str, full_name: str) -> None:
    """At least eight characters of four kinds, neither common nor one's own name. Raises WeakPassword."""
    kinds = (str.isupper, str.islower, str.isdigit, lambda c: not c.isalnum())
    if len(new) < SHORTEST:
        raise WeakPassword(reason=f"cần ít nhất {SHORTEST} ký tự")
    if not all(any(kind(c) for c in new) for kind in kinds):
        raise WeakPassword(reason="cần đủ chữ hoa, chữ thường, chữ số và ký tự đặc biệt")
    core = new.casefold().rstrip("0123456789!@#$%^&*.-_ ")
    if core in COMMON or letters(core) in COMMON:
        raise WeakPassword(reason="mật khẩu này quá phổ biến, dễ đoán")
    own = [name for name in (user_name.split(".")[0], letters(full_name)) if len(name) >= 4]
    if any(name in letters(new) for name in own):
        raise WeakPassword(reason="mật khẩu không được chứa tên của bạn")


def expired(changed_at: datetime, moment: datetime, *, is_admin: bool) -> bool:
    """Only administrators must change theirs every two months."""
    return is_admin and moment - changed_at > ADMIN_LIFETIME
