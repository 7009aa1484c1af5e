"""One document to 600 offices of this deployment: one burst, no query a recipient."""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select

from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, OfficeRef, Recipient
from infra.bench.frame import Row, absolute
from services.gateway.service import service as gateway
from services.registry.incoming.tables import Incoming
from services.registry.service import service as registry
from shared.clock import now, today
from shared.testing import System, running

OFFICES = 600


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        seconds = asyncio.run(_measure(Path(folder)))
    return [absolute(f"one document to {OFFICES} offices, embedded", seconds, "s", goal=5)]


async def _measure(folder: Path) -> float:
    async with running(registry, gateway, tmp_path=folder) as system:
        for place in range(OFFICES + 1):
            await system.emit("registry", _office(place), key=f"office-{place}")
        await system.settle(120)
        ref = await system.runtime("registry").blobs.put(b"%PDF-1.7\n" + b"0" * 200_000)
        file = FileRef(sha256=ref.sha256, size=ref.size, name="a.pdf")
        started = time.perf_counter()
        await system.emit("registry", _issued(file), key="document")
        await system.settle(120)
        seconds = time.perf_counter() - started
        found = await _arrived(system)
        if found != OFFICES:
            raise RuntimeError(f"{found} of {OFFICES} arrived")
        return seconds


async def _arrived(system: System) -> int:
    async with system.runtime("registry").work(reading=True) as work:
        return int(await work.scalar(select(func.count()).select_from(Incoming)))


def _office(place: int) -> OfficeChangedV1:
    return OfficeChangedV1(
        office_id=f"office-{place}",
        name=f"Ủy ban nhân dân xã {place}",
        short_name=f"Xã {place}",
        abbreviation="UBND",
        level="commune",
        parent_id=None,
        organ_ids=(f"H60.{place:03}",),
    )


def _issued(file: FileRef) -> DocumentIssuedV1:
    day = today()
    return DocumentIssuedV1(
        document_id=str(uuid4()),
        identifier=f"H60.000,{day:%Y/%m/%d},01/UBND",
        office=OfficeRef(office_id="office-0", organ_id="H60.000", name="Văn phòng"),
        code_number="01",
        code_notation="UBND",
        code="01/UBND",
        type_name="Công văn",
        subject="V/v gửi mọi xã, phường",
        issued_date=day.isoformat(),
        issued_at=now(),
        signer_name="Hà Trung Kiên",
        signer_position="Chủ tịch",
        files=(file,),
        recipients=tuple(
            Recipient(organ_id=f"H60.{place:03}", name=f"Xã {place}", office_id=f"office-{place}")
            for place in range(1, OFFICES + 1)
        ),
    )
