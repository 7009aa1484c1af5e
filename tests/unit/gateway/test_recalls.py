"""A document is recalled: by whose order, what receivers hear and answer; and what becomes of one that we received."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.gateway.events import DocumentArrivedV2
from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1
from contracts.signing.events import LeaderSignedV1, SealedV1
from services.gateway.edxml import Staff
from services.gateway.receiving.tables import Arrival
from services.gateway.sending.job import send_due
from services.gateway.service import service as gateway
from services.registry.service import service as registry
from services.workflow.service import service as workflow
from shared.auth import Principal
from shared.clock import now
from shared.testing import System, running
from tests.unit.gateway.exchange import (
    OURS,
    THEIRS,
    Partner,
    office_fact,
    package,
    person,
    received,
    status_about,
    unpack,
)
from tests.unit.gateway.test_local_events import fact, incoming_of, judged, task_of, told
from tests.unit.registry.office import pdf

DRAFTER, CLERK, LEADER = (person(role) for role in ("specialist", "clerk", "leader"))
THEIR_CLERK, THEIR_LEADER, HANDLER = (person(role, "o2") for role in ("clerk", "leader", "specialist"))
HELPER = replace(HANDLER, id="helper-o2", name="Người phối hợp")
WHY = "Ban hành sai thẩm quyền, phải thu hồi"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    sending = replace(gateway, jobs=[job for job in gateway.jobs if job.name == "send"])
    async with running(sending, registry, workflow, tmp_path=tmp_path) as found:
        found.partners = {"national": Partner()}
        found.runtime("gateway").state["axes"] = found.partners
        await found.runtime("gateway").bus.subscribe("signing", [DocumentArrivedV2.message_type], judged(found))
        for office in (OURS, THEIRS):
            await found.emit("registry", office_fact(office))
        for who in (DRAFTER, CLERK, LEADER, THEIR_CLERK, THEIR_LEADER, HANDLER, HELPER):
            await found.emit("registry", fact(who), key=who.id)
        await found.settle()
        yield found


async def call(
    system: System, method: str, service: str, who: Principal, path: str, status: int = 200, **body: Any
) -> Any:
    answer = await system.client(service, who).request(method, path, json=body or None)
    assert answer.status_code == status, answer.text
    await system.settle()
    return answer.json()


async def arrives(system: System, body: bytes, receiver: str = "H60.20", kind: str = "edoc") -> None:
    await received(system, kind, receiver, body)
    system.runtime("gateway").state["axes"] = system.partners  # type: ignore[attr-defined]
    await system.settle()


async def issue(system: System, made: dict[str, Any]) -> dict[str, Any]:
    """Submitted, signed, numbered, sealed and issued."""
    here, file = f"/v1/documents/{made['id']}", FileRef(**made["files"][0])
    await call(system, "POST", "registry", DRAFTER, f"/v1/drafts/{made['id']}/submit")
    signed = LeaderSignedV1(
        draft_id=made["id"], office_id="o1", signer_id=LEADER.id, signer_name=LEADER.name,
        content_hash=made["content_hash"], main_file=file, signed_at=now(),
    )  # fmt: skip
    await system.emit("registry", signed, key=made["id"])
    await system.settle()
    await call(system, "POST", "registry", CLERK, f"{here}/number")
    sealed = SealedV1(document_id=made["id"], office_id="o1", main_file=file, legal_state="ORIGINAL", sealed_at=now())
    await system.emit("registry", sealed, key=made["id"])
    await system.settle()
    found: dict[str, Any] = await call(system, "POST", "registry", CLERK, f"{here}/issue")
    return found


async def issued_document(system: System, folder: Path) -> dict[str, Any]:
    """To two ministries that have written to us over the axis, and to an office of this deployment."""
    for organ in ("G01.1", "G01.2"):
        await arrives(system, package(folder, OURS.organ_id, sender=organ), OURS.organ_id)
    drafter = system.client("registry", DRAFTER)
    main = (await drafter.post("/v1/files", content=pdf("thu hồi"), headers={"X-File-Name": "qd.pdf"})).json()
    body = {
        "type_name": "Quyết định",
        "subject": "Về việc phải thu hồi",
        "signer_id": LEADER.id,
        "files": [main],
        "recipients": [{"organ_id": organ, "name": f"Nơi {organ}"} for organ in ("G01.1", "G01.2", "H60.20")],
    }
    draft = await call(system, "POST", "registry", DRAFTER, "/v1/drafts", 201, **body)
    return await issue(system, draft)


def about(document: dict[str, Any]) -> DocumentIssuedV1:
    """As far as a status needs it."""
    file = FileRef(**document["files"][0])
    return DocumentIssuedV1(
        document_id=document["id"], identifier=document["identifier"], office=OURS, code_number="01",
        code_notation="x", code=document["code"], type_name="", subject="", issued_date=document["issued_date"],
        issued_at=now(), signer_name="", signer_position="", files=(file,), recipients=(),
    )  # fmt: skip


async def say(system: System, document: dict[str, Any], organ: str, *codes: str, text: str = "") -> None:
    for code in codes:
        body = status_about(code, about(document), by=organ, text=text)
        await arrives(system, body, OURS.organ_id, "status")


async def recalls_sent(system: System, folder: Path, count: int) -> dict[str, Any]:
    """The documents of type 1 that left, by receiver."""
    await send_due(system.runtime("gateway"))
    sent = system.partners["national"].sent  # type: ignore[attr-defined]
    found = {to: unpack(body, folder) for kind, _, to, body in sent if kind == "edoc"}
    recalls = {to: package for to, package in found.items() if package.business_type == 1}
    assert len(recalls) == count
    return recalls


@pytest.mark.requirement("R12.29")
async def test_an_issued_document_is_recalled_by_a_leaders_order_everywhere(system: System, tmp_path: Path) -> None:
    document = await issued_document(system, tmp_path)
    here = f"/v1/documents/{document['id']}"
    await say(system, document, "G01.1", "01", "03")
    await say(system, document, "G01.2", "01")

    refused = await call(system, "POST", "registry", CLERK, f"{here}/recall", 403, reason=WHY)
    assert refused["kind"] == "recall-needs-order" and "lãnh đạo" in refused["detail"]
    await call(system, "POST", "registry", CLERK, f"{here}/recall-order", 403, reason=WHY)
    await call(system, "POST", "registry", THEIR_LEADER, f"{here}/recall-order", 404, reason=WHY)
    await call(system, "POST", "registry", LEADER, f"{here}/recall-order", 422, reason="sai")
    ordered = await call(system, "POST", "registry", LEADER, f"{here}/recall-order", reason=WHY)
    assert ordered["state"] == "ISSUED"
    opened = {a["organ_id"]: (a["before"], a["opened"]) for a in ordered["recall"]["answers"]}
    assert opened == {"G01.1": ("03", True), "G01.2": ("01", False), "H60.20": ("01", False)}
    [notice] = (await system.client("workflow", CLERK).get("/v1/notices")).json()
    assert WHY in notice["text"] and document["code"] in notice["text"]

    recalled = await call(system, "POST", "registry", CLERK, f"{here}/recall", reason="Thực hiện lệnh thu hồi")
    assert recalled["state"] == "RECALLED"
    await call(system, "POST", "registry", CLERK, f"{here}/recall", 409, reason=WHY)
    body = {"type_name": "Quyết định", "subject": "Sửa văn bản đã thu hồi"}
    frozen = await system.client("registry", DRAFTER).put(
        f"/v1/drafts/{document['id']}", json=body, headers={"If-Match": recalled["etag"]}
    )
    assert (frozen.status_code, frozen.json()["kind"]) == (409, "frozen")

    recalls = await recalls_sent(system, tmp_path, 2)
    for organ in ("G01.1", "G01.2"):
        said = recalls[organ]
        assert (said.business_document_id, said.document_id) == (document["identifier"], document["identifier"])
        assert said.business_reason == WHY
    theirs = (await system.client("registry", THEIR_CLERK).get("/v1/incoming")).json()["items"]
    assert [row["state"] for row in theirs] == ["TAKE_BACK_REQUESTED"]

    await say(system, document, "G01.1", "16", text="Đang phục vụ thanh tra")
    await say(system, document, "G01.2", "15")
    await call(
        system, "POST", "registry", THEIR_CLERK, f"/v1/incoming/{theirs[0]['id']}/take-back", agree=True, reason=""
    )
    shown = (await system.client("registry", LEADER).get(here)).json()
    table = {a["organ_id"]: (a["opened"], a["state"], a["reason"]) for a in shown["recall"]["answers"]}
    assert table["G01.1"] == (True, "16", "Đang phục vụ thanh tra")
    assert (table["G01.2"][:2], table["H60.20"][:2]) == ((False, "15"), (False, "15"))
    kept = shown["recall"]
    assert (kept["reason"], kept["ordered_by"], kept["sent_by"]) == (WHY, LEADER.name, CLERK.name)
    assert kept["ordered_at"] <= kept["sent_at"] <= kept["answers"][0]["answered_at"]
    [row] = (await system.client("registry", CLERK).get("/v1/registers/outgoing")).json()
    assert row["columns"][9] == "Đã thu hồi"


async def test_a_leaders_own_recall_is_its_order_and_a_second_order_changes_nothing(
    system: System, tmp_path: Path
) -> None:
    document = await issued_document(system, tmp_path)
    here = f"/v1/documents/{document['id']}"
    await call(system, "POST", "registry", LEADER, f"{here}/recall-order", reason=WHY)
    again = await call(system, "POST", "registry", LEADER, f"{here}/recall-order", reason="Một lý do khác hẳn")
    assert again["recall"]["reason"] == WHY
    done = await call(system, "POST", "registry", LEADER, f"{here}/recall", reason="Một lý do khác hẳn")
    assert (done["state"], done["recall"]["reason"], done["recall"]["sent_by"]) == ("RECALLED", WHY, LEADER.name)


def recall_package(folder: Path, number: str) -> bytes:
    return package(
        folder, "H60.20", number=number, business_type=1, business_reason=WHY, subject=WHY,
        business_document_id=f"G02.99,2026/01/05,{number}/BTN-VP", staff=Staff(department="Văn thư Bộ"),
    )  # fmt: skip


async def in_hand(system: System, folder: Path, number: str) -> str:
    """A ministry's document: registered, assigned, with the opinion of one who helps."""
    body = package(folder, "H60.20", number=number, subject=f"Nội dung mật thiết số {number}")
    await arrives(system, body)
    incoming = await incoming_of(system, number)
    await call(system, "POST", "registry", THEIR_CLERK, f"/v1/incoming/{incoming}/accept", note="")
    people = {"lead_person_id": HANDLER.id, "coordinator_ids": [HELPER.id]}
    await call(system, "POST", "workflow", THEIR_LEADER, f"/v1/incoming/{incoming}/assign", **people)
    task = await task_of(system, HELPER, "coordinate")
    await call(system, "POST", "workflow", HELPER, f"/v1/tasks/{task}/opinion", text="Đề nghị bổ sung kinh phí")
    return incoming


