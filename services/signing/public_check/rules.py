"""How much anybody may ask for. Pure: addresses and seconds in, nothing or a named refusal out."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from shared.problems import Refusal

MINUTE = 60.0
MOST_ADDRESSES = 20_000
AT_ONCE = 4  # files in memory


class TooManyChecks(Refusal):
    kind, status = "too-many-checks", 429
    message = "Bạn đã kiểm tra {per_minute} tệp trong một phút. Hãy thử lại sau {retry_after} giây."


class Busy(Refusal):
    kind, status = "busy", 503
    message = "Nhiều người đang kiểm tra tệp cùng lúc. Hãy thử lại sau {retry_after} giây."
    closes_connection = True


class TooSlow(Refusal):
    kind, status = "too-slow", 408
    message = "Tệp tải lên quá chậm ({seconds:g} giây chưa xong) nên đã dừng. Hãy thử lại khi mạng tốt hơn."
    closes_connection = True


class Limits:
    """Files of each address within a minute, and how many files are in work."""

    def __init__(self, per_minute: int, at_once: int = AT_ONCE) -> None:
        self._per_minute, self._at_once, self._working = per_minute, at_once, 0
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()

    def count(self, address: str, at: float) -> None:
        """One more file of this address at this second of a steady clock. TooManyChecks."""
        key = network(address)
        times = self._asked.setdefault(key, deque())
        self._asked.move_to_end(key)
        while times and times[0] <= at - MINUTE:
            times.popleft()
        if len(times) >= self._per_minute:
            raise TooManyChecks(per_minute=self._per_minute, retry_after=int(times[0] + MINUTE - at) + 1)
        times.append(at)
        if len(self._asked) > MOST_ADDRESSES:
            self._asked.popitem(last=False)

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place among those whose file is in work. Busy."""
        if self._working >= self._at_once:
            raise Busy(retry_after=10)
        self._working += 1
        try:
            yield
        finally:
            self._working -= 1


def network(address: str) -> str:
    """Whose address it is: of IPv6 the network, which one household has."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or IPv6Address(int(found) >> 64 << 64))
    return str(found)
