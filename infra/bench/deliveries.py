"""Cost of a delivery with ten million of them in the tables against ten thousand, on PostgreSQL.

A delivery: issued, claimed, sent to a partner in memory, its statuses 01, 03 and 06 taken in. The processor time and
waiting for the database both count; the partner costs nothing. The old rows are made by the database itself.
`DELIVERIES_ROWS` makes it smaller.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import create_async_engine

from contracts.identity.events import OfficeChangedV1
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, OfficeRef, Recipient
from infra.bench.frame import Row, within
from infra.local_servers import Postgres, available
from infra.stack import MISSING
from services.gateway.axes.protocol import SendReceipt
from services.gateway.deliveries.tables import Delivery
from services.gateway.edxml import Organ, ResponseFor, Status
from services.gateway.sending.job import send_due
from services.gateway.service import service
from services.gateway.statuses.actions import reported
from shared.clock import now
from shared.service import Runtime
from shared.testing import System, running

FEW, MANY = 10_000, int(os.environ.get("DELIVERIES_ROWS", "10000000"))
PART, SENT, ROUNDS, WARM = 250_000, 300, 3, 100
A_PACKAGE = 4  # deliveries of one document, about what the national axis sees (3.6)
ORGANS = 120_000
ANSWERS = ("01", "03", "06")
OFFICE = OfficeRef(office_id="o1", organ_id="H60.10", name="Sở Khoa học và Công nghệ")
OLD = {
    "out_packages": (
        "INSERT INTO out_packages (id, document_id, kind, identifier, code, office_id, content, sha256, created_at) "
        "SELECT {key}, 'old-' || n, 'document', 'H60.10,2025/01/05,' || n || '/CV', n || '/CV', 'o' || n % 600, "
        "'{{}}', md5(n::text) || md5(n::text), now() - interval '1 day' FROM generate_series({first}, {last}) n "
        "WHERE n % {share} = 0"
    ),
    "deliveries": (
        "INSERT INTO deliveries (id, package_id, document_id, office_id, organ_id, name, channel, kind, state, "
        "status_code, round, change, attempts, last_error, needs_person) "
        "SELECT {key}, {package}, 'old-' || {whole}, 'o' || {whole} % 600, {organ}, 'Nơi nhận ' || n, 'national', "
        "'document', '06', '06', 0, 4, 1, '', false FROM generate_series({first}, {last}) n"
    ),
    "shipments": (
        "INSERT INTO shipments (id, subject_id, code, round, axis, from_code, to_code, title, notation, package_id, "
        "content, urgency, rank, state, attempts, next_at, maybe_sent, external_id, last_error, created_at, sent_at) "
        "SELECT {key}, {key}, 'edoc', 0, 'national', 'H60.10', {organ}, 'Về việc thử', n || '/CV', {package}, "
        "'{{}}', 0, 0, 'sent', 1, now(), false, 'a' || n, '', now() - interval '1 day', now() "
        "FROM generate_series({first}, {last}) n"
    ),
    "status_records": (
        "INSERT INTO status_records (id, delivery_id, code, at, description, staff, applied, note) "
        "SELECT {key}, {key}, '06', now() - interval '1 hour', '', '', true, '' "
        "FROM generate_series({first}, {last}) n"
    ),
}


def rows() -> list[Row]:
    if not available():
        raise RuntimeError(MISSING)
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        postgres = Postgres(Path(folder) / "postgres")
        postgres.start()
        try:
            postgres.create("gateway")
            few, many = asyncio.run(_measured(Path(folder) / "house", postgres))
        finally:
            postgres.stop("immediate")
    return [within(f"a delivery with {MANY:,} in the tables, floor: with {FEW:,}", many, few, "ms", at_most=1.2)]


class Nobody:
    """A partner that takes everything at once."""

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: str
    ) -> SendReceipt:
        return SendReceipt(str(uuid4()))


async def _measured(folder: Path, postgres: Postgres) -> tuple[float, float]:
    async with AsyncExitStack() as stack:
        quiet, url = replace(service, jobs=[]), postgres.url("{service}")
        system = await stack.enter_async_context(running(quiet, tmp_path=folder, database_url=url))
        await system.emit("gateway", _office())
        await system.settle()
        await _old(postgres, 1, FEW)
        await _delivered(system, WARM)
        few = min([await _delivered(system, SENT) for _ in range(ROUNDS)])
        await _old(postgres, FEW + 1, MANY)
        await _delivered(system, WARM)
        many = min([await _delivered(system, SENT) for _ in range(ROUNDS)])
        return few, many


async def _old(postgres: Postgres, first: int, last: int) -> None:
    """Deliveries that were sent and answered long ago, with what belongs to them."""
    engine = create_async_engine(postgres.url("gateway"))
    whole = f"(n - n % {A_PACKAGE} + {A_PACKAGE})"  # its package; the last ones of a run have theirs in the next
    organ = f"'X' || (n * 7919::bigint) % {ORGANS}"
    names = {"key": _key("n"), "package": _key(whole), "whole": whole, "organ": organ, "share": A_PACKAGE}
    async with engine.connect() as connection:
        for begin in range(first, last + 1, PART):
            end = min(begin + PART - 1, last)
            for table, statement in OLD.items():
                extra = A_PACKAGE if table == "out_packages" else 0
                span = {"first": begin + (extra if begin > 1 else 0), "last": end + extra}
                await connection.execute(text(statement.format(**names, **span)))
            await connection.commit()
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("VACUUM ANALYZE"))
        await connection.execute(text("CHECKPOINT"))
    await engine.dispose()


def _key(number: str) -> str:
    """A key before all that are made now."""
    return f"('00000000-0000-7000-8000-' || lpad(to_hex({number}), 12, '0'))::uuid"


async def _delivered(system: System, count: int) -> float:
    """Milliseconds a delivery, all its steps together."""
    runtime = system.runtime("gateway")
    blob = await runtime.blobs.put(b"%PDF-1.7 van ban")
    file = FileRef(sha256=blob.sha256, size=blob.size, name="a.pdf")
    documents = [_issued(file) for _ in range(count // A_PACKAGE)]
    begun = time.perf_counter()
    for document in documents:
        await system.emit("gateway", document, key=document.document_id)
    await system.settle(300)
    runtime.state["axes"] = {"national": Nobody()}
    await send_due(runtime)
    runtime.state["axes"] = {}
    for code in ANSWERS:
        for document in documents:
            await _answered(runtime, document, code)
    seconds = time.perf_counter() - begun
    await _check(runtime, documents)
    return seconds * 1000 / (len(documents) * A_PACKAGE)


async def _answered(runtime: Runtime, document: DocumentIssuedV1, code: str) -> None:
    about = ResponseFor(OFFICE.organ_id, document.code, document.identifier, date.today())
    for recipient in document.recipients:
        async with runtime.work() as work:
            problem = await reported(work, Status(Organ(recipient.organ_id), about, code, now()), OFFICE.organ_id)
        if problem:
            raise RuntimeError(problem)


async def _check(runtime: Runtime, documents: Sequence[DocumentIssuedV1]) -> None:
    ids = [document.document_id for document in documents]
    ended = select(func.count()).where(Delivery.document_id.in_(ids), Delivery.state == ANSWERS[-1])
    async with runtime.work(reading=True) as work:
        found = await work.scalar(ended)
    if found != len(documents) * A_PACKAGE:
        raise RuntimeError(f"{found} of {len(documents) * A_PACKAGE} went all the way")


def _office() -> OfficeChangedV1:
    return OfficeChangedV1(
        office_id=OFFICE.office_id,
        name=OFFICE.name,
        short_name="",
        abbreviation="SKHCN",
        level="department",
        parent_id=None,
        organ_ids=(OFFICE.organ_id,),
    )


_number = 0


def _issued(file: FileRef) -> DocumentIssuedV1:
    global _number
    _number += 1
    return DocumentIssuedV1(
        document_id=str(uuid4()),
        identifier=f"{OFFICE.organ_id},2026/01/05,{_number}/CV",
        office=OFFICE,
        code_number=str(_number),
        code_notation="CV",
        code=f"{_number}/CV",
        type_name="Công văn",
        subject=f"Về việc số {_number}",
        issued_date="2026-01-05",
        issued_at=now(),
        signer_name="Hà Trung Kiên",
        signer_position="Giám đốc",
        files=(file,),
        recipients=tuple(
            Recipient(organ_id=f"X{(_number * A_PACKAGE + place) * 31 % ORGANS}", name=f"Nơi nhận {place}")
            for place in range(A_PACKAGE)
        ),
    )
