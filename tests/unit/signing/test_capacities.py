"""Who may sign in which capacity: the table with its dates and bounds, and what is printed (NĐ 30/2020 Đ13)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.signing.capacities import rules
from services.signing.capacities.rules import Right
from shared.clock import today
from tests.unit.signing import documents
from tests.unit.signing.house import ADMIN, CLERK, DEPUTY, DRAFTER, HEAD, LEADER, STRANGER, House, house

PAPER = "Văn bản ủy quyền số 12/QĐ-SKHCN ngày 02/11/2026"
TUQ = "TUQ. GIÁM ĐỐC\\ TRƯỞNG PHÒNG HÀNH CHÍNH"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


def wanted(**more: Any) -> dict[str, Any]:
    values = {
        "person_id": HEAD.id, "capacity": "TUQ.", "of": "GIÁM ĐỐC", "types": ["Công văn"], "legal_basis": PAPER,
        "valid_from": str(today()), "valid_to": str(today() + timedelta(days=30)), "from_person_id": LEADER.id,
    }  # fmt: skip
    return values | more


async def give(office: House, who: Any = ADMIN, **more: Any) -> Any:
    return await office.ask(who, "signing", "POST", "/v1/capacities", json=wanted(**more))


async def draft_for(office: House, signer: Any, capacity: str, **more: Any) -> dict[str, Any]:
    pdf = documents.draft(signer=signer.name, capacity=capacity, year=today().year)
    return await office.approved(pdf=pdf, signer_id=signer.id, **more)


@pytest.mark.requirement("R12.10")
async def test_a_right_to_sign_has_dates_kinds_and_fields_and_is_what_is_printed(office: House) -> None:
    missing = await give(office, valid_to=None, types=[])
    assert missing.status_code == 422 and "thời hạn, nội dung" in missing.json()["detail"]
    given = (await give(office)).json()
    assert given["printed"] == "TUQ. GIÁM ĐỐC" and given["in_force"] and given["from_name"] == LEADER.name
    again = await give(office, person_id=DRAFTER.id, from_person_id=HEAD.id)
    assert again.status_code == 422 and again.json()["kind"] == "capacity-not-passed-on"
    assert (await give(office, HEAD, person_id=DRAFTER.id)).status_code == 403  # nor by own hand
    letter = await draft_for(office, HEAD, TUQ, type_name="Công văn")
    can = await office.done(HEAD, "signing", "GET", "/v1/can-sign", params={"draft_id": letter["id"]})
    assert can["can"] and can["capacity"] == "TUQ. GIÁM ĐỐC"
    assert (await office.sign(letter, HEAD)).status_code == 200
    (act,) = await office.acts(letter["id"])
    said = [step["text"] for step in act["signatures"][0]["steps"] if step["step"] == "authority"]
    assert said == ["Ký với thẩm quyền: TUQ. GIÁM ĐỐC."]
    decision = await draft_for(office, HEAD, TUQ, type_name="Quyết định")
    other_kind = await office.sign(decision, HEAD)
    assert other_kind.status_code == 403 and "“Quyết định”" in other_kind.json()["detail"]
    assert (await give(office, types=["Quyết định"], fields=["another-unit"])).status_code == 201
    other_field = await office.sign(decision, HEAD)
    assert other_field.status_code == 403 and "lĩnh vực này" in other_field.json()["detail"]
    printed = await draft_for(office, HEAD, "GIÁM ĐỐC", type_name="Công văn")
    differs = await office.sign(printed, HEAD)
    assert differs.status_code == 422 and differs.json()["kind"] == "printed-capacity-differs"
    assert "“TUQ. GIÁM ĐỐC”" in differs.json()["detail"]
    late = await draft_for(office, HEAD, TUQ, type_name="Công văn")
    for one in await office.done(LEADER, "signing", "GET", "/v1/capacities", params={"given": True}):
        await office.done(LEADER, "signing", "DELETE", f"/v1/capacities/{one['id']}")
    over = await office.sign(late, HEAD)
    assert over.status_code == 403 and over.json()["kind"] == "capacity-over"
    can = await office.done(HEAD, "signing", "GET", "/v1/can-sign", params={"draft_id": late["id"]})
    assert [one["code"] for one in can["obstacles"]] == ["capacity-over"] and not can["can"]


async def test_posts_give_the_rights_of_head_and_deputy_and_a_right_of_yesterday_is_over(office: House) -> None:
    listed = await office.done(LEADER, "signing", "GET", "/v1/capacities")
    by_person = {one["person_id"]: one for one in listed}
    assert by_person[DEPUTY.id]["printed"] == "KT. GIÁM ĐỐC" and by_person[LEADER.id]["capacity"] == ""
    assert {one["source"] for one in listed} == {"post"} and set(by_person) == {DEPUTY.id, LEADER.id}
    signed = await office.sign(await draft_for(office, DEPUTY, "KT. GIÁM ĐỐC\\ PHÓ GIÁM ĐỐC"), DEPUTY)
    assert signed.status_code == 200, signed.text
    ended = str(today() - timedelta(days=1))
    assert (await give(office, valid_from=str(today() - timedelta(days=9)), valid_to=ended)).status_code == 201
    over = await office.sign(await draft_for(office, HEAD, TUQ, type_name="Công văn"), HEAD)
    assert over.status_code == 403 and f"{date.fromisoformat(ended):%d/%m/%Y}" in over.json()["detail"]
    assert (await give(office, CLERK)).status_code == 403
    assert (await give(office, person_id=STRANGER.id)).status_code == 404
    foreign = await office.ask(STRANGER, "signing", "DELETE", f"/v1/capacities/{by_person[DEPUTY.id]['id']}")
    assert foreign.status_code == 404
    assert await office.done(STRANGER, "signing", "GET", "/v1/capacities") == []
    assert len(await office.done(LEADER, "signing", "GET", "/v1/capacities", params={"given": True})) == 1


@pytest.mark.requirement("R12.12")
async def test_who_may_assign_and_supervise_for_the_leader_may_not_sign_for_the_leader(office: House) -> None:
    body = {
        "to_person_id": HEAD.id, "valid_from": str(today()), "valid_to": str(today() + timedelta(days=5)),
        "authority_document": PAPER,
    }  # fmt: skip
    delegation = await office.done(LEADER, "workflow", "POST", "/v1/delegations", json=body)
    assert set(delegation["scopes"]) == {"assign", "supervise"}
    draft = await office.approved()
    refused = await office.sign(draft, HEAD)
    assert refused.status_code == 403 and refused.json()["kind"] == "not-the-signer"
    assert await office.audited(draft["id"]) == ["draft.signing-refused"]
    own = await draft_for(office, HEAD, TUQ)  # put before the delegate outright
    refused = await office.sign(own, HEAD)
    assert refused.status_code == 403 and refused.json()["kind"] == "no-capacity"
    assert await office.audited(own["id"]) == ["draft.signing-refused"]
    assert (await office.sign(draft)).status_code == 200  # the leader still signs


@pytest.mark.parametrize(
    ("giver", "capacity", "refusal"),
    [
        (Right(""), "TUQ.", None),
        (Right("KT."), "TUQ.", rules.GiverWithoutRight),
        (Right("TUQ."), "TUQ.", rules.NotPassedOn),
        (Right("TL."), "TL.", None),
        (Right("", over=True), "KT.", rules.GiverWithoutRight),
    ],
)
def test_only_the_head_gives_rights(giver: Right, capacity: str, refusal: type[Exception] | None) -> None:
    def check() -> None:
        rules.check_grant(
            capacity, "Bà A", [giver], types=["Công văn"], fields=[], begin=date(2026, 1, 1), end=date(2026, 2, 1),
            legal_basis=PAPER, day=date(2026, 1, 2),
        )  # fmt: skip

    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()


def test_the_printed_lines_have_to_begin_with_the_right() -> None:
    rights = [Right("KT.", "GIÁM ĐỐC"), Right("TL.", "CHỦ TỊCH")]
    assert rules.as_printed(rights, ("KT.GIÁMĐỐC", "PHÓGIÁMĐỐC"), "A") is rights[0]
    assert rules.as_printed(rights, ("TL.CHỦTỊCH", "CHÁNHVĂNPHÒNG"), "A") is rights[1]
    assert rules.as_printed([Right("")], ("GIÁMĐỐC",), "A").capacity == ""
    for lines in (("GIÁMĐỐC",), ("TUQ.GIÁMĐỐC", "TRƯỞNGPHÒNG"), ()):
        with pytest.raises(rules.PrintedCapacityDiffers):
            rules.as_printed(rights, lines, "A")
    with pytest.raises(rules.PrintedCapacityDiffers):
        rules.as_printed([Right("")], ("KT.GIÁMĐỐC", "PHÓGIÁMĐỐC"), "A")
