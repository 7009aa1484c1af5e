"""identity as a whole, on the demo province."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from contracts.client import Problem
from contracts.identity import api
from contracts.identity.client import IdentityClient
from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from services.identity.accounts.rules import LOCKED_FOR
from services.identity.accounts.tables import LoginFailure
from services.identity.demo import identifier
from services.identity.service import service as identity
from shared.auth import Principal
from shared.clock import now
from shared.database import service_base
from shared.service import Consumer, Service, service_secret
from shared.testing import System, running
from shared.work import Work

PASSWORD = "Qlvb@2026"  # of the demo data
OFFICE = str(identifier("so-khcn"))
OTHER = str(identifier("xa-yen-son"))


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(identity, tmp_path=tmp_path, demo=True) as found:
        yield found


def anyone(system: System) -> IdentityClient:
    return IdentityClient(system.client("identity"))


async def logged_in(system: System, user_name: str) -> IdentityClient:
    tokens = await anyone(system).log_in(user_name, PASSWORD)
    return with_token(system, tokens.access_token)


def with_token(system: System, token: str) -> IdentityClient:
    http = system.client("identity")
    http.headers["Authorization"] = f"Bearer {token}"
    return IdentityClient(http)


async def refused(call: object) -> Problem:
    with pytest.raises(Problem) as caught:
        await call  # type: ignore[misc]
    return caught.value


async def test_log_in_with_any_case_and_see_oneself(system: System) -> None:
    me = await (await logged_in(system, " TuyetNTA.skhcn ")).me()
    assert (me.full_name, me.roles, me.office_id) == ("Nguyễn Thị Ánh Tuyết", ("specialist",), OFFICE)
    assert me.unit_name == "Phòng Chuyển đổi số"


async def test_unknown_name_and_wrong_password_look_the_same(system: System) -> None:
    answers = []
    for name in ("nobody.skhcn", "ducd.skhcn"):
        problems = [await refused(anyone(system).log_in(name, "wrong")) for _ in range(6)]
        answers.append([(p.status, p.kind, p.message) for p in problems])
    assert answers[0] == answers[1]
    assert [status for status, *_ in answers[0]] == [401, 401, 401, 401, 423, 423]


async def test_lock_out_ends_by_time_or_by_the_unit_administrator(system: System) -> None:
    for _ in range(5):
        await refused(anyone(system).log_in("ducd.skhcn", "wrong"))
    assert (await refused(anyone(system).log_in("ducd.skhcn", PASSWORD))).status == 423
    admin = await logged_in(system, "thangnd.skhcn")
    locked = next(p for p in await admin.list_people(OFFICE) if p.user_name == "ducd.skhcn")
    stranger = await logged_in(system, "vietsq.xayenson")
    assert (await refused(stranger.unlock_person(locked.id))).status == 404
    await admin.unlock_person(locked.id)
    await logged_in(system, "ducd.skhcn")
    for _ in range(5):
        await refused(anyone(system).log_in("ducd.skhcn", "wrong"))
    async with system.runtime("identity").work() as work:
        await work.execute(update(LoginFailure).values(locked_until=now() - timedelta(seconds=1)))
    await logged_in(system, "ducd.skhcn")
    assert timedelta(hours=12) <= LOCKED_FOR


async def test_refresh_rotates_and_a_copy_ends_the_session(system: System) -> None:
    first = await anyone(system).log_in("ducd.skhcn", PASSWORD)
    second = await anyone(system).refresh(first.refresh_token)
    assert second.refresh_token != first.refresh_token
    assert (await refused(anyone(system).refresh(first.refresh_token))).kind == "session-ended"
    assert (await refused(anyone(system).refresh(second.refresh_token))).kind == "session-ended"
    assert (await refused(anyone(system).refresh("made-up"))).kind == "session-ended"


async def test_open_sessions_are_listed_and_closed(system: System) -> None:
    one, two = await logged_in(system, "ducd.skhcn"), await logged_in(system, "ducd.skhcn")
    other = await logged_in(system, "lanpn.skhcn")
    rows = await one.my_sessions()
    assert len(rows) == 2 and [row.current for row in rows].count(True) == 1
    assert (await refused(other.close_session(rows[0].id))).status == 404
    await two.log_out()
    assert [row.current for row in await one.my_sessions()] == [True]


async def test_service_tokens_and_keys(system: System) -> None:
    secret = service_secret(system.runtime("identity").settings)
    answer = await anyone(system).service_token("registry", secret)
    assert await with_token(system, answer.access_token).list_people(OTHER)
    assert (await refused(anyone(system).service_token("registry", "guess"))).status == 401
    assert (await refused(anyone(system).service_token("stranger", secret))).status == 401
    assert all("d" not in key for key in (await anyone(system).keys())["keys"])


async def test_another_offices_people_are_not_found(system: System) -> None:
    specialist = await logged_in(system, "ducd.skhcn")
    assert (await refused(specialist.list_people(OTHER))).status == 404
    assert (await refused(specialist.list_people("no-such-office"))).status == 404
    assert [p.position for p in await specialist.list_people(OFFICE, role="leader")] == ["Giám đốc"]
    body = api.NewPerson(full_name="A B", user_name="ba.x", position="x")
    assert (await refused(specialist.create_person(OFFICE, body))).status == 403
    assert (await refused(specialist.create_person(OTHER, body))).status == 404
    assert (await refused(anyone(system).list_offices())).status == 401


async def test_new_person_with_a_name_that_is_taken(system: System) -> None:
    admin = await logged_in(system, "thangnd.skhcn")
    proposal = await admin.propose_user_name("Đỗ Đức", "skhcn")
    assert proposal == api.NameProposal(user_name="ducd2.skhcn", taken=True)
    body = api.NewPerson(full_name="Đỗ Đức", user_name="DucD.skhcn", position="Chuyên viên")
    problem = await refused(admin.create_person(OFFICE, body))
    assert (problem.kind, problem.data["proposal"]) == ("user-name-taken", "ducd2.skhcn")
    made = await admin.create_person(OFFICE, body.model_copy(update={"user_name": proposal.user_name}))
    tokens = await anyone(system).log_in("ducd2.skhcn", made.first_password)
    assert tokens.must_change_password


async def test_a_first_password_opens_nothing_but_its_own_change(system: System) -> None:
    admin = await logged_in(system, "thangnd.skhcn")
    body = api.NewPerson(full_name="Lò Văn Ón", user_name="onlv.skhcn", position="Chuyên viên", roles=("specialist",))
    first = (await admin.create_person(OFFICE, body)).first_password
    tokens, elsewhere = [await anyone(system).log_in("onlv.skhcn", first) for _ in range(2)]
    assert tokens.must_change_password
    mine = with_token(system, tokens.access_token)
    assert (await refused(mine.list_people(OFFICE))).kind == "password-change-due"
    assert (await mine.me()).full_name == "Lò Văn Ón"
    assert (await refused(mine.change_password(first, "short"))).kind == "weak-password"
    await mine.change_password(first, "Xuan#2026moi")
    renewed = await anyone(system).refresh(tokens.refresh_token)
    assert not renewed.must_change_password
    assert await with_token(system, renewed.access_token).list_people(OFFICE)
    assert (await refused(anyone(system).refresh(elsewhere.refresh_token))).kind == "session-ended"


async def test_old_user_name_stays_after_a_transfer(system: System) -> None:
    admin = await logged_in(system, "tuanta.skhcn")
    person = (await (await logged_in(system, "ducd.skhcn")).me()).id
    body = api.Transfer(office_id=OTHER, user_name="ducd.xayenson", position="Chuyên viên")
    assert (await admin.transfer(person, body)).office_id == OTHER
    for name in ("ducd.skhcn", "ducd.xayenson"):
        me = await (await logged_in(system, name)).me()
        assert (me.user_name, me.roles) == ("ducd.xayenson", ("specialist",))


async def test_locked_person_is_out_at_once(system: System) -> None:
    tokens = await anyone(system).log_in("ducd.skhcn", PASSWORD)
    admin = await logged_in(system, "thangnd.skhcn")
    await admin.lock_person(tokens.person.id, "nghỉ việc")
    assert (await refused(anyone(system).refresh(tokens.refresh_token))).status == 401
    assert (await refused(anyone(system).log_in("ducd.skhcn", PASSWORD))).kind == "wrong-credentials"
    await admin.unlock_person(tokens.person.id)
    await logged_in(system, "ducd.skhcn")


async def test_directory_and_organs(system: System) -> None:
    clerk = await logged_in(system, "lanpn.skhcn")
    assert [o.organ_ids for o in await clerk.list_offices("khoa hoc")] == [("H60.10", "000.00.10.H60")]
    assert (await clerk.list_organs("bo khoa hoc"))[0].organ_id == "G06"
    assert (await clerk.list_organs("yen son"))[0].office_id == OTHER
    assert await clerk.list_organs("huyen yen son") == []
    new = api.NewOrgan(organ_ids=("H53.01",), name="Sở Thử nghiệm tỉnh Tây Ninh")
    assert (await clerk.register_organ(new)).organ_id == "H53.01"
    assert (await refused(clerk.register_organ(new))).kind == "organ-code-taken"
    bad = new.model_copy(update={"organ_ids": ("H53 01",)})
    assert (await refused(clerk.register_organ(bad))).status == 422
    assert len(await clerk.list_units(OFFICE)) == 4


async def test_only_the_system_administrator_founds_offices(system: System) -> None:
    body = api.NewOffice(name="Sở Mới", abbreviation="SM", level="department", organ_ids=("H60.77",))
    assert (await refused((await logged_in(system, "thangnd.skhcn")).create_office(body))).status == 403
    made = await (await logged_in(system, "tuanta.skhcn")).create_office(body)
    assert made.organ_ids == ("H60.77",)


async def test_facts_reach_a_service_that_joined_later(tmp_path: Path) -> None:
    seen: dict[str, str] = {}

    async def office_changed(work: Work, message: OfficeChangedV1) -> None:
        seen[message.office_id] = message.organ_ids[0]

    async def person_changed(work: Work, message: PersonChangedV1) -> None:
        seen[message.person_id] = message.user_name

    consumers = [Consumer(OfficeChangedV1, office_changed), Consumer(PersonChangedV1, person_changed)]
    other = Service(name="other", base=service_base("other"), consumers=consumers)
    async with running(identity, other, tmp_path=tmp_path, demo=True) as system:
        admin = Principal("x", "x", "person", roles=frozenset({"system_admin"}))
        answer = await system.client("identity", admin).post("/v1/facts:tell")
        assert answer.status_code == 202
        await system.settle()
    assert seen[OFFICE] == "H60.10"
    assert "ducd.skhcn" in seen.values()
