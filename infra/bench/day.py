"""A day of the nation over the axis: what two gateways send to a simulated axis, until every status 06 is back.

The pace is that of the middle three fifths: the first have nothing to wait behind, the last nothing that pushes them.

30,000 deliveries a working day, 3 to 4 recipients a document; files of 1–2 MB on average, one in a hundred over 20 MB,
none over 50. `DAY_SHARE=1` sends the whole day (60 GB on the disk); the default is its twentieth part.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psutil

from contracts.gateway.events import DeliveryChangedV2
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, OfficeRef, Recipient
from infra.bench.frame import Row, absolute, told
from infra.load.people import Caller, Office, province
from infra.stack import Stack, running
from shared.blobs import Blobs, make_blobs
from shared.clock import now, today
from shared.messaging.envelope import Envelope
from shared.messaging.rabbit import RabbitBus
from shared.settings import Settings

DAY = 30_000  # deliveries
SHARE = int(os.environ.get("DAY_SHARE", "20"))
MEDIAN, SPREAD, LARGEST = 0.4, 1.68, 50.0  # MB; log-normal: mean 1.6, p99 20
MEGABYTE = 2**20
GATEWAYS = 2  # one for each processor
WAITING = 600  # deliveries under way at any time: of fewer some only wait for the next poll, more (900) are no quicker
FINISHED = "06"
FLAT = 4  # MB between the first third and the end: what threads and connections need is there by then
PATIENCE = 1200.0  # seconds without any status
SETTINGS = {"QLVB_AXIS_POLL_SECONDS": "2", "QLVB_AXIS_SEND_SECONDS": "0.2"}


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        replicas = {"gateway": GATEWAYS}
        stack = Stack(Path(folder) / "stack", replicas=replicas, names=["identity", "gateway"], settings=SETTINGS)
        with running(stack):
            return asyncio.run(_measured(stack))


class Axis:
    """Documents out to the partners of the axis, and what becomes of each copy."""

    def __init__(self, stack: Stack, office: Office, partners: list[tuple[str, str]]) -> None:
        self._bus = RabbitBus(stack.rabbit.url(), concurrency=32)
        self._blobs: Blobs = make_blobs(Settings(data_dir=stack.data))
        self._office, self._partners = office, partners
        self._number, self._noise = 0, random.randbytes(int(LARGEST * MEGABYTE) + 64 * DAY)  # noqa: S311
        self._open: set[tuple[str, str]] = set()
        self._changed = asyncio.Condition()
        self.ended: list[float] = []  # when each delivery was finished

    async def start(self) -> None:
        await self._bus.start()
        await self._bus.subscribe("qlvb.load-day", [DeliveryChangedV2.message_type], self._heard)

    async def stop(self) -> None:
        await self._bus.stop()

    async def send(self, recipients: int, size: int) -> None:
        """One document; back as soon as few enough deliveries are under way."""
        self._number += 1
        start = 64 * self._number  # so that no two files are alike
        ref = await self._blobs.put(b"%PDF-1.7\n" + self._noise[start : start + size])
        chosen = [self._partners[(self._number + step) % len(self._partners)] for step in range(recipients)]
        message = _issued(self._office, self._number, FileRef(sha256=ref.sha256, size=ref.size, name="a.pdf"), chosen)
        self._open |= {(message.document_id, organ_id) for organ_id, _ in chosen}
        kind, key = message.message_type, message.document_id
        await self._bus.publish([Envelope(str(uuid4()), kind, "/qlvb/registry", key, message.model_dump_json())])
        await self.until_open(WAITING)

    async def until_open(self, at_most: int) -> None:
        """Raises TimeoutError when nothing comes back any more."""
        async with self._changed:
            while len(self._open) > at_most:
                await asyncio.wait_for(self._changed.wait(), PATIENCE)

    async def until_ended(self, at_least: int) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: len(self.ended) >= at_least)

    async def _heard(self, envelope: Envelope) -> None:
        ended = {
            (envelope.data["document_id"], copy["organ_id"])
            for copy in envelope.data["copies"]
            if copy["status_code"] == FINISHED
        }
        async with self._changed:
            self.ended += [time.perf_counter()] * len(self._open & ended)
            self._open -= ended
            self._changed.notify_all()


async def _measured(stack: Stack) -> list[Row]:
    offices, partners = province()
    office = next(o for o in offices if o.who("clerk"))
    clerk = office.who("clerk")
    assert clerk is not None
    caller = Caller({"identity": stack.url("identity")})
    await caller.log_in(clerk)
    office.key = clerk.profile["office_id"]
    axis = Axis(stack, office, partners)
    await axis.start()
    try:
        for recipients, size in _day(20):  # connections and caches are there
            await axis.send(recipients, size)
        await axis.until_open(0)
        axis.ended.clear()
        return await _rows(stack, axis, DAY // SHARE)
    finally:
        await axis.stop()
        await caller.close()


async def _rows(stack: Stack, axis: Axis, deliveries: int) -> list[Row]:
    gateways, simulator = _processes(stack, "gateway"), _processes(stack, "axis")
    used, simulated, busy = _used(gateways), _used(simulator), _busy()
    memory, begun = _memory(gateways), time.perf_counter()
    third = asyncio.create_task(_memory_after(axis, deliveries // 3, gateways))
    for recipients, size in _day(deliveries):
        await axis.send(recipients, size)
    await axis.until_open(0)
    seconds = time.perf_counter() - begun
    used, simulated, busy = _used(gateways) - used, _used(simulator) - simulated, _busy() - busy
    end = _memory(gateways)
    name = f"a day of the nation over the axis, at the pace of {deliveries} deliveries"
    return [
        absolute(name, DAY / _pace(axis.ended) / 60, "min", goal=15),
        told("… processors that the whole machine keeps busy in it", busy / seconds, ""),
        told("… processors that the gateways keep busy in it", used / seconds, ""),
        told("… their work on a delivery", 1000 * used / deliveries, "ms"),
        told("… the simulated axis' work on a delivery", 1000 * simulated / deliveries, "ms"),
        absolute("… memory gained by a gateway after the first third", _grown(await third, end), "MB", goal=FLAT),
        absolute("… memory gained by a gateway from the first delivery on", _grown(memory, end), "MB", goal=15),
    ]


def _processes(stack: Stack, name: str) -> list[psutil.Process]:
    return [psutil.Process(process.pid) for process in stack.processes[name] if process.pid]


async def _memory_after(axis: Axis, ended: int, processes: list[psutil.Process]) -> list[int]:
    await axis.until_ended(ended)
    return _memory(processes)


def _memory(processes: list[psutil.Process]) -> list[int]:
    return [process.memory_info().rss for process in processes]


def _used(processes: list[psutil.Process]) -> float:
    """Processor seconds."""
    return sum(sum(process.cpu_times()[:2]) for process in processes)


def _busy() -> float:
    """Processor seconds of everything that runs."""
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait)


def _grown(before: list[int], after: list[int]) -> float:
    """Megabytes of the process that gained most."""
    return max(0.0, max(now - then for now, then in zip(after, before, strict=True)) / MEGABYTE)


def _pace(ended: list[float]) -> float:
    """Deliveries a second in the middle three fifths."""
    first, last = len(ended) // 5, len(ended) * 4 // 5
    return (last - first) / (ended[last] - ended[first])


def _day(deliveries: int) -> Iterator[tuple[int, int]]:
    """(recipients, bytes of the file) of each document until so many deliveries are reached."""
    draw, told = random.Random(deliveries), 0  # noqa: S311
    while told < deliveries:
        recipients = min(draw.choice((3, 3, 4, 4, 4)), deliveries - told)
        told += recipients
        yield recipients, int(min(draw.lognormvariate(0, SPREAD) * MEDIAN, LARGEST - 1) * MEGABYTE)


def _issued(office: Office, number: int, file: FileRef, recipients: list[tuple[str, str]]) -> DocumentIssuedV1:
    day, code = today(), f"{number:02d}/TB-UBND"
    return DocumentIssuedV1(
        document_id=str(uuid4()),
        identifier=f"{office.organ_id},{day:%Y/%m/%d},{code}",
        office=OfficeRef(office_id=office.key, organ_id=office.organ_id, name=office.name),
        code_number=f"{number:02d}",
        code_notation="TB-UBND",
        code=code,
        type_name="Thông báo",
        subject=f"Về việc trao đổi văn bản điện tử ({number})",
        issued_date=day.isoformat(),
        issued_at=now(),
        place="Tuyên Quang",
        signer_name="Hà Trung Kiên",
        signer_position="Chủ tịch",
        files=(file,),
        recipients=tuple(Recipient(organ_id=organ_id, name=name) for organ_id, name in recipients),
    )
