"""The promises of the chassis, on a small service made for the test."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest
from fastapi import APIRouter
from sqlalchemy import func, select, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.message import Message
from shared.audit import verify
from shared.auth import Principal
from shared.database import new_id, service_base
from shared.problems import Refusal
from shared.service import Consumer, Service
from shared.testing import running, token_of
from shared.web import Transaction
from shared.work import Work


class BallThrownV1(Message, type="qlvb.test.ball-thrown.v1"):
    ball: int


class EchoedV1(Message, type="qlvb.test.echoed.v1"):
    ball: int


Base = service_base("toy")


class Caught(Base):
    __tablename__ = "caught"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ball: Mapped[int]


class Dropped(Refusal):
    kind = "dropped"
    message = "Bóng {ball} đã rơi."


router = APIRouter()


@router.post("/v1/balls/{ball}")
async def throw(ball: int, work: Transaction) -> dict[str, int]:
    work.emit(BallThrownV1(ball=ball), key="balls")
    work.audit("ball.thrown", str(ball))
    if ball < 0:
        raise Dropped(ball=ball)
    return {"ball": ball}


async def catch(work: Work, message: BallThrownV1) -> None:
    work.save(Caught(ball=message.ball))


toy = Service("toy", Base, routers=[router], consumers=[Consumer(BallThrownV1, catch)])
CLERK = Principal("p1", "Lê Thị Hồng", "person", "office-1", None, frozenset({"clerk"}))


@pytest.fixture
async def system(tmp_path):
    async with running(toy, tmp_path=tmp_path) as system:
        yield system


async def caught(system) -> list[int]:
    async with system.runtime("toy").work(reading=True) as work:
        return list(await work.all(select(Caught.ball).order_by(Caught.id)))


async def test_a_committed_change_and_its_message_both_happen(system):
    answer = await system.client("toy", CLERK).post("/v1/balls/7")
    assert answer.status_code == 200
    await system.settle()
    assert await caught(system) == [7]


async def test_a_refused_act_sends_nothing_and_says_why(system):
    answer = await system.client("toy", CLERK).post("/v1/balls/-1")
    assert answer.status_code == 409
    assert answer.json()["detail"] == "Bóng -1 đã rơi."
    await system.settle()
    assert await caught(system) == []


async def test_messages_of_one_key_arrive_in_order(system):
    client = system.client("toy", CLERK)
    for ball in range(20):
        await client.post(f"/v1/balls/{ball}")
    await system.settle()
    assert await caught(system) == list(range(20))


async def test_long_work_runs_after_the_commit_and_again_until_it_ends(tmp_path):
    """What a message orders is in the tables before the work on it begins; a failure repeats the work alone."""
    seen = []

    async def work_on(runtime, message: BallThrownV1) -> None:
        async with runtime.work(reading=True) as work:
            seen.append(list(await work.all(select(Caught.ball))))
        if len(seen) < 3:
            raise ConnectionError

    slow = Service("toy", Base, routers=[router], consumers=[Consumer(BallThrownV1, catch, then=work_on)])
    async with running(slow, tmp_path=tmp_path) as system:
        await system.client("toy", CLERK).post("/v1/balls/4")
        await system.settle()
        assert seen == [[4], [4], [4]] and await caught(system) == [4]


async def test_settled_is_only_what_has_no_answer_on_its_way(tmp_path, monkeypatch):
    """A message is answered between the look at the outboxes and the look at its queue: the answer is waited for."""
    first_look, second_look = asyncio.Event(), asyncio.Event()

    async def echo(runtime, message: BallThrownV1) -> None:
        await first_look.wait()
        async with runtime.work() as work:
            work.emit(EchoedV1(ball=message.ball), key="echo")

    service = Service("toy", Base, routers=[router], consumers=[Consumer(BallThrownV1, catch, then=echo)])
    async with running(service, tmp_path=tmp_path) as system:
        bus = system.runtime("toy").bus
        echoes, waiting, publish = await system.listen("qlvb.test.echoed.v1"), bus.waiting, bus.publish

        async def look(queue):
            (second_look if first_look.is_set() else first_look).set()
            while queue == "qlvb.toy" and await waiting(queue):
                await asyncio.sleep(0)
            return await waiting(queue)

        async def after_the_second_look(envelopes):
            if envelopes[0].type.startswith("qlvb.test.echoed"):
                await second_look.wait()
            await publish(envelopes)

        await system.client("toy", CLERK).post("/v1/balls/4")
        while not await caught(system):
            await asyncio.sleep(0)
        monkeypatch.setattr(bus, "waiting", look)
        monkeypatch.setattr(bus, "publish", after_the_second_look)
        await system.settle()
        assert [one.data["ball"] for one in echoes] == [4]


async def test_the_same_request_again_is_done_once(system):
    client = system.client("toy", CLERK)
    first = await client.post("/v1/balls/1", headers={"Idempotency-Key": "k"})
    second = await client.post("/v1/balls/1", headers={"Idempotency-Key": "k"})
    assert (first.status_code, second.status_code) == (200, 409)
    await system.settle()
    assert await caught(system) == [1]


async def test_without_a_token_or_with_an_expired_one_nobody_gets_in(system):
    assert (await system.client("toy").post("/v1/balls/1")).status_code == 401
    client = system.client("toy")
    stale = {"Authorization": f"Bearer {token_of(CLERK, seconds=-5)}"}
    answer = await client.post("/v1/balls/1", headers=stale)
    assert answer.status_code == 401
    assert "đăng nhập" in answer.json()["detail"]


async def test_an_unknown_version_ends_in_the_dead_letters_with_its_reason(system):
    runtime = system.runtime("toy")
    async with runtime.work() as work:
        work.emit(type("V9", (BallThrownV1,), {"message_type": "qlvb.test.ball-thrown.v9"})(ball=1), key="x")
    await system.settle()
    [letter] = await runtime.bus.dead_letters("qlvb.toy")
    assert "unknown version" in letter.reason
    assert await caught(system) == []


async def test_a_changed_audit_record_is_found(system):
    for ball in range(3):
        await system.client("toy", CLERK).post(f"/v1/balls/{ball}")
    await system.settle()
    runtime = system.runtime("toy")
    from shared.service import seal_audit

    await seal_audit(runtime)
    async with runtime.work(reading=True) as work:
        assert (await verify(work)).broken_at is None
        total = await work.scalar(select(func.count()).select_from(Base.Audit))
        assert total == 3
    async with runtime.work() as work:
        await work.execute(text("UPDATE audit SET actor_name = 'ai khác' WHERE seq = 2"))
    async with runtime.work(reading=True) as work:
        assert (await verify(work)).broken_at == 2


async def test_health_and_metrics_answer(system):
    client = system.client("toy")
    assert (await client.get("/health/live")).json()["status"] == "live"
    assert (await client.get("/health/ready")).status_code == 200
    assert "qlvb_http_requests_total" in (await client.get("/metrics")).text


async def test_dead_letters_are_listed_without_content_and_put_back(system):
    runtime = system.runtime("toy")
    async with runtime.work() as work:
        work.emit(type("V9", (BallThrownV1,), {"message_type": "qlvb.test.ball-thrown.v9"})(ball=7_310_042), key="x")
    await system.settle()
    admin = system.client("toy", replace(CLERK, roles=frozenset({"system_admin"})))
    found = (await admin.get("/v1/bus/dead-letters")).json()
    assert (found["queue"], found["count"]) == ("qlvb.toy", 1)
    [letter] = found["items"]
    assert "unknown version" in letter["reason"] and "7310042" not in str(letter)
    assert (await system.client("toy", CLERK).get("/v1/bus/dead-letters")).status_code == 403
    missing = await admin.post("/v1/bus/dead-letters/replay", json={"message_id": "none"})
    assert missing.status_code == 404
    again = await admin.post("/v1/bus/dead-letters/replay", json={"message_id": letter["id"]})
    assert again.json() == {"replayed": 1}
    await system.settle()
    assert (await admin.get("/v1/bus/dead-letters")).json()["count"] == 1  # it is still of an unknown version
    assert (await admin.post("/v1/bus/dead-letters/replay", json={})).json() == {"replayed": 1}
