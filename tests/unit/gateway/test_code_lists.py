"""From a list of codes to a document that may be issued: registry asks gateway before it is too late."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update

from contracts.identity.events import OfficeChangedV1, OrganRegisteredV1
from services.gateway.directory.tables import ExternalOrgan
from services.gateway.service import service as gateway
from services.registry.outgoing.tables import Outgoing
from services.registry.service import service as registry
from shared.auth import Principal
from shared.testing import System, running
from tests.unit.gateway.registers import GOOD, HEAD, xlsx
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, pdf, upload

ADMIN = Principal(str(uuid4()), "Quản trị", "person", OFFICE, roles=frozenset({"system_admin"}))


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(registry, replace(gateway, jobs=[]), tmp_path=tmp_path) as found:
        office = OfficeChangedV1(
            office_id=OFFICE, name="Sở KH&CN", short_name="", abbreviation="SKHCN", level="department", parent_id=None,
            organ_ids=("H60.10",),
        )  # fmt: skip
        await found.emit("gateway", office)
        await found.settle()
        yield found


async def draft(system: System, *codes: str) -> dict[str, Any]:
    main = (await upload(system, f"{uuid4()}.pdf", pdf(str(uuid4())))).json()
    body = {
        "type_name": "Quyết định", "subject": "Về việc thử", "signer_id": str(uuid4()), "files": [main],
        "recipients": [{"organ_id": code, "name": f"Nơi {code}"} for code in codes],
    }  # fmt: skip
    answer = await system.client("registry", DRAFTER).post("/v1/drafts", json=body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def submitted(system: System, document: dict[str, Any]) -> httpx.Response:
    return await system.client("registry", DRAFTER).post(f"/v1/drafts/{document['id']}/submit")


async def issue(system: System, document: dict[str, Any]) -> httpx.Response:
    """The clerk's act on a document that is signed, numbered and sealed."""
    from shared.clock import now, today

    async with system.runtime("registry").work() as work:
        row = await work.one(select(Outgoing).where(Outgoing.subject == "Về việc thử"))
        row.state, row.number, row.issued_date, row.code = "SEALED", 1, today(), "01/QĐ-SKHCN"
        row.identifier, row.issued_at = f"H60.10,{today()},01/QĐ-SKHCN", now()
    return await system.client("registry", CLERK).post(f"/v1/documents/{document['id']}/issue")


@pytest.mark.requirement("R08.6")
async def test_a_list_of_codes_is_imported_and_an_unknown_code_stops_a_document_before_issue(system: System) -> None:
    """Pattern and 35 characters checked, old and new codes mapped, unknown codes stopped."""
    admin, url = system.client("gateway", ADMIN), "/v1/directory/lists?name=ma.xlsx&apply=true"
    document = await draft(system, "H60.118", "000.07.05.H60")
    stopped = await submitted(system, document)
    assert (stopped.status_code, stopped.json()["kind"]) == (422, "unreachable-recipients")
    assert stopped.json()["organ_ids"] == ["H60.118", "000.07.05.H60"] and "danh mục" in stopped.json()["detail"]

    wrong = [[1, "H60." + "1" * 32, "", "Dài", "", "", ""], [2, "60-H", "", "Sai mẫu", "", "", ""], *GOOD]
    report = (await admin.post(url, content=xlsx([HEAD, *wrong]))).json()
    assert [line["line"] for line in report["wrong"]] == [2, 3] and report["import_id"] is None
    assert (await submitted(system, document)).status_code == 422, "a list with a wrong line is not taken over"

    report = (await admin.post(url, content=xlsx([HEAD, *GOOD]))).json()
    assert report["import_id"] and report["mapped"] == 2
    assert (await submitted(system, document)).status_code == 200, "by its new code and by its old one"

    async with system.runtime("gateway").work() as work:  # closed meanwhile
        await work.execute(update(ExternalOrgan).values(closed=True))
    late = await issue(system, document)
    assert (late.status_code, late.json()["kind"]) == (422, "unreachable-recipients")
    async with system.runtime("gateway").work() as work:
        await work.execute(update(ExternalOrgan).values(closed=False))
    assert (await issue(system, document)).json()["state"] == "ISSUED"


async def test_what_a_person_entered_and_offices_here_are_known(system: System) -> None:
    await system.emit("gateway", OrganRegisteredV1(organ_ids=("G06",), name="Bộ Khoa học và Công nghệ"))
    await system.settle()
    assert (await submitted(system, await draft(system, "G06", "H60.10"))).status_code == 200


async def test_a_silent_gateway_stops_the_act_with_a_reason(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await draft(system, "G06")

    async def silent(*_: Any) -> None:
        raise httpx.ConnectError("refused")

    monkeypatch.setattr("contracts.gateway.client.GatewayClient.check_organs", silent)
    answer = await submitted(system, document)
    assert (answer.status_code, answer.json()["kind"]) == (503, "recipients-not-checked")


async def test_a_registry_alone_asks_nobody(tmp_path: Path) -> None:
    async with running(registry, tmp_path=tmp_path) as alone:
        office = OfficeChangedV1(
            office_id=OFFICE, name="Sở", short_name="", abbreviation="SKHCN", level="department", parent_id=None,
            organ_ids=("H60.10",),
        )  # fmt: skip
        await alone.emit("registry", office)
        await alone.settle()
        assert (await submitted(alone, await draft(alone, "G06"))).status_code == 200


async def test_somebody_elses_draft_is_not_looked_into(system: System) -> None:
    document = await draft(system, "G06")
    stranger = Principal(str(uuid4()), "Người khác", "person", str(uuid4()), roles=frozenset({"specialist", "clerk"}))
    for path in (f"/v1/drafts/{document['id']}/submit", f"/v1/documents/{document['id']}/issue"):
        assert (await system.client("registry", stranger).post(path)).status_code == 404
