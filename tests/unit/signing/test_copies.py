"""A copy goes its whole way: scan, decision, number, the office's signature top right on page 1 (NĐ 30 Đ25–27)."""

from __future__ import annotations

import io
import re
from urllib.parse import quote
from uuid import uuid4

import pikepdf
import pypdfium2 as pdfium
import pytest

from contracts.signing.events import CopyNotSignedV1
from services.registry.documents import paper
from services.signing.judging.judge import judged
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf.places import MM
from tests.unit.registry.scanned import scan
from tests.unit.signing.house import ADMIN, CLERK, DRAFTER, LEADER, NAME, house

PAPER = {
    "kind": "SY", "source_medium": "paper", "target_medium": "electronic", "issuer": "Sở Tài chính",
    "code": "12/BC-STC", "issued_date": "2026-03-05", "type_name": "Báo cáo", "subject": "Về quyết toán",
}  # fmt: skip


async def numbered(home, **body) -> dict:
    """A copy that was asked for, decided and numbered; what became of it."""
    headers = {"X-File-Name": quote(f"Bản chụp {uuid4()}.pdf")}
    picture = scan(words=str(uuid4()), pages=2)
    file = await home.done(CLERK, "registry", "POST", "/v1/files", content=picture, headers=headers)
    copy = await home.done(CLERK, "registry", "POST", "/v1/copies", json=PAPER | {"file": file} | body)
    await home.done(LEADER, "registry", "POST", f"/v1/copies/{copy['id']}/decide", json={"agree": True})
    await home.done(CLERK, "registry", "POST", f"/v1/copies/{copy['id']}/number")
    return await home.done(CLERK, "registry", "GET", f"/v1/copies/{copy['id']}")


@pytest.mark.requirement("R12.31")
@pytest.mark.parametrize(
    ("body", "form", "code"),
    [
        ({}, "SAO Y", "01/SY-SKHCN"),
        ({"kind": "SL", "source_form": "certified_copy"}, "SAO LỤC", "01/SL-SKHCN"),
        ({"kind": "TrS"}, "TRÍCH SAO", "01/TrS-SKHCN"),
    ],
)
async def test_the_offices_signature_stands_top_right_with_form_office_and_time(tmp_path, body, form, code):
    async with house(tmp_path) as home:
        copy = await numbered(home, **body)
        assert (copy["state"], copy["code"], copy["reason"]) == ("DONE", code, "")
        pdf = await home.runtime.blobs.get(copy["result"]["sha256"])
        verdict = await judged(pdf, trust=vault(home.runtime).trust, expected=Expected(annex=True))
        again = await home.done(CLERK, "registry", "POST", f"/v1/copies/{copy['id']}/number")
        assert again["result"] == copy["result"]
        acts = await home.audited(copy["id"])
    assert verdict.valid and [one.role for one in verdict.signatures] == ["annex"]
    assert verdict.signatures[0].signer == NAME
    assert acts.count("copy.signed") == 1

    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert tuple(map(int, file.pdf_version.split("."))) >= (1, 4)
        [field] = file.Root.AcroForm.Fields
        left, bottom, right, top = (float(v) for v in field.Rect)
        width, height = (float(v) for v in file.pages[0].MediaBox[2:])
    assert 8 * MM <= width - right <= 20 * MM and 5 * MM <= height - top <= 15 * MM
    assert left > width / 3
    with paper.flattened(pdf) as flat:  # what the field shows, drawn into the page
        reading = pdfium.PdfDocument(paper.written(flat))[0].get_textpage()
    shown = " ".join(reading.get_text_bounded(left - 1, bottom - 1, right + 1, top + 1).split())
    assert re.fullmatch(rf"{form}; {NAME}; \d\d/\d\d/\d{{4}}; \d\d:\d\d:\d\d \+07:00", shown), shown


async def test_without_the_office_key_the_copy_waits_with_its_reason_and_is_signed_later_with_the_same_number(tmp_path):
    async with house(tmp_path) as home:
        await home.done(ADMIN, "signing", "DELETE", f"/v1/key-holdings/{CLERK.id}")
        told = await home.system.listen(CopyNotSignedV1.message_type)
        copy = await numbered(home)
        assert copy["state"] == "NUMBERED" and "biên bản giao nhận khóa" in copy["reason"]
        assert len(told) == 1
        body = {"person_id": CLERK.id, "basis": "Biên bản số 5"}
        await home.done(ADMIN, "signing", "POST", "/v1/key-holdings", json=body)
        await home.done(CLERK, "registry", "POST", f"/v1/copies/{copy['id']}/number")
        done = await home.done(CLERK, "registry", "GET", f"/v1/copies/{copy['id']}")
    assert (done["state"], done["code"]) == ("DONE", copy["code"])


async def test_nobody_but_the_clerk_numbers_a_copy(tmp_path):
    async with house(tmp_path) as home:
        copy = await home.done(CLERK, "registry", "POST", "/v1/copies", json=PAPER | {"target_medium": "paper"})
        await home.done(LEADER, "registry", "POST", f"/v1/copies/{copy['id']}/decide", json={"agree": True})
        for who in (DRAFTER, LEADER):
            assert (await home.ask(who, "registry", "POST", f"/v1/copies/{copy['id']}/number")).status_code == 403
