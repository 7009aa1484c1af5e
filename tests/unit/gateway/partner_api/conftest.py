"""A gateway with two offices and two partners: a one-stop shop (MOTCUA) and a hospital (BENHVIEN)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from contracts.identity.events import OfficeChangedV1
from services.gateway.credentials.rules import SCOPES
from services.gateway.service import service
from services.gateway.wire.headers import call_headers
from shared.auth import Principal
from shared.service import Service
from shared.testing import System, running

ADMIN = Principal(id="a", name="Quản trị", kind="person", office_id="o1", roles=frozenset({"system_admin"}))
CLERK = Principal(id="p1", name="Văn thư", kind="person", office_id="o1", roles=frozenset({"clerk"}))
NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
PDF = base64.b64encode(b"%PDF-1.7 mot van ban").decode()
HOOK_SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
BASE = "/partner/v1"


def document(sender: str, *receivers: str, number: int = 7, subject: str = "Hồ sơ một cửa") -> bytes:
    """A small good document with one PDF."""
    to = "".join(f"<edXML:To><edXML:OrganId>{code}</edXML:OrganId></edXML:To>" for code in receivers)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<edXML xmlns="{NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}"><edXML:edXMLHeader>'
        f"<edXML:MessageHeader><edXML:From><edXML:OrganId>{sender}</edXML:OrganId></edXML:From>{to}"
        f"<edXML:DocumentId>{sender},2026/11/23,{number}/MC</edXML:DocumentId>"
        f"<edXML:Code><edXML:CodeNumber>{number}</edXML:CodeNumber><edXML:CodeNotation>MC</edXML:CodeNotation>"
        "</edXML:Code><edXML:PromulgationInfo><edXML:PromulgationDate>2026/11/23</edXML:PromulgationDate>"
        f"</edXML:PromulgationInfo><edXML:Subject>{subject}</edXML:Subject></edXML:MessageHeader>"
        "<edXML:TraceHeaderList><edXML:TraceHeader>"
        f"<edXML:OrganId>{sender}</edXML:OrganId></edXML:TraceHeader></edXML:TraceHeaderList></edXML:edXMLHeader>"
        '<edXML:edXMLBody><edXML:edXMLManifest version="1.0"><edXML:Reference>'
        "<edXML:ContentId>cid:1</edXML:ContentId><edXML:ContentType>application/pdf</edXML:ContentType>"
        "<edXML:AttachmentName>a.pdf</edXML:AttachmentName></edXML:Reference></edXML:edXMLManifest></edXML:edXMLBody>"
        "</edXML:edXMLEnvelope><AttachmentEncoded><Attachment><ContentId>cid:1</ContentId>"
        "<AttachmentName>a.pdf</AttachmentName><ContentType>application/pdf</ContentType>"
        f'<edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">{PDF}</edXML:ContentTransferEncoded>'
        "</Attachment></AttachmentEncoded></edXML>"
    ).encode()


@dataclass
class Client:
    """A partner's program: calls by signed headers, by token, or anonymously."""

    http: httpx.AsyncClient
    system_id: str = ""
    secret: str = ""
    token: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def call(
        self, operation: str, body: bytes = b"", method: str = "POST", base: str = BASE, **parameters: str
    ) -> httpx.Response:
        names = {name.replace("_", "-"): value for name, value in parameters.items()}
        if self.system_id:
            kind = "application/octet-stream" if operation == "sendEdoc" else "application/json"
            headers = {**call_headers(self.system_id, self.secret, names, kind), **self.headers}
            return await self.http.request(method, f"{base}/{operation}", headers=headers, content=body)
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        path = f"{base}/{operation}"
        return await self.http.request(method, path, params=names, headers={**headers, **self.headers}, content=body)

    async def send(self, body: bytes, sender: str, kind: str = "edoc", **more: str) -> httpx.Response:
        given = {"from": sender, "messagetype": kind, "servicetype": "eDoc", **more}
        given.setdefault("hash-file", hashlib.sha256(body).hexdigest())
        return await self.call("sendEdoc", body, **given)

    async def waiting(self, kind: str = "edoc") -> list[dict[str, str]]:
        answer = await self.call("getReceivedEdocList", messagetype=kind, servicetype="eDoc")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, str]] = answer.json()["data"]
        return found

    async def download(self, doc_id: str) -> httpx.Response:
        return await self.call("downloadEdoc", method="GET", docId=doc_id, filePath="x")


@dataclass
class House:
    """A running gateway and its administrator."""

    system: System
    admin: httpx.AsyncClient

    async def office(self, number: int, *codes: str, active: bool = True) -> None:
        office = OfficeChangedV1(
            office_id=f"o{number}", name=f"Sở {number}", short_name="", abbreviation="", level="department",
            parent_id=None, organ_ids=codes, active=active,
        )  # fmt: skip
        await self.system.emit("gateway", office)
        await self.system.settle()

    async def partner(self, name: str, *codes: str, kind: str = "mailbox", **settings: Any) -> dict[str, Any]:
        body = {
            "name": name, "title": name.upper(), "kind": kind, "settings": settings,
            "codes": [{"code": code} for code in codes],
        }  # fmt: skip
        answer = await self.admin.post("/v1/partners", json=body)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def key(self, partner: dict[str, Any], kind: str, **more: Any) -> dict[str, Any]:
        answer = await self.admin.post(
            f"/v1/partners/{partner['id']}/credentials", json={"kind": kind, "scopes": [*SCOPES], **more}
        )
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def client(self, **login: str) -> Client:
        return Client(self.system.client("gateway"), **login)

    async def signed(self, partner: dict[str, Any], system_id: str) -> Client:
        key = await self.key(partner, "signed-headers", client_id=system_id)
        return self.client(system_id=system_id, secret=key["secret"])

    async def with_token(self, partner: dict[str, Any], *scopes: str) -> Client:
        key = await self.key(partner, "oauth2", scopes=scopes or [*SCOPES])
        answer = await self.token(key)
        return self.client(token=answer.json()["access_token"])

    async def token(self, key: dict[str, Any], **fields: str) -> httpx.Response:
        form = {"grant_type": "client_credentials", **fields}
        http = self.system.client("gateway")
        return await http.post(f"{BASE}/oauth2/token", data=form, auth=(key["client_id"], key["secret"]))


@asynccontextmanager
async def a_house(folder: Path, *beside: Service, **settings: Any) -> AsyncIterator[House]:
    async with running(replace(service, jobs=[]), *beside, tmp_path=folder, **settings) as system:
        house = House(system, system.client("gateway", ADMIN))
        await house.office(1, "H60.10", "000.00.10.H60")
        await house.office(2, "H60.20")
        yield house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with a_house(tmp_path / "house") as found:
        yield found


@pytest.fixture
async def shop(house: House) -> dict[str, Any]:
    return await house.partner("motcua", "H60.M1")


@pytest.fixture
async def hospital(house: House) -> dict[str, Any]:
    return await house.partner("benhvien", "H60.B1")


def to(*codes: str) -> str:
    return json.dumps(list(codes), separators=(",", ":"))
