"""Whatever an office does with an arrived document reaches its sender as a status within a minute, by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.gateway.events import DocumentArrivedV2
from contracts.identity.events import PersonChangedV1, PostRef
from contracts.signing.events import FilesValidatedV2
from services.gateway.patience.rules import patience
from services.gateway.sending.tables import Shipment
from services.gateway.service import service as gateway
from services.registry.service import service as registry
from services.workflow.service import service as workflow
from shared.auth import Principal
from shared.clock import VN, today
from shared.messaging.envelope import Envelope
from shared.testing import System, running
from tests.unit.gateway.exchange import THEIRS, Partner, office_fact, package, person, received, status_about, unpack

CLERK, LEADER, HANDLER = (person(role, "o2") for role in ("clerk", "leader", "specialist"))
PHONE = "0207 3999 111"


def fact(who: Principal, phone: str = "") -> PersonChangedV1:
    [role] = who.roles
    return PersonChangedV1(
        person_id=who.id,
        full_name=who.name,
        user_name=who.id,
        position="",
        office_id=who.office_id,
        unit_id=None,
        posts=(PostRef(role=role, office_id=who.office_id),),
        phone=phone,
    )


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    """Gateway, registry and workflow; only the job that sends runs, as it does in production."""
    sending = replace(gateway, jobs=[job for job in gateway.jobs if job.name == "send"])
    async with running(sending, registry, workflow, tmp_path=tmp_path) as found:
        found.partners = {"national": Partner()}
        found.runtime("gateway").state["axes"] = found.partners
        await found.runtime("gateway").bus.subscribe("signing", [DocumentArrivedV2.message_type], judged(found))
        await found.emit("registry", office_fact(THEIRS))
        for who in (CLERK, LEADER, HANDLER):
            await found.emit("registry", fact(who, PHONE if who is CLERK else ""), key=who.id)
        await found.settle()
        yield found


def judged(system: System) -> Any:
    """Signing's verdict, without cryptography."""

    async def handle(envelope: Envelope) -> None:
        arrivals = tuple(one["arrival_id"] for one in envelope.data["arrivals"])
        verdict = FilesValidatedV2(arrival_ids=arrivals, legal_state="ORIGINAL", valid=True)
        await system.emit("gateway", verdict, key=arrivals[0])

    return handle


async def do(system: System, service: str, who: Principal, path: str, **body: Any) -> dict[str, Any]:
    answer = await system.client(service, who).post(path, json=body)
    assert answer.status_code == 200, answer.text
    await system.settle()
    found: dict[str, Any] = answer.json()
    return found


async def incoming_of(system: System, number: str) -> str:
    await system.settle()
    rows = (await system.client("registry", CLERK).get("/v1/incoming")).json()["items"]
    return str(next(row["id"] for row in rows if row["code"].startswith(f"{number}/")))


async def task_of(system: System, who: Principal, kind: str) -> str:
    rows = (await system.client("workflow", who).get("/v1/tasks")).json()["items"]
    return str(next(row["id"] for row in rows if row["kind"] == kind))


async def told(system: System, folder: Path, number: str, *codes: str) -> list[Any]:
    """The statuses which the partner got about this document, once these have come."""
    about = f"{number}/BTN-VP"
    async with asyncio.timeout(patience().status_within_seconds):
        while True:
            bodies = [body for kind, _, _, body in system.partners["national"].sent if kind == "status"]
            found = [s for s in (unpack(body, folder) for body in bodies) if s.response_for.code == about]
            if [s.code for s in found] == list(codes):
                return found
            await asyncio.sleep(0.02)


@pytest.mark.requirement("R08.7")
async def test_each_act_yields_its_status_within_a_minute(system: System, tmp_path: Path) -> None:
    for number in ("7", "8", "9"):
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", number=number))
    taken, refused = await incoming_of(system, "7"), await incoming_of(system, "8")
    await do(system, "registry", CLERK, f"/v1/incoming/{taken}/accept")
    await do(system, "workflow", LEADER, f"/v1/incoming/{taken}/assign", lead_person_id=HANDLER.id)
    task = await task_of(system, HANDLER, "handle")
    await do(system, "workflow", HANDLER, f"/v1/tasks/{task}/accept")
    ask = status_about_theirs(tmp_path, "13", "7")
    await received(system, "status", "H60.20", ask)
    await system.settle()
    why = "Văn bản đang được xử lý"
    await do(system, "registry", CLERK, f"/v1/incoming/{taken}/take-back", agree=False, reason=why)
    await do(system, "workflow", HANDLER, f"/v1/tasks/{task}/finish", outcome="done")
    await do(system, "registry", CLERK, f"/v1/incoming/{refused}/refuse", reason="Gửi nhầm nơi nhận văn bản")
    back = await incoming_of(system, "9")
    await received(system, "status", "H60.20", status_about_theirs(tmp_path, "13", "9"))
    await system.settle()
    await do(system, "registry", CLERK, f"/v1/incoming/{back}/take-back", agree=True)

    await told(system, tmp_path, "7", "01", "03", "04", "05", "16", "06")
    [_, refusal] = await told(system, tmp_path, "8", "01", "02")
    await told(system, tmp_path, "9", "01", "15")
    assert (refusal.description, refusal.staff.name, refusal.staff.mobile) == (
        "Gửi nhầm nơi nhận văn bản",
        CLERK.name,
        PHONE,
    )
    rows = await all_sent(system)
    assert len(rows) == len({(row.subject_id, row.code) for row in rows}) == 10
    assert all((row.sent_at - row.created_at).total_seconds() <= patience().status_within_seconds for row in rows)


@pytest.mark.requirement("R11.2")
async def test_01_goes_by_itself_on_arrival_and_accepting_several_tells_03_with_number_and_time(
    system: System, tmp_path: Path
) -> None:
    for number in ("7", "8"):
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", number=number))
    for number in ("7", "8"):
        [arrived] = await told(system, tmp_path, number, "01")
        assert arrived.timestamp.astimezone(VN).date() == today()
    ids = [await incoming_of(system, number) for number in ("8", "7")]
    answer = await system.client("registry", CLERK).post("/v1/incoming:accept", json={"ids": ids})
    assert [row["arrival_number"] for row in answer.json()] == [1, 2]
    for number, arrival_number in (("8", 1), ("7", 2)):
        [_, accepted] = await told(system, tmp_path, number, "01", "03")
        assert (accepted.description, accepted.staff.name) == (f"Số đến {arrival_number}", CLERK.name)
        row = (await system.client("registry", CLERK).get(f"/v1/incoming/{ids[arrival_number - 1]}")).json()
        assert accepted.timestamp.isoformat(timespec="seconds")[:19] == row["registered_at"][:19]


async def all_sent(system: System) -> list[Shipment]:
    async with asyncio.timeout(patience().status_within_seconds):
        while True:
            async with system.runtime("gateway").work(reading=True) as work:
                rows = list(await work.all(select(Shipment)))
            if all(row.sent_at for row in rows):
                return rows
            await asyncio.sleep(0.02)


def status_about_theirs(folder: Path, code: str, number: str) -> bytes:
    """The ministry's own status about the document it sent us."""
    document = unpack(package(folder, "H60.20", number=number), folder)
    office = THEIRS.model_copy(update={"organ_id": "G02.99"})
    about = type("About", (), {"office": office, "code": f"{number}/BTN-VP", "identifier": document.document_id})
    return status_about(code, about, by="G02.99", text="Ban hành nhầm")  # type: ignore[arg-type]
