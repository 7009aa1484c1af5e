"""Sao y, sao lục, trích sao: who may make which from what, in which series, and what comes out (NĐ 30 Đ25–27)."""

from __future__ import annotations

import io
from uuid import uuid4

import pikepdf
import pypdfium2 as pdfium
import pytest

from contracts.message import FileRef
from contracts.registry.events import CopyNumberedV1
from contracts.signing.events import CopyNotSignedV1, CopySignedV1, FilesValidatedV1
from services.registry.copies import rules
from services.registry.documents import typeset
from shared.auth import Principal
from shared.clock import now, today
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, STRANGER, arrived, office, ok, person_fact, tell, upload
from tests.unit.registry.scanned import scan

HEAD = Principal(str(uuid4()), "Nguyễn Văn Ước", "person", OFFICE, None, frozenset({"leader"}))
DEPUTY = Principal(str(uuid4()), "Trần Thị Hòa", "person", OFFICE, None, frozenset({"deputy"}))
PAPER = {
    "kind": "SY", "source_medium": "paper", "target_medium": "electronic", "issuer": "Sở Tài chính",
    "code": "12/BC-STC", "issued_date": "2026-03-05", "type_name": "Báo cáo", "subject": "Về quyết toán",
}  # fmt: skip


@pytest.fixture
async def at_work(tmp_path):
    async with office(tmp_path) as system:
        facts = {"position": "Phó Giám đốc", "capacity": "KT. GIÁM ĐỐC"}
        for person, more in ((HEAD, {"position": "Giám đốc"}), (DEPUTY, facts), (CLERK, {})):
            await tell(system, person_fact(person, **more))
        yield system


async def scanned(system, **more) -> dict:
    return await ok(await upload(system, f"Bản chụp {uuid4()}.pdf", scan(words=str(uuid4()), **more), CLERK))


async def asked(system, who=CLERK, **body) -> dict:
    return await ok(await system.client("registry", who).post("/v1/copies", json=body))


async def decided(system, copy: dict, who=HEAD) -> dict:
    return await ok(await system.client("registry", who).post(f"/v1/copies/{copy['id']}/decide", json={"agree": True}))


async def numbered(system, copy: dict) -> dict:
    return await ok(await system.client("registry", CLERK).post(f"/v1/copies/{copy['id']}/number"))


async def original(system, pdf: bytes | None = None) -> tuple[str, dict]:
    """An incoming electronic original of the office, with its file."""
    content = pdf or typeset.render("report", {"subject": str(uuid4()), "signer_name": "Lê Văn An"})
    file = await ok(await upload(system, f"{uuid4()}.pdf", content))
    key = await arrived(system, files=(FileRef(**file),), code_number="12", code_notation=f"BC-{uuid4().hex[:6]}")
    return key, file


def words(pdf: bytes, page: int = -1) -> str:
    document = pdfium.PdfDocument(pdf)
    return " ".join(document[page % len(document)].get_textpage().get_text_range().split())


WAYS = {
    "SY": {("paper", "paper"), ("electronic", "paper"), ("paper", "electronic")},
    "SL": {("paper", "paper"), ("paper", "electronic"), ("electronic", "paper")},
    "TrS": {("paper", "paper"), ("electronic", "paper"), ("paper", "electronic"), ("electronic", "electronic")},
}


@pytest.mark.requirement("R12.31")
@pytest.mark.parametrize("code", WAYS)
@pytest.mark.parametrize("source", ["paper", "electronic"])
@pytest.mark.parametrize("target", ["paper", "electronic"])
def test_each_kind_is_made_only_in_the_ways_of_the_decree(code, source, target):
    kind = rules.kind_of(code)
    if (source, target) in WAYS[code]:
        rules.check_way(kind, source, target)
    else:
        with pytest.raises(rules.WayNotAllowed) as refusal:
            rules.check_way(kind, source, target)
        assert "Hãy gửi chính văn bản điện tử gốc." in refusal.value.text


@pytest.mark.requirement("R12.31")
def test_a_sao_luc_is_made_only_from_a_sao_y_and_the_others_only_from_original_or_master():
    rules.check_source(rules.kind_of("SL"), "certified_copy", None)
    for code in ("SY", "TrS"):
        for form in ("original", "master"):
            rules.check_source(rules.kind_of(code), form, None)
            with pytest.raises(rules.SourceNotAllowed):
                rules.check_source(rules.kind_of("SL"), form, None)
        with pytest.raises(rules.SourceNotAllowed):
            rules.check_source(rules.kind_of(code), "certified_copy", None)


