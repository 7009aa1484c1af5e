"""Statuses of one sender are recorded in one transaction; one that fails, or is for a person, harms no other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contracts.registry.events import DocumentIssuedV1
from services.gateway.axes.protocol import AxisUnavailable, ReceivedItem
from services.gateway.polling import items
from services.gateway.quarantine.tables import Quarantined
from services.gateway.statuses.tables import StatusRecord
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import Partner, copies, cycle, exchange, issued, status_about

FINISH = ("01", "03", "04", "05", "06")


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with exchange(tmp_path) as found:
        yield found


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The packages that are taken in by themselves."""
    real, found = items.take_in, list[str]()

    async def take_in(runtime: Any, path: Path, source: Any, limits: Any) -> Any:
        found.append(source.external_id)
        return await real(runtime, path, source, limits)

    monkeypatch.setattr(items, "take_in", take_in)
    return found


def partner(system: System) -> Partner:
    found: Partner = system.partners["national"]  # type: ignore[attr-defined]
    return found


def lay(system: System, document: DocumentIssuedV1, codes: tuple[str, ...] = FINISH, *, by: str = "G01") -> None:
    """One status after the other, as this organ sent them."""
    begun = now()
    for place, code in enumerate(codes):
        body = status_about(code, document, by=by, at=begun + timedelta(seconds=place))
        put(system, f"{by}-{place}", body, by)


def put(system: System, key: str, body: bytes, by: str = "G01") -> None:
    partner(system).waiting[key] = (ReceivedItem(key, "status", by, "H60.10", "initial", ""), body)


async def recorded(system: System) -> list[str]:
    async with system.runtime("gateway").work(reading=True) as work:
        return list(await work.all(select(StatusRecord.code).order_by(StatusRecord.at)))


async def test_the_statuses_of_a_sender_are_recorded_in_their_order_and_acknowledged(
    system: System, alone: list[str]
) -> None:
    document = await issued(system, "G01", "G02")
    lay(system, document)
    lay(system, document, ("01", "02"), by="G02")
    result = await cycle(system)
    assert (result.received, result.error) == (7, "") and not partner(system).waiting
    shown = await copies(system)
    assert (shown["G01"]["state"], shown["G02"]["state"]) == ("06", "02")
    assert alone == []


async def test_one_that_nobody_knows_waits_for_a_person_and_the_others_count(system: System, alone: list[str]) -> None:
    document = await issued(system, "G01")
    lay(system, document)
    unknown = document.model_copy(update={"identifier": "H60.10,2026/01/05,99/X", "code": "99/X"})
    put(system, "x", status_about("01", unknown, by="G01"))
    result = await cycle(system)
    assert (result.received, result.quarantined, result.error) == (5, 1, "") and not partner(system).waiting
    assert await recorded(system) == list(FINISH) and len(alone) == 6
    async with system.runtime("gateway").work(reading=True) as work:
        assert [row.external_id for row in await work.all(select(Quarantined))] == ["x"]


@pytest.mark.parametrize("body", [b"<edXML><broken", b"", b"x" * 20_000], ids=["broken", "empty", "large"])
async def test_one_that_cannot_be_read_waits_for_a_person_and_the_others_count(
    system: System, alone: list[str], body: bytes
) -> None:
    lay(system, await issued(system, "G01"))
    put(system, "x", body)
    result = await cycle(system)
    assert (result.received, result.quarantined, result.error) == (5, 1, "")
    assert await recorded(system) == list(FINISH) and len(alone) == 6


async def test_what_was_recorded_and_not_acknowledged_counts_once(
    system: System, alone: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(system, await issued(system, "G01"))
    real, failures = Partner.acknowledge, [AxisUnavailable("mất mạng")] * 2

    async def acknowledge(self: Partner, item: ReceivedItem, ok: bool) -> None:
        if item.axis_id == "G01-2" and failures:
            raise failures.pop()
        await real(self, item, ok)

    monkeypatch.setattr(Partner, "acknowledge", acknowledge)
    assert "gói tin chưa lấy được" in (await cycle(system)).error
    assert sorted(partner(system).waiting) == ["G01-2", "G01-3", "G01-4"], "the sender's next ones wait"
    assert (await cycle(system)).error == "" and not partner(system).waiting
    assert await recorded(system) == list(FINISH)
    assert (await copies(system))["G01"]["state"] == "06"


async def test_one_that_cannot_be_fetched_holds_back_those_after_it(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay(system, await issued(system, "G01"))
    real, failures = Partner.download, [AxisUnavailable("mất mạng")] * 2

    async def download(self: Partner, item: ReceivedItem, path: Path) -> Any:
        if item.axis_id == "G01-2" and failures:
            raise failures.pop()
        return await real(self, item, path)

    monkeypatch.setattr(Partner, "download", download)
    await cycle(system)
    assert await recorded(system) == ["01", "03"]
    assert (await cycle(system)).error == "" and await recorded(system) == list(FINISH)
