"""What a partner holds of our sends: asked before a package is repeated whose answer was lost (axis.md §1.7)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from services.gateway.axes.protocol import Axis, SentItem
from services.gateway.sending.tables import Shipment
from shared.clock import VN, now

CLOCKS_DIFFER = timedelta(minutes=10)
KNOWN = "known"  # the partner has it but gives no id


class Ledger:
    """The list of one partner, fetched once for all packages that were claimed before it was fetched.

    A partner that cannot be asked (`lists_sent` false) must know doubles itself: by the key of the package (partner
    API), by the name of the file (file drop).
    """

    def __init__(self, axis: Axis, *, lists_sent: bool = True) -> None:
        self._axis, self._lists = axis, lists_sent
        self._fetched: datetime | None = None
        self._items: Sequence[SentItem] = ()
        self._turn = asyncio.Lock()

    async def find(self, row: Shipment, claimed: datetime) -> str:
        """The partner's id of an earlier send of this package, or nothing. Raises what the partner's list raises."""
        if not self._lists:
            return ""
        async with self._turn:
            if self._fetched is None or self._fetched < claimed:
                moment = now()
                self._items = await self._axis.list_sent("edoc")
                self._fetched = moment
        oldest = (row.created_at - CLOCKS_DIFFER).astimezone(VN).strftime("%Y-%m-%d %H:%M:%S")
        wanted = (row.notation, row.to_code, row.title)
        same = (item for item in self._items if (item.notation, item.receiver, item.title) == wanted)
        return next((item.axis_id or KNOWN for item in same if not item.sent or item.sent >= oldest), "")
