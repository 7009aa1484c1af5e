"""An incoming document in the hands of people, through HTTP and facts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.workflow.events import IncomingDueV1
from shared.clock import now, today
from tests.unit.workflow.office import (
    CLERK,
    COLLEAGUE,
    DEPUTY,
    DRAFTER,
    HEAD,
    HELPER,
    LEADER,
    STRANGER,
    in_book,
    office,
    only_task,
    post,
    process,
    received,
    tasks_of,
    tell,
)


def later(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


async def assigned(system, incoming: str, lead=HEAD, **more):
    body = {"lead_person_id": lead.id, "due_date": later(20), "direction": "Tham mưu trả lời"} | more
    return await post(system, LEADER, f"/v1/incoming/{incoming}/assign", **body)


async def test_from_the_clerk_to_the_outcome(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        assert (await only_task(system, LEADER))["kind"] == "assign"
        assert (await assigned(system, incoming, coordinator_ids=[HELPER.id])).status_code == 200
        assert await tasks_of(system, LEADER) == []
        task = await only_task(system, HEAD)
        assert (task["kind"], task["role_tag"], task["note"]) == ("handle", "lead", "Tham mưu trả lời")
        taken = await post(system, HEAD, f"/v1/tasks/{task['id']}/accept")
        assert taken.json()["state"] == "accepted"
        assert (await process(system, LEADER, "incoming", incoming))["state"] == "processing"
        done = await post(system, HEAD, f"/v1/tasks/{task['id']}/finish", outcome="replied", note="CV 12")
        assert (done.status_code, done.json()["state"]) == (200, "done")
        seen = await process(system, LEADER, "incoming", incoming)
        assert seen["state"] == "completed"
        assert all(t["outcome"] for t in seen["tasks"])
        assert await tasks_of(system, HELPER) == []


@pytest.mark.requirement("R11.15")
async def test_exactly_one_lead_and_no_coordinator_later_than_the_lead(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        twice = await assigned(system, incoming, coordinator_ids=[HEAD.id])
        assert (twice.status_code, twice.json()["kind"]) == (422, "two-parts")
        no_lead = await post(system, LEADER, f"/v1/incoming/{incoming}/assign", coordinator_ids=[HELPER.id])
        assert no_lead.status_code == 422
        answer = await assigned(system, incoming, due_date=later(1), coordinator_ids=[HELPER.id, COLLEAGUE.id])
        parts = answer.json()["assignments"]
        leads = [p for p in parts if p["role_tag"] == "lead"]
        assert [p["person_id"] for p in leads] == [HEAD.id]
        assert all(p["due_at"] <= leads[0]["due_at"] for p in parts)
        assert all(p["direction"] == "Tham mưu trả lời" and p["at"] for p in parts)
        again = await assigned(system, incoming, lead=DRAFTER)
        assert (again.status_code, again.json()["kind"]) == (409, "assigned-already")


@pytest.mark.requirement("R11.16")
async def test_assigning_further_makes_a_tree_with_the_end_person(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        await assigned(system, incoming, due_date=later(10))
        late = await post(
            system, HEAD, f"/v1/incoming/{incoming}/assign", lead_person_id=DRAFTER.id, due_date=later(11)
        )
        assert late.json()["kind"] == "due-wrong"
        further = await post(
            system, HEAD, f"/v1/incoming/{incoming}/assign", lead_person_id=DRAFTER.id, due_date=later(5)
        )
        assert further.status_code == 200
        task = await only_task(system, DRAFTER)
        await post(system, DRAFTER, f"/v1/tasks/{task['id']}/accept")
        seen = await process(system, LEADER, "incoming", incoming)
        upper, lower = seen["assignments"]
        assert (upper["state"], lower["parent_id"], lower["person_id"]) == ("passed", upper["id"], DRAFTER.id)
        assert next(t["state"] for t in seen["tasks"] if t["id"] == task["id"]) == "accepted"


@pytest.mark.requirement("R11.24")
async def test_what_is_not_registered_cannot_be_assigned(tmp_path):
    async with office(tmp_path) as system:
        await tell(system, received("unregistered"))
        answer = await assigned(system, "unregistered")
        assert (answer.status_code, answer.json()["kind"]) == (409, "not-registered")


@pytest.mark.requirement("R11.19")
async def test_a_coordinator_answers_the_lead_who_takes_it_in_or_not(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        await assigned(system, incoming, coordinator_ids=[HELPER.id, COLLEAGUE.id])
        task = await only_task(system, HELPER)
        assert (await post(system, HELPER, f"/v1/tasks/{task['id']}/opinion", text="Đồng ý")).status_code == 200
        seen = await process(system, HEAD, "incoming", incoming)
        assert [(o["person_id"], o["state"], o["late"]) for o in seen["opinions"]] == [(HELPER.id, "given", False)]
        still = [t for t in seen["tasks"] if t["kind"] == "coordinate" and t["state"] == "open"]
        assert len(still) == 1
        path = f"/v1/opinions/{seen['opinions'][0]['id']}/answer"
        assert (await post(system, COLLEAGUE, path, taken=True, reason="")).status_code == 403
        assert (await post(system, HEAD, path, taken=True, reason="Đã ghi vào mục 2")).json()["taken"] is True


async def test_transfer_return_and_urge(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        await assigned(system, incoming, coordinator_ids=[HELPER.id])
        task = await only_task(system, HEAD)
        urged = await post(system, LEADER, f"/v1/tasks/{task['id']}/urge", note="Gấp")
        assert urged.json()["urged"] == 1
        notices = (await system.client("workflow", HEAD).get("/v1/notices")).json()
        assert [n["kind"] for n in notices] == ["urged"]
        assert (await post(system, COLLEAGUE, f"/v1/tasks/{task['id']}/urge", note="")).status_code == 403
        moved = await post(
            system, LEADER, f"/v1/incoming/{incoming}/transfer", lead_person_id=HELPER.id, reason="Đúng chuyên môn hơn"
        )
        assert moved.status_code == 200
        assert await tasks_of(system, HEAD) == []
        mine = await only_task(system, HELPER)
        assert mine["kind"] == "handle"
        back = await post(system, HELPER, f"/v1/tasks/{mine['id']}/return", reason="Không thuộc nhiệm vụ")
        assert back.status_code == 200
        again = await only_task(system, LEADER)
        assert (again["kind"], again["note"]) == ("assign", "Không thuộc nhiệm vụ")
        assert (await assigned(system, incoming)).status_code == 200


async def test_the_term_of_a_document_is_what_its_leader_set_not_what_a_unit_sets_inside(tmp_path):
    async with office(tmp_path) as system:
        heard = await system.listen(IncomingDueV1.message_type)
        incoming = await in_book(system)
        await assigned(system, incoming, due_date=later(10))
        [task] = await tasks_of(system, HEAD)
        inside = {"lead_person_id": DRAFTER.id, "due_date": later(5)}
        assert (await post(system, HEAD, f"/v1/incoming/{incoming}/assign", **inside)).status_code == 200
        other = await in_book(system)
        await assigned(system, other, due_date=later(10))
        moved = {"lead_person_id": HELPER.id, "reason": "Đúng chuyên môn hơn", "due_date": later(20)}
        assert (await post(system, LEADER, f"/v1/incoming/{other}/transfer", **moved)).status_code == 200
        await system.settle()
        told = [(one.data["incoming_id"], one.data["due_at"]) for one in heard]
        [theirs] = await tasks_of(system, HELPER)
        assert told == [(incoming, task["due_at"]), (other, task["due_at"]), (other, theirs["due_at"])]


@pytest.mark.requirement("R12.11")
async def test_a_delegate_assigns_in_the_place_of_the_leader_until_it_ends(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        body = {
            "to_person_id": HEAD.id, "valid_from": later(0), "valid_to": later(3), "authority_document": "GUQ 5/GUQ",
        }  # fmt: skip
        early = await post(system, HEAD, f"/v1/incoming/{incoming}/assign", lead_person_id=DRAFTER.id)
        assert early.status_code == 403
        given = (await post(system, LEADER, "/v1/delegations", **body)).json()
        task = await only_task(system, HEAD)
        assert task["on_behalf_of"] == LEADER.name
        done = await post(system, HEAD, f"/v1/incoming/{incoming}/assign", lead_person_id=DRAFTER.id)
        assert done.json()["assignments"][0]["by_name"] == f"{HEAD.name} thay {LEADER.name}"
        for person in (LEADER, HEAD):
            listed = (await system.client("workflow", person).get("/v1/delegations")).json()
            assert [d["id"] for d in listed] == [given["id"]]
        other = await in_book(system)
        await system.client("workflow", LEADER).delete(f"/v1/delegations/{given['id']}")
        ended = await post(system, HEAD, f"/v1/incoming/{other}/assign", lead_person_id=DRAFTER.id)
        assert ended.status_code == 403


async def test_presented_to_the_one_the_clerk_names(tmp_path):
    async with office(tmp_path) as system:
        await in_book(system, presented_to=DEPUTY.id)
        assert [t["kind"] for t in await tasks_of(system, DEPUTY)] == ["assign"]
        assert await tasks_of(system, LEADER) == []


@pytest.mark.requirement("R11.13")
async def test_the_urgent_comes_first_then_what_is_due_first(tmp_path):
    async with office(tmp_path) as system:
        first = await in_book(system, registered_at=now() - timedelta(days=9))
        second = await in_book(system)
        urgent = await in_book(system, urgency=3)
        listed = [t["object_id"] for t in await tasks_of(system, LEADER)]
        assert listed == [urgent, first, second]
        client = system.client("workflow", LEADER)
        page = (await client.get("/v1/tasks", params={"limit": 2})).json()
        rest = (await client.get("/v1/tasks", params={"limit": 2, "cursor": page["next"]})).json()
        assert [t["object_id"] for t in page["items"] + rest["items"]] == listed
        assert rest["next"] is None


@pytest.mark.requirement("R12.13")
async def test_progress_of_units_equals_the_list(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        await assigned(system, incoming)
        await in_book(system, registered_at=now() - timedelta(days=30))
        seen = (await system.client("workflow", LEADER).get("/v1/progress")).json()["units"]
        by_unit = {u["unit_name"]: (u["open"], u["overdue"]) for u in seen}
        assert by_unit["unit-1"] == (len(await tasks_of(system, HEAD)), 0)
        mine = await tasks_of(system, LEADER)
        assert by_unit[""] == (len(mine), sum(t["overdue"] for t in mine))
        assert (await system.client("workflow", DRAFTER).get("/v1/progress")).status_code == 403


async def test_a_stranger_finds_nothing(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_book(system)
        client = system.client("workflow", STRANGER)
        assert (await client.get(f"/v1/objects/incoming/{incoming}")).status_code == 404
        answer = await client.post(f"/v1/incoming/{incoming}/assign", json={"lead_person_id": STRANGER.id})
        assert answer.status_code == 404
        assert (await post(system, CLERK, f"/v1/incoming/{incoming}/assign", lead_person_id=HEAD.id)).status_code == 403
