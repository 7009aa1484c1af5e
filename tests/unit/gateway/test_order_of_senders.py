"""What a sender sent first is taken in first, whatever fails meanwhile; and nobody is held back for good."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from services.gateway.axes.protocol import AxisUnavailable, ReceivedItem
from services.gateway.polling import items, order
from services.gateway.quarantine.tables import Quarantined
from services.gateway.receiving.tables import Arrival
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import cycle, exchange, package

PASSING = [AxisUnavailable("mất mạng"), OSError("đĩa đầy"), OperationalError("", {}, Exception("mất kết nối"))]
Fail = Callable[[str], Exception | None]
TakeIn = Callable[..., Awaitable[Any]]


def lay(system: System, folder: Path) -> None:
    """Two packages of G01, then one of G02."""
    for key, sender in (("1", "G01"), ("2", "G01"), ("3", "G02")):
        item = ReceivedItem(key, "edoc", sender, "H60.10", "initial", "")
        system.partners["national"].waiting[key] = (item, package(folder, "H60.10", number=key, sender=sender))  # type: ignore[attr-defined]


async def taken(system: System) -> list[str]:
    async with system.runtime("gateway").work(reading=True) as work:
        rows = await work.all(select(Arrival.identifier).order_by(Arrival.id))
    return [identifier.split(",")[2].partition("/")[0] for identifier in rows]


def failing(monkeypatch: pytest.MonkeyPatch, fails: Fail) -> None:
    """Taking in fails for the packages of which `fails` says how."""
    real: TakeIn = items.take_in

    async def take_in(runtime: Any, path: Path, source: Any, limits: Any) -> Any:
        if error := fails(source.external_id):
            raise error
        return await real(runtime, path, source, limits)

    monkeypatch.setattr(items, "take_in", take_in)


@pytest.mark.parametrize("error", PASSING, ids=lambda error: type(error).__name__)
async def test_a_failure_that_passes_is_waited_for_by_its_sender_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async with exchange(tmp_path) as system:
        lay(system, tmp_path)
        errors = {"1": error}
        failing(monkeypatch, lambda key: errors.pop(key, None))
        result = await cycle(system)
        assert (result.received, await taken(system)) == (1, ["3"])
        assert "2 gói tin chưa lấy được" in result.error
        assert (await cycle(system)).error == ""
        assert await taken(system) == ["3", "1", "2"]


async def test_a_bad_package_waits_for_a_person_and_the_next_one_is_taken_in(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        lay(system, tmp_path)
        partner = system.partners["national"]  # type: ignore[attr-defined]
        partner.waiting["1"] = (partner.waiting["1"][0], b"<edXML><broken")
        result = await cycle(system)
        assert (result.received, result.quarantined, result.error) == (2, 1, "")
        assert sorted(await taken(system)) == ["2", "3"]


async def test_what_the_system_fails_at_each_time_is_kept_for_a_person_and_holds_nobody_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with exchange(tmp_path) as system:
        lay(system, tmp_path)
        failing(monkeypatch, lambda key: ValueError("lỗi lập trình") if key == "1" else None)
        for _ in range(2):
            await cycle(system)
            assert await taken(system) == ["3"], "the fault may pass with the next release or the next minute"
        with time_machine.travel(now() + order.LONGEST + timedelta(seconds=1)):
            result = await cycle(system)
        assert (result.received, result.quarantined, result.error) == (1, 1, "")
        assert await taken(system) == ["3", "2"]
        async with system.runtime("gateway").work(reading=True) as work:
            [held] = await work.all(select(Quarantined))
        assert (held.reason_code, held.external_id) == ("UNPROCESSED", "1") and "ValueError" in held.reason
        assert system.partners["national"].waiting == {}  # type: ignore[attr-defined]


async def test_what_cannot_be_fetched_for_long_stays_on_the_axis_and_holds_nobody_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with exchange(tmp_path) as system:
        lay(system, tmp_path)
        failing(monkeypatch, lambda key: AxisUnavailable("mất mạng") if key == "1" else None)
        await cycle(system)
        with time_machine.travel(now() + order.LONGEST + timedelta(seconds=1)):
            assert "1 gói tin chưa lấy được" in (await cycle(system)).error
        assert await taken(system) == ["3", "2"]
        assert list(system.partners["national"].waiting) == ["1"]  # type: ignore[attr-defined]
