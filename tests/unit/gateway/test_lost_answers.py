"""A status that may have left before its sender died is looked for on the axis: neither sent twice nor lost."""

from __future__ import annotations

import io
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import time_machine

from services.gateway.axes.protocol import AxisUnavailable
from services.gateway.wire.summary import read_head
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import Partner, exchange, package, received, sent, shipments

LATER = timedelta(minutes=30)


async def arrive(system: System, folder: Path, *receivers: str, number: str = "7", **changes: Any) -> None:
    body = package(folder, *receivers, number=number, **changes)
    for receiver in receivers:
        await received(system, "edoc", receiver, body)


def answered(partner: Partner) -> Counter[tuple[str, str]]:
    """How often each office of ours answered about each document."""
    heads = [(sender, read_head(io.BytesIO(body))) for kind, sender, _, body in partner.sent if kind == "status"]
    return Counter((sender, head.response_for[0].document_id) for sender, head in heads)


async def again(system: System) -> None:
    for pause in (LATER, 2 * LATER):
        with time_machine.travel(now() + pause):
            await sent(system)
    assert {row.state for row in await shipments(system)} == {"sent"}


async def test_statuses_whose_answers_were_lost_are_looked_up_once_for_all(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        for number in range(1, 6):
            await arrive(system, tmp_path, "H60.10", number=str(number), sender=f"G{number:02d}")
        partner = system.partners["national"]  # type: ignore[attr-defined]
        partner.lose_answers = 5
        await sent(system)
        assert (len(partner.sent), partner.asked) == (5, 0), "nothing is asked at a first try"
        await again(system)
        assert len(partner.sent) == 5 and partner.asked <= 2
        assert set(answered(partner).values()) == {1}


async def test_what_another_office_told_about_the_document_is_not_taken_for_ours(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await arrive(system, tmp_path, "H60.10", "H60.20")
        partner = system.partners["national"]  # type: ignore[attr-defined]
        partner.failures = [
            AxisUnavailable("mất điện")
        ]  # the first one did not get there, the second may not leave before
        await sent(system)
        await again(system)
        identifier = "G02.99,2026/01/05,7/BTN-VP"
        assert answered(partner) == {("H60.10", identifier): 1, ("H60.20", identifier): 1}


async def test_what_was_told_about_another_document_of_the_same_number_is_not_taken_for_it(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await arrive(system, tmp_path, "H60.10")
        await sent(system)
        other = "G02.99,2025/12/31,7/BTN-VP"  # numbers begin at one each year
        changes = {
            "document_id": other,
            "promulgation_date": date(2025, 12, 31),
            "subject": "Về việc khác",
            "text": "khác",
        }
        await arrive(system, tmp_path, "H60.10", **changes)
        partner = system.partners["national"]  # type: ignore[attr-defined]
        partner.failures = [AxisUnavailable("mất điện")]
        await sent(system)
        await again(system)
        assert answered(partner) == {("H60.10", "G02.99,2026/01/05,7/BTN-VP"): 1, ("H60.10", other): 1}
