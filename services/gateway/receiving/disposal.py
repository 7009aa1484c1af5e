"""Destroy the bytes of a package, where nobody else refers to them any more."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from contracts.registry.events import RecallAnsweredV1
from services.gateway.deliveries import queries as deliveries
from services.gateway.mailbox import queries as mailbox
from services.gateway.quarantine import queries as quarantine
from services.gateway.receiving.tables import Arrival
from shared.service import Runtime
from shared.work import Work


async def destroy_package(runtime: Runtime, sha256: str, sender: str, identifier: str) -> bool:
    """True when the content is gone. Arrivals whose content was destroyed, and purged entries, do not hold it.

    The same bytes are the same sender's and have the same identifier: by these they are found.
    """
    if not sha256:
        return False
    async with runtime.work() as work:
        await work.alone(f"package:{sha256}")
        if await _kept(work, sha256, sender, identifier):
            return False
        if await runtime.blobs.exists(sha256):
            await runtime.blobs.delete(sha256)
        work.audit("gateway.package-destroyed", sha256)
    return True


async def forget_content(work: Work, row: Arrival, at: datetime) -> None:
    """The office gave the document back: neither its package nor that of the recall is held for it any more."""
    for one in await work.all(_of_document(row)):
        one.destroyed_at = one.destroyed_at or at


async def destroy_content(runtime: Runtime, message: RecallAnsweredV1) -> None:
    """The packages of a document that was given back leave the store."""
    if not message.agreed:
        return
    async with runtime.work(reading=True) as work:
        row = await work.get(Arrival, UUID(message.arrival_id))
        gone = list(await work.all(_of_document(row))) if row is not None else []
    for one in gone:
        await destroy_package(runtime, one.package_sha256, one.sender_organ_id, one.identifier)


def _of_document(row: Arrival) -> Select[Any]:
    """The arrivals of one office that carry this document: itself, and the recall with its identifier."""
    return select(Arrival).where(
        Arrival.sender_organ_id == row.sender_organ_id,
        Arrival.identifier == row.identifier,
        Arrival.office_id == row.office_id,
    )


async def _kept(work: Work, sha256: str, sender: str, identifier: str) -> bool:
    same = (Arrival.sender_organ_id == sender, Arrival.identifier == identifier, Arrival.package_sha256 == sha256)
    arrived = select(Arrival.id).where(*same, Arrival.destroyed_at.is_(None)).limit(1)
    return (
        await work.one(arrived) is not None
        or await quarantine.keeps(work, sha256)
        or await deliveries.keeps(work, sha256, identifier)
        or await mailbox.keeps(work, sha256)
    )
