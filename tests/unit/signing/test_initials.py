"""Ký nháy with a key: a signature beside the draft, over exactly its bytes; a process may ask for it."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from tests.unit.signing.house import ADMIN, DEPUTY, DRAFTER, HEAD, LEADER, PIN, STRANGER, House, house

BATCH = "/v1/acts/initial-batch"
PROCESS = {
    "kind": "outgoing", "name": "Ký nháy bằng chữ ký số", "valid_from": "2026-01-01", "legal_basis": "QĐ 12/QĐ-SKHCN",
    "steps": [
        {"step": "content", "name": "Duyệt nội dung", "who": "unit_head"},
        {"step": "initial", "name": "Ký nháy", "who": "deputy", "signed": True},
        {"step": "sign", "name": "Ký số", "who": "signer"},
    ],
}  # fmt: skip


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        await opened.done(ADMIN, "workflow", "POST", "/v1/processes", json=PROCESS)
        yield opened


async def waiting(office: House, who: Any, draft: dict[str, Any]) -> list[dict[str, Any]]:
    tasks = (await office.done(who, "workflow", "GET", "/v1/tasks"))["items"]
    return [task for task in tasks if task["object_id"] == draft["id"]]


async def approved_by_unit(office: House) -> dict[str, Any]:
    draft = await office.drafted()
    (task,) = await waiting(office, HEAD, draft)
    body = {"content_hash": draft["content_hash"]}
    await office.done(HEAD, "workflow", "POST", f"/v1/tasks/{task['id']}/approve", json=body)
    return draft


def orders(office: House, *drafts: dict[str, Any]) -> dict[str, Any]:
    wanted = [{key: value for key, value in office.order(one).items() if key != "pin"} for one in drafts]
    return {"drafts": wanted, "pin": PIN}


async def test_several_drafts_are_initialled_at_once_and_go_on_to_the_leader(office: House, tmp_path: Path) -> None:
    drafts = [await approved_by_unit(office) for _ in range(2)]
    (task,) = await waiting(office, DEPUTY, drafts[0])
    body = {"content_hash": drafts[0]["content_hash"]}
    plain = await office.ask(DEPUTY, "workflow", "POST", f"/v1/tasks/{task['id']}/approve", json=body)
    assert plain.status_code == 409 and plain.json()["kind"] == "initial-unsigned"
    wrong = await office.ask(DEPUTY, "signing", "POST", BATCH, json=orders(office, *drafts) | {"pin": "sai"})
    assert wrong.status_code == 403 and wrong.json()["kind"] == "wrong-pin"
    lines = await office.done(DEPUTY, "signing", "POST", BATCH, json=orders(office, *drafts))
    assert [line["state"] for line in lines] == ["done", "done"]
    again = await office.done(DEPUTY, "signing", "POST", BATCH, json=orders(office, *drafts))
    assert [line["file"] for line in again] == [line["file"] for line in lines]  # the same signatures
    for draft, line in zip(drafts, lines, strict=True):
        assert await waiting(office, DEPUTY, draft) == []
        assert [task["kind"] for task in await waiting(office, LEADER, draft)] == ["sign"]
        assert "draft.initialled" in await office.audited(draft["id"])
        await _openssl_agrees(office, draft, line["file"]["sha256"], tmp_path)
        assert (await office.sign(draft)).status_code == 200  # and the file that is issued knows nothing of it


async def _openssl_agrees(office: House, draft: dict[str, Any], signature: str, folder: Path) -> None:
    """The .p7s is a detached CMS over the draft's file, by a certificate of the chain (openssl cms -verify)."""
    (folder / "draft.pdf").write_bytes(await office.pdf(draft))
    (folder / "draft.p7s").write_bytes(await office.runtime.blobs.get(signature))
    authority = office.runtime.state["vault"].authority
    roots = [one.certificate.public_bytes(Encoding.PEM) for one in (authority.root, authority.ca)]
    (folder / "roots.pem").write_bytes(b"".join(roots))
    words = "openssl cms -verify -binary -inform DER -in draft.p7s -content draft.pdf -CAfile roots.pem -purpose any"
    words += " -out /dev/null"
    said = await asyncio.to_thread(subprocess.run, words.split(), cwd=folder, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    (folder / "draft.pdf").write_bytes(await office.pdf(draft) + b"x")
    said = await asyncio.to_thread(subprocess.run, words.split(), cwd=folder, capture_output=True, text=True)
    assert said.returncode != 0


async def test_an_initial_counts_for_its_content_and_its_person_alone(office: House) -> None:
    draft = await approved_by_unit(office)
    (foreign,) = await office.done(STRANGER, "signing", "POST", BATCH, json=orders(office, draft))
    assert (foreign["state"], foreign["kind"]) == ("refused", "not-found")
    (line,) = await office.done(HEAD, "signing", "POST", BATCH, json=orders(office, draft))
    assert line["state"] == "done"  # anybody of the office may; it is not this person's turn
    assert [task["kind"] for task in await waiting(office, DEPUTY, draft)] == ["initial"]
    body = {name: draft[name] for name in ("type_name", "signer_id", "files", "recipients")} | {"subject": "Đã đổi"}
    changed = await office.done(
        DRAFTER, "registry", "PUT", f"/v1/drafts/{draft['id']}", json=body, headers={"If-Match": draft["etag"]}
    )  # fmt: skip
    for one in (draft, changed):
        (line,) = await office.done(DEPUTY, "signing", "POST", BATCH, json=orders(office, one))
        assert (line["state"], line["kind"]) == ("refused", "not-approved")
    assert await waiting(office, LEADER, draft) == []
