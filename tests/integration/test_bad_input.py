"""What people and partners get wrong: each gets a clear Vietnamese answer or a quarantine entry, and nothing is lost.

Everything through the public doors of the whole system, on the embedded default: HTTP, and the bus.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import httpx
import pikepdf
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import OKPKey

from contracts.registry.events import Recipient
from infra.demo import papers, sending
from infra.demo.journey import CLERK, COLLEAGUE, DEPUTY, DRAFTER, LEADER, TO_CLERK, UNIT_HEAD
from infra.demo.narrate import Narrator, until
from infra.demo.people import Desks
from infra.demo.stage import Stage
from infra.demo.world import Place, axis, served, set_environment
from infra.local_servers import free_port
from shared.auth import ALGORITHM
from shared.messaging.embedded import EmbeddedBus
from shared.messaging.envelope import Envelope

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("whole-system")]
MEGABYTE = 2**20
LIMIT = 50 * MEGABYTE
SAMPLE = (
    '<?xml version="1.0" encoding="UTF-8"?>{doctype}<edXML xmlns="{ns}"><edXML:edXMLEnvelope xmlns:edXML="{ns}">'
    "<edXML:edXMLHeader><edXML:MessageHeader><edXML:From><edXML:OrganId>G09</edXML:OrganId>"
    "<edXML:OrganName>Bộ Nội vụ</edXML:OrganName></edXML:From><edXML:To><edXML:OrganId>{to}</edXML:OrganId></edXML:To>"
    "<edXML:DocumentId>G09,2026/11/25,{number}/BNV</edXML:DocumentId><edXML:Code><edXML:CodeNumber>{number}"
    "</edXML:CodeNumber><edXML:CodeNotation>BNV</edXML:CodeNotation></edXML:Code><edXML:PromulgationInfo>"
    "<edXML:PromulgationDate>2026/11/25</edXML:PromulgationDate></edXML:PromulgationInfo>"
    "<edXML:Subject>Hướng dẫn kiểm kê</edXML:Subject></edXML:MessageHeader></edXML:edXMLHeader>"
    "</edXML:edXMLEnvelope></edXML>"
)


@dataclass
class Whole:
    """The system, listening; the demo people at their desks."""

    place: Place
    desks: Desks
    http: httpx.AsyncClient

    async def headers(self, user_name: str) -> dict[str, str]:
        body = {"user_name": user_name, "password": self.desks.password}
        answer = await self.http.post("/api/identity/v1/sessions", json=body)
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def blob(self, content: bytes) -> Path:
        name = hashlib.sha256(content).hexdigest()
        return self.place.folder / "data" / "blobs" / name[:2] / name[2:4] / name


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Whole]:
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("QLVB_")]:
        del os.environ[name]
    place = Place(tmp_path_factory.mktemp("whole"), free_port(), free_port())
    set_environment(place)
    desks = Desks(place.service_url)
    try:
        with axis(place):
            async with served(place), httpx.AsyncClient(base_url=place.url, timeout=60) as http:
                yield Whole(place, desks, http)
                await desks.close()
    finally:
        os.environ.clear()
        os.environ.update(kept)


def says(answer: httpx.Response, status: int, kind: str, *words: str) -> None:
    """A problem document (RFC 9457) of this kind, in Vietnamese, with these words in it."""
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (answer.status_code, problem["kind"]) == (status, kind), problem
    text = unicodedata.normalize("NFD", problem["detail"])
    assert any(unicodedata.combining(letter) for letter in text), problem["detail"]
    for word in words:
        assert word in problem["detail"]


async def test_a_wrong_password_says_so_without_telling_whether_the_name_exists(whole: Whole) -> None:
    for name in ("hoavt.skhcn", "khong.co.ai"):
        body = {"user_name": name, "password": "Sai@12345"}
        answer = await whole.http.post("/api/identity/v1/sessions", json=body)
        says(answer, 401, "wrong-credentials", "không đúng", "nhập lại")
    assert await whole.headers("hoavt.skhcn")


async def test_an_expired_token_asks_to_log_in_again_and_the_work_is_still_there(whole: Whole) -> None:
    headers = await whole.headers(DRAFTER)
    draft = {"type_name": "Báo cáo", "subject": "Báo cáo đang soạn"}
    made = (await whole.http.post("/api/registry/v1/drafts", json=draft, headers=headers)).json()
    key = OKPKey.import_key(
        json.loads((whole.place.folder / "data/secrets/identity-token-key.json").read_text("utf-8"))
    )
    good = jwt.decode(headers["Authorization"].split()[1], key, algorithms=[ALGORITHM])
    stale = jwt.encode(good.header, good.claims | {"exp": int(time.time()) - 60}, key, algorithms=[ALGORITHM])
    expired = {"Authorization": f"Bearer {stale}", "If-Match": made["etag"]}
    answer = await whole.http.put(f"/api/registry/v1/drafts/{made['id']}", json=draft, headers=expired)
    says(answer, 401, "unauthorised", "hết hạn", "đăng nhập lại")
    again = await whole.http.get(f"/api/registry/v1/documents/{made['id']}", headers=await whole.headers(DRAFTER))
    assert (again.json()["subject"], again.json()["version"]) == ("Báo cáo đang soạn", 1)


async def test_another_offices_object_does_not_exist(whole: Whole) -> None:
    owner, stranger = await whole.headers(DRAFTER), await whole.headers(TO_CLERK)
    form = {"type_name": "Báo cáo", "subject": "Của Sở"}
    draft = (await whole.http.post("/api/registry/v1/drafts", json=form, headers=owner)).json()["id"]
    registry, workflow, gateway = (f"/api/{name}/v1" for name in ("registry", "workflow", "gateway"))
    for method, path, body in (
        ("GET", f"{registry}/documents/{draft}", None),
        ("PUT", f"{registry}/drafts/{draft}", form),
        ("POST", f"{registry}/drafts/{draft}/submit", None),
        ("POST", f"{registry}/documents/{draft}/number", None),
        ("POST", f"{registry}/documents/{draft}/recall", {"reason": "Không phải của mình"}),
        ("GET", f"{workflow}/objects/draft/{draft}", None),
        ("GET", f"{gateway}/deliveries?document_id={draft}", None),
    ):
        headers = stranger | {"If-Match": "1"}
        says(await whole.http.request(method, path, json=body, headers=headers), 404, "not-found", "Không tìm thấy")
    kept = await whole.http.get(f"{registry}/documents/{draft}", headers=owner)
    assert (kept.json()["state"], kept.json()["version"]) == ("DRAFT", 1)


def scripted() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        file.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "status", "kind", "words"),
    [
        (b"MZ\x90\x00" + b"\0" * 2000, 415, "type-mismatch", ("BaoCao", "không đúng là .pdf")),
        (scripted(), 422, "active-content", ("JavaScript", "in ra PDF")),
    ],
    ids=["exe-named-pdf", "pdf-with-javascript"],
)
async def test_a_dangerous_file_is_refused_by_what_it_is(whole: Whole, content, status, kind, words) -> None:
    headers = await whole.headers(DRAFTER) | {"X-File-Name": quote("BaoCao.pdf")}
    answer = await whole.http.post("/api/registry/v1/files", content=content, headers=headers)
    says(answer, status, kind, *words)
    assert not whole.blob(content).exists()


async def test_a_byte_over_fifty_megabytes_is_refused_before_the_whole_of_it_is_sent(whole: Whole) -> None:
    headers = await whole.headers(DRAFTER) | {"X-File-Name": "a.txt"}
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += MEGABYTE
            yield b"a" * MEGABYTE

    reader, writer = await asyncio.open_connection("127.0.0.1", whole.place.port)
    head = [f"{name}: {value}" for name, value in headers.items()]
    lines = ["POST /api/registry/v1/files HTTP/1.1", "Host: qlvb", *head, f"Content-Length: {LIMIT + 1}", "", ""]
    writer.write("\r\n".join(lines).encode())
    await writer.drain()
    announced = await reader.readuntil(b"\r\n")  # not a byte of the file has left
    writer.close()
    assert b" 413 " in announced
    try:  # without a length: cut off soon after the limit, whether the answer or the closed connection comes first
        answer = await whole.http.post("/api/registry/v1/files", content=endless(), headers=headers)
        says(answer, 413, "too-large", "50 MB", "nén")
    except (httpx.WriteError, httpx.ReadError):
        pass
    assert LIMIT < sent < LIMIT + 40 * MEGABYTE
    whole_file = await whole.http.post("/api/registry/v1/files", content=b"a" * LIMIT, headers=headers)
    assert (whole_file.status_code, whole_file.json()["size"]) == (201, LIMIT)


async def held(whole: Whole, content: bytes, code: str, *words: str) -> str:
    """Bring the package as a clerk; it waits with its reason, whole. Gives the entry's id."""
    headers = await whole.headers(CLERK)
    result = (await whole.http.post("/api/gateway/v1/packages", content=content, headers=headers)).json()
    assert result["state"] == "quarantined", result
    entries = (await whole.http.get("/api/gateway/v1/quarantine", headers=headers)).json()
    entry = next(entry for entry in entries if entry["id"] == result["quarantine_id"])
    assert (entry["reason_code"], entry["state"]) == (code, "held")
    for word in words:
        assert word in entry["reason"]
    assert whole.blob(content).read_bytes() == content
    return str(entry["id"])


