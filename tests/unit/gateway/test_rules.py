"""The pure rules of gateway: order of statuses, retries, routing."""

from datetime import date, timedelta

import pytest

from services.gateway.patience.rules import editions, patience
from services.gateway.routing.rules import Place, Ways, is_loop, route
from services.gateway.sending.rules import Delivered, NeedsPerson, Retry, StopQueue, after_refusal, delay

PATIENCE = editions()[0]


def test_back_off_doubles_up_to_the_longest() -> None:
    def seconds(attempts: int, draw: float = 0.5) -> float:
        return delay(attempts, PATIENCE, first=30, draw=draw).total_seconds()

    assert [seconds(n) for n in (1, 2, 3, 4, 5)] == [30, 60, 120, 240, 480]
    assert seconds(10_000) == PATIENCE.longest_retry_seconds
    assert (seconds(1, 0), seconds(1, 0.999999)) == (24, pytest.approx(36))


def test_the_patience_of_a_day_is_the_edition_in_force_then() -> None:
    first = editions()[0]
    assert patience(first.valid_from) == first
    assert patience(date(2000, 1, 1)) == first
    assert first.legal_basis


@pytest.mark.parametrize(
    ("code", "kind"),
    [("10", NeedsPerson), ("18", NeedsPerson), ("23", NeedsPerson), ("15", StopQueue), ("19", StopQueue),
     ("20", Retry), ("99", Retry), ("ExistDoc", Delivered)],
)  # fmt: skip
def test_error_codes(code: str, kind: type) -> None:
    assert isinstance(after_refusal(code, timedelta(seconds=1)), kind)


def test_routing_by_code_alias_and_reference() -> None:
    place = Place("o1", "H60.10", "Sở")
    local = Ways(local={"H60.10": place, "000.00.10.H60": place})
    assert route(" h60.10", None, "Sở", local).place == place
    assert route("000.00.10.H60", None, "Sở", local).channel == "local"
    assert route("G01", None, "Bộ", local).channel == "national"
    assert route("H60.77", "o7", "Sở mới", local).place == Place("o7", "H60.77", "Sở mới")


def test_loop_is_seen_in_traces() -> None:
    assert is_loop(["G01", "", "h60.10"], ["H60.10"])
    assert not is_loop(["G01", "", "null"], ["H60.10"])
