"""Files leave the store when nobody holds them any more."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from contracts.registry.events import ContentDestroyedV1
from services.registry.files.tables import Holding
from shared.clock import now
from shared.service import Runtime


async def destroy(runtime: Runtime, sha256s: Iterable[str]) -> None:
    """What another office still holds stays. Repeated: what is gone is told again, nothing else happens."""
    wanted = sorted(set(sha256s))
    async with runtime.work() as work:
        await work.alone(*(f"file:{sha256}" for sha256 in wanted))
        held = set(await work.all(select(Holding.sha256).where(Holding.sha256.in_(wanted))))
        gone = [sha256 for sha256 in wanted if sha256 not in held]
        for sha256 in gone:
            if await runtime.blobs.exists(sha256):
                await runtime.blobs.delete(sha256)
            work.audit("registry.content-destroyed", sha256)
        if gone:
            work.emit(ContentDestroyedV1(sha256s=tuple(gone), at=now()), key=gone[0])
