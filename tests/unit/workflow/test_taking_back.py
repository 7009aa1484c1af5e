"""The sender wants a document back: the work of everybody stands still until the clerk has answered."""

from __future__ import annotations

from tests.unit.workflow.office import (
    CLERK,
    HEAD,
    HELPER,
    LEADER,
    answered,
    asked_back,
    in_book,
    office,
    only_task,
    post,
    process,
    received,
    tasks_of,
    tell,
)

WHY = "Ban hành nhầm nội dung"


async def in_hand(system) -> str:
    incoming = await in_book(system)
    body = {"lead_person_id": HEAD.id, "coordinator_ids": [HELPER.id], "direction": "Tham mưu"}
    assert (await post(system, LEADER, f"/v1/incoming/{incoming}/assign", **body)).status_code == 200
    return incoming


async def notices(system, person) -> list[dict]:
    return (await system.client("workflow", person).get("/v1/notices")).json()


async def test_nobody_goes_on_while_the_clerk_has_not_answered(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_hand(system)
        await tell(system, asked_back(incoming))
        lead, helper = await only_task(system, HEAD), await only_task(system, HELPER)
        assert (lead["frozen"], helper["frozen"]) == (WHY, WHY)
        for person, path, body in (
            (HEAD, f"/v1/tasks/{lead['id']}/accept", {}),
            (HEAD, f"/v1/tasks/{lead['id']}/finish", {"outcome": "done"}),
            (HEAD, f"/v1/tasks/{lead['id']}/return", {"reason": "Không thuộc thẩm quyền"}),
            (HELPER, f"/v1/tasks/{helper['id']}/opinion", {"text": "Nhất trí"}),
            (LEADER, f"/v1/tasks/{lead['id']}/urge", {"note": "Nhanh"}),
            (LEADER, f"/v1/incoming/{incoming}/assign", {"lead_person_id": HEAD.id}),
            (LEADER, f"/v1/incoming/{incoming}/transfer", {"lead_person_id": HELPER.id, "reason": "Đổi người"}),
        ):
            answer = await post(system, person, path, **body)
            assert (answer.status_code, answer.json()["kind"]) == (409, "task-frozen"), path
            assert WHY in answer.json()["detail"]
        assert WHY in (await notices(system, HEAD))[0]["text"]
        clerk = await only_task(system, CLERK)
        assert (clerk["kind"], clerk["note"]) == ("take_back", WHY)
        assert (await process(system, LEADER, "incoming", incoming))["frozen"] == WHY


async def test_asked_twice_the_clerk_has_one_task(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_hand(system)
        await tell(system, asked_back(incoming))
        await tell(system, asked_back(incoming, "Lần thứ hai"))
        assert (await only_task(system, CLERK))["note"] == WHY


async def test_not_given_back_the_work_goes_on(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_hand(system)
        await tell(system, asked_back(incoming))
        await tell(system, answered(incoming, False, "Đang thực hiện"))
        task = await only_task(system, HEAD)
        assert (task["frozen"], task["state"]) == ("", "open")
        assert (await post(system, HEAD, f"/v1/tasks/{task['id']}/accept")).status_code == 200
        assert await tasks_of(system, CLERK) == []
        assert "Đang thực hiện" in (await notices(system, HEAD))[0]["text"]


async def test_given_back_everybody_is_told_and_the_work_ends(tmp_path):
    async with office(tmp_path) as system:
        incoming = await in_hand(system)
        await tell(system, asked_back(incoming))
        await tell(system, answered(incoming, True))
        assert [await tasks_of(system, person) for person in (HEAD, HELPER, CLERK)] == [[], [], []]
        seen = await process(system, LEADER, "incoming", incoming)
        assert (seen["state"], seen["frozen"]) == ("taken-back", "")
        assert {t["outcome"] for t in seen["tasks"] if t["kind"] in ("handle", "coordinate")} == {"Đã trả lại nơi gửi"}
        assert WHY in (await notices(system, HEAD))[0]["text"]


async def test_a_document_which_the_clerk_has_not_registered_yet_stands_still_too(tmp_path):
    async with office(tmp_path) as system:
        await tell(system, received("i-1"))
        await tell(system, asked_back("i-1"))
        kinds = {t["kind"]: t["frozen"] for t in await tasks_of(system, CLERK)}
        assert kinds == {"register": WHY, "take_back": ""}
