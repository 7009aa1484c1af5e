"""All annexes before the issue: counted in the text and by the drafter, against the files that are attached."""

from __future__ import annotations

from dataclasses import asdict
from uuid import UUID

import pytest

from contracts.message import FileRef
from contracts.signing.events import SealedV1
from services.registry.annexes import rules
from services.registry.annexes.mentions import Named, named
from services.registry.documents import typeset
from services.registry.outgoing.tables import Outgoing
from shared.clock import now
from tests.unit.registry.office import CLERK, DRAFTER, OFFICE, STRANGER, office, ok, signed, tell, upload

DECREE = "theo Phụ lục I Nghị định số 30/2020/NĐ-CP, Phụ lục III ban hành kèm theo Thông tư số 41/2017/TT-BTTTT"


@pytest.mark.parametrize(
    ("text", "labels", "count"),
    [
        ("Chi tiết tại Phụ lục I và Phụ lục II của Kế hoạch này.", ("I", "II"), 2),
        ("Số liệu tại các Phụ lục I, II và III kèm theo.", ("I", "II", "III"), 3),
        ("Xem từ Phụ lục I đến Phụ lục IV.", ("I", "II", "III", "IV"), 4),
        ("Xem Phụ lục 1 - 3.", ("1", "2", "3"), 3),
        ("(Kèm theo 02 phụ lục)", (), 2),
        ("gồm hai phụ lục và 03 (ba) phụ lục của Quyết định này", (), 3),
        ("Phụ lục số 01 kèm theo Công văn này", ("01",), 1),
        ("PHỤ LỤC II kèm theo", ("II",), 1),
        (f"Thể thức {DECREE}; tại Phụ lục II Luật Đầu tư", (), 0),
        ("Quyết định này có 5 điều", (), 0),
        ("Phụ lục Các mẫu biểu kèm theo", (), 0),
        ("Phụ lu\u0323c I nêu tại", ("I",), 1),
    ],
)
def test_the_annexes_of_the_document_itself_are_counted_in_its_text(
    text: str, labels: tuple[str, ...], count: int
) -> None:
    found = named([text])
    assert (found.labels, found.count) == (labels, count)


def test_annexes_in_the_same_file_are_seen_by_their_headings() -> None:
    found = named(["Kế hoạch theo Phụ lục I, II và III.", "PHỤ LỤC I\nDANH MỤC\n(Phụ lục V)", "3\nPhụ lục II\nMẪU"])
    assert found.labels == ("I", "II", "III") and found.inside == ("I", "II")
    assert [rules.warnings("", None, found, files) == [] for files in range(5)] == [False, True, False, True, False]
    assert named(["Theo phụ lục", "Phụ lục I của Thông tư quy định"]).inside == ()


@pytest.mark.parametrize(
    ("subject", "text", "declared", "attached", "said"),
    [
        ("Về việc thử", "Nội dung", None, 0, ""),
        ("Về việc thử", "Chi tiết tại phụ lục kèm theo", None, 0, "nhắc đến phụ lục (“Chi tiết tại phụ lục kèm theo”)"),
        ("Về việc thử", DECREE, None, 0, ""),
        ("Ban hành kèm theo Quy chế", "", None, 0, "Trích yếu nhắc đến tài liệu kèm theo"),
        ("Ban hành kèm theo Quy chế", "Xem phụ lục", None, 1, ""),
        ("Về việc thử", "Gửi kèm theo báo cáo", None, 0, "nhắc đến tài liệu kèm theo"),
        ("Về việc thử", "Tại Phụ lục I và II", None, 1, "nêu 2 phụ lục (Phụ lục I, Phụ lục II) nhưng có 1 tệp"),
        ("Về việc thử", "Tại Phụ lục I và II", 1, 1, "người soạn ghi là 1"),
        ("Về việc thử", "", 2, 1, "ghi 2 phụ lục nhưng có 1 tệp"),
        ("Về việc thử", "như phụ lục", 0, 0, "nhắc đến phụ lục"),
    ],
)
def test_what_a_person_should_look_at_is_said(
    subject: str, text: str, declared: int | None, attached: int, said: str
) -> None:
    found = rules.warnings(subject, declared, named([text]), attached)
    assert (len(found) == 1 and said in found[0]) if said else found == []


def plan(body: str) -> bytes:
    values = {"subject": "Chuyển đổi số", "body": body, "office_name": "Sở Khoa học và Công nghệ"}
    return typeset.render("plan", values)


