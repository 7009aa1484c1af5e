"""Registry asks gateway whether a document fits every partner; the clerk is warned, chooses the link, or is stopped."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from contracts.client import Problem
from contracts.identity.events import OrganRegisteredV1
from contracts.message import FileRef
from contracts.registry.client import RegistryClient
from contracts.registry.events import OfficeRef
from services.gateway.fitting.rules import LIST_NAME
from services.gateway.partners.tables import Partner
from services.gateway.settings import GatewaySettings
from services.registry.files.actions import hold
from services.registry.files.rules import LIMIT as LIMIT_OF_A_FILE
from services.registry.outgoing.tables import Outgoing
from services.registry.service import service as registry
from shared.clock import now, today
from shared.testing import System, token_of
from tests.unit.gateway.exchange import exchange, office_fact, sent, unpack
from tests.unit.portal.stand_in import Services, browser, outgoing, portal_with
from tests.unit.registry.lines import broken_piece, listening
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, SIGNER, STRANGER, tell

MB = 2**20
LIMIT = 2  # MB
OURS = OfficeRef(office_id=OFFICE, organ_id="H60.10", name="Sở Khoa học và Công nghệ")


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    """Registry and gateway in one process, a ministry behind a partner of 2 MB."""
    async with exchange(tmp_path, beside=[registry]) as found:
        gateway = found.runtime("gateway")
        gateway.state["gateway_settings"] = GatewaySettings(package_limit_mb=LIMIT)
        async with gateway.work() as work:
            work.save(
                Partner(
                    name="national", title="Trục liên thông quốc gia", kind="national", package_limit_mb=LIMIT,
                    is_default=True, settings={}, paused=True,
                )
            )  # fmt: skip
        fact = office_fact(OURS).model_copy(update={"abbreviation": "SKHCN"})
        await found.emit("gateway", fact)
        await found.emit("gateway", OrganRegisteredV1(organ_ids=("G06",), name="Bộ Khoa học và Công nghệ"))
        await found.settle()
        await tell(found, fact)
        yield found


async def limited(system: System, megabytes: int) -> None:
    """The axis takes packages up to this from now on."""
    system.runtime("gateway").state["gateway_settings"] = GatewaySettings(package_limit_mb=megabytes)
    async with system.runtime("gateway").work() as work:
        (await work.one(select(Partner))).package_limit_mb = megabytes


async def stored(system: System, name: str, size: int, role: str) -> dict[str, Any]:
    """A file of this size that the office holds."""
    content = b"%PDF-1.7\n" + os.urandom(size - 9)
    blob = await system.runtime("registry").blobs.put(content)
    ref = FileRef(sha256=blob.sha256, size=blob.size, name=name, role=role)
    async with system.runtime("registry").work() as work:
        await hold(work, [OFFICE], [ref])
    return ref.model_dump(mode="json")


async def drafted(
    system: System, main: int, *annexes: int, code: str = "G06", annex: FileRef | None = None, **more: Any
) -> str:
    files = [await stored(system, "QuyetDinh.pdf", main, "main")]
    files += [annex.model_dump(mode="json") | {"role": "annex"}] if annex else []
    files += [await stored(system, f"PhuLuc{n}.pdf", size, "annex") for n, size in enumerate(annexes, 1)]
    body = {
        "type_name": "Quyết định", "subject": "Về việc thử", "signer_id": SIGNER, "signer_name": "Giám Đốc",
        "files": files, "recipients": [{"organ_id": code, "name": "Bộ Khoa học và Công nghệ"}],
    }  # fmt: skip
    answer = await system.client("registry", DRAFTER).post("/v1/drafts", json=body | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def sealed(system: System, key: str) -> None:
    """Signed, numbered and sealed as the other services would have told."""
    async with system.runtime("registry").work() as work:
        row = (await work.all(select(Outgoing)))[-1]
        assert str(row.id) == key
        row.state, row.number, row.issued_date, row.code = "SEALED", 7, today(), "07/QĐ-SKHCN"
        row.identifier = f"H60.10,{today():%Y/%m/%d},07/QĐ-SKHCN"


async def issue(system: System, key: str, **body: Any) -> httpx.Response:
    return await system.client("registry", CLERK).post(f"/v1/documents/{key}/issue", json=body)


async def plan(system: System, key: str) -> list[dict[str, Any]]:
    answer = await system.client("registry", CLERK).get(f"/v1/documents/{key}/sending-plan")
    assert answer.status_code == 200, answer.text
    over: list[dict[str, Any]] = answer.json()["over"]
    return over


async def test_the_clerk_is_warned_chooses_the_link_and_the_receiver_gets_every_file(
    system: System, tmp_path: Path
) -> None:
    key = await drafted(system, MB // 2, 2 * MB, MB // 4)
    await sealed(system, key)
    [over] = await plan(system, key)
    assert (over["title"], over["limit"], over["way"]) == ("Trục liên thông quốc gia", LIMIT * MB, "link")
    assert [f["name"] for f in over["files"]] == ["PhuLuc1.pdf", "QuyetDinh.pdf", "PhuLuc2.pdf"], "the largest first"

    stopped = await issue(system, key)
    assert (stopped.status_code, stopped.json()["kind"]) == (409, "large-files-undecided")
    detail = stopped.json()["detail"]
    assert "Trục liên thông quốc gia nhận gói tin đến 2 MB, gói tin này 3,7 MB" in detail
    assert "“PhuLuc1.pdf” 2,7 MB" in detail and "liên kết" in detail
    async with system.runtime("registry").work(reading=True) as work:
        assert [row.state for row in await work.all(select(Outgoing))] == ["SEALED"], "nothing has happened"

    facts = await system.listen("qlvb.registry.document-issued.v1")
    issued = await issue(system, key, large_files="link")
    assert issued.json()["state"] == "ISSUED", issued.text
    assert any("liên kết" in entry["text"] for entry in issued.json()["timeline"])
    assert (await issue(system, key)).json()["state"] == "ISSUED", "twice: nothing happens"
    assert await plan(system, key) == []
    await system.settle()
    assert [fact.data["large_files"] for fact in facts] == ["link"]

    await sent(system)
    [(_, _, to, body)] = system.partners["national"].sent  # type: ignore[attr-defined]
    package = unpack(body, tmp_path)
    assert to == "G06" and len(body) <= LIMIT * MB
    assert [a.name for a in package.attachments] == ["QuyetDinh.pdf", "PhuLuc2.pdf", LIST_NAME]


@pytest.mark.requirement("R07.7")
async def test_fifty_megabytes_come_over_a_bad_line_one_byte_more_does_not_and_the_clerk_is_warned(
    system: System, tmp_path: Path
) -> None:
    table = base64.b64encode(os.urandom(LIMIT_OF_A_FILE * 3 // 4 + 2))[:LIMIT_OF_A_FILE]
    cut = 20 * MB + 12345
    headers = {"Authorization": f"Bearer {token_of(DRAFTER)}"}
    async with (
        listening(system) as port,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers) as http,
    ):
        registry = RegistryClient(http)
        key = await registry.begin_upload("Số liệu.csv", len(table))
        await broken_piece(port, DRAFTER, f"/v1/uploads/{key}", 0, len(table), table[:cut])
        async with asyncio.timeout(60):
            while await registry.upload_offset(key) < cut:
                await asyncio.sleep(0)  # until registry has seen that the line is gone
        assert await registry.upload_offset(key) == cut, "everything that came before the break"
        assert await registry.send_piece(key, cut, table[cut:]) == LIMIT_OF_A_FILE
        annex = await registry.finish_upload(key)
        assert (annex.sha256, annex.size) == (hashlib.sha256(table).hexdigest(), LIMIT_OF_A_FILE)

        with pytest.raises(Problem, match="413 too-large"):
            await registry.begin_upload("Số liệu.csv", LIMIT_OF_A_FILE + 1)
        status = await refused_early(port, LIMIT_OF_A_FILE + 1)
        assert "413" in status, "before the body was sent"

    document = await drafted(system, 1024, annex=annex)
    await sealed(system, document)
    await limited(system, 64)
    [over] = await plan(system, document)
    assert over["limit"] == 64 * MB < LIMIT_OF_A_FILE * 4 // 3 < over["size"]
    warned = await issue(system, document)
    assert warned.json()["kind"] == "large-files-undecided"
    assert "nhận gói tin đến 64 MB, gói tin này 66,8 MB (trong gói: “Số liệu.csv” 66,8 MB" in warned.json()["detail"]
    services = Services()
    services.answers["GET registry/v1/documents/D1"] = outgoing("SEALED", code="07/QĐ-SKHCN")
    services.answers["GET registry/v1/documents/D1/sending-plan"] = {"over": [over]}
    async with portal_with(services, tmp_path / "portal") as portal, browser(portal) as page:
        await page.post("/dang-nhap", data={"user_name": "lanpn.skhcn", "password": "Qlvb@2026", "after": "/"})
        seen = (await page.get("/van-ban/D1")).text
    assert "Gói tin 66,8 MB, Trục liên thông quốc gia chỉ nhận đến 64 MB" in seen and 'name="large_files"' in seen


async def refused_early(port: int, promised: int) -> str:
    """The first line of the answer to an upload of which nothing but the head was sent."""
    incoming, out = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /v1/files HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token_of(DRAFTER)}\r\n"
    out.write(f"{head}X-File-Name: a.csv\r\nContent-Length: {promised}\r\n\r\n".encode())
    await out.drain()
    status = await asyncio.wait_for(incoming.readline(), 30)
    out.close()
    return status.decode()


async def test_what_fits_is_issued_without_a_word_and_not_by_link(system: System) -> None:
    key = await drafted(system, MB)
    await sealed(system, key)
    assert await plan(system, key) == []
    facts = await system.listen("qlvb.registry.document-issued.v1")
    assert (await issue(system, key, large_files="link")).json()["state"] == "ISSUED"
    await system.settle()
    assert [fact.data["large_files"] for fact in facts] == [""]


async def test_the_measured_size_is_the_size_that_leaves(system: System) -> None:
    key = await drafted(system, MB, MB // 4)
    await sealed(system, key)
    await limited(system, 1)
    [over] = await plan(system, key)
    await limited(system, LIMIT)
    assert (await issue(system, key)).json()["state"] == "ISSUED"
    await system.settle()
    await sent(system)
    assert len(system.partners["national"].sent[0][3]) == over["size"]  # type: ignore[attr-defined]


async def test_a_main_file_too_large_by_itself_stops_the_draft_and_the_document(system: System) -> None:
    key = await drafted(system, 2 * MB)
    submit = await system.client("registry", DRAFTER).post(f"/v1/drafts/{key}/submit")
    assert (submit.status_code, submit.json()["kind"]) == (422, "too-large-to-send")
    assert "200 dpi" in submit.json()["detail"] and submit.json()["partners"] == ["national"]
    await sealed(system, key)
    stopped = await issue(system, key, large_files="link")
    assert (stopped.status_code, stopped.json()["kind"]) == (422, "too-large-to-send")


async def test_large_annexes_may_be_handed_in(system: System) -> None:
    key = await drafted(system, MB // 2, 2 * MB)
    submit = await system.client("registry", DRAFTER).post(f"/v1/drafts/{key}/submit")
    assert submit.json()["state"] == "CONSULTING", submit.text


async def test_receivers_of_this_deployment_have_no_limit(system: System) -> None:
    key = await drafted(system, 3 * MB, code="H60.10")
    await sealed(system, key)
    assert await plan(system, key) == []
    assert (await issue(system, key)).json()["state"] == "ISSUED"


async def test_a_silent_gateway_stops_a_large_document_with_a_reason(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, small = await drafted(system, MB), await drafted(system, 1024)

    async def silent(*_: Any) -> None:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr("contracts.gateway.client.GatewayClient.fit_package", silent)
    client = system.client("registry", DRAFTER)
    answer = await client.post(f"/v1/drafts/{large}/submit")
    assert (answer.status_code, answer.json()["kind"]) == (503, "size-not-checked")
    assert (await client.post(f"/v1/drafts/{small}/submit")).status_code == 200, "fits every partner: nobody is asked"


async def test_somebody_elses_document_is_not_measured(system: System) -> None:
    key = await drafted(system, 3 * MB)
    for path in (key, str(uuid4()), "x"):
        answer = await system.client("registry", STRANGER).get(f"/v1/documents/{path}/sending-plan")
        assert answer.status_code == 404


async def test_a_wrong_choice_is_refused(system: System) -> None:
    key = await drafted(system, 1024)
    assert (await issue(system, key, large_files="fax")).status_code == 422


async def test_without_a_notation_nothing_goes_outside_and_that_is_said_before_the_issue(system: System) -> None:
    """An office without an abbreviation writes letters without a notation; edXML has no place for that."""
    fact = office_fact(OURS).model_copy(update={"abbreviation": ""})
    await tell(system, fact)
    key = await drafted(system, 1024, type_name="Công văn")
    drafter, clerk = system.client("registry", DRAFTER), system.client("registry", CLERK)
    stopped = await drafter.post(f"/v1/drafts/{key}/submit")
    assert (stopped.status_code, stopped.json()["kind"]) == (422, "notation-missing")
    assert "Bộ Khoa học và Công nghệ" in stopped.json()["detail"] and "chữ viết tắt" in stopped.json()["detail"]

    async def put(**values: Any) -> None:
        async with system.runtime("registry").work() as work:
            row = await work.one(select(Outgoing))
            for name, value in values.items():
                setattr(row, name, value)

    await put(state="SIGNED")  # handed in before this was looked at
    answer = await clerk.post(f"/v1/documents/{key}/number")
    assert answer.json()["kind"] == "notation-missing", "no number is used up"
    await put(state="SEALED", number=3, code="03/", issued_date=today(), identifier="H60.10,x,03/", issued_at=now())
    answer = await issue(system, key)
    assert answer.json()["kind"] == "notation-missing" and "hủy số" in answer.json()["detail"]

    await put(state="SIGNED", number=None, code="")
    await tell(system, office_fact(OURS).model_copy(update={"abbreviation": "SKHCN"}))
    answer = await clerk.post(f"/v1/documents/{key}/number")
    assert answer.json()["code"] == "01/SKHCN", "the administrator has given the office its abbreviation"


async def test_inside_the_deployment_a_document_needs_no_notation(system: System) -> None:
    await tell(system, office_fact(OURS).model_copy(update={"abbreviation": ""}))
    key = await drafted(system, 1024, code="H60.10", type_name="Công văn")
    submit = await system.client("registry", DRAFTER).post(f"/v1/drafts/{key}/submit")
    assert submit.status_code == 200, submit.text
