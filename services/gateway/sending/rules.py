"""When to try again, and when a person must look (axis.md §1.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from services.gateway.patience.rules import Patience
from services.gateway.sending.circuit import spread

LOCKED = frozenset({"15", "19"})  # credentials, sender not registered: nothing will pass until that is put right
TO_CLERK = frozenset({"10", "18", "21", "22", "23"})
EXISTS = frozenset({"ExistDoc"})  # a centre which already holds our document (axis.md §1.7)
UNFIT, GIVEN_UP, LONG_DOWN = "unfit", "given-up", "partner-down"  # reasons of our own beside the axis' codes
TOO_LARGE = "too-large"  # over the partner's limit: nobody is asked

REASONS = {
    "10": "Trục từ chối tệp gói tin. Kiểm tra lại tệp đính kèm rồi gửi lại.",
    "15": "Trục không chấp nhận tài khoản kết nối. Báo quản trị hệ thống kiểm tra mã kết nối và khóa bí mật.",
    "18": "Trục không biết mã định danh của nơi nhận. Kiểm tra lại mã định danh hoặc gửi bản giấy.",
    "19": "Đơn vị gửi chưa được đăng ký trên trục. Báo quản trị hệ thống đăng ký đơn vị.",
    "21": "Trục từ chối định dạng gói tin. Báo quản trị hệ thống kiểm tra gói tin.",
    "22": "Trục từ chối nội dung gói tin. Báo quản trị hệ thống kiểm tra gói tin.",
    "23": "Nơi nhận đang bị khóa trên trục. Liên hệ nơi nhận hoặc gửi bản giấy.",
    UNFIT: "Gói tin chưa đúng quy chuẩn nên không gửi được: {detail}",
    GIVEN_UP: "Đã thử {attempts} lần trong {days} ngày mà chưa gửi được: {detail} Liên hệ nơi nhận hoặc gửi bản giấy.",
    LONG_DOWN: "Đối tác không kết nối được đã {days} ngày. Liên hệ nơi nhận hoặc gửi bản giấy; có thể gửi lại sau.",
}


@dataclass(frozen=True)
class Retry:
    """This package alone is tried again after `delay`."""

    delay: timedelta


@dataclass(frozen=True)
class NeedsPerson:
    """A dead letter: the clerk must look; nothing is tried again by itself. `code` says why in one word."""

    code: str
    reason: str


@dataclass(frozen=True)
class StopQueue:
    """Nothing can pass to this partner: alarm, and try the same package again later."""

    reason: str
    delay: timedelta


@dataclass(frozen=True)
class Delivered:
    """The partner already holds this package."""


Decision = Retry | NeedsPerson | StopQueue | Delivered


def delay(attempts: int, patience: Patience, *, first: float, draw: float) -> timedelta:
    """30 s, 60 s, 120 s, 240 s … doubled up to the longest, each a little shorter or longer."""
    exponent = min(max(attempts, 1) - 1, 30)
    return timedelta(seconds=spread(min(first * 2.0**exponent, patience.longest_retry_seconds), patience.jitter, draw))


def after_refusal(code: str, wait: timedelta) -> Decision:
    """What an answer of the axis with this error code means. An unknown code is tried again after `wait`."""
    if code in EXISTS:
        return Delivered()
    if code in LOCKED:
        return StopQueue(REASONS[code], wait)
    if code in TO_CLERK:
        return NeedsPerson(code, REASONS[code])
    return Retry(wait)


def unfit(detail: str) -> NeedsPerson:
    """Our own check refuses the package before anybody is asked."""
    return NeedsPerson(UNFIT, REASONS[UNFIT].format(detail=detail))


def given_up(attempts: int, detail: str, patience: Patience) -> NeedsPerson:
    """Older than the patience allows (never silence: every copy ends as delivered, refused, or with a person)."""
    days = f"{patience.give_up_hours / 24:g}"
    if attempts == 0:
        return NeedsPerson(LONG_DOWN, REASONS[LONG_DOWN].format(days=days))
    return NeedsPerson(GIVEN_UP, REASONS[GIVEN_UP].format(attempts=attempts, days=days, detail=detail))