async def sealed(system, key: str) -> str:
    clerk, path = system.client("registry", CLERK), f"/v1/documents/{key}"
    numbered = await ok(await clerk.post(f"{path}/number"))
    main = FileRef(**next(f for f in numbered["files"] if f["role"] == "main"))
    await tell(
        system, SealedV1(document_id=key, office_id=OFFICE, main_file=main, legal_state="ORIGINAL", sealed_at=now())
    )
    return path


@pytest.mark.requirement("R12.22")
async def test_a_document_leaves_with_as_many_annexes_as_its_text_and_its_drafter_name(tmp_path):
    async with office(tmp_path) as system:
        drafter, clerk = system.client("registry", DRAFTER), system.client("registry", CLERK)
        body = (
            "Nhiệm vụ tại Phụ lục I và Phụ lục II của Kế hoạch này, thể thức theo Phụ lục I Nghị định số 30/2020/NĐ-CP."
        )
        main = await ok(await upload(system, "Ke hoach.pdf", plan(body)))
        annexes = [
            await ok(await upload(system, f"Phụ lục {n}.pdf", plan(f"Mục {n}"))) | {"role": "annex"} for n in (1, 2)
        ]
        form = {"type_name": "Kế hoạch", "subject": "Chuyển đổi số", "signer_id": "s", "signer_name": "Giám Đốc"}

        # the text names two, one is attached: said when it is saved, stopped when it is handed in
        draft = await ok(await drafter.post("/v1/drafts", json=form | {"files": [main, annexes[0]]}))
        assert "nêu 2 phụ lục (Phụ lục I, Phụ lục II) nhưng có 1 tệp" in draft["warnings"][0]
        refused = await drafter.post(f"/v1/drafts/{draft['id']}/submit")
        assert refused.status_code == 409 and refused.json()["kind"] == "annexes-named"
        both = form | {"files": [main, *annexes]}
        whole = await ok(await drafter.put(f"/v1/drafts/{draft['id']}", json=both, headers={"If-Match": draft["etag"]}))
        assert whole["warnings"] == []
        assert (await ok(await drafter.post(f"/v1/drafts/{draft['id']}/submit")))["state"] == "CONSULTING"

        # a signed one with another number of files than its text or its drafter names is not issued
        for declared, read, kind in ((None, Named(count=2), "annexes-named"), (1, Named(), "annexes-missing")):
            document = await signed(system)
            path = await sealed(system, document["id"])
            await changed(system, document["id"], declared, read)
            answer = await clerk.post(f"{path}/issue", json={"annexes_confirmed": True})
            assert answer.status_code == 409 and answer.json()["kind"] == kind, answer.text
            assert (await ok(await clerk.get(path)))["state"] == "SEALED"
            await changed(system, document["id"], 0, Named())
            assert (await ok(await clerk.post(f"{path}/issue")))["state"] == "ISSUED"

        # mentioned, none attached: the clerk is warned and says that it is so
        mention = await ok(await upload(system, "Thong bao.pdf", plan("Danh sách tại phụ lục đính kèm Thông báo này.")))
        document = await signed(system, files=[mention])
        path = await sealed(system, document["id"])
        seen = await ok(await clerk.get(path))
        assert "nhắc đến phụ lục" in seen["warnings"][0] and seen["annexes_doubt"] == seen["warnings"][0]
        unsaid = await clerk.post(f"{path}/issue")
        assert unsaid.status_code == 409 and unsaid.json()["kind"] == "annexes-unconfirmed"
        assert (await system.client("registry", STRANGER).post(f"{path}/issue")).status_code == 404
        issued = await ok(await clerk.post(f"{path}/issue", json={"annexes_confirmed": True}))
        assert issued["state"] == "ISSUED"
        assert any("Xác nhận đã đủ phụ lục" in entry["text"] for entry in issued["timeline"])


async def changed(system, key: str, declared: int | None, read: Named) -> None:
    """As a document of an earlier day may be."""
    async with system.runtime("registry").work() as work:
        document = await work.locked(Outgoing, UUID(key))
        document.annex_count, document.annexes_named = declared, asdict(read)


async def test_a_file_whose_text_cannot_be_read_stops_nobody(tmp_path):
    async with office(tmp_path) as system:
        drafter = system.client("registry", DRAFTER)
        scan = await ok(await upload(system, "Ban quet.pdf", plan("x")))
        place = system.runtime("registry").blobs.path(scan["sha256"])
        place.chmod(0o600)
        place.write_bytes(b"%PDF-1.4 hong")
        form = {"type_name": "Kế hoạch", "subject": "Thử", "files": [scan]}
        assert (await ok(await drafter.post("/v1/drafts", json=form)))["warnings"] == []
        unheld = form | {"files": [scan | {"sha256": "0" * 64}]}
        assert (await drafter.post("/v1/drafts", json=unheld)).status_code == 404
