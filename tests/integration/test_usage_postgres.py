"""The use of the system on PostgreSQL: its counts and lists are those of the other database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.registry.incoming.tables import Incoming
from services.registry.offices.tables import Office
from services.registry.outgoing.tables import Outgoing
from services.registry.service import service
from services.registry.usage import queries
from services.registry.usage.figures import COUNTED, FIGURES
from shared.auth import Principal
from shared.testing import running

pytestmark = pytest.mark.integration
CLERK = Principal(id="c", name="c", kind="person", office_id="o1", roles=frozenset({"clerk"}))
FIRST, AT = date(2026, 10, 1), datetime(2026, 10, 15, 5, tzinfo=UTC)


def issued(**more: object) -> Outgoing:
    said = {"type_name": "Quyết định", "subject": "x", "drafter_id": "d", "drafter_name": "d", "office_id": "o1"}
    return Outgoing(**(said | {"state": "ISSUED", "issued_at": AT, "legal_state": "ORIGINAL"} | more))


def registered(number: int, **more: object) -> Incoming:
    said = {"sender_organ_id": "s", "sender_name": "s", "subject": "x", "arrived_at": AT, "office_id": "o1"}
    said |= {"arrival_id": str(uuid4()), "state": "COMPLETED", "arrival_number": number, "registered_at": AT}
    return Incoming(**(said | {"due_at": AT} | more))


async def test_what_is_counted_is_what_is_listed_page_by_page(servers, tmp_path):
    servers.postgres.create("registry")
    async with running(service, tmp_path=tmp_path, database_url=servers.postgres.url()) as system:
        runtime = system.runtime("registry")
        async with runtime.work() as work:
            work.save(*(Office(id=key, name=key) for key in ("o1", "o2")))
            work.save(issued(), issued(paper_sent_at=AT), issued(legal_state="REFERENCE_ONLY", refused_at=AT))
            work.save(issued(recalled_at=AT, issued_at=AT - timedelta(days=40)), issued(office_id="o2"))
            work.save(registered(1, finished_at=AT), registered(2, finished_at=AT + timedelta(hours=1)), registered(3))
            work.save(registered(4, state="REJECTED", arrival_number=None, refused_at=AT, due_at=None))
        async with runtime.work(CLERK, reading=True) as work:
            report = await queries.report(work, FIRST, None)
            assert report.own is not None and (report.offices_counted, report.province.issued) == (2, 4)
            counts = report.own.counts
            assert [getattr(counts, key) for key in COUNTED] == [3, 2, 2, 1, 1, 3, 3, 1, 1]
            for key in FIGURES:
                first = await queries.documents(work, key, FIRST, None, None, 1)
                rest = await queries.documents(work, key, FIRST, None, first.next, 9) if first.next else first
                found = {row.id for row in [*first.items, *rest.items]}
                assert key not in COUNTED or len(found) == getattr(counts, key), key
            month = (await queries.months(work, FIRST, None))[-1]
            assert month.counts == counts