def package(to: str, number: int, doctype: str = "") -> bytes:
    namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
    return SAMPLE.format(ns=namespace, to=to, number=number, doctype=doctype).encode()


async def test_a_package_with_a_doctype_waits_in_quarantine_and_cannot_be_let_in(whole: Whole) -> None:
    content = package("H60.10", 11, '<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    entry = await held(whole, content, "DOCTYPE", "DOCTYPE", "không được phép")
    path = f"/api/gateway/v1/quarantine/{entry}/release"
    answer = await whole.http.post(path, json={"note": "Cho vào"}, headers=await whole.headers(CLERK))
    says(answer, 409, "still-untrusted", "DOCTYPE")


async def test_a_package_for_an_unknown_office_waits_until_a_clerk_takes_it_in(whole: Whole) -> None:
    entry = await held(whole, package("K99.99", 12), "UNKNOWN_OFFICE", "K99.99", "không thuộc hệ thống này")
    path = f"/api/gateway/v1/quarantine/{entry}/release"
    headers = await whole.headers(CLERK)
    taken = await whole.http.post(path, json={"note": "Gửi cho Sở, nhầm mã"}, headers=headers)
    assert taken.json()["state"] == "received"

    async def rows() -> list[str]:
        found = await whole.http.get("/api/registry/v1/incoming?q=12/BNV", headers=headers)
        return [row["subject"] for row in found.json()["items"]]

    await until(rows, lambda found: found == ["Hướng dẫn kiểm kê"], "văn bản đến")


async def signed(stage: Stage) -> str:
    of = stage.desks.of
    drafter, leader = await of(DRAFTER), await of(LEADER)
    to = [Recipient(organ_id="H60.61", name="Ủy ban nhân dân xã Yên Sơn")]
    draft = await sending.draft(stage, drafter, leader, "decision", papers.DECISION, to, [], type_name="Quyết định")
    await sending.consult(stage, drafter, await of(COLLEAGUE), await of(UNIT_HEAD), draft.id)
    await sending.approve(stage, draft, await of(UNIT_HEAD), await of(DEPUTY))
    await sending.sign(stage, leader, draft.id)
    await stage.document(await of(CLERK), draft.id, lambda d: d.state == "SIGNED")
    return draft.id


async def test_a_number_asked_for_again_is_the_same_one_and_the_series_has_no_gap(whole: Whole) -> None:
    stage = Stage(whole.desks, Narrator())
    first, second = await signed(stage), await signed(stage)
    headers = await whole.headers(CLERK)

    async def number(document: str) -> int:
        answer = await whole.http.post(f"/api/registry/v1/documents/{document}/number", headers=headers)
        assert answer.status_code == 200, answer.text
        return int(answer.json()["number"])

    assert await asyncio.gather(*(number(first) for _ in range(5))) == [1] * 5
    assert (await number(second), await number(first)) == (2, 1)
    early = await whole.http.post(f"/api/registry/v1/documents/{uuid4()}/number", headers=headers)
    says(early, 404, "not-found")
    draft = {"type_name": "Báo cáo", "subject": "Chưa ai ký"}
    made = await whole.http.post("/api/registry/v1/drafts", json=draft, headers=await whole.headers(DRAFTER))
    answer = await whole.http.post(f"/api/registry/v1/documents/{made.json()['id']}/number", headers=headers)
    says(answer, 409, "wrong-state", "đang soạn", "cấp số")


async def test_a_message_of_an_unknown_version_waits_in_the_dead_letters_with_its_reason(whole: Whole) -> None:
    bus = EmbeddedBus(whole.place.folder / "data" / "bus.sqlite")
    await bus.start()
    try:
        data = {"document_id": "d-9", "something": "mới"}
        sent = Envelope(str(uuid4()), "qlvb.registry.document-issued.v9", "/qlvb/registry", "d-9", json.dumps(data))
        await bus.publish([sent])
        for queue in ("qlvb.gateway", "qlvb.workflow"):
            [letter] = await until(lambda queue=queue: bus.dead_letters(queue), bool, f"thư chết của {queue}")
            assert "unknown version: qlvb.registry.document-issued.v9" in letter.reason
            assert (letter.envelope.id, letter.envelope.data) == (sent.id, data)
        assert await bus.replay("qlvb.gateway") == 1
        [again] = await until(lambda: bus.dead_letters("qlvb.gateway"), bool, "thư chết lần nữa")
        assert again.envelope.data == data
    finally:
        await bus.stop()
