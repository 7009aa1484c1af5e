"""The leader's act and the seal, through registry, workflow and signing together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.signing.keys.pkcs12 import FileKey
from shared.clock import today
from tests.unit.signing import documents
from tests.unit.signing.house import CLERK, DRAFTER, House, house


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


async def test_a_document_goes_its_whole_way(office: House) -> None:
    document = await office.sealed(annexes=2)
    assert document["state"] == "SEALED" and document["legal_state"] == "ORIGINAL"
    acts = await office.acts(document["id"])
    assert [(act["kind"], act["state"]) for act in acts] == [("leader", "done"), ("seal", "done")]
    assert [len(act["signatures"]) for act in acts] == [1, 3]
    for act in acts:
        for signature in act["signatures"]:
            assert [step["step"] for step in signature["steps"]][-3:] == ["signed", "time-stamp", "shown"]


@pytest.mark.requirement("R12.8")
async def test_a_change_after_the_approval_takes_the_way_back_and_stops_the_signature(office: House) -> None:
    for change in ({"subject": "Về việc ban hành Quy chế mới"}, {"files": None}):
        draft = await office.approved()
        body = {name: draft[name] for name in ("type_name", "subject", "signer_id", "files", "recipients")} | change
        if body["files"] is None:
            body["files"] = [await office.upload("Bản sửa.pdf", await office.pdf(draft) + b"%x\n") | {"role": "main"}]
        headers = {"If-Match": draft["etag"]}
        changed = await office.done(DRAFTER, "registry", "PUT", f"/v1/drafts/{draft['id']}", json=body, headers=headers)
        assert changed["state"] == "NEEDS_REAPPROVAL"
        for order in (draft, changed):
            refused = await office.sign(order)
            assert refused.status_code == 409 and refused.json()["kind"] == "not-approved"
        await office.done(DRAFTER, "registry", "POST", f"/v1/drafts/{draft['id']}/submit")
        assert (await office.sign(changed)).json()["kind"] == "not-approved"
        await office.approve(changed)
        assert (await office.sign(changed)).status_code == 200
        assert (await office.document(draft["id"]))["state"] == "SIGNED"


@pytest.mark.requirement("R12.15")
async def test_the_clerk_gets_only_what_the_competent_person_has_validly_signed(
    office: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, vault = await office.approved(), office.runtime.state["vault"]

    async def numbering() -> list[str]:
        tasks = (await office.done(CLERK, "workflow", "GET", "/v1/tasks"))["items"]
        return [task["object_id"] for task in tasks if task["kind"] == "number"]

    assert await numbering() == []
    early = await office.ask(CLERK, "registry", "POST", f"/v1/documents/{draft['id']}/number")
    assert early.status_code == 409 and early.json()["kind"] == "wrong-state"
    sign_now = FileKey.sign_now

    def and_lose_the_roots(key: FileKey, data: bytes) -> bytes:
        vault.trust.clear()  # nobody can prove a signature from now on
        return sign_now(key, data)

    with monkeypatch.context() as patched:
        patched.setattr(FileKey, "sign_now", and_lose_the_roots)
        unproven = await office.sign(draft)
    assert unproven.status_code == 422 and unproven.json()["kind"] == "signature-not-proven"
    assert await numbering() == []
    assert (await office.ask(CLERK, "registry", "POST", f"/v1/documents/{draft['id']}/number")).status_code == 409
    vault.trust.append(vault.authority.root.certificate)
    assert (await office.sign(draft)).json()["state"] == "done"
    assert await numbering() == [draft["id"]]
    numbered = await office.done(CLERK, "registry", "POST", f"/v1/documents/{draft['id']}/number")
    assert numbered["code"]


async def test_a_draft_that_was_changed_in_the_store_is_not_signed(
    office: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[bytes] = []
    sign_now = FileKey.sign_now
    monkeypatch.setattr(FileKey, "sign_now", lambda key, data: used.append(data) or sign_now(key, data))
    draft, other = await office.approved(), documents.draft(paragraphs=2, year=today().year)
    place = office.runtime.blobs.path(next(one["sha256"] for one in draft["files"] if one["role"] == "main"))
    assert place is not None
    right = place.read_bytes()
    place.write_bytes(other)
    refused = await office.sign(draft)
    assert refused.status_code == 500 and refused.json()["kind"] == "file-damaged" and not used
    assert (await office.document(draft["id"]))["state"] != "SIGNED"
    place.write_bytes(right)
    assert (await office.sign(draft)).status_code == 200 and len(used) == 1
    assert (await office.document(draft["id"]))["state"] == "SIGNED"
