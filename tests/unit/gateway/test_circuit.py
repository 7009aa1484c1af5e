"""The circuit breaker as a table of moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.gateway.patience.rules import editions
from services.gateway.sending.circuit import WHOLE, Circuit, admitted, answered, failed, tried, untold

AT = datetime(2026, 1, 5, 8, tzinfo=UTC)
PATIENCE = editions()[0]
MINUTE = timedelta(minutes=1)


def fail(circuit: Circuit, at: datetime = AT, *, at_once: bool = False) -> Circuit:
    return failed(circuit, at, "không trả lời", PATIENCE, first=30, draw=0.5, at_once=at_once)


def down() -> Circuit:
    found = WHOLE
    for _ in range(PATIENCE.circuit_failures):
        found = fail(found)
    return found


def test_failures_in_a_row_open_it_and_one_answer_clears_the_count() -> None:
    almost = WHOLE
    for _ in range(PATIENCE.circuit_failures - 1):
        almost = fail(almost)
    assert (almost.state, admitted(almost, AT, 16)) == ("closed", 16)
    assert answered(almost) == WHOLE
    opened = fail(almost)
    assert (opened.state, opened.until) == ("open", AT + timedelta(seconds=30))


@pytest.mark.parametrize(
    ("circuit", "later", "room"),
    [
        (WHOLE, MINUTE, 16),
        (down(), timedelta(seconds=29), 0),
        (down(), timedelta(seconds=30), 1),
        (tried(down(), AT, MINUTE), timedelta(seconds=59), 0),
        (tried(down(), AT, MINUTE), timedelta(seconds=60), 1),
    ],
    ids=["closed", "open", "pause over", "trial under way", "trial died"],
)
def test_how_many_may_leave(circuit: Circuit, later: timedelta, room: int) -> None:
    assert admitted(circuit, AT + later, 16) == room


def test_a_trial_that_fails_doubles_the_pause_up_to_the_longest() -> None:
    circuit, at, pauses = down(), AT, []
    for _ in range(8):
        assert circuit.until is not None
        at = circuit.until
        circuit = fail(tried(circuit, at, MINUTE), at)
        assert circuit.until is not None
        pauses.append((circuit.until - at).total_seconds())
    assert pauses == [60, 120, 240, 480, 900, 900, 900, 900]


def test_a_trial_that_is_answered_closes_it() -> None:
    assert answered(tried(down(), AT, MINUTE)) == WHOLE


def test_a_trial_before_which_nobody_was_asked_counts_for_nothing() -> None:
    trial = tried(down(), AT, MINUTE)
    assert admitted(untold(trial, AT), AT, 16) == 1
    assert untold(WHOLE, AT) == WHOLE


def test_wrong_credentials_open_it_at_once() -> None:
    assert fail(WHOLE, at_once=True).state == "open"


def test_a_failure_of_one_still_under_way_does_not_lengthen_the_pause() -> None:
    opened = down()
    assert fail(opened).until == opened.until
