"""An office with its people, and papers on their way through registry, for the tests of this folder."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager
from urllib.parse import quote
from uuid import uuid4

import httpx
import pikepdf

from contracts.gateway.events import DocumentArrivedV1
from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from contracts.message import FileRef
from contracts.registry.events import OfficeRef
from contracts.signing.events import FilesValidatedV1, LeaderSignedV1
from services.registry.service import service
from shared.auth import Principal
from shared.clock import now
from shared.testing import running

OFFICE, OTHER = str(uuid4()), str(uuid4())
DRAFTER = Principal(str(uuid4()), "Lý Thị An", "person", OFFICE, "u1", frozenset({"specialist"}))
CLERK = Principal(str(uuid4()), "Vàng Văn Thư", "person", OFFICE, None, frozenset({"clerk"}))
LEADER = Principal(str(uuid4()), "Giám Đốc", "person", OFFICE, None, frozenset({"leader"}))
STRANGER = Principal(str(uuid4()), "Người Khác", "person", OTHER, None, frozenset({"clerk"}))
SIGNER = str(uuid4())


def pdf(text: str = "") -> bytes:
    with pikepdf.new() as file:
        file.add_blank_page()
        file.docinfo["/Title"] = text
        out = io.BytesIO()
        file.save(out)
        return out.getvalue()


@asynccontextmanager
async def office(tmp_path):
    async with running(service, tmp_path=tmp_path) as system:
        await tell(
            system,
            OfficeChangedV1(
                office_id=OFFICE,
                name="Sở Khoa học và Công nghệ",
                short_name="Sở KHCN",
                abbreviation="SKHCN",
                level="department",
                parent_id=None,
                place="Tuyên Quang",
                organ_ids=("H60.10", "H60.10.OLD"),
            ),
        )
        yield system


def person_fact(person: Principal, **more) -> PersonChangedV1:
    values = {
        "person_id": person.id,
        "full_name": person.name,
        "user_name": person.id,
        "position": "",
        "office_id": person.office_id,
        "unit_id": person.unit_id,
        "posts": (),
    }
    return PersonChangedV1(**(values | more))


async def tell(system, message) -> None:
    """Hand a message to registry's consumers as its bus would."""
    async with system.runtime("registry").work() as work:
        for consumer in service.consumers:
            if consumer.message is type(message):
                await consumer.handle(work, message)


async def ok(answer) -> dict:
    assert answer.status_code < 300, answer.text
    return answer.json()


async def upload(system, name: str, content: bytes, who: Principal = DRAFTER) -> httpx.Response:
    headers = {"X-File-Name": quote(name)}
    return await system.client("registry", who).post("/v1/files", content=content, headers=headers)


async def signed(system, recipients: int = 2, **fields: str) -> dict:
    drafter = system.client("registry", DRAFTER)
    main = await ok(await upload(system, f"Báo cáo quý III {uuid4()}.pdf", pdf(str(uuid4()))))
    body = {
        "type_name": "Quyết định",
        "subject": "Về việc thử nghiệm",
        "signer_id": SIGNER,
        "signer_name": "Giám Đốc",
        "files": [main],
        "recipients": [{"organ_id": f"H60.{i}", "name": f"Xã {i}"} for i in range(recipients)],
    } | fields
    document = await ok(await drafter.post("/v1/drafts", json=body))
    document = await ok(await drafter.post(f"/v1/drafts/{document['id']}/submit"))
    await tell(
        system,
        LeaderSignedV1(
            draft_id=document["id"],
            office_id=OFFICE,
            signer_id=SIGNER,
            signer_name="Giám Đốc",
            content_hash=document["content_hash"],
            main_file=FileRef(**main),
            signed_at=now(),
        ),
    )
    return document


async def arrived(system, **changes) -> str:
    values = {
        "arrival_id": str(uuid4()),
        "office": OfficeRef(office_id=OFFICE, organ_id="H60.10", name="Sở KHCN"),
        "sender_organ_id": "H60.1",
        "sender_name": "Xã 1",
        "identifier": f"H60.1,2026/01/02,{uuid4()}",
        "code_number": str(uuid4()),
        "code_notation": "BC-UBND",
        "subject": "Báo cáo",
        "channel": "local",
        "files": (FileRef(sha256="a" * 64, size=1, name="a.pdf"),),
        "arrived_at": now(),
    } | changes
    await tell(system, DocumentArrivedV1(**values))
    await tell(system, FilesValidatedV1(arrival_id=values["arrival_id"], legal_state="ORIGINAL", valid=True))
    rows = await ok(await system.client("registry", CLERK).get("/v1/incoming", params={"state": "CHECKED"}))
    return rows["items"][0]["id"]
