"""Partners are configuration: who may change it, what is refused, what becomes of the secrets, what it connects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from services.gateway import connections
from services.gateway.axes.kinds import kinds
from services.gateway.partners.tables import Partner
from services.gateway.partners.vault import FILE, SecretUnreadable, Vault
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import route
from services.gateway.service import service
from shared.auth import Principal
from shared.clock import today
from shared.testing import System, running

ADMIN = Principal(id="a", name="Quản trị", kind="person", office_id="o1", roles=frozenset({"system_admin"}))
CLERK = Principal(id="p1", name="Văn thư", kind="person", office_id="o1", roles=frozenset({"clerk", "unit_admin"}))
SECRET = "khoa-rat-bi-mat"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(service, tmp_path=tmp_path) as found:
        yield found


@pytest.fixture
def admin(system: System) -> httpx.AsyncClient:
    return system.client("gateway", ADMIN)


def body(name: str = "lang-son", **changes: Any) -> dict[str, Any]:
    settings = {"endpoint": "http://127.0.0.1:9", "system_id": "00.37.W00", "secret": SECRET}
    return {"name": name, "title": "Trục tỉnh Lạng Sơn", "kind": "national", "settings": settings, **changes}


async def create(admin: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await admin.post("/v1/partners", json=body(**changes))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_partner_is_created_connected_and_reached(system: System, admin: httpx.AsyncClient) -> None:
    runtime = system.runtime("gateway")
    await create(admin, codes=[{"code": "h37"}, {"code": "000.00.00.H37"}], package_limit_mb=50, poll_seconds=300)
    await connections.refresh(runtime)
    assert list(connections.axes_of(runtime)) == ["lang-son"]
    assert (connections.limit_mb(runtime, "lang-son"), connections.poll_seconds(runtime, "lang-son")) == (50, 300)
    async with runtime.work(reading=True) as work:
        known = await ways(work, ["H37.01", "G01"])
    assert [route(code, None, "", known).channel for code in ("H37.01", "G01")] == ["lang-son", "national"]


async def test_what_nobody_owns_goes_to_the_default_partner(system: System, admin: httpx.AsyncClient) -> None:
    await create(admin, is_default=True)
    again = await admin.post("/v1/partners", json=body("khac", is_default=True))
    assert (again.status_code, again.json()["kind"]) == (409, "default-partner-taken")
    async with system.runtime("gateway").work(reading=True) as work:
        assert route("G01", None, "", await ways(work, ["G01"])).channel == "lang-son"


async def test_secrets_are_never_shown_logged_audited_or_stored_in_the_clear(
    system: System, admin: httpx.AsyncClient, tmp_path: Path
) -> None:
    created = await create(admin)
    assert created["secrets"] == ["secret"] and SECRET not in str(created)
    path = f"/v1/partners/{created['id']}"
    changed = {
        **body(),
        "version": created["version"],
        "settings": {"endpoint": "http://127.0.0.1:8", "system_id": "x"},
    }
    answer = await admin.put(path, json=changed)
    assert answer.status_code == 200 and answer.json()["secrets"] == ["secret"]
    rotated = await admin.post(f"{path}/secrets", json={"secrets": {"secret": SECRET + "-moi"}})
    assert rotated.status_code == 200 and SECRET not in rotated.text
    assert SECRET not in (await admin.get("/v1/partners")).text
    runtime = system.runtime("gateway")
    async with runtime.work(reading=True) as work:
        audit: Any = runtime.tables.Audit
        records = await work.all(select(audit).order_by(audit.seq))
        row = await work.one(select(Partner))
    acts = [record.act for record in records]
    assert acts == ["gateway.partner-created", "gateway.partner-changed", "gateway.partner-secrets-rotated"]
    assert not any(SECRET in record.detail for record in records)
    assert SECRET not in row.sealed and SECRET not in str(row.settings)
    assert Vault(tmp_path / "secrets").open("lang-son", row.sealed) == {"secret": SECRET + "-moi"}
    assert (tmp_path / "secrets" / FILE).stat().st_mode & 0o077 == 0


async def test_a_wrong_setting_is_named_and_its_value_not_repeated(admin: httpx.AsyncClient) -> None:
    wrong = body(settings={"endpoint": "no address", "secret": SECRET, "sytem_id": "x"})
    answer = await admin.post("/v1/partners", json=wrong)
    assert answer.status_code == 422
    assert all(name in answer.json()["detail"] for name in ("endpoint", "system_id", "sytem_id"))
    assert SECRET not in answer.text


@pytest.mark.parametrize(
    ("changes", "status", "kind"),
    [
        ({"name": "Trục"}, 422, "bad-partner-name"),
        ({"name": "local"}, 422, "bad-partner-name"),
        ({"name": "fax", "kind": "fax"}, 422, "unknown-partner-kind"),
        ({"valid_from": "2026-05-01", "valid_to": "2026-05-01"}, 422, "bad-validity"),
        ({"package_limit_mb": 0}, 422, "invalid"),
        ({}, 409, "partner-name-taken"),
        ({"name": "khac", "codes": [{"code": "H37"}]}, 409, "partner-code-taken"),
    ],
)
async def test_bad_input(admin: httpx.AsyncClient, changes: dict[str, Any], status: int, kind: str) -> None:
    await create(admin, codes=[{"code": "H37"}])
    answer = await admin.post("/v1/partners", json=body(**changes))
    assert (answer.status_code, answer.json()["kind"]) == (status, kind), answer.text


async def test_who_is_not_administrator_sees_and_changes_nothing(system: System, admin: httpx.AsyncClient) -> None:
    partner = await create(admin)
    clerk, path = system.client("gateway", CLERK), f"/v1/partners/{partner['id']}"
    answers = [
        await clerk.get("/v1/partners"),
        await clerk.get("/v1/partner-kinds"),
        await clerk.get(path),
        await clerk.post("/v1/partners", json=body("khac")),
        await clerk.put(path, json={**body(), "version": 1}),
        await clerk.post(f"{path}/pause", json={"reason": "x"}),
        await clerk.post(f"{path}/resume"),
        await clerk.post(f"{path}/secrets", json={"secrets": {"secret": "x"}}),
        await clerk.post(f"{path}/test"),
        await clerk.post("/v1/partners:reseal"),
    ]
    assert {answer.status_code for answer in answers} == {403}


async def test_two_administrators_do_not_overwrite_one_another(admin: httpx.AsyncClient) -> None:
    partner = await create(admin)
    change = {**body(title="Tên mới"), "version": partner["version"]}
    change["settings"].pop("secret")
    path = f"/v1/partners/{partner['id']}"
    assert (await admin.put(path, json=change)).json()["title"] == "Tên mới"
    assert (await admin.put(path, json=change)).status_code == 412


async def test_a_paused_or_expired_partner_is_not_used(system: System, admin: httpx.AsyncClient) -> None:
    runtime = system.runtime("gateway")
    partner = await create(admin, codes=[{"code": "H37"}])
    await create(admin, name="cu", valid_to=str(today()), codes=[{"code": "H38"}])
    await create(admin, name="sau", valid_from=str(today() + timedelta(days=1)))
    await connections.refresh(runtime)
    assert list(connections.axes_of(runtime)) == ["lang-son"]
    await admin.post(f"/v1/partners/{partner['id']}/pause", json={"reason": "Bảo trì"})
    await connections.refresh(runtime)
    assert connections.axes_of(runtime) == {}
    async with runtime.work(reading=True) as work:
        known = await ways(work, ["H37.01", "H38.01"])
    assert route("H37.01", None, "", known).channel == "lang-son", "its packages wait"
    assert route("H38.01", None, "", known).channel == "national", "an expired one owns no code"
    lamp = next(row for row in (await admin.get("/v1/axes")).json() if row["name"] == "lang-son")
    assert (lamp["paused"], lamp["pause_reason"], lamp["title"]) == (True, "Bảo trì", "Trục tỉnh Lạng Sơn")
    await admin.post(f"/v1/partners/{partner['id']}/resume")
    await connections.refresh(runtime)
    assert list(connections.axes_of(runtime)) == ["lang-son"]


async def test_a_change_makes_a_new_adapter_and_an_unchanged_one_stays(
    system: System, admin: httpx.AsyncClient
) -> None:
    runtime = system.runtime("gateway")
    partner = await create(admin)
    await connections.refresh(runtime)
    first = connections.axes_of(runtime)["lang-son"]
    await connections.refresh(runtime)
    assert connections.axes_of(runtime)["lang-son"] is first
    await admin.post(f"/v1/partners/{partner['id']}/secrets", json={"secrets": {"secret": "moi"}})
    await connections.refresh(runtime)
    assert connections.axes_of(runtime)["lang-son"] is not first


async def test_a_silent_partner_fails_its_test_with_a_reason(admin: httpx.AsyncClient) -> None:
    partner = await create(admin)
    tested = (await admin.post(f"/v1/partners/{partner['id']}/test")).json()
    assert tested["ok"] is False and "chưa sẵn sàng" in tested["explanation"]


async def test_the_environment_makes_a_partner_which_only_the_environment_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QLVB_AXIS_NATIONAL", "http://127.0.0.1:9|00.60.W00|" + SECRET)
    for _ in range(2):  # a second start finds it there
        async with running(service, tmp_path=tmp_path) as system:
            admin = system.client("gateway", ADMIN)
            [partner] = (await admin.get("/v1/partners")).json()
            assert (partner["name"], partner["from_environment"], partner["is_default"]) == ("national", True, True)
            assert SECRET not in str(partner)
            assert list(connections.axes_of(system.runtime("gateway"))) == ["national"]
            path = f"/v1/partners/{partner['id']}"
            assert (await admin.post(f"{path}/secrets", json={"secrets": {"secret": "x"}})).status_code == 409
    monkeypatch.delenv("QLVB_AXIS_NATIONAL")
    async with running(service, tmp_path=tmp_path) as system:
        [partner] = (await system.client("gateway", ADMIN).get("/v1/partners")).json()
        assert partner["paused"] and connections.axes_of(system.runtime("gateway")) == {}


async def test_kinds_describe_what_they_need(admin: httpx.AsyncClient) -> None:
    described = {kind["name"]: kind for kind in (await admin.get("/v1/partner-kinds")).json()}
    assert set(described) == set(kinds())
    assert described["national"]["secrets"] == ["secret"]
    assert "endpoint" in described["national"]["settings"]["properties"]


def test_a_sealed_secret_opens_for_its_partner_only_and_outlives_a_change_of_key(tmp_path: Path) -> None:
    first = Vault(tmp_path)
    sealed = first.seal("a", {"secret": SECRET})
    with pytest.raises(SecretUnreadable):
        first.open("b", sealed)
    old = (tmp_path / FILE).read_text()
    (tmp_path / FILE).unlink()
    with pytest.raises(SecretUnreadable):
        Vault(tmp_path).open("a", sealed)
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text() + old)
    both = Vault(tmp_path)
    assert both.open("a", sealed) == {"secret": SECRET}
    resealed = both.seal("a", both.open("a", sealed))
    (tmp_path / FILE).write_text((tmp_path / FILE).read_text().split()[0])
    assert Vault(tmp_path).open("a", resealed) == {"secret": SECRET}
