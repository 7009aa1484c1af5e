"""The way of a draft, through HTTP and facts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.unit.workflow.office import (
    ADMIN,
    CLERK,
    COLLEAGUE,
    DEPUTY,
    DRAFTER,
    HASH,
    HEAD,
    HELPER,
    LEADER,
    NEW_HASH,
    STRANGER,
    changed,
    handed_in,
    issued,
    numbered,
    office,
    only_task,
    post,
    process,
    sealed,
    signed,
    submitted,
    tasks_of,
    tell,
    voided,
)


async def approved(system, draft: str) -> None:
    for person in (HEAD, DEPUTY):
        task = await only_task(system, person)
        assert (await post(system, person, f"/v1/tasks/{task['id']}/approve", content_hash=HASH)).status_code == 200


async def outbox(system, kind: str) -> list[dict]:
    """What workflow wrote down to tell and recorded in the audit log of this kind."""
    runtime = system.runtime("workflow")
    audit = runtime.tables.Audit
    async with runtime.work(reading=True) as work:
        rows = await work.all(select(audit).where(audit.act == kind).order_by(audit.seq))
        return [{"object": row.object_id, "actor": row.actor_name, "detail": row.detail} for row in rows]


async def test_content_initial_signature_number_issue(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        assert [t["kind"] for t in await tasks_of(system, HEAD)] == ["approve_content"]
        assert await tasks_of(system, DEPUTY) == []
        await approved(system, draft)
        assert (await only_task(system, LEADER))["kind"] == "sign"
        await tell(system, signed(draft))
        assert await tasks_of(system, LEADER) == []
        assert (await only_task(system, CLERK))["kind"] == "number"
        await tell(system, numbered(draft))
        assert "128/QĐ-SKHCN" in (await only_task(system, CLERK))["note"]
        await tell(system, sealed(draft))
        assert (await only_task(system, CLERK))["kind"] == "issue"
        await tell(system, issued(draft))
        assert await tasks_of(system, CLERK) == []
        seen = await process(system, DRAFTER, "draft", draft)
        assert seen["state"] == "issued"
        assert [(s["step"], s["state"]) for s in seen["steps"]] == [
            ("content", "done"), ("initial", "done"), ("sign", "done"), ("number", "done"), ("issue", "done"),
        ]  # fmt: skip
        assert all(t["state"] in ("done", "cancelled") and t["outcome"] for t in seen["tasks"])


async def test_a_number_given_up_ends_the_way_and_drafter_and_signer_learn_why(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        await approved(system, draft)
        await tell(system, signed(draft))
        await tell(system, numbered(draft))
        for _ in range(2):
            await tell(system, voided(draft))
        await tell(system, sealed(draft))  # the seal was under way: it comes too late
        assert await tasks_of(system, CLERK) == []
        seen = await process(system, DRAFTER, "draft", draft)
        assert seen["state"] == "voided"
        for person in (DRAFTER, LEADER):
            notices = (await system.client("workflow", person).get("/v1/notices")).json()
            (notice,) = [n for n in notices if n["kind"] == "number-voided"]
            assert "128/QĐ-SKHCN" in notice["text"] and "In nhầm họ tên người ký" in notice["text"]


@pytest.mark.requirement("R12.7")
async def test_approval_is_tied_to_the_hash_and_giving_back_needs_a_reason(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        task = await only_task(system, HEAD)
        wrong = await post(system, HEAD, f"/v1/tasks/{task['id']}/approve", content_hash=NEW_HASH)
        assert (wrong.status_code, wrong.json()["kind"]) == (409, "content-changed")
        empty = await post(system, HEAD, f"/v1/tasks/{task['id']}/return", reason=" ")
        assert empty.status_code == 422
        await approved(system, draft)
        sign = await only_task(system, LEADER)
        back = await post(system, LEADER, f"/v1/tasks/{sign['id']}/return", reason="Chưa rõ căn cứ pháp lý")
        assert back.status_code == 200
        revise = await only_task(system, DRAFTER)
        assert (revise["kind"], revise["note"]) == ("revise", "Chưa rõ căn cứ pháp lý")
        await tell(system, signed(draft))
        assert (await process(system, DRAFTER, "draft", draft))["state"] == "returned"
        await tell(system, submitted(draft, version=2, content_hash=NEW_HASH))
        assert await tasks_of(system, DRAFTER) == []
        assert (await only_task(system, HEAD))["content_hash"] == NEW_HASH


@pytest.mark.requirement("R12.5")
async def test_the_initial_cannot_be_skipped_and_a_change_resets_it(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        task = await only_task(system, HEAD)
        await post(system, HEAD, f"/v1/tasks/{task['id']}/approve", content_hash=HASH)
        assert await tasks_of(system, LEADER) == []
        assert (await process(system, HEAD, "draft", draft))["state"] == "running"
        initial = await only_task(system, DEPUTY)
        await post(system, DEPUTY, f"/v1/tasks/{initial['id']}/approve", content_hash=HASH)
        steps = (await process(system, HEAD, "draft", draft))["steps"]
        done = next(s for s in steps if s["step"] == "initial")
        assert (done["person_name"], done["content_hash"]) == (DEPUTY.name, HASH)
        assert done["at"]
        await tell(system, changed(draft))
        assert await tasks_of(system, LEADER) == []
        await tell(system, submitted(draft, version=2, content_hash=NEW_HASH))
        again = (await process(system, HEAD, "draft", draft))["steps"]
        assert [s["state"] for s in again if s["round"] == 2 and s["step"] == "initial"] == ["expected"]
        no_initial = {
            "kind": "outgoing", "name": "Rút gọn", "valid_from": "2026-01-01", "legal_basis": "QĐ 12/QĐ-SKHCN",
            "steps": [{"step": "sign", "name": "Ký", "who": "signer"}],
        }  # fmt: skip
        assert (await post(system, ADMIN, "/v1/processes", **no_initial)).status_code == 422
        assert (await post(system, ADMIN, "/v1/processes", **no_initial, without_initial=True)).status_code == 201
        await handed_in(system)
        assert (await only_task(system, LEADER))["kind"] == "sign"


@pytest.mark.requirement("R12.6")
async def test_form_and_content_are_two_approvals_with_two_names(tmp_path):
    steps = [
        {"step": "content", "name": "Duyệt nội dung", "who": "unit_head"},
        {"step": "form", "name": "Kiểm tra thể thức", "who": "clerk"},
        {"step": "initial", "name": "Ký nháy", "who": "deputy"},
        {"step": "sign", "name": "Ký số", "who": "signer"},
    ]
    body = {"kind": "outgoing", "name": "Đủ bước", "valid_from": "2026-01-01", "legal_basis": "QĐ 9", "steps": steps}
    async with office(tmp_path) as system:
        assert (await post(system, ADMIN, "/v1/processes", **body)).status_code == 201
        draft = await handed_in(system)
        for person in (HEAD, CLERK):
            task = await only_task(system, person)
            await post(system, person, f"/v1/tasks/{task['id']}/approve", content_hash=HASH)
        seen = (await process(system, DRAFTER, "draft", draft))["steps"]
        names = {s["step"]: s["person_name"] for s in seen if s["state"] == "done"}
        assert names == {"content": HEAD.name, "form": CLERK.name}


@pytest.mark.requirement("R12.4")
async def test_opinions_are_taken_in_or_not_until_the_approval(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        body = {"person_ids": [COLLEAGUE.id, HELPER.id], "required": True, "note": "Xin ý kiến"}
        assert (await post(system, DRAFTER, f"/v1/drafts/{draft}/consult", **body)).status_code == 200
        head = await only_task(system, HEAD)
        waiting = await post(system, HEAD, f"/v1/tasks/{head['id']}/approve", content_hash=HASH)
        assert (waiting.status_code, waiting.json()["kind"]) == (409, "opinions-waiting")
        for person in (COLLEAGUE, HELPER):
            task = await only_task(system, person)
            said = await post(system, person, f"/v1/tasks/{task['id']}/opinion", text=f"Ý kiến của {person.name}")
            assert said.status_code == 200
        opinions = (await process(system, DRAFTER, "draft", draft))["opinions"]
        assert [(o["state"], o["content_hash"]) for o in opinions] == [("given", HASH)] * 2
        path = f"/v1/opinions/{opinions[0]['id']}/answer"
        assert (await post(system, HEAD, path, taken=True, reason="Đúng")).status_code == 403
        assert (await post(system, DRAFTER, path, taken=False, reason="Ngoài phạm vi")).status_code == 200
        assert (await process(system, LEADER, "draft", draft))["opinions"][0]["taken_reason"] == "Ngoài phạm vi"
        await approved(system, draft)
        closed = await post(system, DRAFTER, path, taken=True, reason="Đổi ý")
        assert (closed.status_code, closed.json()["kind"]) == (409, "opinions-closed")


async def test_consulting_keeps_to_the_office_and_to_those_who_hold_the_draft(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        path = f"/v1/drafts/{draft}/consult"
        assert (await post(system, DRAFTER, path, person_ids=[STRANGER.id])).status_code == 422
        assert (await post(system, COLLEAGUE, path, person_ids=[HELPER.id])).status_code == 403
        assert (await post(system, STRANGER, path, person_ids=[HELPER.id])).status_code == 404
        past = await post(system, DRAFTER, path, person_ids=[HELPER.id], due_at="2020-01-01T00:00:00Z")
        assert past.json()["kind"] == "due-in-the-past"


async def test_a_stranger_finds_nothing(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        task = await only_task(system, HEAD)
        client = system.client("workflow", STRANGER)
        assert (await client.get(f"/v1/objects/draft/{draft}")).status_code == 404
        for act, body in [
            ("approve", {"content_hash": HASH}),
            ("return", {"reason": "không hợp lệ"}),
            ("opinion", {"text": "x"}),
            ("accept", None),
            ("finish", {}),
            ("urge", {}),
        ]:
            answer = await client.post(f"/v1/tasks/{task['id']}/{act}", json=body)
            assert answer.status_code == 404, act
        assert (await post(system, LEADER, f"/v1/tasks/{task['id']}/approve", content_hash=HASH)).status_code == 404


async def test_nobody_for_a_step_skips_it_with_the_reason(tmp_path):
    async with office(tmp_path, people=(DRAFTER, LEADER)) as system:
        draft = await handed_in(system)
        assert (await only_task(system, LEADER))["kind"] == "sign"
        skipped = [s for s in (await process(system, DRAFTER, "draft", draft))["steps"] if s["state"] == "skipped"]
        assert [s["step"] for s in skipped] == ["content", "initial"]
        assert all(s["note"] for s in skipped)


@pytest.mark.parametrize("signer", [COLLEAGUE.id, STRANGER.id, "nobody"])
async def test_a_signer_without_authority_sends_the_draft_back(tmp_path, signer):
    async with office(tmp_path) as system:
        draft = await handed_in(system, signer_id=signer)
        revise = await only_task(system, DRAFTER)
        assert revise["kind"] == "revise"
        assert "thẩm quyền" in revise["note"]
        assert (await process(system, DRAFTER, "draft", draft))["state"] == "returned"


async def test_a_deputy_who_signs_does_not_initial(tmp_path):
    async with office(tmp_path) as system:
        await handed_in(system, signer_id=DEPUTY.id)
        task = await only_task(system, HEAD)
        await post(system, HEAD, f"/v1/tasks/{task['id']}/approve", content_hash=HASH)
        assert (await only_task(system, DEPUTY))["kind"] == "sign"


async def test_facts_that_come_twice_or_late_change_nothing(tmp_path):
    async with office(tmp_path) as system:
        draft = await handed_in(system)
        await approved(system, draft)
        await tell(system, signed(draft))
        await tell(system, issued(draft))  # overtakes number and seal
        await tell(system, sealed(draft))
        await tell(system, numbered(draft))
        await tell(system, signed(draft))
        assert await tasks_of(system, CLERK) == []
        assert (await process(system, DRAFTER, "draft", draft))["state"] == "issued"


async def test_approving_twice_gives_the_same_answer(tmp_path):
    async with office(tmp_path) as system:
        await handed_in(system)
        task = await only_task(system, HEAD)
        for _ in range(2):
            answer = await post(system, HEAD, f"/v1/tasks/{task['id']}/approve", content_hash=HASH)
            assert (answer.status_code, answer.json()["state"]) == (200, "done")
        assert len(await outbox(system, "draft.approved")) == 1
        assert len(await tasks_of(system, DEPUTY)) == 1
