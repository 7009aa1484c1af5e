"""The desk for packages that wait: nothing is dropped, every act has its reason, and who may do what."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from contracts.gateway.events import PackageQuarantinedV1, QuarantineAgedV1
from services.gateway.quarantine.jobs import watch_ageing
from shared.clock import now
from shared.messaging.envelope import Envelope
from tests.unit.gateway.exchange import (
    ADMIN,
    CLERK,
    OTHER_CLERK,
    exchange,
    package,
    person,
    received,
    sent,
    unpack,
)
from tests.unit.gateway.test_trust import act, held


def codes(entries: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(entry["reason_code"], entry["state"]) for entry in entries]


async def test_what_cannot_be_read_is_kept_and_refused_and_the_refusal_is_taken_back(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", b"<edXML><broken")
        [entry] = await held(system, ADMIN)
        assert entry["reason_name"] == "Không đọc được gói tin"
        assert (entry["can_release"], entry["can_return"]) == (True, False)
        assert (await act(system, entry, "return", ADMIN)).json()["kind"] == "sender-unknown"
        assert (await act(system, entry, "release", ADMIN)).status_code == 404  # this administrator has no office here
        refused = (await act(system, entry, "refuse", ADMIN)).json()
        assert (refused["state"], refused["decided_by"], refused["can_reopen"]) == ("refused", ADMIN.name, True)
        assert (await act(system, entry, "refuse", ADMIN)).json()["kind"] == "already-decided"
        assert (await act(system, entry, "reopen", ADMIN)).json()["state"] == "held"
        assert (await act(system, entry, "reopen", ADMIN)).json()["kind"] == "nothing-to-undo"


async def test_an_unknown_office_s_package_goes_to_the_right_office(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "K99.99", package(tmp_path, "K99.99"))
        assert await held(system, OTHER_CLERK) == []
        [entry] = await held(system, ADMIN)
        assert (entry["reason_code"], entry["office_id"]) == ("UNKNOWN_OFFICE", None)
        result = (await act(system, entry, "release", ADMIN, office_id="o2")).json()
        assert result["state"] == "received"
        path = f"/v1/arrivals/{result['arrival_ids'][0]}/statuses"
        assert (await system.client("gateway", OTHER_CLERK).get(path)).status_code == 200
        unknown = await act(system, entry, "release", ADMIN, office_id="none")
        assert unknown.json()["kind"] == "already-decided"


async def test_an_office_s_administrator_releases_for_the_own_office_only(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "K99.99", package(tmp_path, "K99.99"))
        local = person("unit_admin", "o2")
        [entry] = await held(system, local)
        assert (await act(system, entry, "release", local, office_id="o1")).status_code == 404
        assert (await act(system, entry, "release", local)).json()["state"] == "received"


async def test_a_double_by_number_notation_and_issuer_waits_and_one_by_content_passes(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        other_id = {"document_id": "G02.99,2026/01/06,7/BTN-VP"}
        same = package(tmp_path, "H60.20", **other_id)
        await received(system, "edoc", "H60.20", same)
        assert await held(system) == []
        changed = package(tmp_path, "H60.20", subject="Khác hẳn", document_id="G02.99,2026/01/07,7/BTN-VP")
        await received(system, "edoc", "H60.20", changed)
        [entry] = await held(system)
        assert (entry["reason_code"], entry["code"]) == ("DOUBLE", "7/BTN-VP")
        assert (await act(system, entry, "release")).json()["state"] == "received"


async def test_released_from_one_reason_it_is_held_for_the_next_and_not_again_for_the_first(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        changed = package(tmp_path, "K99.99", subject="Nội dung khác")
        await received(system, "edoc", "K99.99", changed)
        [unknown] = await held(system, ADMIN)
        again = (await act(system, unknown, "release", ADMIN, office_id="o2")).json()
        assert (again["state"], again["quarantine_id"] != unknown["id"]) == ("quarantined", True)
        [conflict] = await held(system)
        assert codes(await held(system, ADMIN)) == [("UNKNOWN_OFFICE", "released")]
        assert conflict["reason_code"] == "CONFLICT"
        assert (await act(system, conflict, "release")).json()["state"] == "received"


async def test_returned_to_the_sender_with_02_and_its_reason(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", subject="Khác"))
        [entry] = await held(system)
        why = "Hai bản mâu thuẫn, đề nghị gửi lại bản đúng"
        returned = (await act(system, entry, "return", note=why)).json()
        assert (returned["state"], returned["note"]) == ("returned", why)
        await sent(system)
        statuses = [unpack(body, tmp_path) for kind, _, _, body in system.partners["national"].sent if kind == "status"]
        assert [(s.code, s.description, s.staff and s.staff.name) for s in statuses] == [
            ("01", "", None),
            ("02", why, OTHER_CLERK.name),
        ]
        assert statuses[1].response_for.document_id == "G02.99,2026/01/05,7/BTN-VP"
        assert (await act(system, entry, "reopen")).json()["kind"] == "nothing-to-undo"


async def test_others_do_not_see_it_and_those_without_the_right_may_not(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", subject="Khác"))
        [entry] = await held(system)
        assert await held(system, CLERK) == []
        for verb in ("release", "refuse", "return", "reopen"):
            assert (await act(system, entry, verb, CLERK)).status_code == 404
            assert (await act(system, entry, verb, person("leader", "o2"))).status_code == 403
        assert (await system.client("gateway", person("leader", "o2")).get("/v1/quarantine")).status_code == 403
        empty = await system.client("gateway", OTHER_CLERK).post(f"/v1/quarantine/{entry['id']}/refuse", json={})
        assert empty.status_code == 422


async def test_a_package_for_several_offices_arrives_where_it_may_and_waits_where_it_may_not(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        both = package(tmp_path, "H60.20", "H60.10", subject="Khác")
        answer = await system.client("gateway", CLERK).post("/v1/packages", content=both)
        assert (answer.json()["state"], len(answer.json()["arrival_ids"])) == ("quarantined", 1)
        assert codes(await held(system)) == [("CONFLICT", "held")]


async def test_what_waits_is_told_at_once_and_again_when_it_waits_too_long(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        told: list[Envelope] = []

        async def listen(envelope: Envelope) -> None:
            told.append(envelope)

        runtime = system.runtime("gateway")
        kinds = [PackageQuarantinedV1.message_type, QuarantineAgedV1.message_type]
        await runtime.bus.subscribe("listener", kinds, listen)
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20"))
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", subject="Khác"))
        await watch_ageing(runtime)
        await system.settle()
        assert [(e.data["reason_code"], e.data["office_id"], e.data["title"]) for e in told] == [
            ("CONFLICT", "o2", "Khác")
        ]
        with time_machine.travel(now() + timedelta(hours=25)):
            counts = (await system.client("gateway", OTHER_CLERK).get("/v1/quarantine/counts")).json()
            assert [(row["count"], row["overdue"]) for row in counts] == [(1, 1)]
            await watch_ageing(runtime)
            await watch_ageing(runtime)
            await system.settle()
        assert [e.data.get("count") for e in told[1:]] == [1]


@pytest.mark.parametrize("path", ["/v1/quarantine?state=none", "/v1/quarantine/x/release"])
async def test_bad_input_is_named(tmp_path: Path, path: str) -> None:
    async with exchange(tmp_path) as system:
        client = system.client("gateway", OTHER_CLERK)
        answer = await (client.get(path) if "?" in path else client.post(path, json={"note": "x"}))
        assert answer.status_code == 422
