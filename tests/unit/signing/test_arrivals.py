"""Completeness, integrity and authenticity of what arrives, each with its reason, before anybody accepts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.signing.pdf.archive import archive
from services.signing.pdf.corner import sign_annex
from services.signing.pdf.evidence import NOTHING
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.sealing import number_and_seal
from tests.unit.signing import arrivals, documents, flow, foreign, pki
from tests.unit.signing.forging import files as forged_files
from tests.unit.signing.forging.honest import Honest

DAY = timedelta(days=1)
MAIN = "quyet-dinh.pdf"


@dataclass(frozen=True)
class Case:
    """A package, and what the clerk has to be told: `said` stands in the reasons (or problems); none: an original.

    `noted` is told of an original.
    """

    name: str
    pdf: bytes
    said: str = ""
    told: dict[str, Any] = field(default_factory=dict)
    annexes: tuple[tuple[str, bytes], ...] = ()
    noted: str = ""


async def issued(world: pki.World, **keys: Any) -> bytes:
    """A decision number 7 by this leader and office."""
    leader, office = keys.get("leader", world.leader), keys.get("office", world.office)
    evidence = keys.get("evidence", world.evidence(leader, office, world.tsa))
    honest = Honest(world)
    stamper = world.stamper() if keys.get("stamped", True) else None
    signed = await sign_leader(honest.ready, leader, image=flow.signature_image(), tsa=stamper, evidence=evidence)
    if not keys.get("sealed", True):
        return signed
    return await number_and_seal(
        signed, number="7", issued=flow.ISSUED, key=office, seal_image=flow.seal_image(), tsa=stamper, evidence=evidence
    )


async def corpus() -> list[Case]:
    world = arrivals.world()
    good = await issued(world)
    return [*await _good(world, good), *await _changed(world, good), *await _keys(world), *await _package(world, good)]


async def _good(world: pki.World, good: bytes) -> list[Case]:
    evidence = world.evidence(world.leader, world.office, world.tsa)
    annex = await sign_annex(
        documents.draft(paragraphs=1), world.office, code="7/QĐ-SKHCN", tsa=world.stamper(), evidence=evidence
    )
    return [
        Case("hai chữ ký", good, told={"signer_name": documents.SIGNER}),
        Case("lưu trữ", await archive(good, world.stamper(), evidence=evidence)),
        Case("phần mềm khác", foreign.many(documents.draft(), world, 2, stamped=True)),
        Case("không dấu thời gian", foreign.many(documents.draft(), world, 2), noted="không có dấu thời gian"),
        Case("phụ lục ký riêng", good, annexes=(("phu-luc.pdf", annex),)),
        Case("mã theo kiểu cũ", good, told={"sender": arrivals.Organ("000.00.00.G06", arrivals.MINISTRY.name)}),
    ]


async def _changed(world: pki.World, good: bytes) -> list[Case]:
    other = foreign.many(documents.draft(), world, 2, stamped=True)
    return [
        Case("sửa một byte", forged_files.flipped(good, 0.3), "đã bị sửa sau khi"),
        Case("sửa một byte của phần mềm khác", forged_files.flipped(other, 0.2), "đã bị sửa sau khi"),
        Case("thêm sau khi ký", good + b"\n% more\n", "có dữ liệu thêm sau khi ký"),
        Case("sửa sau khi ký", forged_files.override(good), "Không dùng tệp này"),
        Case("cắt giữa chừng", good[: len(good) // 2], "không đọc được như một PDF"),
        Case("hai bảng đối tượng", forged_files.hybrid(good), "hai bảng đối tượng"),
    ]


async def _keys(world: pki.World) -> list[Case]:
    moment = datetime.now(UTC).replace(microsecond=0)
    leader, office = world.leader.certificate.subject, world.office.certificate.subject
    strange = pki.Authority.root("Thử nghiệm Root CA").below("Thử nghiệm CA G1")
    revoked = world.evidence(
        world.leader, world.office, world.tsa, revoked={world.office.certificate.serial_number: moment - 2 * DAY}
    )
    return [
        Case("hết hạn khi ký", await issued(world, leader=world.ca.issue(leader, end=moment - 3 * DAY)), "đã hết hạn"),
        Case(
            "chưa hiệu lực", await issued(world, leader=world.ca.issue(leader, begin=moment + DAY)), "chưa có hiệu lực"
        ),
        Case("bị thu hồi", await issued(world, evidence=revoked), "đã bị thu hồi vào lúc ký"),
        Case("CA lạ", await issued(world, office=strange.issue(office)), "không do tổ chức chứng thực được tin cậy"),
        Case("thiếu bằng chứng", await issued(world, evidence=NOTHING), "thu hồi hay không"),
        Case("không để ký", await issued(world, leader=world.ca.issue(leader, content=False)), "không được cấp để ký"),
    ]


async def _package(world: pki.World, good: bytes) -> list[Case]:
    """What the package says, and what it lacks."""
    other = world.ca.issue(pki.name("Bộ Tài chính", o="Bộ Tài chính", organ="G02"))
    unnamed = world.ca.issue(pki.name("Bộ Tài chính", o="Bộ Tài chính"))
    return [
        Case("chỉ người ký", await issued(world, sealed=False), "thiếu chữ ký số của cơ quan"),
        Case("chỉ cơ quan", foreign.sign(documents.draft(), world.office, world, "Sig"), "người có thẩm quyền"),
        Case("không ký", documents.draft(), "không có chữ ký số nào"),
        Case("cơ quan khác mã nơi gửi", await issued(world, office=other), "không khớp nơi gửi “Bộ Khoa học"),
        Case("cơ quan khác tên nơi gửi", await issued(world, office=unnamed), "không khớp nơi gửi “Bộ Khoa học"),
        Case("khác số", good, "khác với thông tin gửi kèm “8”", told={"code_number": "8"}),
        Case("khác ngày", good, "gửi kèm “06/11/2026”", told={"promulgation_date": date(2026, 11, 6)}),
        Case("khác người ký", good, "khác với người ký ghi trong", told={"signer_name": "Trần Văn Khác"}),
        Case("phụ lục chưa ký", good, "không có chữ ký số nào", annexes=(("phu-luc.pdf", documents.draft(tail="x")),)),
        Case("thiếu tệp đính kèm", good, "nêu tên nhưng không có nội dung", annexes=(("phu-luc.pdf", good + b" "),)),
    ]  # fmt: skip


def without_last_file(body: bytes) -> bytes:
    """The package that names a file and does not carry it."""
    start, end = (
        body.rindex(b"<edXML:Attachment>") if b"<edXML:Attachment>" in body else body.rindex(b"<Attachment>"),
        0,
    )
    end = body.index(b"Attachment>", body.index(b"Attachment>", start) + 1) + len(b"Attachment>")
    return body[:start] + body[end:]


@pytest.mark.requirement("R11.1")
async def test_each_file_of_the_corpus_gets_its_verdict_and_its_reason(tmp_path: Path) -> None:
    cases = await corpus()
    assert len(cases) >= 20
    packages = []
    for place, case in enumerate(cases):
        body = arrivals.package(place, case.name, [(MAIN, case.pdf), *case.annexes], **case.told)
        packages.append(without_last_file(body) if case.name == "thiếu tệp đính kèm" else body)
    async with arrivals.receiving(tmp_path) as system:
        found = await arrivals.arrive(system, *packages)
    wrong = []
    for case in cases:
        row = found[case.name]
        reasons = [*row["verdict"]["reasons"], *row["problems"]]
        right = any(case.said in one for one in reasons) if case.said else row["verdict"]["valid"]
        right = right and any(case.noted in one for one in [*reasons, ""])
        complete = case.name != "thiếu tệp đính kèm"
        state = "ORIGINAL" if not case.said or not complete else "REFERENCE_ONLY"
        if not right or row["legal_state"] != state or row["verdict"]["valid"] != (state == "ORIGINAL"):
            wrong.append((case.name, row["legal_state"], reasons))
    assert not wrong, "\n".join(map(str, wrong))
