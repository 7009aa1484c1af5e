"""What a partner holds of our sends: asked before a package is repeated whose answer was lost (axis.md §1.7)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta

from services.gateway.axes.protocol import Axis, MessageType, SentItem
from services.gateway.sending import queue
from services.gateway.sending.tables import Shipment
from services.gateway.wire.operations import status_title
from shared.clock import VN, now
from shared.service import Runtime

CLOCKS_DIFFER = timedelta(minutes=10)
KNOWN = "known"  # the partner has it but gives no id
Key = tuple[str, str, str]  # receiver, notation, title


class Ledger:
    """The lists of one partner, each fetched once for all packages that were claimed before it was fetched.

    A partner that cannot be asked (`lists_sent` false) must know doubles itself: by the key of the package (partner
    API), by the name of the file (file drop); or the receiver takes the same package again as one.
    """

    def __init__(self, runtime: Runtime, axis: Axis, *, lists_sent: bool = True) -> None:
        self._runtime, self._axis, self._lists = runtime, axis, lists_sent
        self._fetched: dict[MessageType, datetime] = {}
        self._items: dict[MessageType, dict[Key, list[SentItem]]] = {}
        self._turn = asyncio.Lock()

    async def find(self, row: Shipment, claimed: datetime) -> str:
        """The partner's id of an earlier send of this package, or nothing. Raises what the partner's list raises.

        The list names no document: what it holds for another package of ours, as its id tells, is not this one.
        """
        if not self._lists:
            return ""
        oldest = (row.created_at - CLOCKS_DIFFER).astimezone(VN).strftime("%Y-%m-%d %H:%M:%S")
        kind: MessageType = "status" if row.message_type == "status" else "edoc"
        items = (await self._list(kind, claimed)).get(_key_of(row), [])
        same = [item for item in items if _may_be(row, item) and (not item.sent or item.sent >= oldest)]
        ids = {item.axis_id for item in same if item.axis_id}
        async with self._runtime.work(reading=True) as work:
            others = await queue.of_others(work, row, ids) if ids else set()
        return next((item.axis_id or KNOWN for item in same if item.axis_id not in others), "")

    async def _list(self, kind: MessageType, claimed: datetime) -> dict[Key, list[SentItem]]:
        async with self._turn:
            if kind not in self._fetched or self._fetched[kind] < claimed:
                moment, found = now(), defaultdict[Key, list[SentItem]](list)
                for item in await self._axis.list_sent(kind):
                    found[_key(item.receiver, item.notation, item.title)].append(item)
                self._items[kind], self._fetched[kind] = found, moment
            return self._items[kind]


def _key_of(row: Shipment) -> Key:
    if row.message_type == "status" and not row.is_relay:
        return _key(row.to_code, row.content["code"], status_title(row.code))
    return _key(row.to_code, row.notation, row.title)


def _key(receiver: str, notation: str, title: str) -> Key:
    return receiver, " ".join(notation.split()), " ".join(title.split())


def _may_be(row: Shipment, item: SentItem) -> bool:
    """Two offices tell one sender the same of the same document: of a status the list must say whose it is, and have
    an id for it. (Sent twice it does no harm; taken for another's it would be lost.)"""
    return row.message_type != "status" or (bool(item.axis_id) and item.sender == row.from_code)
