"""The signing tool of Ban Cơ yếu signs, seals and signs annexes on the person's machine; what it brings is checked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from infra.signers.vgca import SigningTool, call
from services.signing.pdf import drawings
from tests.unit.signing import documents
from tests.unit.signing.house import ADMIN, CLERK, LEADER, NAME, House, house
from tests.unit.signing.serving import serving
from tests.unit.signing.slow_stamper import SlowStamper
from tests.unit.signing.test_keys import assert_good, issued, pem_of


@asynccontextmanager
async def at_work(folder: Path) -> AsyncIterator[tuple[House, SigningTool, SigningTool]]:
    """The office, reached by HTTP, and the machines of its leader and its clerk."""
    async with house(folder) as office:
        stamper = SlowStamper(office.runtime.state["vault"].stamper, 0)
        app = office.runtime.apps["signing"]
        async with serving(app) as url, stamper.listening() as stamps:
            office.url = url
            person, seal = issued(office, "person"), issued(office, "office")
            body = {"owner_kind": "office", "device": "vgca", "pem": pem_of(seal[1])}
            await office.done(ADMIN, "signing", "POST", "/v1/certificates", json=body)
            image, red = drawings.signature(documents.SIGNER), drawings.seal(NAME, "UBND tỉnh Tuyên Quang")
            yield office, SigningTool(*person, image, stamper=stamps), SigningTool(*seal, red, stamper=stamps)


async def prepared(office: House, who: Any, **order: Any) -> list[dict[str, Any]]:
    """The calls of the plug-in, with the addresses of the server as the person's machine reaches it."""
    answer = await office.done(who, "signing", "POST", "/v1/acts/tool/prepare", json=order)
    assert not answer["refused"], answer
    for one in answer["calls"]:
        for name in ("FileName", "FileUploadHandler"):
            one["parameters"][name] = one["parameters"][name].replace("http://test", office.url)
    return answer["calls"]


async def called(tool: SigningTool, one: dict[str, Any]) -> dict[str, Any]:
    return await asyncio.to_thread(call, tool, one["function"], one["parameters"])


def order(office: House, draft: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in office.order(draft).items() if key != "pin"}


async def test_leader_and_clerk_sign_with_the_national_tool(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (office, leaders, clerks):
        draft = await office.approved(annexes=1)
        (one,) = await prepared(office, LEADER, drafts=[order(office, draft)])
        assert one["function"] == "vgca_sign_approved"
        told = await called(leaders, one)
        assert told["Status"] == 0, told
        await office.system.settle()
        assert (await called(leaders, one))["Status"] == 0  # brought twice, taken once
        await office.done(CLERK, "registry", "POST", f"/v1/documents/{draft['id']}/number")
        waiting = await office.done(CLERK, "signing", "GET", "/v1/acts/waiting")
        main, annex = await prepared(office, CLERK, act_ids=[act["id"] for act in waiting])
        assert (main["function"], annex["function"]) == ("vgca_sign_issued", "vgca_sign_appendix")
        document = await office.document(draft["id"])
        assert main["parameters"]["DocNumber"] == annex["parameters"]["DocNumber"] == document["code"]
        assert main["parameters"]["IssuedDate"].startswith(document["issued_date"])
        for each in (main, annex):
            told = await called(clerks, each)
            assert told["Status"] == 0, told
        await office.system.settle()
        document = await office.document(draft["id"])
        assert document["state"] == "SEALED" and document["legal_state"] == "ORIGINAL", document
        await assert_good(office, document, tmp_path)


async def test_what_the_tool_changes_or_whose_certificate_it_uses_is_looked_at(tmp_path: Path) -> None:
    async with at_work(tmp_path) as (office, leaders, clerks):
        draft = await office.approved()
        (one,) = await prepared(office, LEADER, drafts=[order(office, draft)])
        stranger = await called(clerks, one)  # the office's device instead of the leader's
        assert stranger["Status"] == 11 and "đã đăng ký cho người hoặc cơ quan khác" in stranger["Message"]
        leaders.spoil = lambda pdf: pdf.replace(b"/Title", b"/Tit1e", 1) if b"/Title" in pdf else b"%" + pdf
        spoilt = await called(leaders, one)
        assert spoilt["Status"] == 11 and "không phải tệp đã giao" in spoilt["Message"]
        forged = dict(one["parameters"], FileName=one["parameters"]["FileName"].replace(one["act_id"], "0" * 36))
        assert (await called(leaders, one | {"parameters": forged}))["Status"] == 10
        acts = await office.acts(draft["id"])
        assert [act["state"] for act in acts] == ["open"]
        leaders.spoil = None
        assert (await called(leaders, one))["Status"] == 0
        await office.system.settle()
        assert (await office.document(draft["id"]))["state"] == "SIGNED"
