"""Hand a package in; put one out for a partner; pass one on."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from services.gateway.connections import settings_of
from services.gateway.mailbox import queries
from services.gateway.mailbox.agencies import closed
from services.gateway.mailbox.rules import Stop, check_sender, same_key, stops
from services.gateway.mailbox.tables import LOCAL, OPEN, OURS, RELAY, MailItem, MailPackage
from services.gateway.partners.queries import kinds_in_force
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import Ways, is_loop
from services.gateway.sending import queue
from services.gateway.webhooks.actions import tell
from services.gateway.wire.editing import NotEditable, with_trace
from services.gateway.wire.failures import BAD_FILE, BAD_PACKAGE, WireFailure
from services.gateway.wire.mailbox import Parcel
from shared.blobs import BlobRef
from shared.clock import now
from shared.database import new_id
from shared.service import Runtime
from shared.work import Work

KEY_REUSED = "Idempotency-Key này đã dùng cho một gói tin khác"
LOOP = "Gói tin đã đi qua hệ thống này trước đó (gửi vòng)"


@dataclass(frozen=True)
class HandedIn:
    """The sender's DocId; whether it was there already; whether an office of this deployment is among the receivers."""

    doc_id: UUID
    duplicate: bool
    local: bool


async def hand_in(runtime: Runtime, partner: str, parcel: Parcel, idempotency_key: str | None = None) -> HandedIn:
    """A package of a partner, durable when it returns; the same again gets the first receipt. Raises WireFailure."""
    async with runtime.work(reading=True) as work:
        known = await ways(work, [parcel.sender, *parcel.to])
        check_sender(partner, parcel.sender, known)
        lying = await _stops(work, partner, parcel, known)
    return await _hand_in(runtime, partner, parcel, lying, idempotency_key)


async def pass_on(runtime: Runtime, partner: str, parcel: Parcel) -> HandedIn | None:
    """A package fetched from a partner which is for somebody behind another one; None where it is not for this hub to
    pass on. Who may write to whom is the business of the axis it came from."""
    if not settings_of(runtime).hub_code:
        return None
    async with runtime.work(reading=True) as work:
        known = await ways(work, parcel.to)
        try:
            lying = await _stops(work, partner, parcel, known)
        except WireFailure:
            return None
    if any(stop.box == LOCAL for stop in lying):
        return None
    return await _hand_in(runtime, partner, parcel, lying, None)


async def _hand_in(runtime: Runtime, partner: str, parcel: Parcel, lying: list[Stop], key: str | None) -> HandedIn:
    same = same_key(partner, parcel.sender, parcel.message_type, parcel.body.sha256, parcel.to)
    local = any(stop.box == LOCAL for stop in lying)
    async with runtime.work(reading=True) as work:
        known = await _known(work, partner, same, key)
    if known is not None:
        return HandedIn(known.id, True, local)
    blob = await runtime.blobs.put(parcel.body.path)
    passed_on = await _with_our_trace(runtime, parcel) if any(stop.box != LOCAL for stop in lying) else blob
    async with runtime.work() as work:
        await work.alone(f"hand-in:{same}")
        if key:
            await work.alone(f"hand-in:{partner}:{key}")
        known = await _known(work, partner, same, key)
        package = known or _package(partner, parcel, same, key)
        if known is None:
            await _lay(work, package, parcel, [(stop, blob if stop.box == LOCAL else passed_on) for stop in lying])
    return HandedIn(package.id, known is not None, local)


async def put_out(runtime: Runtime, box: str, parcel: Parcel) -> HandedIn:
    """A package of this deployment for a partner that fetches it here."""
    key = same_key(OURS, parcel.sender, parcel.message_type, parcel.body.sha256, [box, *parcel.to])
    blob = await runtime.blobs.put(parcel.body.path)
    async with runtime.work() as work:
        await work.alone(f"hand-in:{key}")
        known = await queries.same(work, key)
        package = known or _package(OURS, parcel, key, None)
        if known is None:
            await _lay(work, package, parcel, [(Stop(code, box), blob) for code in parcel.to])
    return HandedIn(package.id, known is not None, False)


