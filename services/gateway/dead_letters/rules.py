"""How fast a replay may go."""

from __future__ import annotations

from shared.problems import Conflict, Refusal

CHUNK = 1000  # packages in one transaction
BEHIND = 10  # how far behind fresh packages replayed ones stand in line: nobody new waits for yesterday's thousands


class NothingToReplay(Refusal):
    kind = "nothing-to-replay"
    message = "Không có gói tin lỗi nào khớp điều kiện. Hãy bỏ bớt điều kiện lọc hoặc tải lại danh sách."


class ReplayOver(Conflict):
    kind = "replay-over"
    message = "Lượt gửi lại này đã kết thúc. Tải lại trang để xem kết quả."


def chunk(per_second: int) -> int:
    """Packages taken at a time: about a second's worth, but no transaction grows without bound."""
    return min(CHUNK, per_second)


def pause(taken: int, seconds: float, per_second: int) -> float:
    """Seconds to wait after `taken` packages which cost `seconds`, so that no more than `per_second` go back."""
    return max(0.0, taken / per_second - seconds)
