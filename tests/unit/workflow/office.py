"""An office with its people and the facts of the other services, for the tests of this folder."""

from __future__ import annotations

from contextlib import asynccontextmanager
from uuid import uuid4

from contracts.identity.events import PersonChangedV1, PostRef
from contracts.message import FileRef
from contracts.registry.events import (
    DocumentIssuedV1,
    DocumentRegisteredV1,
    DraftChangedV1,
    DraftSubmittedV1,
    IncomingReceivedV1,
    NumberAssignedV1,
    NumberVoidedV1,
    OfficeRef,
    RecallAnsweredV1,
    TakeBackAskedV1,
)
from contracts.signing.events import LeaderSignedV1, SealedV1
from services.workflow.service import service
from shared.auth import Principal
from shared.clock import now
from shared.testing import running

OFFICE, OTHER, UNIT = "office-1", "office-2", "unit-1"
REF = OfficeRef(office_id=OFFICE, organ_id="H60.10", name="Sở Khoa học và Công nghệ")
HASH, NEW_HASH = "a" * 64, "b" * 64


def _person(name: str, role: str, unit: str | None = None, office: str = OFFICE) -> Principal:
    return Principal(f"{role}-{name}", name, "person", office, unit, frozenset({role}))


DRAFTER = _person("Tuyết", "specialist", UNIT)
COLLEAGUE = _person("Đức", "specialist", "unit-2")
HELPER = _person("Yến", "specialist", "unit-2")
HEAD = _person("Hùng", "unit_head", UNIT)
DEPUTY = _person("Vinh", "deputy")
LEADER = _person("Kiên", "leader")
CLERK = _person("Lan", "clerk")
ADMIN = _person("Thắng", "unit_admin")
STRANGER = _person("Lạ", "leader", office=OTHER)
EVERYBODY = (DRAFTER, COLLEAGUE, HELPER, HEAD, DEPUTY, LEADER, CLERK, ADMIN, STRANGER)


@asynccontextmanager
async def office(tmp_path, people=EVERYBODY):
    async with running(service, tmp_path=tmp_path) as system:
        for person in people:
            await tell(system, person_fact(person))
        yield system


def person_fact(person: Principal) -> PersonChangedV1:
    return PersonChangedV1(
        person_id=person.id,
        full_name=person.name,
        user_name=person.id,
        position="",
        office_id=person.office_id,
        unit_id=person.unit_id,
        unit_name=person.unit_id or "",
        posts=tuple(PostRef(role=r, office_id=person.office_id, unit_id=person.unit_id) for r in person.roles),
    )


async def tell(system, message) -> None:
    """Hand a fact to workflow's consumers."""
    async with system.runtime("workflow").work() as work:
        for consumer in service.consumers:
            if consumer.message is type(message):
                await consumer.handle(work, message)


def submitted(draft: str, **changes) -> DraftSubmittedV1:
    values = {
        "draft_id": draft,
        "version": 1,
        "office": REF,
        "unit_id": UNIT,
        "drafter_id": DRAFTER.id,
        "drafter_name": DRAFTER.name,
        "type_name": "Quyết định",
        "subject": "V/v triển khai hệ thống",
        "signer_id": LEADER.id,
        "files": (FileRef(sha256=HASH, size=1, name="a.pdf"),),
        "content_hash": HASH,
        "submitted_at": now(),
    }
    return DraftSubmittedV1(**(values | changes))


async def handed_in(system, **changes) -> str:
    draft = str(uuid4())
    await tell(system, submitted(draft, **changes))
    return draft


def changed(draft: str) -> DraftChangedV1:
    return DraftChangedV1(draft_id=draft, version=2, content_hash=NEW_HASH, by=DRAFTER.id)


def signed(draft: str, content_hash: str = HASH, signer: Principal = LEADER, at=None) -> LeaderSignedV1:
    file = FileRef(sha256="c" * 64, size=1, name="a.pdf")
    return LeaderSignedV1(
        draft_id=draft,
        office_id=OFFICE,
        signer_id=signer.id,
        signer_name=signer.name,
        content_hash=content_hash,
        main_file=file,
        signed_at=at or now(),
    )


