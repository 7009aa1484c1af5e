"""The pure rules of identity."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest

from services.identity.accounts.rules import LOCKED_FOR, Failures, WeakPassword, after_failure, check_password, expired
from services.identity.offices import rules as offices
from services.identity.people import rules
from shared.problems import Refusal
from shared.settings import Settings

NAMES = [
    ("Hoàng Việt Phương", "ubnd", "phuonghv.ubnd"),
    ("Nguyễn Thị Ánh Tuyết", "skhcn", "tuyetnta.skhcn"),
    ("Đỗ Đức", "snv", "ducd.snv"),
    ("ĐỖ  ĐỨC", "SNV", "ducd.snv"),
    ("Phương", "ubnd", "phuong.ubnd"),
    ("Ừng Quờ", "SGDĐT", "quou.sgddt"),
    ("H'Hen Niê", "ubnd", "nieh.ubnd"),
]


@pytest.mark.requirement("R06.4")
@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(("name", "unit", "expected"), NAMES)
def test_user_names(name: str, unit: str, expected: str, form: str) -> None:
    assert rules.user_name(unicodedata.normalize(form, name), unicodedata.normalize(form, unit)) == expected


@pytest.mark.parametrize(("name", "unit"), [("", "ubnd"), (" - ", "ubnd"), ("Đỗ Đức", "  ")])
def test_no_name_is_refused(name: str, unit: str) -> None:
    with pytest.raises(rules.NoName):
        rules.user_name(name, unit)


def test_clash_is_numbered_before_the_dot() -> None:
    taken = {"phuonghv.ubnd", "phuonghv2.ubnd"}
    assert rules.propose("Hoàng Việt Phương", "ubnd", taken) == "phuonghv3.ubnd"
    assert rules.checked(" PhuongHV.ubnd ") == "phuonghv.ubnd"
    with pytest.raises(rules.BadUserName):
        rules.checked("Phương hv")


def test_only_the_system_administrator_gives_that_role() -> None:
    assert rules.roles(["clerk", "specialist"], by_system=False) == ["specialist", "clerk"]
    with pytest.raises(rules.RoleNotYours):
        rules.roles(["system_admin"], by_system=False)
    with pytest.raises(rules.UnknownRole):
        rules.roles(["king"], by_system=True)


def test_fifth_wrong_password_locks_for_twelve_hours() -> None:
    moment = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
    state = Failures()
    for count in range(1, 5):
        state = after_failure(state, moment)
        assert (state.count, state.locked(moment)) == (count, False)
    state = after_failure(state, moment)
    assert state.locked(moment + LOCKED_FOR - timedelta(seconds=1))
    assert not state.locked(moment + LOCKED_FOR)
    assert after_failure(state, moment) == state
    assert after_failure(state, moment + LOCKED_FOR) == Failures(1, None)


@pytest.mark.parametrize(
    ("password", "good"),
    [("Ab1!xyz", False), ("Ab1!xyzw", True), ("ab1!xyzw", False), ("AB1!XYZW", False), ("Abc!xyzw", False),
     ("Abc1xyzw", False), ("Password@123", False), ("P@ssw0rd1!", False), ("Phuonghv.12", False),
     ("Qlvb@2026", True)],
)  # fmt: skip
def test_password_borders(password: str, good: bool) -> None:
    try:
        check_password(password, user_name="phuonghv.ubnd", full_name="Hoàng Việt Phương")
    except WeakPassword as refusal:
        assert not good, refusal.text
    else:
        assert good


def test_only_administrators_passwords_run_out() -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    assert not expired(start, start + timedelta(days=60), is_admin=True)
    assert expired(start, start + timedelta(days=60, seconds=1), is_admin=True)
    assert not expired(start, start + timedelta(days=999), is_admin=False)


@pytest.mark.parametrize(
    ("code", "scheme"),
    [("H60.10", "QD20"), (" h60.10 ", "QD20"), ("H60", "QD20"), ("000.00.10.H60", "QCVN102"), ("0101234567", "TAX"),
     ("Z01ABC", "Z"), ("H60." + "1" * 31, "QD20"), ("H60." + "1" * 32, None), ("000.1137.H53", None), ("", None)],
)  # fmt: skip
def test_schemes(code: str, scheme: str | None) -> None:
    if scheme:
        assert offices.scheme(code) == scheme
    else:
        with pytest.raises(Refusal):
            offices.scheme(code)


def test_conversion_is_a_suggestion() -> None:
    pairs = [("H60", "000.00.00.H60"), ("H60.10", "000.00.10.H60"), ("H53.01.02", "000.02.01.H53")]
    for new, old in [*pairs, ("H30.08.03.001", "001.03.08.H30")]:
        assert offices.to_qcvn102(new) == old
        assert offices.to_qd20(old) == new
    assert offices.to_qcvn102("H53.1137") is None
    assert offices.to_qd20("001.00.20.H60") is None


def test_demo_province() -> None:
    settings = Settings()
    data = json.loads(settings.demo_province.read_text("utf-8"))
    people = [person for office in data["offices"] for person in office["people"]]
    names = [person["user_name"] for person in people]
    assert [rules.user_name(p["name"], p["user_name"].split(".")[1]) for p in people] == names
    assert len(names) == len(set(names))
    assert len(data["offices"]) >= 12
    codes = [code for o in data["offices"] + data["external_organs"] for code in o["organ_ids"]]
    assert len(codes) == len(set(codes))
    for office in data["offices"]:
        assert [offices.scheme(c) for c in office["organ_ids"]] == ["QD20", "QCVN102"]
        assert offices.to_qcvn102(office["organ_ids"][0]) == office["organ_ids"][1]
