"""registry on PostgreSQL: numbers under real concurrency, and lists that use their indexes."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Integer, func, select, text

from services.registry.numbering import actions as numbering
from services.registry.numbering.tables import GivenNumber
from services.registry.outgoing.tables import Outgoing
from services.registry.service import service
from shared.testing import running

pytestmark = pytest.mark.integration
OFFICE = str(uuid4())


@pytest.fixture
async def registry(servers, tmp_path):
    servers.postgres.create("registry")
    async with running(service, tmp_path=tmp_path, database_url=servers.postgres.url()) as system:
        yield system.runtime("registry")


@pytest.mark.parametrize("kind", ["incoming", "outgoing"])
async def test_hundreds_of_numberings_at_once_leave_no_gap_and_no_double_even_when_some_crash(registry, kind):
    owners = [uuid4() for _ in range(500)]

    async def give(owner) -> int:
        async with registry.work() as work:
            return (await numbering.give(work, OFFICE, kind, owner)).number

    async def crash() -> None:
        async with registry.work() as work:
            await numbering.give(work, OFFICE, kind, uuid4())
            raise ConnectionError("the process is gone before it commits")

    tasks = [give(owner) for owner in owners] + [crash() for _ in range(20)]
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert sum(isinstance(result, ConnectionError) for result in done) == 20
    assert sorted(result for result in done if isinstance(result, int)) == list(range(1, 501))
    again = await asyncio.gather(*(give(owner) for owner in owners[:20]))
    assert again == done[:20]
    async with registry.work(reading=True) as work:
        of_kind = select(func.count()).select_from(GivenNumber).where(GivenNumber.kind == kind)
        assert await work.scalar(of_kind.where(GivenNumber.office_id == OFFICE)) == 500


async def test_a_page_of_a_long_list_is_read_from_an_index(registry):
    given = {"id": "gen_random_uuid()", "office_id": "'o' || n % 50", "state": "'ISSUED'", "files": "'[]'"}
    given |= dict.fromkeys(("created_at", "updated_at"), "now()") | {"version": "1"}
    needed = [c for c in Outgoing.__table__.columns if not c.nullable and c.name not in given]
    given |= {c.name: "0" if isinstance(c.type, Integer) else "''" for c in needed}
    async with registry.work() as work:
        rows = f"SELECT {', '.join(given.values())} FROM generate_series(1, 50000) AS n"
        await work.execute(text(f"INSERT INTO outgoing ({', '.join(given)}) {rows}"))
        await work.execute(text("ANALYZE outgoing"))
        last = UUID(int=2**128 - 1)  # the first page: a thousand rows of this office follow, 51 are wanted
        wanted = f"SELECT * FROM outgoing WHERE office_id = 'o7' AND id < '{last}' ORDER BY id DESC LIMIT 51"
        plan = "\n".join(await work.all(text(f"EXPLAIN {wanted}")))
    assert "Index" in plan
    assert "Seq Scan" not in plan
    assert "Sort" not in plan
