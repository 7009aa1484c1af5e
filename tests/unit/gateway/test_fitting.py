"""What is larger than a partner takes: named before issue, sent with links to the largest annexes, never in vain."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine

from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, RecallRequestedV1
from services.gateway.deliveries import packages
from services.gateway.deliveries.packages import body_of, load, write_files
from services.gateway.edxml import Organ, Package, package_size
from services.gateway.fitting.actions import body_within
from services.gateway.fitting.rules import LIST_NAME, surely_fits
from services.gateway.partners.tables import Partner
from services.gateway.settings import GatewaySettings
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.exchange import CLERK, OURS, copies, exchange, issued, sent, shipments, unpack

MB = 2**20
SMALL = 4  # MB


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    """A partner of 4 MB, and files that are larger and smaller."""
    async with exchange(tmp_path) as found:
        async with found.runtime("gateway").work() as work:
            work.save(
                Partner(
                    name="national", title="Trục liên thông quốc gia", kind="national", package_limit_mb=SMALL,
                    is_default=True, settings={}, paused=True,
                )
            )  # fmt: skip
        yield found


async def limited(system: System) -> None:
    """The partner in memory takes what everybody takes at most."""
    system.runtime("gateway").state["gateway_settings"] = GatewaySettings(package_limit_mb=SMALL)


async def file(system: System, name: str, size: int, role: str) -> FileRef:
    blob = await system.runtime("gateway").blobs.put(b"%PDF-1.7 " + os.urandom(size - 9))
    return FileRef(sha256=blob.sha256, size=blob.size, name=name, role=role)


async def large(
    system: System, main: int = MB, annexes: tuple[int, ...] = (5 * MB, MB), **more: Any
) -> DocumentIssuedV1:
    files = [await file(system, "qd.pdf", main, "main")]
    files += [await file(system, f"pl{n}.pdf", size, "annex") for n, size in enumerate(annexes, 1)]
    return await issued(system, "G01", files=tuple(files), **more)


async def fitting(system: System, message: DocumentIssuedV1) -> list[dict[str, Any]]:
    answer = await system.client("gateway", CLERK).post("/v1/packages:fit", json=message.model_dump(mode="json"))
    assert answer.status_code == 200, answer.text
    over: list[dict[str, Any]] = answer.json()["over"]
    return over


async def test_before_issue_partner_limit_size_files_and_what_to_do_are_told(system: System) -> None:
    [over] = await fitting(system, await large(system))
    assert (over["title"], over["limit"], over["way"]) == ("Trục liên thông quốc gia", SMALL * MB, "link")
    assert [r["organ_id"] for r in over["recipients"]] == ["G01"]
    assert [(f["name"], f["linked"]) for f in over["files"]] == [
        ("pl1.pdf", True), ("qd.pdf", False), ("pl2.pdf", False),
    ]  # fmt: skip
    assert over["size"] > 7 * MB * 4 / 3 and over["fitted_size"] <= SMALL * MB
    assert "pl1.pdf" in over["advice"] and "SHA-256" in over["advice"]


async def test_the_told_size_is_the_very_size_that_would_be_written(system: System) -> None:
    message = await large(system)
    [over] = await fitting(system, message)
    runtime = system.runtime("gateway")
    row = await load(runtime, (await shipments(system))[0].package_id)
    written = runtime.blobs.path(await body_of(runtime, row))
    assert written is not None and written.stat().st_size == over["size"]


async def test_copies_that_leave_together_write_the_package_once(
    system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    await large(system, annexes=(MB,))
    runtime, package_id = system.runtime("gateway"), (await shipments(system))[0].package_id
    written = Counter[str]()

    async def counting(*args: Any) -> Path:
        written["times"] += 1
        return await write_files(*args)

    monkeypatch.setattr(packages, "write_files", counting)
    found = await asyncio.gather(*(body_within(runtime, package_id, SMALL * MB) for _ in range(5)))
    assert len(set(found)) == 1 and written["times"] == 1


async def test_a_small_document_is_not_spoken_of(system: System) -> None:
    assert await fitting(system, await large(system, annexes=(MB,))) == []


async def test_a_document_too_large_by_itself_cannot_go_and_that_is_said(system: System) -> None:
    [over] = await fitting(system, await large(system, main=5 * MB, annexes=()))
    assert over["way"] == "none" and "văn bản chính" in over["advice"] and over["fitted_size"] == 0


async def test_without_a_public_address_no_link_is_offered(system: System) -> None:
    message = await large(system)
    system.runtime("gateway").settings.service_urls["registry"] = "http://elsewhere"
    [over] = await fitting(system, message)
    assert over["way"] == "none" and "QLVB_PUBLIC_URL" in over["advice"]


def opened(system: System, folder: Path) -> tuple[Any, str, str]:
    """The package that left first, the text of its list of links, and the path of the link."""
    package = unpack(system.partners["national"].sent[0][3], folder)
    listed = next(a for a in package.attachments if a.name == LIST_NAME)
    found = [p for p in folder.rglob("*") if p.is_file() and p.stat().st_size == listed.size]
    text = next(p for p in found if hashlib.sha256(p.read_bytes()).hexdigest() == listed.sha256).read_text("utf-8-sig")
    return package, text, text.split("/api/gateway")[1].split()[0]


async def test_the_large_annex_goes_by_link_and_arrives_with_the_same_hash(system: System, tmp_path: Path) -> None:
    await limited(system)
    message = await large(system, large_files="link")
    await sent(system)
    [(_, _, to, body)] = system.partners["national"].sent
    assert to == "G01" and len(body) <= SMALL * MB
    assert (await copies(system))["G01"]["state"] == "sent"
    package, text, path = opened(system, tmp_path)
    assert [a.name for a in package.attachments] == ["qd.pdf", "pl2.pdf", LIST_NAME]
    assert LIST_NAME in package.content
    annex = message.files[1]
    assert annex.sha256 in text and annex.name in text
    stranger = system.client("gateway")
    got = await stranger.get(path)
    assert got.status_code == 200 and hashlib.sha256(got.content).hexdigest() == annex.sha256
    assert (await stranger.get(path[:-4] + "AAAA")).status_code == 404, "only addresses that we signed"
    with time_machine.travel(now() + timedelta(days=31)):
        late = await stranger.get(path)
    assert (late.status_code, late.json()["kind"]) == (410, "link-ended")


async def test_what_is_recalled_cannot_be_fetched_and_the_recall_itself_fits(system: System, tmp_path: Path) -> None:
    await limited(system)
    message = await large(system, large_files="link")
    await sent(system)
    _, _, path = opened(system, tmp_path)
    recall = RecallRequestedV1(
        document_id="d1", identifier=message.identifier, office=OURS, recipients=("G01",), reason="Ban hành nhầm",
        by="leader-o1", by_name="Giám đốc", requested_at=now(), whole=True,
    )  # fmt: skip
    await system.emit("gateway", recall, key="d1")
    await system.settle()
    await sent(system)
    again = system.partners["national"].sent[-1][3]
    assert len(system.partners["national"].sent) == 2 and len(again) <= SMALL * MB
    gone = await system.client("gateway").get(path)
    assert gone.status_code == 410 and "thu hồi" in gone.json()["detail"]


async def test_over_the_limit_nothing_is_tried_and_the_dead_letter_says_why(system: System) -> None:
    await limited(system)
    await large(system)
    await sent(system)
    assert system.partners["national"].tries == 0
    [row] = await shipments(system)
    assert (row.state, row.reason_code) == ("failed", "too-large")
    assert "vượt giới hạn 4 MB" in row.last_error and (await copies(system))["G01"]["needs_person"]


def test_the_quick_answer_is_never_a_wrong_yes() -> None:
    for size in (0, 1, 100_000, 10 * MB):
        for count in (1, 7):
            package = Package(
                sender=Organ("H60.10", "S" * 200), recipients=tuple(Organ("G" * 35, "T" * 200) for _ in range(50)),
                document_id="H60.10,2026/01/05,1/QD", code_number="1", code_notation="QD", subject="x" * 500,
                content="x" * 500,
            )  # fmt: skip
            real = package_size(package, [(f"{n}.docx", size) for n in range(count)])
            assert not surely_fits([size] * count, 50, real - 1)


async def test_a_document_with_an_impossible_date_is_refused_in_words(system: System) -> None:
    message = (await large(system)).model_dump(mode="json") | {"issued_date": "hôm qua"}
    answer = await system.client("gateway", CLERK).post("/v1/packages:fit", json=message)
    assert (answer.status_code, answer.json()["kind"]) == (422, "not-a-document")
