"""One fault run: the system, people who exchange signed documents over it, blows, and at the end the judge."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra.faults.blows import Striker, System, plan
from infra.faults.embedded import Embedded
from infra.faults.judge import Verdict, judge
from infra.faults.proxy import FaultProxy
from infra.faults.record import Evidence, read
from infra.load.office_work import Clerks, Desk, Order, typeset_papers
from infra.load.people import Caller, Office, province
from infra.load.signatories import Signatories
from infra.local_servers import free_port
from infra.stack import Stack

SETTINGS = {
    "QLVB_AXIS_POLL_SECONDS": "1",
    "QLVB_AXIS_SEND_SECONDS": "0.5",
    "QLVB_AXIS_RETRY_SECONDS": "1",
    "QLVB_AXIS_LEASE_SECONDS": "20",
    "QLVB_MAX_ATTEMPTS": "8",
}
LOOKS_EVERY = 1.0  # seconds between two looks of a clerk into the inbox
PATIENCE = 300.0  # seconds after the last issue in which everything must come to rest


class FaultRun:
    """`documents` of them, `at_once` in flight, everything drawn from `seed`. The report is kept under `folder`.

    `offices`: so many take part, where not all who can write and sign.
    """

    def __init__(
        self,
        documents: int,
        seed: int,
        folder: Path,
        *,
        at_once: int = 8,
        blows: bool = True,
        embedded: bool = False,
        replicas: dict[str, int] | None = None,
        offices: int | None = None,
        say: Callable[[str], None] = print,
    ) -> None:
        self.documents, self.seed, self.at_once, self.blows, self.offices = documents, seed, at_once, blows, offices
        self.folder, self.embedded, self.say = folder, embedded, say
        folder.mkdir(parents=True, exist_ok=True)
        self.journal = folder / "journal.jsonl"
        self.journal.touch()
        proxy_port = free_port()
        self.system: System
        if embedded:
            self.system = Embedded(folder / "system", SETTINGS, proxy_port)
        else:
            self.system = Stack(folder / "system", settings=SETTINGS, axis_port=proxy_port, replicas=replicas or {})
        self.proxy = FaultProxy(proxy_port, self.system.simulator_port, seed, share=0.15 if blows else 0.0)
        self.issued = 0

    def run(self) -> Verdict:
        """Raises TimeoutError when the services stop answering for good; the system is ended in any case."""
        started = time.monotonic()
        self.proxy.start()
        try:
            self.system.start()
            verdict, facts = asyncio.run(self._run())
        finally:
            self.system.stop()
            self.proxy.stop()
        self._report(verdict, {**facts, "seconds": round(time.monotonic() - started, 1)})
        return verdict

    async def _run(self) -> tuple[Verdict, dict[str, Any]]:
        system = self.system
        offices, partners = self._taking_part()
        caller = Caller({name: system.url(name) for name in system.names})
        await asyncio.gather(*(caller.log_in(person) for office in offices for person in office.people))
        striker = Striker(system, self.proxy, self.documents, self.say)
        clerks = Clerks(caller, offices)
        background = [asyncio.create_task(clerks.work(pause=LOOKS_EVERY))]
        try:
            if self.blows:
                blows = plan(self.documents, system.names, self.seed, embedded=self.embedded)
                background.append(asyncio.create_task(striker.strike_all(blows, lambda: self.issued)))
            began = time.monotonic()
            desk = Desk(caller, Signatories(caller, offices), typeset_papers)
            await self._unless_one_fails(self._issue_all(desk, self._orders(offices, partners)), background)
            seconds = time.monotonic() - began
            self.say(f"{self.issued:>6} issued in {seconds:.0f} s; waiting for everything to come to rest")
            if self.blows:
                await background[1]
            verdict = await self._rest()
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            await caller.close()
        facts = {
            "issue_seconds": round(seconds, 1),
            "blows": striker.struck,
            "axis_calls": dict(self.proxy.done),
            "calls_tried_again": caller.retried,
            "shares": {name: system.shares(name) for name in ("gateway", "registry")},
            "starts": {process.name: process.starts for process in system.all()},
        }
        return verdict, facts

    @staticmethod
    async def _unless_one_fails(work: Coroutine[Any, Any, None], others: list[asyncio.Task[None]]) -> None:
        """A server that does not come up again after a blow ends the run with its own error."""
        task = asyncio.create_task(work)
        pending = {task, *others}
        while not task.done():
            done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for other in done - {task}:
                if other.exception():
                    task.cancel()
                    other.result()
        task.result()

    def _taking_part(self) -> tuple[list[Office], list[tuple[str, str]]]:
        """Offices which can write, sign and receive; and the partners behind the axis."""
        everybody, partners = province()
        can = [o for o in everybody if o.who("specialist") and o.who("leader") and o.who("clerk")]
        return can[: self.offices], partners

    def _orders(self, offices: list[Office], partners: list[tuple[str, str]]) -> list[Order]:
        """Who writes to whom: one to three offices here, and every third document over the axis as well."""
        draw = random.Random(self.seed)  # noqa: S311
        orders = []
        for number in range(self.documents):
            sender = draw.choice(offices)
            others = [o for o in offices if o is not sender]
            to = [(o.organ_id, o.name) for o in draw.sample(others, draw.randint(1, 3))]
            if draw.random() < 0.33:
                to.append(draw.choice(partners))
            orders.append(Order(f"Van ban {self.seed}-{number:05d}", sender, tuple(to)))
        return orders

    async def _issue_all(self, desk: Desk, orders: list[Order]) -> None:
        turn = asyncio.Semaphore(self.at_once)

        async def one(order: Order) -> None:
            async with turn:
                self._note(order)
                document = await desk.prepare(order)
                await desk.issue(order, document)
                self._note(order, document["code"])
                self.issued += 1

        await asyncio.gather(*(one(order) for order in orders))

    def _note(self, order: Order, code: str = "") -> None:
        line = {"subject": order.subject, "recipients": [to for to, _ in order.recipients], "code": code}
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def evidence(self) -> Evidence:
        system = self.system
        database, bus = str(system.data), ""
        if isinstance(system, Stack):
            database, bus = system.postgres.url().replace("+asyncpg", ""), system.rabbit.url()
        return Evidence(
            database=database,
            services=system.names,
            bus=bus,
            queues=[f"qlvb.{name}" for name in system.names if name not in ("identity", "portal")],
            blobs=str(system.data / "blobs"),
            axis=str(system.folder / "axis"),
            journal=str(self.journal),
        )

    async def _rest(self) -> Verdict:
        """Judge until there is nothing to find, or until PATIENCE ends: what is found then, stays."""
        evidence = self.evidence()
        (self.folder / "evidence.json").write_text(json.dumps(asdict(evidence), indent=1))
        until = time.monotonic() + PATIENCE
        while True:
            verdict = judge(await read(evidence))
            if verdict.clean or time.monotonic() > until:
                return verdict
            await asyncio.sleep(2)

    def _report(self, verdict: Verdict, facts: dict[str, Any]) -> None:
        report = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "documents": self.documents,
            "seed": self.seed,
            "system": "embedded" if self.embedded else "RabbitMQ and PostgreSQL",
            "verdict": verdict.line(),
            "clean": verdict.clean,
            "looked_at": verdict.seen,
            "found": verdict.found,
            **facts,
        }
        (self.folder / "report.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        if verdict.clean:
            shutil.rmtree(self.system.folder, ignore_errors=True)
