"""Destroy the bytes of a package, where nobody else refers to them any more."""

from __future__ import annotations

from sqlalchemy import select

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
        await runtime.blobs.delete(sha256)
        work.audit("gateway.package-destroyed", sha256)
    return True


async def _kept(work: Work, sha256: str, sender: str, identifier: str) -> bool:
    same = (Arrival.sender_organ_id == sender, Arrival.identifier == identifier, Arrival.package_sha256 == sha256)
    arrived = select(Arrival.id).where(*same, Arrival.destroyed_at.is_(None)).limit(1)
    return (
        await work.one(arrived) is not None
        or await quarantine.keeps(work, sha256)
        or await deliveries.keeps(work, sha256, identifier)
        or await mailbox.keeps(work, sha256)
    )
