"""The signing service over its HTTP and messages: approved, signed, numbered, sealed, judged."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
from uuid import uuid4

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from contracts.gateway.events import DocumentArrivedV1
from contracts.identity.events import PersonChangedV1, PostRef
from contracts.message import FileRef
from contracts.registry.events import DraftSubmittedV1, NumberAssignedV1, OfficeRef
from contracts.workflow.events import DraftApprovedV1
from services.signing.acts.tables import Act
from services.signing.commands import app
from services.signing.service import service
from shared.auth import Principal
from shared.clock import now, today
from shared.testing import running
from tests.unit.signing import documents

OFFICE, DRAFT, PIN = str(uuid4()), str(uuid4()), "Qlvb@2026"
LEADER = Principal(str(uuid4()), documents.SIGNER, "person", OFFICE, None, frozenset({"leader"}))
OTHER = Principal(str(uuid4()), "Trần Thị Hòa", "person", OFFICE, None, frozenset({"deputy"}))
STRANGER = Principal(str(uuid4()), "Người Khác", "person", str(uuid4()), None, frozenset({"leader"}))
CLERK = str(uuid4())
REF = OfficeRef(office_id=OFFICE, organ_id="H60.10", name="Sở Khoa học và Công nghệ")


async def tell(system, message):
    await system.emit("signing", message)
    await system.settle()


async def told(system, kind):
    """Facts of this kind that signing wrote: caught on their way out."""
    return [m for m in system.caught if m.type.startswith(f"qlvb.signing.{kind}.v")]


@pytest.fixture
async def system(tmp_path):
    async with running(service, tmp_path=tmp_path, demo=True) as running_system:
        types = [f"qlvb.signing.{k}.v1" for k in ("leader-signed", "sealed", "sealing-failed", "files-validated")]
        running_system.caught = await running_system.listen(*types)
        yield running_system


async def approved(system) -> dict:
    blobs = system.runtime("signing").blobs
    ref = await blobs.put(documents.draft(year=today().year))
    main = FileRef(sha256=ref.sha256, size=ref.size, name="du-thao.pdf")
    draft = DraftSubmittedV1(
        draft_id=DRAFT, version=1, office=REF, unit_id=None, drafter_id="d", drafter_name="d", type_name="Quyết định",
        subject="Quy chế", signer_id=LEADER.id, files=(main,), content_hash="h1", submitted_at=now(),
    )  # fmt: skip
    await tell(system, draft)
    await tell(
        system,
        DraftApprovedV1(draft_id=DRAFT, office_id=OFFICE, content_hash="h1", signer_id=LEADER.id, at=now()),
    )
    for person, name, role in ((LEADER.id, LEADER.name, "leader"), (CLERK, "Vàng Văn Thư", "clerk")):
        post = PostRef(role=role, office_id=OFFICE)
        await tell(
            system,
            PersonChangedV1(
                person_id=person, full_name=name, user_name=role, position="Giám đốc", office_id=OFFICE, unit_id=None,
                posts=(post,),
            ),
        )  # fmt: skip
    return {"draft_id": DRAFT, "content_hash": "h1", "main_file": main.model_dump(mode="json"), "pin": PIN}


def numbered(signed: dict, clerk: str = CLERK, annexes=()) -> NumberAssignedV1:
    return NumberAssignedV1(
        document_id=DRAFT, office=REF, number=7, code="07/QĐ-SKHCN", number_text="07", issued_date=today().isoformat(),
        clerk_id=clerk, clerk_name="Vàng Văn Thư", main_file=FileRef.model_validate(signed), annexes=annexes,
    )  # fmt: skip


async def test_from_approval_to_original(system, tmp_path):
    body = await approved(system)
    leader = system.client("signing", LEADER)
    answer = await leader.post("/v1/acts/leader-sign", json=body)
    assert answer.status_code == 200, answer.text
    signed = answer.json()["file"]
    again = await leader.post("/v1/acts/leader-sign", json=body)
    assert again.json()["file"] == signed
    annex_ref = await system.runtime("signing").blobs.put(documents.draft(paragraphs=2))
    annex = FileRef(sha256=annex_ref.sha256, size=annex_ref.size, name="phu-luc.pdf", role="annex")
    await tell(system, numbered(signed, annexes=(annex,)))
    await tell(system, numbered(signed, annexes=(annex,)))
    assert len(await told(system, "leader-signed")) == 1
    sealed = await told(system, "sealed")
    assert len(sealed) == 2 and sealed[0].data["main_file"] == sealed[1].data["main_file"]
    assert sealed[0].data["legal_state"] == "ORIGINAL"
    pdf = await system.runtime("signing").blobs.get(sealed[0].data["main_file"]["sha256"])
    verdict = (await leader.post("/v1/validate", content=pdf)).json()
    assert verdict["legal_state"] == "ORIGINAL", verdict["reasons"]
    assert [one["role"] for one in verdict["signatures"]] == ["leader", "office"]
    assert (await leader.get(f"/v1/verdicts/{verdict['sha256']}")).json() == verdict
    assert len((await leader.get("/v1/certificates")).json()) == 2
    file = tmp_path / "issued.pdf"
    file.write_bytes(pdf)
    if shutil.which("pdfsig"):
        said = (
            await asyncio.to_thread(subprocess.run, ["pdfsig", "-nocert", file], capture_output=True, text=True)
        ).stdout
        assert said.count("Signature is Valid") == 2
    root = tmp_path / "secrets" / "pki" / "root.pem"
    machine = await asyncio.to_thread(CliRunner().invoke, app, ["verify", str(file), "--json", "--trust", str(root)])
    assert machine.exit_code == 0 and json.loads(machine.stdout)["legal_state"] == "ORIGINAL"
    files = [sealed[0].data["main_file"], *sealed[0].data["annexes"]]
    arrival = DocumentArrivedV1(
        arrival_id="a1", office=REF, sender_organ_id="H60.10", sender_name="Sở", identifier="x", code_number="07",
        code_notation="QĐ-SKHCN", subject="s", channel="local", files=tuple(files), arrived_at=now(),
    )  # fmt: skip
    await tell(system, arrival)
    (judged,) = await told(system, "files-validated")
    assert judged.data["legal_state"] == "ORIGINAL", judged.data["reasons"]
    assert judged.data["arrival_ids"] == ["a1"]
    async with system.runtime("signing").work(reading=True) as work:
        assert len(await work.all(select(Act))) == 2


async def test_a_changed_file_is_refused_with_its_reason(system, tmp_path):
    body = await approved(system)
    leader = system.client("signing", LEADER)
    signed = (await leader.post("/v1/acts/leader-sign", json=body)).json()["file"]
    pdf = await system.runtime("signing").blobs.get(signed["sha256"])
    verdict = (await leader.post("/v1/validate", content=pdf[:-2000] + b" " + pdf[-1999:])).json()
    assert not verdict["valid"] and verdict["legal_state"] == "REFERENCE_ONLY" and verdict["reasons"]
    file = tmp_path / "x.pdf"
    file.write_bytes(b"not a pdf")
    unreadable = await asyncio.to_thread(CliRunner().invoke, app, ["verify", str(file), "--json"])
    assert unreadable.exit_code == 2


async def test_only_the_signer_of_the_approved_file_signs(system):
    body = await approved(system)
    path = "/v1/acts/leader-sign"
    assert (await system.client("signing", OTHER).post(path, json=body)).json()["kind"] == "not-the-signer"
    assert (await system.client("signing", STRANGER).post(path, json=body)).status_code == 404
    leader = system.client("signing", LEADER)
    assert (await leader.post(path, json={**body, "content_hash": "h2"})).json()["kind"] == "not-approved"
    foreign = {**body, "main_file": {**body["main_file"], "sha256": "0" * 64}}
    assert (await leader.post(path, json=foreign)).json()["kind"] == "not-approved"
    wrong = await leader.post(path, json={**body, "pin": "sai"})
    assert wrong.status_code == 403 and wrong.json()["kind"] == "wrong-pin"


async def test_the_office_key_seals_only_for_its_holder_and_what_was_signed_here(system):
    body = await approved(system)
    await tell(system, numbered(body["main_file"]))
    signed = (await system.client("signing", LEADER).post("/v1/acts/leader-sign", json=body)).json()["file"]
    await tell(system, numbered(signed, clerk=str(uuid4())))
    failed = await told(system, "sealing-failed")
    assert "người có thẩm quyền" in failed[0].data["reason"] and "giao nhận khóa" in failed[1].data["reason"]
    await tell(system, numbered(signed))
    assert len(await told(system, "sealed")) == 1
