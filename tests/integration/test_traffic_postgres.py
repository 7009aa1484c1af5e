"""The traffic of packages on PostgreSQL: its days, sums and pages are those of the other database."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from services.gateway.receiving.tables import Arrival
from services.gateway.sending.tables import FAILED, SENT, Shipment
from services.gateway.service import service
from services.gateway.traffic import queries
from shared.auth import Principal
from shared.clock import now, today
from shared.testing import running

pytestmark = pytest.mark.integration
CLERK = Principal(id="c", name="c", kind="person", office_id="o1", roles=frozenset({"clerk"}))


def left(office: str, to_code: str, state: str = SENT) -> Shipment:
    row = Shipment(subject_id=uuid4(), code="edoc", axis="national", office_id=office, from_code="a", to_code=to_code)
    row.state, row.sent_at = state, now() if state == SENT else None
    return row


async def test_a_day_is_counted_and_its_packages_are_paged(servers, tmp_path):
    servers.postgres.create("gateway")
    async with running(service, tmp_path=tmp_path, database_url=servers.postgres.url()) as system:
        runtime = system.runtime("gateway")
        async with runtime.work() as work:
            work.save(left("o1", "b1"), left("o1", "b2"), left("o1", "b3", FAILED), left("o2", "b4"))
            work.save(Arrival(office_id="o1", organ_id="x", sender_organ_id="s", identifier="i", channel="national",
                              content_hash="h"))  # fmt: skip
        async with runtime.work(CLERK, reading=True) as work:
            [day] = await queries.by_day(work, today() - timedelta(days=3), today())
            assert (day.day, day.sent, day.failed, day.received, day.acknowledged) == (today(), 2, 1, 1, 0)
            first = await queries.packages(work, "sent", today(), today(), "national", None, 1)
            rest = await queries.packages(work, "sent", today(), today(), None, first.next, 5)
            assert [row.to_code for row in first.items + rest.items] == ["b1", "b2"] and rest.next is None
            for what in ("failed", "received"):
                assert len((await queries.packages(work, what, today(), today(), None, None, 5)).items) == 1
