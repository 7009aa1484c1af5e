"""When to try again, and when a person must look (axis.md §1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

FIRST: timedelta = timedelta(seconds=30)
LONGEST = timedelta(days=2)

SUCCESS = "0"
STOP_QUEUE = frozenset({"15", "19"})  # credentials, sender not registered: nothing will pass until that is put right
TO_CLERK = frozenset({"10", "18", "21", "22", "23"})
EXISTS = frozenset({"ExistDoc"})  # a centre which already holds our document (axis.md §1.7)

REASONS = {
    "10": "Trục từ chối tệp gói tin. Kiểm tra lại tệp đính kèm rồi gửi lại.",
    "15": "Trục không chấp nhận tài khoản kết nối. Báo quản trị hệ thống kiểm tra mã kết nối và khóa bí mật.",
    "18": "Trục không biết mã định danh của nơi nhận. Kiểm tra lại mã định danh hoặc gửi bản giấy.",
    "19": "Đơn vị gửi chưa được đăng ký trên trục. Báo quản trị hệ thống đăng ký đơn vị.",
    "21": "Trục từ chối định dạng gói tin. Báo quản trị hệ thống kiểm tra gói tin.",
    "22": "Trục từ chối nội dung gói tin. Báo quản trị hệ thống kiểm tra gói tin.",
    "23": "Nơi nhận đang bị khóa trên trục. Liên hệ nơi nhận hoặc gửi bản giấy.",
}


@dataclass(frozen=True)
class Retry:
    """Try again after `delay`."""

    delay: timedelta


@dataclass(frozen=True)
class NeedsPerson:
    """The clerk must look; nothing is tried again by itself."""

    reason: str


@dataclass(frozen=True)
class StopQueue:
    """Nothing of this queue can pass: alarm, and try the same package again later."""

    reason: str
    delay: timedelta


@dataclass(frozen=True)
class Delivered:
    """The axis already holds this package."""


Decision = Retry | NeedsPerson | StopQueue | Delivered


def delay(attempts: int, first: timedelta = FIRST) -> timedelta:
    """30 s, 60 s, 120 s, 240 s … doubled up to two days, without an end: a partner may be down for weeks."""
    exponent = min(max(attempts, 1) - 1, 20)
    return min(first * int(2**exponent), LONGEST)


def after_refusal(code: str, attempts: int, first: timedelta = FIRST) -> Decision:
    """What an answer of the axis with this error code means. An unknown code is tried again."""
    if code in EXISTS:
        return Delivered()
    if code in STOP_QUEUE:
        return StopQueue(REASONS[code], delay(attempts, first))
    if code in TO_CLERK:
        return NeedsPerson(REASONS[code])
    return Retry(delay(attempts, first))