def numbered(draft: str) -> NumberAssignedV1:
    return NumberAssignedV1(
        document_id=draft,
        office=REF,
        number=128,
        code="128/QĐ-SKHCN",
        number_text="128",
        issued_date="2026-11-25",
        clerk_id=CLERK.id,
        clerk_name=CLERK.name,
        main_file=FileRef(sha256="c" * 64, size=1, name="a.pdf"),
    )


def voided(draft: str) -> NumberVoidedV1:
    return NumberVoidedV1(
        document_id=draft,
        office=REF,
        code="128/QĐ-SKHCN",
        reason="In nhầm họ tên người ký",
        by=CLERK.id,
        by_name=CLERK.name,
        voided_at=now(),
    )


def sealed(draft: str) -> SealedV1:
    file = FileRef(sha256="d" * 64, size=1, name="a.pdf")
    return SealedV1(document_id=draft, office_id=OFFICE, main_file=file, legal_state="ORIGINAL", sealed_at=now())


def issued(draft: str) -> DocumentIssuedV1:
    return DocumentIssuedV1(
        document_id=draft,
        identifier="H60.10,2026/11/25,128/QĐ-SKHCN",
        office=REF,
        code_number="128",
        code_notation="QĐ-SKHCN",
        code="128/QĐ-SKHCN",
        type_name="Quyết định",
        subject="V/v",
        issued_date="2026-11-25",
        issued_at=now(),
        signer_name=LEADER.name,
        signer_position="Giám đốc",
        clerk_id=CLERK.id,
        files=(),
        recipients=(),
    )


def received(incoming: str, **changes) -> IncomingReceivedV1:
    values = {
        "incoming_id": incoming,
        "office": REF,
        "subject": "V/v báo cáo",
        "sender_name": "Bộ Nội vụ",
        "code": "12/BNV",
        "legal_state": "ORIGINAL",
    }
    return IncomingReceivedV1(**(values | changes))


def registered(incoming: str, **changes) -> DocumentRegisteredV1:
    values = {
        "incoming_id": incoming,
        "arrival_id": "arrival",
        "office": REF,
        "arrival_number": 7,
        "registered_at": now(),
        "clerk_id": CLERK.id,
        "clerk_name": CLERK.name,
        "sender_organ_id": "G01",
        "sender_name": "Bộ Nội vụ",
        "code": "12/BNV",
        "subject": "V/v báo cáo",
    }
    return DocumentRegisteredV1(**(values | changes))


async def in_book(system, **changes) -> str:
    incoming = str(uuid4())
    await tell(system, received(incoming))
    await tell(system, registered(incoming, **changes))
    return incoming


async def tasks_of(system, person: Principal, state: str = "open") -> list[dict]:
    answer = await system.client("workflow", person).get("/v1/tasks", params={"state": state})
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def only_task(system, person: Principal) -> dict:
    [task] = await tasks_of(system, person)
    return task


async def post(system, person: Principal, path: str, **body):
    return await system.client("workflow", person).post(path, json=body or None)


async def process(system, person: Principal, kind: str, key: str) -> dict:
    answer = await system.client("workflow", person).get(f"/v1/objects/{kind}/{key}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def asked_back(incoming: str, reason: str = "Ban hành nhầm nội dung") -> TakeBackAskedV1:
    return TakeBackAskedV1(incoming_id=incoming, office=REF, reason=reason, at=now())


def answered(incoming: str, agreed: bool, reason: str = "") -> RecallAnsweredV1:
    return RecallAnsweredV1(
        incoming_id=incoming,
        arrival_id="arrival",
        office=REF,
        agreed=agreed,
        reason=reason,
        clerk_id=CLERK.id,
        clerk_name=CLERK.name,
        answered_at=now(),
    )
