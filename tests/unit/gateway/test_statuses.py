"""Statuses 01–06, 13, 15, 16: every move, what is unlawful, what comes too early, what comes twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.registry.events import RecallRequestedV1
from services.gateway.receiving.tables import Arrival
from services.gateway.statuses.rules import NAMES, Place, move, normal_code
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import (
    CLERK,
    OTHER_CLERK,
    OURS,
    copies,
    exchange,
    issued,
    package,
    received,
    sent,
    status_about,
    unpack,
)

PLAIN = {"": "01 02 03 13", "01": "02 03 13", "02": "", "03": "04 05 06 13", "04": "05 06 13", "05": "06 13", "06": ""}
ASKED = {"13": "15 16", "15": ""}
PLACES = [Place(code) for code in PLAIN] + [Place(code, before) for code in ("13", "15", "16") for before in PLAIN]


def legal(place: Place) -> str:
    return PLAIN[place.before] if place.code == "16" else {**PLAIN, **ASKED}[place.code]


@pytest.mark.requirement("R08.7")
@pytest.mark.parametrize("new", NAMES)
@pytest.mark.parametrize("place", PLACES, ids=lambda p: f"{p.code or '–'}<{p.before or '–'}")
def test_every_move(place: Place, new: str) -> None:
    judged = move(place, new)
    assert judged.applied is (new in legal(place).split())
    assert bool(judged.note) is not judged.applied
    if not judged.applied:
        assert judged.place == place
    else:
        assert judged.place.code == new
        assert judged.place.before == (place.progress if new in ("13", "15", "16") else "")


@pytest.mark.parametrize("code", ["", "01", "03", "04", "05", "06", "16"])
def test_a_recall_document_asks_back_what_is_finished_too(code: str) -> None:
    asked = move(Place(code, "06" if code == "16" else ""), "13", recall=True)
    assert asked.applied
    assert move(asked.place, "15").applied and move(asked.place, "16").applied


@pytest.mark.parametrize("place", [Place("02"), Place("13", "03"), Place("15", "03"), Place("16", "02")])
def test_a_recall_document_does_not_ask_for_what_is_gone(place: Place) -> None:
    assert not move(place, "13", recall=True).applied


@pytest.mark.parametrize("place", [Place("01"), Place("03"), Place("05"), Place("06")])
def test_an_update_may_be_agreed_to_and_goes_on(place: Place) -> None:
    agreed = move(place, "15", change=True)
    assert agreed.applied
    assert move(agreed.place, "04", change=True).applied is (place.code == "03")
    assert not move(place, "15").applied


def test_unknown_status_is_kept_and_explained() -> None:
    assert "99" in move(Place("01"), "99").note
    assert [normal_code(c) for c in ("1", "01", " 01 ", "x")] == ["01", "01", "01", "x"]


@pytest.mark.requirement("R08.7")
async def test_an_illegal_status_is_stored_and_shown_not_applied(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        document = await issued(system, "G01")
        await sent(system)
        for code in ("01", "03"):
            await received(system, "status", "H60.10", status_about(code, document, by="G01"))
        for minutes, code in enumerate(("02", "01", "15", "99"), 1):
            at = now() + timedelta(minutes=minutes)
            await received(system, "status", "H60.10", status_about(code, document, by="G01", at=at))
        copy = (await copies(system))["G01"]
        assert copy["state"] == "03"
        assert [(s["code"], s["applied"]) for s in copy["statuses"]] == [
            ("01", True), ("03", True), ("02", False), ("01", False), ("15", False), ("99", False),
        ]  # fmt: skip
        assert "không hợp lệ" in copy["statuses"][2]["description"]
        assert "không có trong danh mục" in copy["statuses"][5]["description"]


async def test_a_status_that_comes_twice_counts_once(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        document = await issued(system, "G01")
        body = status_about("03", document, by="G01")
        await received(system, "status", "H60.10", body)
        await received(system, "status", "H60.10", body)
        assert len((await copies(system))["G01"]["statuses"]) == 1


async def test_early_statuses_are_taken_up_as_soon_as_they_are_lawful(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        document, start = await issued(system, "G01"), now()
        for minutes, code in ((5, "06"), (3, "04"), (4, "05"), (0, "01")):
            at = start + timedelta(minutes=minutes)
            await received(system, "status", "H60.10", status_about(code, document, by="G01", at=at))
        assert (await copies(system))["G01"]["state"] == "01"
        await received(system, "status", "H60.10", status_about("03", document, by="G01", at=start))
        copy = (await copies(system))["G01"]
        assert copy["state"] == "06"
        assert all(s["applied"] for s in copy["statuses"])


async def ask_back(system: System, reason: str = "Gửi nhầm văn bản") -> None:
    ask = RecallRequestedV1(
        document_id="d1",
        identifier="x",
        office=OURS,
        recipients=(),
        reason=reason,
        by="p",
        by_name="A",
        requested_at=now(),
    )
    await system.emit("gateway", ask, key="d1")
    await system.settle()


async def test_what_comes_while_asked_back_counts_after_the_answer(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        document = await issued(system, "G01")
        await received(system, "status", "H60.10", status_about("03", document, by="G01"))
        await ask_back(system)
        await received(system, "status", "H60.10", status_about("04", document, by="G01"))
        assert (await copies(system))["G01"]["state"] == "13"
        await received(system, "status", "H60.10", status_about("16", document, by="G01", text="Đang xử lý gấp"))
        assert (await copies(system))["G01"]["state"] == "04"
        await ask_back(system)
        await received(system, "status", "H60.10", status_about("15", document, by="G01"))
        assert (await copies(system))["G01"]["state"] == "15"


async def test_an_answer_to_an_earlier_request_is_none_to_a_later_one(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        document, before = await issued(system, "G01"), now() - timedelta(hours=1)
        await received(system, "status", "H60.10", status_about("03", document, by="G01"))
        await received(system, "status", "H60.10", status_about("15", document, by="G01", at=before))
        await ask_back(system)
        assert (await copies(system))["G01"]["state"] == "13"


async def test_the_history_of_an_arrival_shows_both_sides_and_only_to_its_office(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        arrival = await one_arrival(system)
        path = f"/v1/arrivals/{arrival.id}/statuses"
        rows = (await system.client("gateway", OTHER_CLERK).get(path)).json()
        assert [(row["code"], row["applied"]) for row in rows] == [("01", True)]
        assert (await system.client("gateway", CLERK).get(path)).status_code == 404
        await sent(system)
        kind, sender, receiver, body = system.partners["national"].sent[-1]
        assert (kind, sender, receiver, unpack(body, tmp_path).code) == ("status", "H60.20", "G02.99", "01")


async def one_arrival(system: System) -> Any:
    async with system.runtime("gateway").work(reading=True) as work:
        return await work.one(select(Arrival))
