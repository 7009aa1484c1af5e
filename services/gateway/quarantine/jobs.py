"""Scan again what waits for the scanner; tell what has waited for a person for too long."""

from __future__ import annotations

import tempfile
from collections import defaultdict
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from contracts.gateway.events import QuarantineAgedV1
from services.gateway.lamps.actions import report
from services.gateway.quarantine import actions, rules
from services.gateway.quarantine.queries import too_long_ago
from services.gateway.quarantine.rules import HELD
from services.gateway.quarantine.tables import Quarantined
from services.gateway.receiving.intake import Source, take_in
from services.gateway.routing.actions import primary_place
from services.gateway.trust.checks import SCANNER, scanner_of
from services.gateway.trust.rules import SCAN_WAITING
from shared.scanner import ScannerDown
from shared.service import Runtime

AT_ONCE = 100
CLEAN = "Máy quét mã độc đã trả lời; gói tin được xử lý tiếp tự động."


async def scan_again(runtime: Runtime) -> None:
    """The job: as soon as the scanner answers, whatever waited for it goes on, the oldest first."""
    waiting = await _waiting(runtime)
    scanner = scanner_of(runtime)
    if not waiting or scanner is None:
        return
    try:
        await scanner.version()
    except ScannerDown as down:
        async with runtime.work() as work:
            await report(work, SCANNER, up=False, error=down.why)
        return
    for key in waiting:
        if not await _again(runtime, key):
            return


async def _waiting(runtime: Runtime) -> list[UUID]:
    statement = select(Quarantined.id).where(Quarantined.state == HELD, Quarantined.reason_code == SCAN_WAITING)
    async with runtime.work(reading=True) as work:
        return list(await work.all(statement.order_by(Quarantined.id).limit(AT_ONCE)))


async def _again(runtime: Runtime, key: UUID) -> bool:
    """False where the scanner has gone again."""
    async with runtime.work(reading=True) as work:
        row = await work.get(Quarantined, key)
        assert row is not None
        place = await primary_place(work, row.office_id) if row.office_id else None
    with tempfile.TemporaryDirectory(prefix="scan-") as folder:
        path = Path(folder) / "package.edxml"
        await runtime.blobs.copy_to(row.sha256, path)
        forgiven = frozenset(row.forgiven)
        result = await take_in(runtime, path, Source(row.to_code, row.channel, row.external_id, None, place, forgiven))
    if result.quarantine_id == str(key):
        return False
    async with runtime.work() as work:
        await actions.decide(work, key, rules.RELEASED, CLEAN)
    return True


async def watch_ageing(runtime: Runtime) -> None:
    """The job: each entry that waits for too long is told once, to whoever may decide it."""
    late = (Quarantined.state == HELD, Quarantined.aged_told.is_(False), Quarantined.arrived_at < too_long_ago())
    async with runtime.work() as work:
        rows = await work.all(select(Quarantined).where(*late).order_by(Quarantined.id).limit(1000).with_for_update())
        offices: dict[str, list[Quarantined]] = defaultdict(list)
        for row in rows:
            row.aged_told = True
            offices[row.office_id or ""].append(row)
        for office_id, found in offices.items():
            names = tuple(sorted({rules.reason(row.reason_code).name for row in found}))
            oldest = min(row.arrived_at for row in found)
            message = QuarantineAgedV1(office_id=office_id, count=len(found), reasons=names, oldest=oldest)
            work.emit(message, key=office_id or "nobody")
