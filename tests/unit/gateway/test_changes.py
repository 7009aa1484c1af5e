"""After issue: a document amends, replaces or corrects another one; the old one says so, and its file stays."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.gateway.edxml import Replacement, ResponseFor, Staff
from shared.testing import System
from tests.unit.gateway.exchange import OURS, package, shipments, unpack
from tests.unit.gateway.test_recalls import (
    CLERK,
    DRAFTER,
    LEADER,
    THEIR_CLERK,
    arrives,
    call,
    issue,
    issued_document,
    system,
)
from tests.unit.registry.office import pdf

__all__ = ["system"]


async def draft(system: System, old: dict[str, Any], change: str, type_name: str, status: int = 201) -> Any:
    drafter = system.client("registry", DRAFTER)
    main = (await drafter.post("/v1/files", content=pdf(change), headers={"X-File-Name": "moi.pdf"})).json()
    body = {
        "type_name": type_name,
        "subject": f"Về việc {change}",
        "notation": "SKHCN",
        "signer_id": LEADER.id,
        "files": [main],
        "recipients": old["recipients"],
        "changes_document_id": old["id"],
        "change": change,
    }
    return await call(system, "POST", "registry", DRAFTER, "/v1/drafts", status, **body)


async def sent_to(system: System, folder: Path, organ: str, count: int) -> list[Any]:
    """The documents that this receiver got, once they are that many."""
    partner = system.partners["national"]  # type: ignore[attr-defined]
    async with asyncio.timeout(20):
        while True:
            found = [body for kind, _, to, body in partner.sent if kind == "edoc" and to == organ]
            if len(found) == count:
                return [unpack(body, folder) for body in found]
            assert not [row.last_error for row in await shipments(system) if row.last_error]
            await asyncio.sleep(0.02)


@pytest.mark.requirement("R12.28")
async def test_amending_replacing_and_correcting_link_a_new_document_and_leave_the_old_file(
    system: System, tmp_path: Path
) -> None:
    old = await issued_document(system, tmp_path)
    for change, wrong, kind in (
        ("amend", "Công văn", "other-form"),
        ("replace", "Thông báo", "other-form"),
        ("correct", "Quyết định", "correction-is-letter"),
    ):
        assert (await draft(system, old, change, wrong, 422))["kind"] == kind
    made = {}
    for change, type_name in (("amend", "Quyết định"), ("replace", "Quyết định"), ("correct", "Công văn")):
        made[change] = await issue(system, await draft(system, old, change, type_name))
        assert made[change]["changes"]["id"] == old["id"]

    here = f"/v1/documents/{old['id']}"
    shown = await call(system, "GET", "registry", CLERK, here)
    assert [(x["change"], x["id"]) for x in shown["changed_by"]] == [(c, made[c]["id"]) for c in made]
    notes = [
        f"Được sửa đổi, bổ sung bởi {made['amend']['code']}",
        f"Được thay thế bởi {made['replace']['code']}",
        f"Được đính chính bởi {made['correct']['code']}",
    ]
    assert shown["changed_note"] == "; ".join(notes)
    assert (shown["files"], shown["state"], shown["version"]) == (old["files"], "ISSUED", old["version"])
    rows = (await call(system, "GET", "registry", CLERK, "/v1/documents"))["items"]
    assert next(row for row in rows if row["id"] == old["id"])["changed_note"] == shown["changed_note"]
    register = await call(system, "GET", "registry", CLERK, "/v1/registers/outgoing")
    assert next(row for row in register if row["id"] == old["id"])["columns"][9] == shown["changed_note"]

    _, amended, replaced, corrected = await sent_to(system, tmp_path, "G01.1", 4)
    assert (amended.business_type, amended.business_document_id) == (2, old["identifier"])
    assert (replaced.business_type, [r.document_id for r in replaced.replacements]) == (3, [old["identifier"]])
    assert (corrected.business_type, corrected.response_for[0].document_id) == (0, old["identifier"])
    theirs = (await call(system, "GET", "registry", THEIR_CLERK, "/v1/incoming"))["items"]
    assert theirs[-1]["changed_note"] == shown["changed_note"]
    mine = await call(system, "GET", "registry", THEIR_CLERK, f"/v1/incoming/{theirs[0]['id']}")
    assert (mine["changes"]["id"], mine["changes"]["change"]) == (theirs[-1]["id"], "correct")


async def test_only_an_issued_document_of_ones_own_is_changed(system: System, tmp_path: Path) -> None:
    old = await issued_document(system, tmp_path)
    unissued = await draft(system, old, "replace", "Quyết định")
    refused = await draft(system, unissued | {"recipients": old["recipients"]}, "amend", "Quyết định", 409)
    assert refused["kind"] == "changes-unissued"
    body = {"type_name": "Quyết định", "subject": "x", "changes_document_id": old["id"], "change": "amend"}
    await call(system, "POST", "registry", THEIR_CLERK, "/v1/drafts", 404, **body)
    await call(system, "POST", "registry", DRAFTER, "/v1/drafts", 422, **(body | {"change": ""}))
    why = {"reason": "Ban hành sai thẩm quyền, phải thu hồi"}
    await call(system, "POST", "registry", LEADER, f"/v1/documents/{old['id']}/recall", **why)
    refused = await draft(system, old, "replace", "Quyết định", 409)
    assert "đã thu hồi" in refused["detail"]


@pytest.mark.parametrize(("business_type", "change"), [(2, "amend"), (3, "replace")])
async def test_an_update_or_replacement_that_arrives_is_linked_with_what_it_changes(
    system: System, tmp_path: Path, business_type: int, change: str
) -> None:
    await arrives(system, package(tmp_path, OURS.organ_id, number="7"), OURS.organ_id)
    meant = "G02.99,2026/01/05,7/BTN-VP"
    said: dict[str, Any] = {"business_type": business_type, "business_reason": "Sửa", "staff": Staff(name="A")}
    said |= {"business_document_id": meant} if business_type == 2 else {"replacements": (Replacement(meant),)}
    said["response_for"] = (ResponseFor("H60.10", "1/X", "không liên quan"),)
    await arrives(system, package(tmp_path, OURS.organ_id, number="8", **said), OURS.organ_id)
    new, old = (await call(system, "GET", "registry", CLERK, "/v1/incoming"))["items"]
    shown = await call(system, "GET", "registry", CLERK, f"/v1/incoming/{new['id']}")
    assert (shown["changes"]["id"], shown["changes"]["change"]) == (old["id"], change)
    kept = await call(system, "GET", "registry", CLERK, f"/v1/incoming/{old['id']}")
    assert [x["id"] for x in kept["changed_by"]] == [new["id"]] and "8/BTN-VP" in kept["changed_note"]