async def test_a_paper_is_scanned_decided_numbered_and_signed(at_work):
    file = await scanned(at_work)
    copy = await asked(at_work, **PAPER, file=file, purpose="Nộp hồ sơ thầu")
    assert (copy["state"], copy["kind_name"], copy["source_code"]) == ("ASKED", "Sao y", "12/BC-STC")
    assert (await at_work.client("registry", CLERK).post(f"/v1/copies/{copy['id']}/number")).status_code == 409
    assert (await decided(at_work, copy))["state"] == "APPROVED"
    told = await at_work.listen(CopyNumberedV1.message_type)
    copy = await numbered(at_work, copy)
    assert (copy["state"], copy["code"], copy["issued_date"]) == ("NUMBERED", "01/SY-SKHCN", today().isoformat())
    await at_work.settle()
    [order] = [CopyNumberedV1.model_validate(one.data) for one in told]
    assert (order.form, order.file.sha256, order.clerk_id) == ("SAO Y", file["sha256"], CLERK.id)
    await tell(at_work, CopyNotSignedV1(copy_id=copy["id"], office_id=OFFICE, reason="Khóa chưa bàn giao."))
    client = at_work.client("registry", CLERK)
    failed = await ok(await client.get(f"/v1/copies/{copy['id']}"))
    assert (failed["state"], failed["reason"]) == ("NUMBERED", "Khóa chưa bàn giao.")
    assert (await numbered(at_work, copy))["code"] == "01/SY-SKHCN"  # again: the same number
    done = FileRef(sha256="b" * 64, size=9, name="a.pdf")
    for _ in range(2):
        await tell(at_work, CopySignedV1(copy_id=copy["id"], office_id=OFFICE, file=done, signed_at=now()))
    copy = await ok(await client.get(f"/v1/copies/{copy['id']}"))
    assert (copy["state"], copy["result"]["sha256"]) == ("DONE", "b" * 64)
    acts = ["copy-asked", "copy-decided", "copy-numbered", "copy-not-signed", "copy-done"]
    assert [line["act"] for line in copy["timeline"]] == acts


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"target_medium": "electronic", "source_medium": "electronic"}, "copy-way-not-allowed"),
        ({"kind": "SL"}, "copy-source-not-allowed"),
        ({"source_form": "certified_copy"}, "copy-source-not-allowed"),
        ({"file": None}, "copy-file-missing"),
        ({"subject": ""}, "invalid"),
        ({"kind": "XX"}, "invalid"),
    ],
)
async def test_what_the_law_forbids_is_refused_before_anybody_decides(at_work, body, kind):
    file = await scanned(at_work)
    answer = await at_work.client("registry", CLERK).post("/v1/copies", json=PAPER | {"file": file} | body)
    assert answer.status_code == 422
    assert kind in answer.json()["kind"] or kind == "invalid"
    assert (await ok(await at_work.client("registry", CLERK).get("/v1/copies")))["items"] == []


@pytest.mark.requirement("R12.31")
@pytest.mark.parametrize("more", [{"dpi": 100}, {"mode": "L"}])
async def test_a_scan_that_is_not_good_enough_is_refused(at_work, more):
    answer = await at_work.client("registry", CLERK).post(
        "/v1/copies", json=PAPER | {"file": await scanned(at_work, **more)}
    )
    assert (answer.status_code, answer.json()["kind"]) == (422, "scan-not-fit")


@pytest.mark.requirement("R12.31")
async def test_only_the_head_or_who_was_given_it_in_writing_decides(at_work):
    copy = await asked(at_work, **PAPER, file=await scanned(at_work))
    path, yes = f"/v1/copies/{copy['id']}/decide", {"agree": True}
    for who in (CLERK, DRAFTER, DEPUTY):
        assert (await at_work.client("registry", who).post(path, json=yes)).status_code == 403
    assert (await at_work.client("registry", STRANGER).post(path, json=yes)).status_code == 404
    given = {"person_id": DEPUTY.id, "basis": "Quyết định số 15/QĐ-SKHCN"}
    assert (await at_work.client("registry", DEPUTY).post("/v1/copy-authorities", json=given)).status_code == 403
    over = given | {"valid_to": "2020-01-01"}
    assert (await at_work.client("registry", HEAD).post("/v1/copy-authorities", json=over)).status_code == 204
    assert (await at_work.client("registry", DEPUTY).post(path, json=yes)).status_code == 403
    assert (await at_work.client("registry", HEAD).post("/v1/copy-authorities", json=given)).status_code == 204
    assert (await decided(at_work, copy, DEPUTY))["decided_by_name"] == DEPUTY.name


