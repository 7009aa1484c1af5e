"""Codes that were replaced: documents to them arrive at the successor, answers carry the new code; levels are data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.identity.events import OfficeChangedV1
from services.gateway.sending.job import send_due
from services.gateway.wire.summary import peek
from services.identity.offices import levels
from services.identity.service import service as identity
from shared.auth import Principal
from shared.testing import System, running
from tests.unit.gateway.exchange import (
    ADMIN,
    OTHER_CLERK,
    copies,
    exchange,
    issued,
    package,
    received,
    sent,
    status_about,
)

TAKEN_OVER = "Gửi theo mã cũ {old}; mã hiện nay là {new}."


async def office(system: System, key: str, name: str, level: str, *codes: str, active: bool = True) -> None:
    message = OfficeChangedV1(
        office_id=key, name=name, short_name="", abbreviation="", level=level, parent_id=None, organ_ids=codes,
        active=active,
    )  # fmt: skip
    await system.emit("gateway", message)
    await system.settle()


async def succeed(system: System, old: str, new: str) -> None:
    body = {"old_code": old, "new_code": new, "since": "2025-07-01", "legal_basis": "QĐ 123/QĐ-UBND"}
    answer = await system.client("gateway", ADMIN).put("/v1/directory/successions", json=body)
    assert answer.status_code == 200, answer.text


async def told(system: System) -> list[dict[str, Any]]:
    """What registry was told of arrivals."""
    from services.gateway.receiving.tables import Arrival

    async with system.runtime("gateway").work(reading=True) as work:
        return [
            {"to": row.organ_id, "office": row.office_id}
            for row in await work.all(select(Arrival).order_by(Arrival.id))
        ]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every arrival that is announced to registry."""
    import services.gateway.receiving.actions as receiving

    found: list[Any] = []
    original = receiving.announce

    async def announce(work: Any, facts: Any, recalled: Any) -> None:
        found.extend((one.office.office_id, (*one.problems, *facts.problems)) for one in facts.arrivals)
        await original(work, facts, recalled)

    monkeypatch.setattr("services.gateway.receiving.arriving.announce", announce)
    monkeypatch.setattr("services.gateway.receiving.local.announce", announce)
    return found


@pytest.mark.requirement("R23.4")
async def test_a_document_to_an_old_code_arrives_at_the_successor_and_answers_carry_the_new_code(
    tmp_path: Path, heard: list[Any]
) -> None:
    async with exchange(tmp_path) as system:
        await office(system, "xa", "UBND xã Yên Sơn", "commune", "H60.118")
        await office(system, "huyen", "UBND huyện Yên Sơn", "district", "H60.32", "000.00.32.H60", active=False)
        await office(system, "ubnd", "UBND tỉnh", "province", "H60", "000.00.00.H60")
        await office(system, "o2", "Sở Tài chính", "department", "H60.20", "000.00.19.H22")  # an alias of before
        for old in ("H60.32", "000.00.32.H60"):
            await succeed(system, old, "H60.118")
        partner = system.partners["national"]  # type: ignore[attr-defined]
        cases = [
            ("H60.32", "xa", "H60.118"),  # a closed district, by the list of the province
            ("000.00.32.H60", "xa", "H60.118"),  # by its older code
            ("H22", "ubnd", "H60"),  # a province that was merged, by the reference data
            ("000.00.19.H22", "o2", "H60.20"),  # by an alias which its successor keeps
        ]
        for number, (old, office_id, new) in enumerate(cases):
            heard.clear()
            await received(system, "edoc", old, package(tmp_path, old, number=str(100 + number)))
            [(arrived_at, problems)] = heard
            assert arrived_at == office_id
            assert problems[0] == TAKEN_OVER.format(old=old, new=new), "the clerk is told"
            await sent(system)
            path = tmp_path / "answer.edxml"
            path.write_bytes(partner.sent[-1][3])
            assert (partner.sent[-1][:2], peek(path).from_code) == (("status", new), new)
        heard.clear()
        await received(system, "edoc", "H60.118", package(tmp_path, "H60.118", number="200"))
        assert heard == [("xa", ())], "nothing is said of a code in force"
        heard.clear()
        await issued(system, "H60.32")  # from an office of this deployment, by reference
        assert heard == [("xa", (TAKEN_OVER.format(old="H60.32", new="H60.118"),))]


