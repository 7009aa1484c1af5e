"""One document to many offices of this deployment: the number of statements does not grow with the recipients."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import event, func, select

from contracts.gateway.events import DocumentArrivedV2
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, OfficeRef, Recipient
from contracts.signing.events import FilesValidatedV2
from services.gateway.routing.tables import KnownOffice, OfficeCode
from services.gateway.service import service as gateway
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.tables import Copy, Outgoing
from services.registry.service import service as registry
from services.workflow.organisation.tables import Person, Post
from services.workflow.service import service as workflow
from services.workflow.tasks.tables import Task
from shared.clock import now, today
from shared.messaging.envelope import Envelope
from shared.testing import System, running

BESIDE = ("BEGIN", "outbox", "audit")  # relay, sealing job and the test itself look as often as time passes
TO_WORKFLOW = [consumer for consumer in workflow.consumers if consumer.message is not DocumentIssuedV1]  # no draft here
SERVICES = [replace(gateway, jobs=[]), registry, replace(workflow, jobs=[], consumers=TO_WORKFLOW)]
DOCUMENT = uuid4()


def issued(recipients: int) -> DocumentIssuedV1:
    day = today()
    return DocumentIssuedV1(
        document_id=str(DOCUMENT),
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
        files=(FileRef(sha256="0" * 64, size=1, name="a.pdf"),),
        recipients=tuple(
            Recipient(organ_id=f"H60.{place:03}", name=f"Xã {place}", office_id=f"office-{place}")
            for place in range(1, recipients + 1)
        ),
    )


@asynccontextmanager
async def province(folder: Path, offices: int) -> AsyncIterator[System]:
    """The offices, each with a clerk, and a stand-in for signing."""
    async with running(*SERVICES, tmp_path=folder) as system:

        async def judge(envelope: Envelope) -> None:
            arrivals = tuple(one["arrival_id"] for one in envelope.data["arrivals"])
            verdict = FilesValidatedV2(arrival_ids=arrivals, legal_state="ORIGINAL", valid=True)
            await system.emit("gateway", verdict, key=arrivals[0])

        await system.runtime("gateway").bus.subscribe("signing", [DocumentArrivedV2.message_type], judge)
        system.queues.add("signing")
        async with system.runtime("registry").work() as work:
            work.save(
                Outgoing(
                    id=DOCUMENT, office_id="office-0", state="ISSUED", type_name="Công văn", subject="V/v gửi mọi xã",
                    drafter_id="p", drafter_name="A",
                )
            )  # fmt: skip
        async with system.runtime("gateway").work() as work:
            for place in range(1, offices + 1):
                code, key = f"H60.{place:03}", f"office-{place}"
                work.save(KnownOffice(office_id=key, organ_id=code, name=f"Xã {place}"))
                work.save(OfficeCode(code=code, office_id=key))
        async with system.runtime("workflow").work() as work:
            for place in range(1, offices + 1):
                clerk, key = f"clerk-{place}", f"office-{place}"
                work.save(Person(id=clerk, full_name=f"Văn thư {place}", office_id=key))
                work.save(Post(person_id=clerk, place=0, role="clerk", office_id=key))
        yield system


@contextmanager
def counted(system: System) -> Iterator[Counter[str]]:
    """Statements sent by each service from now on; many rows of one statement count once."""
    found: Counter[str] = Counter()

    def listener(name: str) -> Any:
        def count(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if not any(word in statement for word in BESIDE):
                found[name] += 1

        return count

    listeners = [(r.engine.sync_engine, listener(name)) for name, r in system.runtimes.items()]
    for engine, count in listeners:
        event.listen(engine, "before_cursor_execute", count)
    yield found
    for engine, count in listeners:
        event.remove(engine, "before_cursor_execute", count)


async def statements(folder: Path, recipients: int) -> Counter[str]:
    async with province(folder, recipients) as system:
        with counted(system) as found:
            await system.emit("registry", issued(recipients), key="document")
            await system.settle(60)
        async with system.runtime("registry").work(reading=True) as work:
            arrived = await work.scalar(select(func.count()).where(Incoming.state == "CHECKED"))
            copies = await work.scalar(select(func.count()).where(Copy.status_code == "01"))
        async with system.runtime("workflow").work(reading=True) as work:
            tasks = await work.scalar(select(func.count()).where(Task.kind == "register"))
        assert (arrived, copies, tasks) == (recipients, recipients, recipients)
        return found


async def test_three_hundred_recipients_cost_as_many_statements_as_ten(tmp_path):
    few, many = await statements(tmp_path / "few", 10), await statements(tmp_path / "many", 300)
    assert few == many
    assert set(few) == {"gateway", "registry", "workflow"} and sum(many.values()) < 60
