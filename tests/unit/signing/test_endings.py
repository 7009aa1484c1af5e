"""An office that has ended: what it signed stays valid, its certificate signs nothing more (QĐ 51 Đ23)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.service import service
from shared.auth import Principal
from shared.clock import today
from shared.testing import System, running
from tests.unit.gateway.exchange import office_fact
from tests.unit.signing import flow, pki
from tests.unit.signing.test_service import LEADER, OFFICE, REF, approved, numbered, tell, told

ADMIN = Principal("a1", "Quản trị hệ thống", "person", OFFICE, None, frozenset({"system_admin"}))
ENDS = {"organ_id": "H60.10", "name": "Sở Khoa học và Công nghệ", "legal_basis": "Nghị quyết 12/NQ-HĐND"}


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    trust = tmp_path / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "test.pem").write_bytes(pki.world().root.certificate.public_bytes(Encoding.PEM))
    async with running(service, tmp_path=tmp_path, demo=True) as made:
        await tell(made, office_fact(REF))
        made.caught = await made.listen("qlvb.signing.sealed.v1", "qlvb.signing.sealing-failed.v1")
        yield made


@pytest.mark.requirement("R23.5")
async def test_old_documents_stay_valid_and_the_old_certificate_signs_no_more(system: System) -> None:
    admin = system.client("signing", ADMIN)
    moment = datetime(2024, 5, 6, 3, tzinfo=UTC)
    old = await flow.sealed(pki.world(), await flow.led(pki.world(), at=moment), at=moment)
    new = await flow.issued(pki.world())
    body = await approved(system)
    signed = (await system.client("signing", LEADER).post("/v1/acts/leader-sign", json=body)).json()["file"]

    ended = await admin.post("/v1/endings", json={**ENDS, "ended_on": (today() - timedelta(days=30)).isoformat()})
    assert ended.status_code == 200, ended.text

    assert (await admin.post("/v1/validate", content=old)).json()["legal_state"] == "ORIGINAL"
    later = (await admin.post("/v1/validate", content=new)).json()
    assert later["legal_state"] == "REFERENCE_ONLY" and not later["valid"]
    assert [one["code"] for one in later["reasons"]] == ["office-closed"]
    await tell(system, numbered(signed))
    (failed,) = await told(system, "sealing-failed")
    assert "đã kết thúc hoạt động từ ngày" in failed.data["reason"] and "Nghị quyết 12" in failed.data["reason"]
    assert not await told(system, "sealed")


async def test_until_the_day_comes_the_office_signs_and_an_ending_can_be_taken_back(system: System) -> None:
    admin = system.client("signing", ADMIN)
    body = await approved(system)
    signed = (await system.client("signing", LEADER).post("/v1/acts/leader-sign", json=body)).json()["file"]
    await admin.post("/v1/endings", json={**ENDS, "ended_on": today().isoformat()})
    await tell(system, numbered(signed))
    assert len(await told(system, "sealing-failed")) == 1
    moved = await admin.post("/v1/endings", json={**ENDS, "ended_on": (today() + timedelta(days=1)).isoformat()})
    (row,) = (await admin.get("/v1/endings")).json()
    assert row == moved.json() and row["recorded_by"] == ADMIN.name
    await tell(system, numbered(signed))
    assert len(await told(system, "sealed")) == 1
    assert (await admin.delete("/v1/endings/H60.10")).status_code == 204
    assert (await admin.get("/v1/endings")).json() == []
    assert (await admin.delete("/v1/endings/H60.10")).status_code == 404


async def test_only_the_systems_administrator_and_only_with_a_paper(system: System) -> None:
    body = {**ENDS, "ended_on": "2025-07-01"}
    assert (await system.client("signing", LEADER).post("/v1/endings", json=body)).status_code == 403
    assert (await system.client("signing", LEADER).delete("/v1/endings/H60.10")).status_code == 403
    admin = system.client("signing", ADMIN)
    assert (await admin.post("/v1/endings", json={**body, "legal_basis": "  "})).status_code == 422
    assert (await admin.get("/v1/endings")).json() == []