async def stored(system: System, incoming: dict[str, Any]) -> list[bool]:
    """Whether each file, and the package in which they came, is in the store."""
    runtime = system.runtime("gateway")
    async with runtime.work(reading=True) as work:
        packages = await work.all(select(Arrival.package_sha256).where(Arrival.incoming_id == incoming["id"]))
    return [await runtime.blobs.exists(sha) for sha in (*(f["sha256"] for f in incoming["files"]), *packages)]


@pytest.mark.requirement("R11.22")
async def test_a_recalled_document_is_frozen_and_destroyed_and_its_tombstone_stays(
    system: System, tmp_path: Path
) -> None:
    incoming = await in_hand(system, tmp_path, "7")
    here, clerk = f"/v1/incoming/{incoming}", system.client("registry", THEIR_CLERK)
    before = (await clerk.get(here)).json()
    assert await stored(system, before) == [True, True]
    await arrives(system, recall_package(tmp_path, "7"))
    task = await task_of(system, HANDLER, "handle")
    frozen = await call(system, "POST", "workflow", HANDLER, f"/v1/tasks/{task}/accept", 409)
    assert frozen["kind"] == "task-frozen" and WHY in frozen["detail"]
    assert (await clerk.get(here)).json()["state"] == "TAKE_BACK_REQUESTED"

    await call(system, "POST", "registry", HANDLER, f"{here}/take-back", 403, agree=True, reason="")
    gone = await call(system, "POST", "registry", THEIR_CLERK, f"{here}/take-back", agree=True, reason="")
    assert await stored(system, before) == [False, False]
    assert (await clerk.get(f"/v1/files/{before['files'][0]['sha256']}")).status_code == 404
    assert (await clerk.get("/v1/incoming", params={"q": "mật thiết"})).json()["items"] == []
    assert len((await clerk.get("/v1/incoming", params={"q": "7/BTN"})).json()["items"]) == 1
    assert (gone["state"], gone["arrival_number"], gone["code"]) == ("DESTROYED", 1, "7/BTN-VP")
    assert gone["destroyed_at"] and gone["files"] == before["files"] and gone["take_back"]["reason"] == WHY
    [*_, last] = await told(system, tmp_path, "7", "01", "03", "04", "01", "15")  # the second 01: of the recall itself
    assert last.staff.name == THEIR_CLERK.name
    seen = await call(system, "GET", "workflow", HELPER, f"/v1/objects/incoming/{incoming}")
    assert [o["text"] for o in seen["opinions"]] == ["Đề nghị bổ sung kinh phí"]
    notice = (await system.client("workflow", HANDLER).get("/v1/notices")).json()[0]["text"]
    assert WHY in notice and "vẫn còn" in notice


