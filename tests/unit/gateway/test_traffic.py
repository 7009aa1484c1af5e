"""Traffic by day: counted per partner in the day of Vietnam, own office only, every figure with its list."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.dialects import postgresql

from services.gateway.axes.protocol import AxisRefused
from services.gateway.receiving.tables import Arrival
from services.gateway.sending.tables import Shipment
from services.gateway.statuses.tables import StatusRecord
from services.gateway.traffic.queries import _statement
from services.gateway.traffic.rules import BadRange, bounds, check_range
from shared.auth import Principal
from shared.clock import now, today
from shared.testing import System
from tests.unit.gateway.exchange import (
    ADMIN,
    CLERK,
    OTHER_CLERK,
    OURS,
    exchange,
    issued,
    package,
    person,
    received,
    sent,
    shipments,
)


async def get(system: System, who: Principal, path: str, status: int = 200) -> Any:
    answer = await system.client("gateway", who).get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def path(**more: Any) -> str:
    place = "/v1/traffic/packages" if "what" in more else "/v1/traffic"
    wanted = {"first": today(), "last": today(), **more}
    return f"{place}?" + "&".join(f"{name}={value}" for name, value in wanted.items())


async def a_day(system: System, folder: Path) -> None:
    """Three documents sent, of which one is told to have arrived after ninety seconds; one failed; one received."""
    partner = system.partners["national"]
    partner.refused["G03"] = AxisRefused("18", "receiver", "không có")
    for number in range(4):
        await issued(system, f"G0{number}", document_id=f"d{number}")
    await sent(system)
    await received(system, "edoc", OURS.organ_id, package(folder, OURS.organ_id))
    first = next(row for row in await shipments(system) if row.to_code == "G00")
    at = first.sent_at + timedelta(seconds=90)
    async with system.runtimes["gateway"].work() as work:
        work.save(StatusRecord(delivery_id=first.subject_id, code="01", at=at, applied=True))


async def test_a_day_is_counted_by_partner_with_the_mean_time_to_01(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await a_day(system, tmp_path)
        [row] = await get(system, CLERK, path())
        assert (row["day"], row["axis"]) == (today().isoformat(), "national")
        assert (row["sent"], row["received"], row["failed"], row["acknowledged"]) == (3, 1, 1, 1)
        assert row["mean_seconds"] == pytest.approx(90, abs=1)


async def test_each_figure_leads_to_its_packages_page_by_page(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await a_day(system, tmp_path)
        first = await get(system, CLERK, path(what="sent", limit=2))
        rest = await get(system, CLERK, path(what="sent", limit=2, cursor=first["next"], axis="national"))
        found = first["items"] + rest["items"]
        assert [row["at"] for row in found] == sorted(row["at"] for row in found) and rest["next"] is None
        assert {row["to_code"]: row["title"] for row in found} == {f"G0{n}": f"Về việc d{n}" for n in range(3)}
        [lost] = (await get(system, CLERK, path(what="failed")))["items"]
        [came] = (await get(system, CLERK, path(what="received")))["items"]
        assert lost["to_code"] == "G03" and came["to_code"] == OURS.organ_id and came["from_code"] == "G02.99"
        assert (await get(system, CLERK, path(what="sent", axis="lgsp")))["items"] == []


async def test_an_office_sees_its_own_and_the_administrator_all_but_no_titles(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await a_day(system, tmp_path)
        assert await get(system, OTHER_CLERK, path()) == []
        for what in ("sent", "received", "failed"):
            assert (await get(system, OTHER_CLERK, path(what=what)))["items"] == []
        [row] = await get(system, ADMIN, path())
        assert (row["sent"], row["received"]) == (3, 1)
        found = (await get(system, ADMIN, path(what="sent")))["items"]
        assert len(found) == 3 and {row["title"] + row["notation"] for row in found} == {""}
        await get(system, person("specialist"), path(), 403)
        await get(system, person("specialist"), path(what="sent"), 403)


async def test_the_day_is_the_one_in_vietnam(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await a_day(system, tmp_path)
        since, until = bounds(today(), today())
        moments = (since - timedelta(seconds=1), since, until - timedelta(seconds=1))
        rows = [row for row in await shipments(system) if row.sent_at]
        async with system.runtimes["gateway"].work() as work:
            for row, moment in zip(rows, moments, strict=True):
                await work.execute(update(Shipment).where(Shipment.id == row.id).values(sent_at=moment))
            await work.execute(update(Arrival).values(arrived_at=until))
        yesterday = today() - timedelta(days=1)
        found = await get(system, CLERK, path(first=yesterday))
        assert [(row["day"], row["sent"], row["received"]) for row in found] == [
            (yesterday.isoformat(), 1, 0),
            (today().isoformat(), 2, 0),
        ]


async def test_a_range_that_is_none_or_too_long_is_refused(tmp_path: Path) -> None:
    check_range(today(), today())
    async with exchange(tmp_path) as system:
        for first, last in ((today(), today() - timedelta(days=1)), (today() - timedelta(days=92), today())):
            with pytest.raises(BadRange):
                check_range(first, last)
            for more in ({}, {"what": "sent"}):
                answer = await get(system, CLERK, path(first=first, last=last, **more), 422)
                assert "nhiều nhất 92 ngày" in answer["detail"]


async def test_the_view_goes_by_the_indexes(tmp_path: Path) -> None:
    """Neither the shipments nor the arrivals of all times are read."""
    async with exchange(tmp_path) as system:
        for office in ("o1", None):
            statement = _statement(office, now() - timedelta(days=7), now())
            async with system.runtimes["gateway"].work(reading=True) as work:
                connection = await work.session.connection()
                query = str(statement.compile(connection.engine, compile_kwargs={"literal_binds": True}))
                plan = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}")]
            scans = {step for step in plan if step.startswith("SCAN")}
            assert scans <= {"SCAN shipments USING INDEX ix_shipments_dead"}, plan  # of those that failed: few
            named = "office_left" if office else "ix_shipments_left"
            assert any(named in step for step in plan) and any("ix_arrivals" in step for step in plan), plan


def test_in_postgresql_the_day_is_that_of_the_zone() -> None:
    text = str(_statement("o1", now(), now()).compile(dialect=postgresql.dialect()))
    assert "AT TIME ZONE 'Asia/Ho_Chi_Minh'" in text and "arrivals.office_id" in text
