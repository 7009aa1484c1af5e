"""Accepting several at once, and documents without both signatures."""

from __future__ import annotations

from uuid import uuid4

import pypdfium2 as pdfium
import pytest

from contracts.gateway.events import DocumentArrivedV1
from contracts.message import FileRef
from contracts.registry.events import OfficeRef
from contracts.signing.events import FilesValidatedV1
from shared.clock import now
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, STRANGER, arrived, office, ok, tell


async def test_several_are_accepted_in_their_order_and_each_failure_says_why(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        good = [await arrived(system, identifier=f"H60.1,2026/01/02,{n}/BC") for n in range(3)]
        double = await arrived(system, identifier="H60.1,2026/01/02,0/BC")
        gone = await arrived(system)
        await ok(await clerk.post(f"/v1/incoming/{gone}/refuse", json={"reason_key": "unreadable"}))
        unknown = str(uuid4())
        body = {"ids": [good[0], double, gone, good[1], unknown, good[2], good[2]]}
        results = await ok(await clerk.post("/v1/incoming:accept", json=body))
        assert [(row["id"], row["arrival_number"], row["kind"]) for row in results] == [
            (good[0], 1, ""), (double, None, "duplicate"), (gone, None, "wrong-state"), (good[1], 2, ""),
            (unknown, None, "not-found"), (good[2], 3, ""),
        ]  # fmt: skip
        assert "số đến 1" in results[1]["message"]
        again = await ok(await clerk.post("/v1/incoming:accept", json={"ids": good}))
        assert [row["arrival_number"] for row in again] == [1, 2, 3]
        assert (await system.client("registry", DRAFTER).post("/v1/incoming:accept", json=body)).status_code == 403
        assert (await clerk.post("/v1/incoming:accept", json={"ids": []})).status_code == 422
        theirs = await ok(await system.client("registry", STRANGER).post("/v1/incoming:accept", json={"ids": good}))
        assert {row["kind"] for row in theirs} == {"not-found"}


async def unsigned(system, **changes) -> str:
    """Arrived without both signatures."""
    key = str(uuid4())
    values = {
        "arrival_id": key,
        "office": OfficeRef(office_id=OFFICE, organ_id="H60.10", name="Sở KHCN"),
        "sender_organ_id": "H60.1",
        "sender_name": "Xã 1",
        "identifier": f"H60.1,2026/01/02,{key}",
        "code_number": "9",
        "code_notation": "BC-UBND",
        "subject": "Báo cáo không ký",
        "channel": "local",
        "files": (FileRef(sha256="b" * 64, size=1, name="a.pdf"),),
        "arrived_at": now(),
    }
    await tell(system, DocumentArrivedV1(**(values | changes)))
    verdict = FilesValidatedV1(
        arrival_id=key, legal_state="REFERENCE_ONLY", valid=False, reasons=("Văn bản thiếu chữ ký số của cơ quan.",)
    )
    await tell(system, verdict)
    rows = await ok(await system.client("registry", CLERK).get("/v1/incoming", params={"q": "khong ky"}))
    return rows["items"][0]["id"]


@pytest.mark.requirement("R05.2")
async def test_a_document_without_both_signatures_is_registered_and_marked_everywhere(tmp_path):
    """On its page and in search results (the portal shows `legal_state`, see test_pages.py), and in the register."""
    async with office(tmp_path) as system:
        clerk, incoming = system.client("registry", CLERK), await unsigned(system)
        await ok(await clerk.post(f"/v1/incoming/{incoming}/accept", json={"note": "Chờ bản ký"}))
        shown = await ok(await clerk.get(f"/v1/incoming/{incoming}"))
        assert (shown["legal_state"], shown["state"], shown["arrival_number"]) == ("REFERENCE_ONLY", "REGISTERED", 1)
        found = await ok(await clerk.get("/v1/incoming", params={"q": "khong ky"}))
        assert found["items"][0]["legal_state"] == "REFERENCE_ONLY"
        [row] = await ok(await clerk.get("/v1/registers/incoming"))
        assert row["columns"][9] == "Để biết, tham khảo; Chờ bản ký"
        book = pdfium.PdfDocument((await clerk.get("/v1/registers/incoming.pdf")).content)
        text = " ".join(book[len(book) - 1].get_textpage().get_text_range().split())
        assert "Để biết, tham khảo" in text
