"""The simulator's store as what the operations of the wire stand on, with the faults that concern what is stored."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Sequence

from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.faults import Faults
from services.gateway.wire.bodies import Body, of_file
from services.gateway.wire.failures import BAD_FILE, NO_RECEIVER, NO_SENDER, NOT_FOUND, WireFailure
from services.gateway.wire.mailbox import Agency, Parcel, SentCopy, Waiting
from services.gateway.wire.signature import Call

MISSING = "Không tìm thấy văn bản"


class StoredMailbox:
    """A `Mailbox` for every centre of the simulator."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self._exchange, self._store, self._faults = exchange, exchange.store, faults

    async def deposit(self, call: Call, parcel: Parcel) -> str:
        if self._faults.take("wrong_hash", "sendEdoc"):
            raise WireFailure(BAD_FILE, "File không hợp lệ: sai mã băm hash-file")
        return self._exchange.deposit(call.caller, parcel)

    async def waiting(self, call: Call, message_type: str) -> Sequence[Waiting]:
        found = [_waiting(row) for row in self._store.waiting(call.caller, message_type)]
        if found and self._faults.take("duplicate", "getReceivedEdocList"):
            found.append(found[0])
        if len(found) > 1 and self._faults.take("out_of_order", "getReceivedEdocList"):
            found.reverse()
        return found

    async def count(self, call: Call, message_type: str) -> int:
        return len(self._store.waiting(call.caller, message_type))

    async def body(self, call: Call, doc_id: str, operation: str) -> Body:
        row = self._store.item(call.caller, doc_id)
        if row is None or self._faults.take("vanish", operation):
            raise WireFailure(NOT_FOUND, MISSING)
        path = self._store.package_path(row["package_id"])
        size, truncated = path.stat().st_size, self._faults.take("truncated", operation) is not None
        end = size // 2 if truncated else size
        pieces = of_file(path, end)
        if self._faults.take("wrong_hash", operation):
            pieces = _spoiled(pieces, size // 2)
        return Body(end, pieces, broken_base64=truncated)

    async def acknowledge(self, call: Call, doc_id: str, status: str, description: str) -> None:
        if not self._store.set_status(call.caller, doc_id, status, description):
            raise WireFailure(NOT_FOUND, MISSING)

    async def sent(self, call: Call, message_type: str, doc_id: str | None) -> Sequence[SentCopy]:
        return [_sent(row) for row in self._store.sent(call.caller, message_type, doc_id)]

    async def agencies(self, call: Call, *, with_deleted: bool) -> AsyncIterator[Agency]:
        for row in self._store.agencies(with_deleted=with_deleted):
            yield _agency(row)

    async def register(self, call: Call, agency: Agency) -> None:
        held = self._store.agency(agency.code)
        if held is not None and held["centre"] != call.caller:
            raise WireFailure(NO_SENDER, f"Mã {agency.code} thuộc trung tâm khác")
        self._store.put_agency(
            agency.code, call.caller, agency.parent, agency.name, agency.mail, agency.mobile, agency.fax
        )

    async def unregister(self, call: Call, code: str) -> None:
        held = self._store.agency(code)
        if held is None or held["centre"] != call.caller:
            raise WireFailure(NO_RECEIVER, f"Không có đơn vị {code} trong trung tâm này")
        self._store.delete_agency(code)


async def _spoiled(pieces: AsyncIterator[bytes], index: int) -> AsyncIterator[bytes]:
    """One byte is another one."""
    async for piece in pieces:
        if 0 <= index < len(piece):
            piece = piece[:index] + bytes([piece[index] ^ 1]) + piece[index + 1 :]
        index -= len(piece)
        yield piece


def _waiting(row: sqlite3.Row) -> Waiting:
    return Waiting(
        row["doc_id"], row["message_type"], row["from_code"], row["to_code"], row["status"], row["status_desc"],
        row["created"], row["updated"],
    )  # fmt: skip


def _sent(row: sqlite3.Row) -> SentCopy:
    received = row["updated"] if row["status"] in ("done", "fail") else ""
    return SentCopy(
        row["package_id"], row["doc_id"], row["message_type"], row["title"], row["notation"], row["from_code"],
        row["to_code"], row["sent"], received, "done", row["status"], row["status_desc"],
    )  # fmt: skip


def _agency(row: sqlite3.Row) -> Agency:
    return Agency(
        row["code"], row["pcode"], row["name"], mail=row["mail"], old_code=row["old_code"], centre=row["centre"],
        version=str(row["version"]), deleted=bool(row["deleted"]), modified=row["modified"],
    )  # fmt: skip
