"""What leaves on paper: printed for the hand seal, receivers, postal register, envelopes (NĐ 30 Đ18 k5, annex IV)."""

from __future__ import annotations

import io
from datetime import date

import pikepdf
import pypdfium2 as pdfium
import pytest

from contracts.message import FileRef
from services.registry.outgoing.tables import Outgoing, RecipientRow
from services.registry.paper_issues import rules
from shared.clock import now
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, STRANGER, office, ok
from tests.unit.signing import documents, flow, pki

CODE, FIRST = "07/QĐ-SKHCN", date(2026, 11, 5)
FAR, NEAR = "Hội Nông dân tỉnh", "Ban Quản lý chợ Tam Cờ"
ADDRESS = "Số 219 đường Tân Trào, phường Minh Xuân"
ISSUE = {
    "printed": 4, "reason": "Nơi nhận chưa có tài khoản", "sent_on": "2026-11-06",
    "receivers": [{"name": FAR, "address": ADDRESS, "copies": 2}, {"name": NEAR, "copies": 1, "way": "hand"}],
}  # fmt: skip


@pytest.fixture
async def at_work(tmp_path):
    async with office(tmp_path) as system:
        yield system


async def kept(system, pdf: bytes | None = None, state: str = "ISSUED", annexes: tuple[bytes, ...] = (), **more) -> str:
    """A document of the office with these files."""
    files = []
    for role, content in (("main", pdf or documents.draft()), *(("annex", one) for one in annexes)):
        blob = await system.runtime("registry").blobs.put(content)
        files.append(FileRef(sha256=blob.sha256, size=blob.size, name=f"{role}.pdf", role=role).model_dump(mode="json"))
    values = {"code": CODE, "number": 7, "issued_date": FIRST, "issued_at": now(), "urgency": 1} | more
    async with system.runtime("registry").work() as work:
        row = Outgoing(
            office_id=OFFICE, state=state, type_name="Quyết định", subject="Ban hành Quy chế", drafter_id="d",
            drafter_name="d", files=files, **values,
        )  # fmt: skip
        work.save(row)
        await work.flush()
        for place, name in enumerate((FAR, "Sở Tài chính")):
            key = f"H60.{place}"
            work.save(RecipientRow(document_id=row.id, organ_key=key, organ_id=key, name=name, place=place))
        return f"/v1/documents/{row.id}"


def words(pdf: bytes) -> str:
    text = " ".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(pdf))
    return " ".join(text.split())


def row_of(pdf: bytes, word: str) -> str:
    """What stands on page 1 on the line of `word`, as it is seen from left to right, without spaces."""
    page = pdfium.PdfDocument(pdf)[0].get_textpage()
    at = page.get_text_range().index(word)
    low, high = page.get_charbox(at)[1] - 3, page.get_charbox(at)[3] + 3
    boxes = [(page.get_charbox(i), page.get_text_range(i, 1)) for i in range(page.count_chars())]
    return "".join(c for (_, y, _, top), c in sorted(boxes) if low < y and top < high and c.strip())