async def test_a_refusal_needs_its_reason_and_ends_the_matter(at_work):
    copy = await asked(at_work, **PAPER, file=await scanned(at_work))
    path = f"/v1/copies/{copy['id']}/decide"
    head = at_work.client("registry", HEAD)
    assert (await head.post(path, json={"agree": False})).status_code == 422
    refused = await ok(await head.post(path, json={"agree": False, "reason": "Tài liệu mật"}))
    assert (refused["state"], refused["reason"]) == ("REFUSED", "Tài liệu mật")
    assert (await head.post(path, json={"agree": True})).status_code == 409
    assert (await at_work.client("registry", CLERK).post(f"/v1/copies/{copy['id']}/number")).status_code == 409


@pytest.mark.requirement("R12.31")
async def test_all_kinds_share_one_series_and_documents_have_another(at_work):
    codes = []
    for kind, source_form in (("SY", "original"), ("TrS", "original"), ("SL", "certified_copy")):
        body = PAPER | {"kind": kind, "target_medium": "paper", "source_form": source_form}
        copy = await decided(at_work, await asked(at_work, **body))
        codes.append((await numbered(at_work, copy))["code"])
    assert codes == ["01/SY-SKHCN", "02/TrS-SKHCN", "03/SL-SKHCN"]


async def test_a_printed_copy_has_the_sources_pages_and_the_block_of_the_copy(at_work):
    key, _ = await original(at_work)
    body = {"kind": "SY", "source_medium": "electronic", "target_medium": "paper", "incoming_id": key}
    copy = await asked(at_work, **body, recipients=["Ban Quản lý dự án"])
    assert copy["source_code"].startswith("12/BC-")  # nobody typed it again
    copy = await numbered(at_work, await decided(at_work, copy))
    assert copy["state"] == "DONE"
    pdf = (await at_work.client("registry", CLERK).get(f"/v1/files/{copy['result']['sha256']}")).content
    assert "BÁO CÁO" in words(pdf, 0)
    block, day = words(pdf), today()
    for wanted in (
        "SAO Y", "SỞ KHOA HỌC VÀ CÔNG NGHỆ", "Số: 01/SY-SKHCN", f"ngày {day.day:02d} tháng", "GIÁM ĐỐC",
        HEAD.name, "- Ban Quản lý dự án;", "- Lưu: VT.",
    ):  # fmt: skip
        assert wanted in block
    with pikepdf.open(io.BytesIO(pdf)) as file:
        assert "/AcroForm" not in file.Root


async def test_what_lacks_the_two_signatures_is_not_copied_and_a_strangers_document_does_not_exist(at_work):
    key, _ = await original(at_work)
    row = await ok(await at_work.client("registry", CLERK).get(f"/v1/incoming/{key}"))
    reference = FilesValidatedV1(arrival_id=row["arrival_id"], legal_state="REFERENCE_ONLY", valid=False)
    await tell(at_work, reference)
    body = {"kind": "SY", "source_medium": "electronic", "target_medium": "paper", "incoming_id": key}
    answer = await at_work.client("registry", CLERK).post("/v1/copies", json=body)
    assert (answer.status_code, answer.json()["kind"]) == (422, "copy-source-not-original")
    assert (await at_work.client("registry", STRANGER).post("/v1/copies", json=body)).status_code == 404


async def test_a_sao_y_of_ours_is_the_source_of_a_sao_luc(at_work):
    first = await numbered(at_work, await decided(at_work, await asked(at_work, **PAPER | {"target_medium": "paper"})))
    again = {"kind": "SL", "source_medium": "paper", "target_medium": "paper", "copy_id": first["id"]}
    second = await asked(at_work, **again)
    assert (second["source_code"], second["source_form"]) == ("12/BC-STC", "certified_copy")
    answer = await at_work.client("registry", CLERK).post("/v1/copies", json=again | {"kind": "SY"})
    assert (answer.status_code, answer.json()["kind"]) == (422, "copy-source-not-allowed")


async def test_a_strangers_copy_and_file_do_not_exist(at_work):
    copy = await asked(at_work, **PAPER, file=await scanned(at_work))
    stranger = at_work.client("registry", STRANGER)
    assert (await stranger.get(f"/v1/copies/{copy['id']}")).status_code == 404
    assert (await stranger.post(f"/v1/copies/{copy['id']}/number")).status_code == 404
    assert (await ok(await stranger.get("/v1/copies")))["items"] == []
    body = PAPER | {"file": await scanned(at_work)}
    assert (await stranger.post("/v1/copies", json=body)).status_code == 404
