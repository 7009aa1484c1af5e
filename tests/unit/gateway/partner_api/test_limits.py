"""Requests per minute of each partner: 429 with the seconds to wait, over all replicas, each partner by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from services.gateway.partner_api.limits import STATE, refilled
from services.gateway.partner_api.tables import RateBucket
from shared.clock import now

from .conftest import House, document


def test_a_bucket_fills_with_time_and_holds_a_minute() -> None:
    assert refilled(0, 30, 60) == 30
    assert refilled(50, 30, 60) == 60
    assert refilled(0.5, 0, 60) == 0.5


async def test_beyond_its_rate_a_partner_waits_and_others_do_not(house: House, hospital: dict[str, Any]) -> None:
    shop = await house.partner("motcua", "H60.M1", requests_per_minute=3)
    client, other = await house.with_token(shop), await house.signed(hospital, "benh.vien")
    assert [(await client.call("countReceiveEdoc")).status_code for _ in range(3)] == [200] * 3
    refused = await client.send(document("H60.M1", "H60.10"), "H60.M1")
    assert (refused.status_code, refused.json()["ErrorCode"], refused.json()["DocId"]) == (429, "429", "")
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    signed = await house.signed(shop, "mot.cua")
    answer = await signed.call("countReceiveEdoc")
    assert (answer.status_code, answer.json()["status"]) == (429, "FAIL"), "whatever key it uses"
    assert (await other.call("countReceiveEdoc")).status_code == 200
    async with house.system.runtime("gateway").work() as work:
        await work.execute(update(RateBucket).values(filled_at=now() - timedelta(seconds=25)))
    assert [(await client.call("countReceiveEdoc")).status_code for _ in range(2)] == [200, 429]


async def test_the_limit_holds_over_replicas(house: House) -> None:
    """Each replica keeps what it drew to itself; together they never get more than there is."""
    shop = await house.partner("motcua", "H60.M1", requests_per_minute=100)
    client, runtime = await house.with_token(shop), house.system.runtime("gateway")
    replicas: list[dict[str, int]] = [{}, {}, {}]
    answers, began = [], now()
    for turn in range(120):
        runtime.state[STATE] = replicas[turn % 3]
        answers.append((await client.call("countReceiveEdoc")).status_code)
    filled_up = (now() - began).total_seconds() * 100 / 60
    assert 100 <= answers.count(200) <= 101 + filled_up
