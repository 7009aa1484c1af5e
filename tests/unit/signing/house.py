"""Registry, workflow and signing together with one office and its people: a document goes its whole way by HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
from sqlalchemy import select

from contracts.identity.events import OfficeChangedV1, PersonChangedV1, PostRef
from services.registry.service import service as registry
from services.signing.service import service as signing
from services.workflow.service import service as workflow
from shared.auth import Principal
from shared.clock import today
from shared.testing import System, running
from tests.unit.signing import documents

OFFICE, UNIT, PIN = str(uuid4()), str(uuid4()), "Qlvb@2026"
NAME = "Sở Khoa học và Công nghệ"


def _person(name: str, role: str, unit: str | None = None) -> Principal:
    return Principal(str(uuid4()), name, "person", OFFICE, unit, frozenset({role}))


DRAFTER = _person("Lý Thị An", "specialist", UNIT)
HEAD = _person("Trần Văn Hùng", "unit_head", UNIT)
DEPUTY = _person("Trần Thị Hòa", "deputy")
LEADER = _person(documents.SIGNER, "leader")
CLERK = _person("Vàng Văn Thư", "clerk")
SECOND_CLERK = _person("Hứa Thị Sen", "clerk")
ADMIN = _person("Nông Văn Quản", "unit_admin")
STRANGER = Principal(str(uuid4()), "Người Khác", "person", str(uuid4()), None, frozenset({"leader", "clerk"}))
POSITIONS = {LEADER.id: ("Giám đốc", ""), DEPUTY.id: ("Phó Giám đốc", "KT. GIÁM ĐỐC")}
PEOPLE = (DRAFTER, HEAD, DEPUTY, LEADER, CLERK, ADMIN)


class House:
    """The office at work."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.runtime = system.runtime("signing")

    async def ask(self, who: Principal, service: str, method: str, path: str, **more: Any) -> httpx.Response:
        answer = await self.system.client(service, who).request(method, path, **more)
        await self.system.settle()
        return answer

    async def done(self, who: Principal, service: str, method: str, path: str, **more: Any) -> Any:
        """What was answered, which has to be a success."""
        answer = await self.ask(who, service, method, path, **more)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    async def upload(self, name: str, content: bytes) -> dict[str, Any]:
        headers = {"X-File-Name": quote(name)}
        return await self.done(DRAFTER, "registry", "POST", "/v1/files", content=content, headers=headers)

    async def drafted(self, pdf: bytes | None = None, annexes: int = 0, **more: Any) -> dict[str, Any]:
        """A draft that is handed in."""
        pdf = pdf or documents.draft(year=today().year)
        files = [await self.upload(f"Dự thảo {uuid4()}.pdf", pdf + b"%" + uuid4().hex.encode() + b"\n")]
        for number in range(annexes):
            made = await self.upload(f"Phụ lục {number + 1}.pdf", documents.draft(paragraphs=number + 1))
            files.append(made | {"role": "annex"})
        files[0]["role"] = "main"
        body = {
            "type_name": "Quyết định", "subject": "Về việc ban hành Quy chế", "signer_id": LEADER.id, "files": files,
            "recipients": [{"organ_id": "H60.99", "name": "Xã Yên Sơn"}],
        }  # fmt: skip
        draft = await self.done(DRAFTER, "registry", "POST", "/v1/drafts", json=body | more)
        return await self.done(DRAFTER, "registry", "POST", f"/v1/drafts/{draft['id']}/submit")

    async def approved(self, **more: Any) -> dict[str, Any]:
        """A draft with every approval before the signature."""
        draft = await self.drafted(**more)
        await self.approve(draft)
        return draft

    async def approve(self, draft: dict[str, Any]) -> None:
        for who in (HEAD, DEPUTY):
            for task in (await self.done(who, "workflow", "GET", "/v1/tasks"))["items"]:
                if task["object_id"] == draft["id"] and task["kind"] in ("approve_content", "initial"):
                    body = {"content_hash": draft["content_hash"]}
                    await self.done(who, "workflow", "POST", f"/v1/tasks/{task['id']}/approve", json=body)

    def order(self, draft: dict[str, Any], pin: str = PIN) -> dict[str, Any]:
        """What a leader sends to sign this draft."""
        main = next(f for f in draft["files"] if f["role"] == "main")
        return {"draft_id": draft["id"], "content_hash": draft["content_hash"], "main_file": main, "pin": pin}

    async def sign(self, draft: dict[str, Any], who: Principal = LEADER, **more: Any) -> httpx.Response:
        return await self.ask(who, "signing", "POST", "/v1/acts/leader-sign", json=self.order(draft) | more)

    async def signed(self, **more: Any) -> dict[str, Any]:
        draft = await self.approved(**more)
        answer = await self.sign(draft)
        assert answer.status_code == 200, answer.text
        return await self.document(draft["id"])

    async def sealed(self, who: Principal = CLERK, **more: Any) -> dict[str, Any]:
        document = await self.signed(**more)
        await self.done(who, "registry", "POST", f"/v1/documents/{document['id']}/number")
        return await self.document(document["id"])

    async def document(self, document_id: str) -> dict[str, Any]:
        return await self.done(DRAFTER, "registry", "GET", f"/v1/documents/{document_id}")

    async def acts(self, document_id: str) -> list[dict[str, Any]]:
        return await self.done(CLERK, "signing", "GET", "/v1/acts", params={"object_id": document_id})

    async def pdf(self, document: dict[str, Any], role: str = "main") -> bytes:
        file = next(f for f in document["files"] if f["role"] == role)
        return await self.runtime.blobs.get(file["sha256"])

    async def audited(self, object_id: str) -> list[str]:
        """The acts that signing has on record of this object, oldest first."""
        table = self.runtime.tables.Audit
        async with self.runtime.work(reading=True) as work:
            return list(await work.all(select(table.act).where(table.object_id == object_id).order_by(table.seq)))


def office_fact() -> OfficeChangedV1:
    return OfficeChangedV1(
        office_id=OFFICE, name=NAME, short_name="Sở KHCN", abbreviation="SKHCN", level="department", parent_id=None,
        parent_name="Ủy ban nhân dân tỉnh Tuyên Quang", place="Tuyên Quang", organ_ids=("H60.10",),
    )  # fmt: skip


def person_fact(who: Principal, **more: Any) -> PersonChangedV1:
    position, capacity = POSITIONS.get(who.id, ("", ""))
    values = {
        "person_id": who.id, "full_name": who.name, "user_name": who.id, "position": position, "capacity": capacity,
        "office_id": who.office_id, "unit_id": who.unit_id,
        "posts": tuple(PostRef(role=r, office_id=who.office_id, unit_id=who.unit_id) for r in who.roles),
    }  # fmt: skip
    return PersonChangedV1(**values | more)


@asynccontextmanager
async def house(folder: Path, people: tuple[Principal, ...] = PEOPLE) -> AsyncIterator[House]:
    async with running(registry, workflow, signing, tmp_path=folder, demo=True) as system:
        await system.emit("signing", office_fact(), key=OFFICE)
        for person in people:
            await system.emit("signing", person_fact(person), key=person.id)
        await system.settle()
        yield House(system)