@pytest.mark.requirement("R11.22")
async def test_what_must_be_kept_by_law_is_not_given_back(system: System, tmp_path: Path) -> None:
    incoming = await in_hand(system, tmp_path, "8")
    here, why = f"/v1/incoming/{incoming}", "Phục vụ thanh tra theo Quyết định 12/QĐ-TTr"
    await call(system, "PUT", "registry", HANDLER, f"{here}/legal-hold", 403, reason=why)
    await call(system, "PUT", "registry", LEADER, f"{here}/legal-hold", 404, reason=why)
    held = await call(system, "PUT", "registry", THEIR_LEADER, f"{here}/legal-hold", reason=why)
    assert (held["legal_hold"], held["held_by"]) == (why, THEIR_LEADER.name)
    await arrives(system, recall_package(tmp_path, "8"))
    refused = await call(system, "POST", "registry", THEIR_CLERK, f"{here}/take-back", 409, agree=True, reason="")
    assert refused["kind"] == "legal-hold" and why in refused["detail"]
    kept = await call(system, "POST", "registry", THEIR_CLERK, f"{here}/take-back", agree=False, reason="")
    assert kept["state"] in ("ASSIGNED", "PROCESSING") and await stored(system, kept) == [True, True]
    [*_, last] = await told(system, tmp_path, "8", "01", "03", "04", "01", "16")
    assert last.description == why
    free = await call(system, "DELETE", "registry", THEIR_LEADER, f"{here}/legal-hold")
    assert free["legal_hold"] == ""


async def test_a_file_that_another_document_holds_stays(system: System, tmp_path: Path) -> None:
    first = await in_hand(system, tmp_path, "7")
    body = package(tmp_path, "H60.20", number="9", text="%PDF-1.7 văn bản 7")
    await arrives(system, body)
    second = await incoming_of(system, "9")
    await arrives(system, recall_package(tmp_path, "7"))
    await call(system, "POST", "registry", THEIR_CLERK, f"/v1/incoming/{first}/take-back", agree=True, reason="")
    clerk = system.client("registry", THEIR_CLERK)
    other = (await clerk.get(f"/v1/incoming/{second}")).json()
    assert (await clerk.get(f"/v1/files/{other['files'][0]['sha256']}")).status_code == 200
