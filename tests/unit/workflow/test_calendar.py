"""Deadlines in working time."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from contracts.workflow.api import Deadline
from services.workflow.calendar.rules import Calendar
from services.workflow.processes.queries import deadline, defaults
from shared.clock import VN
from tests.unit.workflow.office import CLERK, office


def vn(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VN)


def limits(kind: str) -> Deadline:
    return next(deadline(d, kind) for d in defaults() if kind in d.deadlines)


@pytest.mark.requirement("R11.12")
def test_presenting_friday_evening_is_warned_on_monday_afternoon_and_late_on_tuesday():
    days, limit = Calendar(), limits("assign")
    due = days.due(vn("2026-11-13 16:55"), limit)
    assert due.warn == vn("2026-11-16 15:00")
    assert due.at == vn("2026-11-17 00:00")
    before_tet = days.due(vn("2026-02-13 16:55"), limit)  # Tết 2026 is off from Monday to Friday
    assert before_tet.at == vn("2026-02-24 00:00")
    make_up = Calendar({date(2026, 11, 14): True})  # a Saturday that is worked
    assert make_up.due(vn("2026-11-13 16:55"), limit).at == vn("2026-11-15 00:00")
    assert days.due(vn("2026-11-13 16:40"), limit, urgent=True).at == vn("2026-11-13 16:55")
    assert days.due(vn("2026-11-13 16:55"), limit, urgent=True).at == vn("2026-11-16 07:10")


@pytest.mark.requirement("R12.24")
def test_signed_friday_evening_is_warned_on_monday_at_ten_and_late_at_noon():
    days, limit = Calendar(), limits("issue")
    due = days.due(vn("2026-11-13 17:30"), limit)
    assert due.warn == vn("2026-11-16 10:00")
    assert due.at == vn("2026-11-16 12:00")
    assert days.due(vn("2026-11-16 09:00"), limit, urgent=True).at == vn("2026-11-16 09:15")


def test_days_off_of_the_country_and_by_notice():
    days = Calendar({date(2026, 11, 25): False})
    assert not days.works(date(2026, 9, 2))
    assert not days.works(date(2026, 11, 25))
    assert days.works(date(2026, 11, 26))
    assert days.works(date(2026, 8, 22))  # the Saturday worked for 31/8
    assert days.next_working_day(date(2026, 9, 1), 1) == date(2026, 9, 3)
    assert days.end_of_work(date(2026, 11, 26)) == vn("2026-11-26 17:00")


def test_working_minutes_pass_over_the_noon_break_and_the_night():
    days = Calendar()
    assert days.after_minutes(vn("2026-11-16 11:20"), 20) == vn("2026-11-16 13:40")
    assert days.after_minutes(vn("2026-11-16 22:00"), 5) == vn("2026-11-17 07:05")


@pytest.mark.parametrize(
    ("at", "days", "before"),
    [
        ("2026-11-17 16:59", 1, "2026-11-16 00:00"),  # Tuesday's work has not ended
        ("2026-11-17 17:00", 1, "2026-11-17 00:00"),
        ("2026-11-16 12:00", 1, "2026-11-13 00:00"),  # Thursday's had Friday; Friday's has not had Monday
        ("2026-11-15 12:00", 1, "2026-11-13 00:00"),
        ("2026-11-16 17:30", 1, "2026-11-16 00:00"),
        ("2026-02-23 16:00", 1, "2026-02-13 00:00"),  # Tết lies between
        ("2026-11-17 17:00", 0, "2026-11-18 00:00"),
        ("2026-11-20 18:00", 3, "2026-11-18 00:00"),
    ],
)
def test_what_has_had_so_many_working_days(at: str, days: int, before: str) -> None:
    assert Calendar().began_before(vn(at), days) == vn(before)


async def test_the_elapsed_time_is_asked_over_http(tmp_path):
    async with office(tmp_path) as system:
        client = system.client("workflow", CLERK)
        answer = (await client.get("/v1/calendar/elapsed", params={"working_days": 1})).json()
        assert answer["working_days"] == 1 and datetime.fromisoformat(answer["began_before"])
        assert (await client.get("/v1/calendar/elapsed", params={"working_days": 99})).status_code == 422
