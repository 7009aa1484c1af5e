"""One partner's view of the mailbox: its own packages, its own units, and whom it may write to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from sqlalchemy import select

from services.gateway.connections import settings_of
from services.gateway.mailbox import actions, agencies, items, queries
from services.gateway.mailbox.tables import PartnerAgency
from services.gateway.polling import schedule
from services.gateway.polling.actions import poll_soon
from services.gateway.routing.tables import KnownOffice, OfficeCode
from services.gateway.wire.bodies import Body
from services.gateway.wire.failures import NOT_FOUND, WireFailure
from services.gateway.wire.mailbox import Agency, Parcel, SentCopy, Waiting
from services.gateway.wire.signature import Call
from shared.auth import Principal
from shared.clock import VN
from shared.service import Runtime

PAGE = 1000


class PartnerBoxes:
    """A `Mailbox` of the wire; `call.caller` is the partner's name."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def deposit(self, call: Call, parcel: Parcel) -> str:
        """The receivers in this deployment get it at once: nobody waits for the next cycle."""
        key = (call.parameter("Idempotency-Key") or "").strip()[:128]
        handed = await actions.hand_in(self._runtime, call.caller, parcel, key or None)
        if handed.local and not handed.duplicate:
            async with self._runtime.work() as work:
                await schedule.hasten(work, call.caller)
            poll_soon(self._runtime, call.caller)
        return str(handed.doc_id)

    async def waiting(self, call: Call, message_type: str) -> Sequence[Waiting]:
        async with self._runtime.work(reading=True) as work:
            return await queries.waiting(work, call.caller, message_type)

    async def count(self, call: Call, message_type: str) -> int:
        async with self._runtime.work(reading=True) as work:
            return await queries.count(work, call.caller, message_type)

    async def body(self, call: Call, doc_id: str, operation: str) -> Body:
        async with self._runtime.work(reading=True) as work:
            item = await queries.item_of(work, call.caller, doc_id)
        if item is None:
            raise WireFailure(NOT_FOUND, "Không tìm thấy văn bản", http=404)
        return Body(item.size, self._runtime.blobs.stream(item.sha256))

    async def acknowledge(self, call: Call, doc_id: str, status: str, description: str) -> None:
        async with self._runtime.work(_principal(call)) as work:
            await items.acknowledge(work, call.caller, doc_id, status, description)

    async def sent(self, call: Call, message_type: str, doc_id: str | None) -> Sequence[SentCopy]:
        async with self._runtime.work(reading=True) as work:
            return await queries.sent(work, call.caller, message_type, doc_id)

    async def agencies(self, call: Call, *, with_deleted: bool) -> AsyncIterator[Agency]:
        """The offices here, and its own units; where this gateway is a hub, those of the other partners too."""
        async for office in self._offices():
            if with_deleted or not office.deleted:
                yield office
        hub, after = bool(settings_of(self._runtime).hub_code), ""
        while True:
            statement = select(PartnerAgency).where(PartnerAgency.code > after).order_by(PartnerAgency.code).limit(PAGE)
            if not hub:
                statement = statement.where(PartnerAgency.partner == call.caller)
            async with self._runtime.work(reading=True) as work:
                rows = await work.all(statement)
            for row in rows:
                if with_deleted or not row.deleted:
                    yield _agency(row)
            if len(rows) < PAGE:
                return
            after = rows[-1].code

    async def _offices(self) -> AsyncIterator[Agency]:
        statement = select(KnownOffice).order_by(KnownOffice.organ_id)
        async with self._runtime.work(reading=True) as work:
            offices = await work.all(statement)
            codes: dict[str, list[str]] = {}
            for code in await work.all(select(OfficeCode).order_by(OfficeCode.code)):
                codes.setdefault(code.office_id, []).append(code.code)
        for office in offices:
            others = [code for code in codes.get(office.office_id, []) if code != office.organ_id.strip().upper()]
            yield Agency(
                office.organ_id, "", office.name, old_code=others[0] if others else "", deleted=not office.active
            )

    async def register(self, call: Call, agency: Agency) -> None:
        async with self._runtime.work(_principal(call)) as work:
            await agencies.register_agency(work, call.caller, agency)

    async def unregister(self, call: Call, code: str) -> None:
        async with self._runtime.work(_principal(call)) as work:
            await agencies.delete_agency(work, call.caller, code)


def _principal(call: Call) -> Principal:
    return Principal(id=f"partner:{call.caller}", name=call.caller, kind="person")


def _agency(row: PartnerAgency) -> Agency:
    return Agency(
        code=row.code,
        parent=row.parent,
        name=row.name,
        mail=row.mail,
        centre=row.partner,
        version=str(row.version),
        deleted=row.deleted,
        modified=row.changed_at.astimezone(VN).strftime("%Y-%m-%d %H:%M:%S"),
    )
