"""When a kept file gets its next time stamp, and when people have to know that it did not (QĐ 51 Đ21 k1b)."""

from __future__ import annotations

from datetime import datetime, timedelta

from shared.problems import Refusal

MARGIN = timedelta(days=90)  # before the stamp's certificates end: time enough for a server that is down for weeks
FIRST_DELAY, LONGEST_DELAY = timedelta(minutes=1), timedelta(hours=6)
PATIENCE = timedelta(days=1)  # so long a new document may wait for its first archive stamp without anybody being told


class NotKept(Refusal):
    kind, status = "not-kept", 422
    message = (
        "Bản lưu trữ vừa tạo chưa được chứng minh là hợp lệ nên không dùng: {why} Bản đã phát hành vẫn nguyên vẹn."
    )


def renew_at(until: datetime) -> datetime:
    return until - MARGIN


def delay(attempts: int) -> timedelta:
    """Before the next try: 1, 2, 4 … minutes, 6 hours."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 12)
    return min(FIRST_DELAY * doubled, LONGEST_DELAY)


def alarming(at: datetime, since: datetime, until: datetime | None) -> bool:
    """Whether a failure now has to be told: the stamp in force nears its end, or there is none after a day."""
    return at >= renew_at(until) if until is not None else at >= since + PATIENCE
