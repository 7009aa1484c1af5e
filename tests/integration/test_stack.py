"""The journey on RabbitMQ and PostgreSQL, every service a process of its own, two gateways and two registries."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import local_servers
from infra.demo.journey import CLERK, TO_CLERK, Journey
from infra.demo.narrate import Narrator, until
from infra.demo.people import Desks
from infra.demo.world import BEHAVIOURS
from infra.stack import MISSING, Stack, running

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not local_servers.available(), reason=MISSING),
    pytest.mark.xdist_group("servers"),
]
FAST = {"QLVB_AXIS_POLL_SECONDS": "1", "QLVB_AXIS_SEND_SECONDS": "0.2"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    replicas = {"gateway": 2, "registry": 2}
    folder = tmp_path_factory.mktemp("stack")
    with running(Stack(folder, replicas=replicas, settings=FAST, behaviours=BEHAVIOURS)) as started:
        yield started
        found = started.folder
    shutil.rmtree(found, ignore_errors=True)


async def test_a_document_travels_and_nothing_is_doubled(stack: Stack) -> None:
    desks, journeys = Desks(stack.url), 3
    try:
        stories = [await Journey(desks, Narrator()).travel() for _ in range(journeys)]
        clerk, receiver = await desks.of(CLERK), await desks.of(TO_CLERK)
        sent, _ = await clerk.registry.list_documents(limit=100)
        assert sorted(row.number or 0 for row in sent if row.number) == list(range(1, journeys + 1))
        got, _ = await receiver.registry.list_incoming(limit=100)
        assert Counter(row.code for row in got) == Counter(story.issued.code for story in stories)

        async def from_the_ministry() -> list[str]:
            rows, _ = await clerk.registry.list_incoming(limit=100)
            return [row.code for row in rows if row.sender_name.startswith("Bộ")]

        letters = await until(from_the_ministry, lambda rows: len(rows) >= journeys, "thư của Bộ")
        assert len(set(letters)) == len(letters) == journeys
    finally:
        await desks.close()


async def test_both_replicas_carry_some_of_the_load(stack: Stack) -> None:
    for service in ("gateway", "registry"):
        shares = stack.shares(service)
        assert len(shares) == 2
        assert min(shares.values()) > 0, shares


def test_the_logs_hold_no_failure_of_ours(stack: Stack) -> None:
    for log in sorted(Path(stack.logs).glob("*.log")):
        assert "Traceback" not in log.read_text("utf-8", errors="replace"), log.read_text("utf-8")[-3000:]
