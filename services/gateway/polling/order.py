"""The order of each sender: what could not be taken in holds back what the same sender sent after it.

What passes by itself (the line, the database, the disk) is waited for; a package that fails for longer than LONGEST
holds nobody back any more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exc

from services.gateway.axes.protocol import AxisUnavailable, ReceivedItem
from shared.clock import now

LONGEST = timedelta(minutes=15)
REMEMBERED = 10_000
PASSES = (AxisUnavailable, OSError, exc.OperationalError, exc.InterfaceError, exc.TimeoutError)


class Order:
    """Of one partner's senders, in the replica that asks it: another replica begins to wait anew."""

    def __init__(self) -> None:
        self._failing: dict[tuple[str, str], datetime] = {}  # since when
        self._stopped: set[str] = set()

    def new_cycle(self) -> None:
        self._stopped.clear()

    def waits(self, item: ReceivedItem) -> bool:
        """Whether one before it, of the same sender, has to be tried again first."""
        return item.sender in self._stopped

    def failed(self, item: ReceivedItem) -> None:
        self._failing.setdefault(_key(item), now())
        if not self.waited_long(item):
            self._stopped.add(item.sender)
        if len(self._failing) > REMEMBERED:
            del self._failing[next(iter(self._failing))]

    def waited_long(self, item: ReceivedItem) -> bool:
        since = self._failing.get(_key(item))
        return since is not None and now() - since >= LONGEST

    def settled(self, item: ReceivedItem) -> None:
        self._failing.pop(_key(item), None)


def _key(item: ReceivedItem) -> tuple[str, str]:
    return item.message_type, item.axis_id
