"""kill -9 of the gateway at random while it receives: each document in the registry once, in order, answered once.

`python -m infra.faults.receiving --documents 10000 --kills 100`. RabbitMQ, PostgreSQL, two gateways, a registry, and an
axis on which forty senders put documents, one in twenty twice. Embedded: the services in one process on SQLite, which
die together. The report is kept under var/faults.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from infra.faults.embedded import ALL, Embedded
from infra.faults.judge import Verdict, show
from infra.faults.receiving_judge import judge, read_axis, read_registers
from infra.faults.sources import Files, Servers, Source
from infra.load.axis_mail import SENDERS, fill
from infra.load.people import province
from infra.local_servers import available
from infra.processes import Process
from infra.stack import MISSING, Stack

SERVICES = ["identity", "gateway", "registry"]
SETTINGS = {
    "QLVB_AXIS_POLL_SECONDS": "1",
    "QLVB_AXIS_SEND_SECONDS": "0.2",
    "QLVB_AXIS_RETRY_SECONDS": "1",
    "QLVB_AXIS_LEASE_SECONDS": "10",
    "QLVB_AXIS_POLL_LEASE_SECONDS": "3",
}
PATIENCE = 180.0  # seconds without anything new before what is missing counts as lost
LONGEST_WAIT = 1.0  # seconds between the count that a kill waits for and the kill: it hits another moment


class ReceivingRun:
    """`documents` of `senders` from the axis, `kills` of a gateway while they come, everything drawn from `seed`."""

    def __init__(
        self,
        documents: int,
        kills: int,
        seed: int,
        folder: Path,
        *,
        senders: int = SENDERS,
        embedded: bool = False,
        say: Callable[[str], None] = print,
    ) -> None:
        self.documents, self.seed, self.folder, self.senders, self.say = documents, seed, folder, senders, say
        draw = random.Random(seed)  # noqa: S311
        self._moments = sorted((draw.randrange(documents), draw.uniform(0, LONGEST_WAIT)) for _ in range(kills))
        self._victim = draw.random
        folder.mkdir(parents=True, exist_ok=True)
        self.system: Stack | Embedded
        if embedded:
            self.system = Embedded(folder / "system", SETTINGS, names=SERVICES)
        else:
            self.system = Stack(folder / "system", names=SERVICES, replicas={"gateway": 2}, settings=SETTINGS)
        self.kills: list[dict[str, object]] = []
        self._filled = False

    def run(self) -> Verdict:
        try:
            self.system.start()
            verdict = asyncio.run(self._run())
        finally:
            self.system.stop()
        if verdict.clean:
            shutil.rmtree(self.system.folder, ignore_errors=True)
        return verdict

    @property
    def gateways(self) -> list[Process]:
        return self.system.processes[ALL if isinstance(self.system, Embedded) else "gateway"]

    def _source(self) -> Source:
        if isinstance(self.system, Embedded):
            return Files(self.system.data)
        return Servers(self.system.postgres.url().replace("+asyncpg", ""), self.system.rabbit.url())

    async def _run(self) -> Verdict:
        source = self._source()
        receivers = [office.organ_id for office in province()[0]]
        await self._until_known(source, receivers)
        began = time.monotonic()
        filling = asyncio.create_task(
            asyncio.to_thread(fill, self.system.folder / "axis", receivers, self.documents, self.seed, self.senders)
        )
        killing = asyncio.create_task(self._kill_all(source, began))
        try:
            await filling
            self.say(f"{self.documents} documents lie on the axis")
            await killing
            verdict = await self._rest(source)
        finally:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
        self._report(verdict, time.monotonic() - began)
        return verdict

    @staticmethod
    async def _until_known(source: Source, receivers: list[str]) -> None:
        """The gateway has heard of our offices: from then on it may receive for them."""
        wanted = set(receivers)
        while wanted - {row["code"] for row in await source.rows("gateway", "SELECT code FROM office_codes")}:  # noqa: ASYNC110
            await asyncio.sleep(0.1)

    async def _kill_all(self, source: Source, began: float) -> None:
        for number, (after, wait) in enumerate(self._moments, start=1):
            while (arrived := await _count(source)) < after:  # noqa: ASYNC110 - a count, not an event
                await asyncio.sleep(0.1)
            await asyncio.sleep(wait)
            victim = self.gateways[int(self._victim() * len(self.gateways))]
            victim.kill()  # whoever tends the stack starts it again
            at = round(time.monotonic() - began, 2)
            self.kills.append({"process": victim.name, "arrived": arrived, "at": at})
            if number % 10 == 0 or number == len(self._moments):
                self.say(f"{arrived:>6} arrived · {number} kills · {at:.0f} s")

    async def _rest(self, source: Source) -> Verdict:
        """Judge once everything has come to rest, or nothing has moved for PATIENCE."""
        axis, blobs = self.system.folder / "axis", self.system.data / "blobs"
        seen, moved = (-1, -1), time.monotonic()
        while True:
            now = (await _count(source), len(read_axis(axis, files=False).answers))
            if now != seen:
                seen, moved = now, time.monotonic()
            patience_ends = time.monotonic() - moved > PATIENCE
            if min(now) >= self.documents or patience_ends:
                verdict = judge(read_axis(axis), await read_registers(source, SERVICES, blobs))
                if verdict.clean or patience_ends:
                    return verdict
            await asyncio.sleep(1)

    def _report(self, verdict: Verdict, seconds: float) -> None:
        report = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "documents": self.documents,
            "seed": self.seed,
            "seconds": round(seconds, 1),
            "verdict": verdict.line(),
            "clean": verdict.clean,
            "looked_at": verdict.seen,
            "found": verdict.found,
            "kills": self.kills,
            "starts": {process.name: process.starts for process in self.system.all()},
        }
        (self.folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")


async def _count(source: Source) -> int:
    [row] = await source.rows("registry", "SELECT count(*) AS n FROM incoming")
    return int(row["n"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not available():
        print(MISSING, file=sys.stderr)
        return 2
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-receiving-seed{options.seed}-n{options.documents}"
    folder = Path("var/faults") / name
    run = ReceivingRun(options.documents, options.kills, options.seed, folder)
    verdict = run.run()
    show(verdict)
    print(f"{len(run.kills)} kills · seed {options.seed} · {folder / 'report.json'}")
    return 0 if verdict.clean else 1


if __name__ == "__main__":
    sys.exit(main())