async def _stops(work: Work, partner: str, parcel: Parcel, known: Ways) -> list[Stop]:
    hub = settings_of(work.runtime).hub_code
    if not parcel.summary.from_code:
        raise WireFailure(BAD_PACKAGE, "edXML sai chuẩn: không đọc được phần đầu của gói tin")
    if hub and is_loop(parcel.summary.traces, [hub]):
        raise WireFailure(BAD_PACKAGE, LOOP)
    kinds, gone = await kinds_in_force(work), await closed(work, parcel.to)
    return stops(partner, parcel.to, known, kinds, gone, hub=bool(hub))


async def _known(work: Work, partner: str, key: str, idempotency_key: str | None) -> MailPackage | None:
    if idempotency_key:
        same = await queries.by_key(work, partner, idempotency_key)
        if same is not None and same.same_key != key:
            raise WireFailure(BAD_FILE, KEY_REUSED, http=422)
        if same is not None:
            return same
    return await queries.same(work, key)


async def _with_our_trace(runtime: Runtime, parcel: Parcel) -> BlobRef:
    """What is passed on carries this hub's hop; its body goes through as a stream."""
    hub = settings_of(runtime).hub_code
    with tempfile.TemporaryDirectory(prefix="relay-") as folder:
        path = Path(folder) / "package.edxml"
        try:
            await asyncio.to_thread(with_trace, parcel.body.path, path, hub, now())
        except NotEditable as error:
            raise WireFailure(BAD_PACKAGE, "edXML sai chuẩn: không đọc được phần đầu của gói tin") from error
        return await runtime.blobs.put(path)


def _package(partner: str, parcel: Parcel, key: str, idempotency_key: str | None) -> MailPackage:
    return MailPackage(
        id=new_id(),
        partner=partner,
        from_code=parcel.sender,
        message_type=parcel.message_type,
        title=parcel.title,
        notation=parcel.notation[:200],
        same_key=key,
        idempotency_key=idempotency_key,
        sent_at=now(),
    )


async def _lay(work: Work, package: MailPackage, parcel: Parcel, copies: Sequence[tuple[Stop, BlobRef]]) -> None:
    work.save(package)
    await work.flush()
    for stop, blob in copies:
        item = MailItem(id=new_id(), package_id=package.id, box=stop.box, to_code=stop.to_code)
        item.sha256, item.size, item.status, item.status_desc = blob.sha256, blob.size, OPEN[0], ""
        item.created_at = item.updated_at = now()
        work.save(item)
        if stop.box == RELAY:
            _queue(work, package, item, parcel, stop)
        elif stop.box != LOCAL:
            await tell(work, stop.box, f"{package.message_type}.waiting", _facts(package, item, parcel))
    work.audit("gateway.handed-in", str(package.id), partner=package.partner, receivers=[s.to_code for s, _ in copies])


def _queue(work: Work, package: MailPackage, item: MailItem, parcel: Parcel, stop: Stop) -> None:
    queue.relay(
        work,
        item_id=item.id,
        axis=stop.through,
        from_code=package.from_code,
        to_code=stop.to_code,
        title=package.title,
        notation=package.notation,
        urgency=parcel.summary.urgency,
        content={"message_type": package.message_type, "sha256": item.sha256},
    )


def _facts(package: MailPackage, item: MailItem, parcel: Parcel) -> dict[str, object]:
    """What a web-hook says of a package that waits; the package itself is fetched."""
    about = parcel.summary.response_for[0] if parcel.summary.response_for else None
    return {
        "docId": str(item.id),
        "messageType": package.message_type,
        "from": package.from_code,
        "to": item.to_code,
        "title": package.title,
        "notation": package.notation,
        "statusCode": parcel.summary.status_code,
        "documentId": about.document_id if about and parcel.summary.status_code else parcel.summary.document_id,
    }
