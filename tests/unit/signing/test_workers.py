"""Children do the work on strangers' files; whatever happens to one, the others go on."""

from __future__ import annotations

import asyncio
import os
import select
import subprocess
import sys
from collections.abc import Iterator

import pytest

from services.signing.workers.pool import Stopped, Workers
from tests.unit.signing import jobs_for_children as jobs


@pytest.fixture(scope="module")
def pool() -> Iterator[Workers]:
    yield Workers("test", 2, seconds=30, memory_mb=2048)


async def test_values_and_refusals_arrive_as_if_called_here(pool: Workers) -> None:
    assert await pool.run(jobs.count, "abcd") == jobs.Counted(4, (await pool.run(jobs.count, "xyz")).at)
    with pytest.raises(jobs.TooShort, match="Chỉ có 1 chữ"):
        await pool.run(jobs.count, text="a")


async def test_a_child_is_used_again(pool: Workers) -> None:
    seen = {await pool.run(jobs.identify) for _ in range(6)}
    assert len(seen) <= 2


async def test_what_takes_too_long_is_killed_and_the_rest_goes_on() -> None:
    quick = Workers("quick", 2, seconds=0.4, memory_mb=2048)
    await asyncio.gather(quick.run(jobs.identify), quick.run(jobs.identify))
    endless = [asyncio.create_task(quick.run(jobs.never_end)) for _ in range(3)]
    answers = await asyncio.gather(*(quick.run(jobs.count, "abc") for _ in range(5)))
    assert all(one.letters == 3 for one in answers)
    for one in await asyncio.gather(*endless, return_exceptions=True):
        assert isinstance(one, Stopped) and one.why == "time" and "0.4 giây" in one.text


@pytest.mark.parametrize(
    ("job", "why"), [(jobs.eat_memory, "memory"), (jobs.crash, "crash"), (jobs.raise_oddly, "crash")]
)
async def test_what_eats_memory_or_dies_is_a_refusal(pool: Workers, job: object, why: str) -> None:
    with pytest.raises(Stopped) as stopped:
        await pool.run(job)
    assert stopped.value.why == why and stopped.value.status == 422
    assert (await pool.run(jobs.count, "abc")).letters == 3


async def test_a_childs_answer_cannot_run_anything_here(pool: Workers) -> None:
    with pytest.raises(Stopped):
        await pool.run(jobs.answer_evil)
    assert not jobs.WAS_HERE.exists()


async def test_children_print_nothing_into_the_output_of_a_command(pool: Workers, capfd: pytest.CaptureFixture) -> None:
    await pool.run(jobs.print_oddly)
    assert "not for the parent" not in capfd.readouterr().out


def test_a_child_ends_with_its_service_even_in_the_middle_of_a_file() -> None:
    command = [sys.executable, "-m", jobs.__name__]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as service:
        child = int(service.stdout.readline())
        watched = os.pidfd_open(child)
        assert not select.select([watched], [], [], 0)[0]
        service.kill()
        assert select.select([watched], [], [], 20)[0], "the child went on without its service"
    os.close(watched)