async def test_a_partner_that_answers_under_its_new_code_is_understood(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await succeed(system, "H37.01", "H37.90")
        document = await issued(system, "H37.01")
        await sent(system)
        partner = system.partners["national"]  # type: ignore[attr-defined]
        assert partner.sent[-1][2] == "H37.90", "it is sent to the code in force"
        await received(system, "status", "H60.10", status_about("03", document, by="H37.90"))
        assert (await copies(system))["H37.01"]["state"] == "03"


@pytest.mark.requirement("R08.4")
async def test_every_level_of_government_exchanges_and_a_new_level_needs_no_code(
    tmp_path: Path, heard: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """TW, province, commune, a closed district; and a level that somebody only wrote into the data."""
    data = json.loads(Path(levels.__file__).with_name("levels.json").read_text())
    area = {
        "code": "area",
        "name": "Khu vực",
        "valid_from": "2026-01-01",
        "valid_to": None,
        "legal_basis": "Thử nghiệm",
    }
    own = tmp_path / "levels.json"
    own.write_text(json.dumps([*data, area]))
    monkeypatch.setenv("QLVB_LEVELS_FILE", str(own))
    async with running(identity, tmp_path=tmp_path / "identity") as people:
        admin = people.client("identity", Principal("a", "A", "person", "o9", roles=frozenset({"system_admin"})))
        for number, level in enumerate(("central", "province", "commune", "department", "area")):
            body = {"name": f"Cơ quan {level}", "abbreviation": "X", "level": level, "organ_ids": [f"A{number + 10}"]}
            assert (await admin.post("/v1/offices", json=body)).status_code == 201, level
        district = {"name": "Huyện", "abbreviation": "X", "level": "district", "organ_ids": ["H60.32"]}
        assert (await admin.post("/v1/offices", json=district)).json()["kind"] == "closed-level"
        assert (await admin.post("/v1/offices", json={**district, "active": False})).status_code == 201
        assert (await admin.post("/v1/offices", json={**district, "level": "galaxy"})).json()["kind"] == "bad-level"
        listed = {level["code"]: level for level in (await admin.get("/v1/office-levels")).json()}
        assert listed["district"]["valid_to"] == "2025-07-01" and listed["area"]["name"] == "Khu vực"
    async with exchange(tmp_path / "gateway") as system:
        places = {"province": "H60", "commune": "H60.118", "department": "H60.30", "area": "H60.K1"}
        for level, code in places.items():
            await office(system, level, f"Cơ quan {level}", level, code)
        await office(system, "district", "UBND huyện", "district", "H60.32", active=False)
        await succeed(system, "H60.32", "H60.118")
        for number, (level, code) in enumerate(places.items()):
            heard.clear()
            await received(system, "edoc", code, package(tmp_path, code, number=str(number + 1), sender="G06"))
            assert heard == [(level, ())], "from the centre to each level"
        heard.clear()
        await received(system, "edoc", "H60.32", package(tmp_path, "H60.32", number="90", sender="G06"))
        assert heard[0][0] == "commune"
        await issued(system, "G06", *places.values(), "H60.32", document_id="d7")
        await sent(system)
        states = {organ: copy["state"] for organ, copy in (await copies(system, "d7")).items()}
        assert states == {"G06": "sent", **dict.fromkeys(places.values(), "01"), "H60.32": "01"}


async def test_one_office_addressed_by_two_of_its_codes_gets_one_document(tmp_path: Path, heard: list[Any]) -> None:
    async with exchange(tmp_path) as system:
        await succeed(system, "H60.21", "H60.20")
        await issued(system, "H60.20", "cũ-H60.20", "H60.21")
        assert [office_id for office_id, _ in heard] == ["o2"]
        assert {copy["state"] for copy in (await copies(system)).values()} == {"01"}
        await send_due(system.runtime("gateway"))
        incoming = await told(system)
        assert incoming == [{"to": "H60.20", "office": "o2"}]
        assert OTHER_CLERK.office_id == "o2"
