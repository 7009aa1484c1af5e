"""What the chassis promises of a transaction, on PostgreSQL: all or nothing, once, in order, whoever dies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.orm import Mapped, mapped_column

from contracts.message import Message
from shared.audit import verify
from shared.database import new_id, service_base
from shared.messaging.envelope import Envelope
from shared.service import Consumer, Service, seal_audit
from shared.statements import Prepared, among
from shared.testing import System, running
from shared.work import Work

pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("servers")]


class BallThrownV1(Message, type="qlvb.test.ball-thrown-far.v1"):
    ball: int


Base = service_base("pitch")


class Caught(Base):
    __tablename__ = "caught"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    ball: Mapped[int]


async def catch(work: Work, message: BallThrownV1) -> None:
    work.save(Caught(ball=message.ball))


pitch = Service("pitch", Base, consumers=[Consumer(BallThrownV1, catch)])
CATCH = Prepared(insert(Caught))
AMONG = Prepared(select(Caught.ball).where(among(Caught.ball, "balls")).order_by(Caught.ball))
ONE = Prepared(select(Caught.id, Caught.ball).where(Caught.ball == bindparam("ball")))


@pytest.fixture
async def system(servers, tmp_path) -> AsyncIterator[System]:
    name = f"pitch_{uuid4().hex}"
    servers.postgres.create(name)
    async with running(pitch, tmp_path=tmp_path, database_url=servers.postgres.url(name)) as found:
        yield found


async def caught(system: System) -> list[int]:
    async with system.runtime("pitch").work(reading=True) as work:
        return list(await work.all(select(Caught.ball).order_by(Caught.ball)))


def thrown(ball: int, message_id: str = "", **more: object) -> Envelope:
    body = BallThrownV1(ball=ball).model_dump_json()
    return Envelope(message_id or str(uuid4()), BallThrownV1.message_type, "/qlvb/test", "k", body, **more)


async def test_what_fails_leaves_nothing_behind(system):
    runtime = system.runtime("pitch")
    with pytest.raises(ZeroDivisionError):
        async with runtime.work() as work:
            work.save(Caught(ball=1))
            await work.flush()
            await work.run(CATCH, {"ball": 2})
            work.audit("ball.caught", "1")
            work.emit(BallThrownV1(ball=3), key="k")
            raise ZeroDivisionError
    await system.settle()
    assert await caught(system) == []
    async with runtime.work(reading=True) as work:
        assert await work.scalar(select(func.count()).select_from(Base.Audit)) == 0


async def test_a_cancelled_transaction_is_rolled_back_and_its_connection_serves_again(system):
    runtime = system.runtime("pitch")
    begun = asyncio.Event()

    async def slow() -> None:
        async with runtime.work() as work:
            await work.run(CATCH, {"ball": 1})
            begun.set()
            await work.execute(text("SELECT pg_sleep(60)"))

    task = asyncio.create_task(slow())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for ball in range(30):  # more than the pool has connections
        async with runtime.work() as work:
            await work.run(CATCH, {"ball": ball + 10})
    assert await caught(system) == list(range(10, 40))


async def test_a_connection_that_the_server_closed_is_replaced(system):
    runtime = system.runtime("pitch")
    async with runtime.work() as work:
        await work.run(CATCH, {"ball": 1})
    admin = await asyncpg.connect(str(runtime.engine.url).replace("+asyncpg", ""))
    await admin.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await admin.close()
    failures = 0
    for _ in range(40):  # each connection may fail once, until its end is noticed
        try:
            async with runtime.work() as work:
                await work.run(CATCH, {"ball": 2})
            break
        except Exception:
            failures += 1
    assert failures < runtime.settings.database_pool
    async with runtime.work() as work:
        work.emit(BallThrownV1(ball=3), key="k")
    await system.settle()
    assert await caught(system) == [1, 2, 3]


async def test_a_prepared_statement_and_the_session_see_each_others_rows(system):
    async with system.runtime("pitch").work() as work:
        await work.run(CATCH, {"ball": 5}, {"ball": 6}, {"ball": 7})
        assert await work.all(select(Caught.ball).order_by(Caught.ball)) == [5, 6, 7]
        work.save(Caught(ball=8))
        await work.flush()
        assert [row.ball for row in await work.rows(AMONG, balls=[6, 8, 99])] == [6, 8]
        found = await work.row(ONE, ball=8)
        assert isinstance(found.id, UUID)
        assert await work.row(ONE, ball=9) is None


async def test_the_same_message_again_counts_once(system):
    runtime, again = system.runtime("pitch"), thrown(1, "m-1")
    await asyncio.gather(*(runtime.handle(again) for _ in range(5)))
    await runtime.handle(thrown(1, "m-1", redelivered=True))
    await runtime.handle(thrown(1, "m-1", attempt=2))
    assert await caught(system) == [1]


async def test_the_chain_is_whole_whoever_commits_first(system):
    runtime, numbered, may_commit = system.runtime("pitch"), asyncio.Event(), asyncio.Event()

    async def late() -> None:
        async with runtime.work() as work:
            work.audit("ball.late", "1")
            await work.ledger.write(work.transaction, runtime.tables)
            work.ledger.records.clear()
            numbered.set()
            await may_commit.wait()

    task = asyncio.create_task(late())
    await numbered.wait()
    for ball in range(5):
        async with runtime.work() as work:
            work.audit("ball.caught", str(ball))
    await seal_audit(runtime)
    may_commit.set()
    await task
    await seal_audit(runtime)
    async with runtime.work(reading=True) as work:
        verdict = await verify(work)
    assert (verdict.records, verdict.waiting, verdict.broken_at) == (6, 0, None)


async def test_a_second_replica_publishes_through_the_first_and_takes_over_when_it_ends(servers, tmp_path):
    name = f"pitch_{uuid4().hex}"
    servers.postgres.create(name)
    url = servers.postgres.url(name)
    async with (
        running(pitch, tmp_path=tmp_path / "a", database_url=url) as first,
        running(pitch, tmp_path=tmp_path / "b", database_url=url) as second,
    ):
        for ball in range(20):
            await second.emit("pitch", BallThrownV1(ball=ball))
        await first.settle()
        assert await caught(first) == list(range(20))
        await first.runtime("pitch").stop()
        await second.emit("pitch", BallThrownV1(ball=20))
        await second.settle()
        assert await caught(second) == list(range(21))
