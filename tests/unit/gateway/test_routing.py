"""The way of a copy, as a table: code → partner or office."""

from __future__ import annotations

from datetime import date

import pytest

from services.gateway.directory import level1
from services.gateway.routing.codes import is_well_formed, keys, scheme
from services.gateway.routing.codes import level1 as level1_of
from services.gateway.routing.rules import Place, Ways, current, route

UBND = Place("o0", "H60", "UBND tỉnh")
SKHCN = Place("o1", "H60.10", "Sở KH&CN")
XA = Place("o2", "H60.118", "UBND xã Yên Sơn")
WAYS = Ways(
    local={
        "H60": UBND,
        "000.00.00.H60": UBND,
        "H60.10": SKHCN,
        "000.00.10.H60": SKHCN,
        "000.00.19.H22": SKHCN,  # an alias of before the merger
        "H60.118": XA,
    },
    successors={
        "H22": "H60",
        "H60.07": "H60.118",
        "H60.07.01": "H60.118",
        "H22.9": "H22.8",
        "H60.55": "G09.55",
        "H44.1": "G09.55",
    },
    exact={"G12.9": "ministry", "000.08.80.G24": "lgsp", "0100107370": "company"},
    trees={
        next(keys("H60")): "lgsp",
        next(keys("000.00.00.H60")): "lgsp",
        next(keys("H60.32")): "hospital",
        next(keys("000.00.32.H60")): "hospital",
        next(keys("H60.32.01")): "clinic",
        next(keys("G12")): "ministry",
    },
    listed={"000.01.80.G24": "lgsp"},
)
ROWS = [
    # code, way, the code it is sent to; what decides
    ("H60.10", "o1", "H60.10"),  # an office of ours
    ("  h60.10 ", "o1", "H60.10"),  # whatever its case and blanks
    ("000.00.10.H60", "o1", "H60.10"),  # by its older code
    ("000.00.19.H22", "o1", "H60.10"),  # by an alias of a closed province
    ("H60", "o0", "H60"),  # the province's committee is ours
    ("H22", "o0", "H60"),  # and stands for the closed one
    ("H60.07", "o2", "H60.118"),  # a closed district: its successor
    ("H60.07.01", "o2", "H60.118"),  # and what was below it
    ("H60.99", "lgsp", "H60.99"),  # in the province, not ours
    ("H60.10.02", "lgsp", "H60.10.02"),  # below an office of ours but not known: the province's axis knows
    ("000.00.99.H60", "lgsp", "000.00.99.H60"),  # the older tree by itself
    ("000.01.32.H60", "hospital", "000.01.32.H60"),  # Y is level 2, Z level 3
    ("001.01.32.H60", "hospital", "001.01.32.H60"),  # level 4
    ("H60.32", "hospital", "H60.32"),  # the root of a tree
    ("H60.32.02", "hospital", "H60.32.02"),  # below it
    ("H60.32.01", "clinic", "H60.32.01"),  # the longest known owner wins
    ("H60.32.01.9.9.9", "clinic", "H60.32.01.9.9.9"),  # however deep
    ("H60.321", "lgsp", "H60.321"),  # a group is compared whole
    ("G12", "ministry", "G12"),
    ("G12.1", "ministry", "G12.1"),
    ("G12.9", "ministry", "G12.9"),  # a single code
    ("G12.9.1", "ministry", "G12.9.1"),  # by the tree, not by the single code
    ("000.00.00.G12", "national", "000.00.00.G12"),  # the trees of the two schemes stay apart
    ("000.08.80.G24", "lgsp", "000.08.80.G24"),  # a ministry's branch which the province's axis reaches
    ("000.01.80.G24", "lgsp", "000.01.80.G24"),  # one that stands in the province's register only
    ("000.02.80.G24", "national", "000.02.80.G24"),
    ("G06", "national", "G06"),
    ("H22.44", "national", "H22.44"),  # a closed province's code that nobody mapped: nothing is guessed
    ("H22.9", "national", "H22.8"),  # replaced by a code outside
    ("H60.55", "lgsp", "H60.55"),  # moved, but the province's axis still takes the old code
    ("H44.1", "national", "G09.55"),  # moved under a ministry
    ("28.22.H17", "national", "28.22.H17"),  # before 2016
    ("0100107370", "company", "0100107370"),  # a tax number
    ("0100107371", "national", "0100107371"),
    ("vxp.saas.03", "national", "vxp.saas.03"),  # infrastructure
    ("", "national", ""),
]


