"""Take a file in, and know who holds it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path

from sqlalchemy import delete, select

from contracts.message import FileRef
from contracts.registry.events import FileBlockedV1
from services.registry.files import content
from services.registry.files.names import display_name, distinct, safe_name
from services.registry.files.rules import LIMIT, ActiveContent, Malware, NotScanned, extension_of
from services.registry.files.tables import Holding
from shared.auth import Principal
from shared.blobs import StreamTooLarge
from shared.clock import now
from shared.problems import NotFound, Refusal
from shared.scanner import ScannerDown, make_scanner
from shared.service import Runtime
from shared.statements import Prepared
from shared.work import Work

HOLDINGS = Prepared(lambda insert: insert(Holding).on_conflict_do_nothing())


async def take_in(runtime: Runtime, caller: Principal, name: str, chunks: AsyncIterator[bytes]) -> FileRef:
    """Check a file while and after it streams in; only a harmless one is stored. Outside a transaction until then."""
    shown = display_name(name)
    extension_of(shown)
    with tempfile.TemporaryDirectory(prefix="qlvb-") as folder:
        path = Path(folder) / "upload"
        await _spool(chunks, path)
        try:
            media_type = await asyncio.to_thread(content.inspect, path, shown)
            await _scan(runtime, path, shown)
        except (Malware, ActiveContent) as refusal:
            await _tell_blocked(runtime, caller, shown, refusal)
            raise
        blob = await runtime.blobs.put(path, limit=LIMIT)
        ref = FileRef(
            sha256=blob.sha256, size=blob.size, name=safe_name(shown), display_name=shown, content_type=media_type
        )
        async with runtime.work(caller) as work:
            await work.alone(f"file:{ref.sha256}")  # against files/disposal.py
            await hold(work, [caller.office_id], [ref])
            work.audit("registry.upload", ref.sha256, name=shown, size=ref.size)
        if not await runtime.blobs.exists(ref.sha256):  # the same bytes were destroyed while they came in again
            await runtime.blobs.put(path, limit=LIMIT)
    return ref


async def _scan(runtime: Runtime, path: Path, name: str) -> None:
    """By the deployment's scanner. Raises Malware, or NotScanned: what was not looked at is not taken."""
    scanner = make_scanner(runtime.settings)
    if scanner is None:
        return
    try:
        virus = await scanner.virus_in(path)
    except ScannerDown as down:
        raise NotScanned(name=name, why=down.why) from down
    if virus:
        raise Malware(name=name)


async def _tell_blocked(runtime: Runtime, caller: Principal, name: str, refusal: Refusal) -> None:
    """The file is not kept; that it came is, and the office's contact for security hears of it (R07.8)."""
    async with runtime.work(caller) as work:
        work.audit("registry.upload-blocked", "", name=name, kind=refusal.kind)
        work.emit(
            FileBlockedV1(
                office_id=caller.office_id,
                person_id=caller.id,
                person_name=caller.name,
                file_name=name,
                reason=refusal.text,
                at=now(),
            ),
            key=caller.office_id,
        )


async def _spool(chunks: AsyncIterator[bytes], path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > LIMIT:
                raise StreamTooLarge(limit_mb=LIMIT // 2**20)
            file.write(chunk)


async def hold(work: Work, office_ids: Iterable[str], files: Iterable[FileRef]) -> None:
    """From now on the people of these offices may read these files."""
    distinct_files = {f.sha256: f for f in files}.values()
    rows = [
        {"office_id": office_id, "sha256": f.sha256, "content_type": f.content_type, "name": f.name, "since": now()}
        for office_id in dict.fromkeys(office_ids)
        if office_id
        for f in distinct_files
    ]
    await work.run(HOLDINGS, *rows)


async def let_go(work: Work, office_id: str, files: Iterable[FileRef]) -> None:
    """The office may no longer read these files."""
    gone = [f.sha256 for f in files]
    await work.execute(delete(Holding).where(Holding.office_id == office_id, Holding.sha256.in_(gone)))


async def readable(work: Work, sha256: str) -> Holding:
    """The holding by which the caller may read the file. Raises NotFound."""
    statement = select(Holding).where(Holding.sha256 == sha256).limit(1)
    if not work.principal.is_service:
        statement = statement.where(Holding.office_id == work.principal.office_id)
    found: Holding | None = await work.one(statement)
    if found is None:
        raise NotFound
    return found


async def held(work: Work, office_id: str, files: list[FileRef]) -> list[FileRef]:
    """The files with distinct safe names, after a check that the office holds each: a known hash gives no right."""
    wanted = {f.sha256 for f in files}
    statement = select(Holding.sha256).where(Holding.office_id == office_id, Holding.sha256.in_(wanted))
    if wanted - set(await work.all(statement)):
        raise NotFound
    names = distinct(safe_name(f.display_name or f.name) for f in files)
    return [
        f.model_copy(update={"name": name, "display_name": f.display_name or f.name})
        for f, name in zip(files, names, strict=True)
    ]