def inked(pdf: bytes, red: bool) -> int:
    """How many dots of the last page are red (the seal), or blue (the signature)."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    page = document[len(document) - 1]
    dots = page.render(scale=1, may_draw_forms=True).to_pil().convert("RGB").tobytes()
    return sum((r > b + 60 if red else b > r + 60) for r, b in zip(dots[::3], dots[2::3], strict=True))


def sizes(pdf: bytes) -> set[tuple[int, int]]:
    return {tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in pdfium.PdfDocument(pdf)}


async def got(system, path: str, who=CLERK) -> bytes:
    answer = await system.client("registry", who).get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


@pytest.mark.requirement("R12.25")
async def test_it_is_printed_for_the_seal_recorded_registered_and_put_in_envelopes(at_work):
    sealed = await flow.issued(pki.world(), number="7", issued=FIRST)
    path = await kept(at_work, sealed)
    client = at_work.client("registry", CLERK)

    printed = await got(at_work, f"{path}/for-seal.pdf")
    assert "Số:07/QĐ-SKHCN" in row_of(printed, "Số:") and "ngày05tháng11năm2026" in row_of(printed, "tháng")
    assert inked(sealed, red=True) > 500 and inked(sealed, red=False) > 100
    assert inked(printed, red=True) == 0 and inked(printed, red=False) > 100  # signed, and no digital seal
    with pikepdf.open(io.BytesIO(printed)) as whole:
        assert "/AcroForm" not in whole.Root

    issue = await ok(await client.post(f"{path}/paper-issues", json=ISSUE))
    assert (issue["printed"], issue["code"], issue["sent_on"], issue["by_name"]) == (4, CODE, "2026-11-06", CLERK.name)
    assert [(one["name"], one["copies"], one["way"]) for one in issue["receivers"]] == [
        (FAR, 2, "post"), (NEAR, 1, "hand"),
    ]  # fmt: skip
    listed = await ok(await client.get(f"{path}/paper-issues"))
    assert listed["issues"] == [issue] and listed["addresses"] == {FAR: ADDRESS}
    document = await ok(await client.get(path))
    assert [one["act"] for one in document["timeline"]] == ["issued-on-paper", "paper-sent"]
    assert document["paper_sent_at"] and document["paper_reason"] == ISSUE["reason"]

    rows = await ok(await client.get("/v1/postal-register", params={"year": 2026, "month": 11}))
    assert [row["columns"] for row in rows] == [["06/11/2026", CODE, FAR, "1", "", "2 bản"]]
    book = words(await got(at_work, "/v1/postal-register.pdf?year=2026&month=11"))
    assert "SỔ GỬI VĂN BẢN ĐI BƯU ĐIỆN" in book and "Từ ngày 01/11/2026 đến ngày 30/11/2026" in book
    assert (
        all(name in book for name in (*rules.REGISTER_COLUMNS, FAR, "(6)")) and "(7)" not in book and NEAR not in book
    )

    for size, millimetres in (("307x220", (307, 220)), ("220x158", (220, 158)), ("220x109", (220, 109))):
        envelopes = await got(at_work, f"/v1/paper-issues/{issue['id']}/envelopes.pdf?size={size}")
        assert sizes(envelopes) == {millimetres} and len(pdfium.PdfDocument(envelopes)) == 2
        on_it = words(envelopes)
        assert all(
            part in on_it for part in ("SỞ KHOA HỌC VÀ CÔNG NGHỆ", CODE, "Kính gửi:", FAR, ADDRESS, NEAR, "KHẨN")
        )
    labels = await got(at_work, f"/v1/paper-issues/{issue['id']}/labels.pdf?first=14")
    assert sizes(labels) == {(210, 297)} and len(pdfium.PdfDocument(labels)) == 2  # the second one begins a sheet
    assert FAR in words(labels) and ADDRESS in words(labels)


async def test_annexes_are_printed_after_the_text_without_their_seals(at_work):
    sealed = await flow.issued(pki.world(), number="7", issued=FIRST)
    path = await kept(at_work, sealed, state="SEALED", annexes=(documents.draft(paragraphs=1),))
    printed = await got(at_work, f"{path}/for-seal.pdf")
    assert len(pdfium.PdfDocument(printed)) == sum(
        len(pdfium.PdfDocument(one)) for one in (sealed, documents.draft(paragraphs=1))
    )
    assert words(printed).count(f"Kèm theo Quyết định số {CODE} ngày 05/11/2026") == 1  # where the seal named them


async def test_a_broken_annex_is_said_instead_of_printing_half(at_work):
    sealed = await flow.issued(pki.world(), number="7", issued=FIRST)
    path = await kept(at_work, sealed, annexes=(b"%PDF-1.7 broken",))
    refused = await at_work.client("registry", CLERK).get(f"{path}/for-seal.pdf")
    assert refused.status_code == 422 and "hỏng hoặc đặt mật khẩu" in refused.json()["detail"]


async def test_only_a_signed_numbered_document_is_printed_and_only_by_its_clerk(at_work):
    path = await kept(at_work, state="NUMBERED")
    clerk = at_work.client("registry", CLERK)
    refused = await clerk.get(f"{path}/for-seal.pdf")
    assert refused.status_code == 409 and "đã cấp số" in refused.json()["detail"]
    unsigned = await kept(at_work, number=8)
    assert (await clerk.get(f"{unsigned}/for-seal.pdf")).json()["kind"] == "paper-not-signed"
    assert (await at_work.client("registry", DRAFTER).get(f"{unsigned}/for-seal.pdf")).status_code == 403
    assert (await at_work.client("registry", STRANGER).get(f"{unsigned}/for-seal.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"printed": 2}, "too-few-printed"),
        ({"printed": 0}, "invalid"),
        ({"reason": " "}, "invalid"),
        ({"sent_on": "2026-11-04"}, "wrong-transfer-day"),
        ({"sent_on": "2999-01-01"}, "wrong-transfer-day"),
        ({"receivers": [{"name": FAR}, {"name": FAR.upper()}]}, "same-receiver-twice"),
        ({"receivers": [{"name": "  "}]}, "invalid"),
    ],
)
async def test_what_cannot_be_is_not_recorded(at_work, change, kind):
    path = await kept(at_work)
    answer = await at_work.client("registry", CLERK).post(f"{path}/paper-issues", json=ISSUE | change)
    assert answer.status_code == 422 and answer.json()["kind"] == kind, answer.text
    assert (await ok(await at_work.client("registry", CLERK).get(f"{path}/paper-issues")))["issues"] == []


async def test_who_may_record_and_when(at_work):
    path = await kept(at_work, state="SEALED")
    answer = await at_work.client("registry", CLERK).post(f"{path}/paper-issues", json=ISSUE)
    assert answer.json()["kind"] == "paper-before-issue"
    for who, status in ((DRAFTER, 403), (STRANGER, 404)):
        assert (await at_work.client("registry", who).post(f"{path}/paper-issues", json=ISSUE)).status_code == status
    assert (await at_work.client("registry", STRANGER).get(f"{path}/paper-issues")).status_code == 404


async def test_a_mistaken_record_stays_with_its_reason_and_prints_no_more(at_work):
    path = await kept(at_work)
    client, stranger = at_work.client("registry", CLERK), at_work.client("registry", STRANGER)
    issue = await ok(await client.post(f"{path}/paper-issues", json=ISSUE))
    here = f"/v1/paper-issues/{issue['id']}"
    assert (await stranger.post(f"{here}/cancel", json={"reason": "Ghi nhầm"})).status_code == 404
    assert (await stranger.get(f"{here}/envelopes.pdf")).status_code == 404
    assert (await at_work.client("registry", DRAFTER).get(f"{here}/labels.pdf")).status_code == 403
    for reason in ("Ghi nhầm văn bản", "Lần thứ hai"):
        gone = await ok(await client.post(f"{here}/cancel", json={"reason": reason}))
        assert gone["cancelled_reason"] == "Ghi nhầm văn bản"
    assert (await client.get(f"{here}/envelopes.pdf")).json()["kind"] == "paper-issue-cancelled"
    assert (await client.get(f"{here}/envelopes.pdf", params={"size": "1x1"})).status_code == 404
    document = await ok(await client.get(path))
    assert (document["paper_sent_at"], document["paper_reason"]) == (None, "")  # nobody got paper after all
    [row] = await ok(await client.get("/v1/postal-register", params={"year": 2026}))
    assert row["columns"][-1] == "2 bản; Đã hủy ghi: Ghi nhầm văn bản"
    assert await ok(await stranger.get("/v1/postal-register", params={"year": 2026})) == []


async def test_one_envelope_for_several_documents_names_them_all_and_the_month_holds_its_days_only(at_work):
    client = at_work.client("registry", CLERK)
    first = await kept(at_work)
    other = await kept(at_work, code="08/BC-SKHCN", number=8)
    alone = {"printed": 1, "reason": "Theo yêu cầu", "sent_on": "2026-11-06"}
    issue = await ok(await client.post(f"{first}/paper-issues", json=alone | {"receivers": [{"name": FAR}]}))
    beside = {"receivers": [{"name": FAR, "envelopes": 0}]}
    inside = await ok(await client.post(f"{other}/paper-issues", json=alone | beside))
    both = words(await got(at_work, f"/v1/paper-issues/{issue['id']}/envelopes.pdf"))
    assert "07/QĐ-SKHCN; 08/BC-SKHCN" in both
    assert "Không có bì nào" in words(await got(at_work, f"/v1/paper-issues/{inside['id']}/envelopes.pdf"))
    rows = await ok(await client.get("/v1/postal-register", params={"year": 2026, "month": 11}))
    assert [row["columns"][3:] for row in rows] == [["1", "", ""], ["0", "", "Gửi chung bì"]]
    assert await ok(await client.get("/v1/postal-register", params={"year": 2026, "month": 10})) == []
    empty = words(await got(at_work, "/v1/postal-register.pdf?year=2026&month=12"))
    assert "Từ ngày 01/12/2026 đến ngày 31/12/2026" in empty and "chưa có văn bản nào" in empty