@pytest.mark.parametrize(("code", "way", "sent_to"), ROWS)
def test_the_way_of_a_copy(code: str, way: str, sent_to: str) -> None:
    found = route(code, None, "", WAYS)
    assert (found.place.office_id if found.place else found.channel, found.organ_id) == (way, sent_to)


def test_an_office_the_sender_knows_is_local_before_its_codes_are_here() -> None:
    assert route("H60.77", "o7", "Sở mới", WAYS).place == Place("o7", "H60.77", "Sở mới")


def test_a_circle_of_successions_ends() -> None:
    assert current("A01", {"A01": "A02", "A02": "A01"}) in ("A01", "A02")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("H60.32.01", "QD20"), ("G01", "QD20"), ("H53.1137", "QD20"), ("000.00.19.H26", "QCVN102"),
        ("28.22.H17", "OLD"), ("99.99.99.G21", "OLD"), ("000.1137.H53", "OLD"), ("0100107370", "TAX"),
        ("020100107370", "TAX"), ("0100107370-001", "TAX"), ("Z01CongTyA", "Z"), ("00.53.W00", "AXIS"),
        ("vxp.saas.03", "AXIS"), ("001.00.20.TT2", "AXIS"), ("A", "AXIS"), ("", "AXIS"),
    ],
)  # fmt: skip
def test_schemes(code: str, expected: str) -> None:
    assert scheme(code) == expected


def test_keys_run_from_the_root_downwards_in_trees_of_their_own() -> None:
    assert list(keys("H60.32.01")) == [("QD20", "H60", "32", "01"), ("QD20", "H60", "32"), ("QD20", "H60")]
    assert list(keys("000.01.32.H60")) == [("QCVN102", "H60", "32", "01"), ("QCVN102", "H60", "32"), ("QCVN102", "H60")]
    assert next(iter(keys("001.00.20.G22"))) == ("QCVN102", "G22", "20", "00", "001")
    assert [level1_of(code) for code in ("H60.1", "000.00.01.H53", "01.02.G22", "0100107370")] == [
        "H60", "H53", "G22", "",
    ]  # fmt: skip


def test_what_a_person_may_enter() -> None:
    assert is_well_formed("H60." + "1" * 31)
    assert not any(is_well_formed(code) for code in ("H60." + "1" * 32, "00.53.W00", "h 60", "vxp.saas.03"))


def test_level_1_codes_have_their_day_and_their_basis() -> None:
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    assert level1.closed("H22.01", before) is None
    closed = level1.closed("000.00.19.H22", after)
    assert closed is not None and closed.successor == "H60" and "09/2025" in closed.legal_basis
    assert level1.merged(before) == {}
    assert level1.merged(after)["H22"] == "H60" and level1.merged(after)["000.00.00.K22"] == "000.00.00.K60"
    assert "G13" not in level1.merged(after), "the successor of a ministry has its duties, not its post"
    names = [level1.known("H57", day).name for day in (date(2025, 4, 13), date(2025, 4, 14))]  # type: ignore[union-attr]
    assert names == ["Ủy ban nhân dân tỉnh Thừa Thiên Huế", "Ủy ban nhân dân thành phố Huế"]
    assert all(entry.legal_basis for entry in level1.codes())
    assert len(level1.merged(after)) == 2 * 2 * 29, "29 provinces and cities ended, each with its council"
