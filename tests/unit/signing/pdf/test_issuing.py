"""A document from draft to issue, judged by pyHanko, poppler, qpdf and pdfium, which share no code with the writer."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from services.signing.judging.judge import judged
from services.signing.judging.policy import changes_allowed
from services.signing.judging.proofs import Proofs, stamped_at
from services.signing.judging.verdict import Expected
from services.signing.pdf import names
from services.signing.pdf.corner import sign_annex
from services.signing.pdf.opening import AlreadySignedHere
from services.signing.pdf.places import MM
from services.signing.pdf.sealing import LeaderMissing, NumberTooLong, YearDiffers
from services.signing.pdf.signable import NotPrepared
from services.signing.pdf.text import glyphs_of, rows_of, size_at
from shared.clock import now
from tests.unit.signing import documents, flow, pki

TOOLS = shutil.which("pdfsig") and shutil.which("qpdf") and shutil.which("pdftotext")


def said_by(*command: str) -> str:
    return subprocess.run(
        command, stdout=subprocess.PIPE, text=True, check=False, timeout=60, stderr=subprocess.STDOUT
    ).stdout


@pytest.fixture(params=["ec", "rsa"])
def world(request: pytest.FixtureRequest) -> pki.World:
    return pki.world(request.param)


@pytest.mark.parametrize("layout", list(documents.layouts()))
async def test_both_signatures_are_valid_in_pyhanko(layout: str) -> None:
    world = pki.world()
    pdf = await flow.issued_in(world, layout)
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    *leaders, office = reader.embedded_regular_signatures
    assert len(leaders) == (2 if layout == "two-signers" else 1)
    proofs = Proofs(reader, world.trust, now(), world.evidence())
    for one in (*leaders, office):
        context = proofs.context(stamped_at(one.signer_info))
        status = await async_validate_pdf_signature(one, context, diff_policy=changes_allowed())
        assert status.bottom_line and status.intact and status.valid and status.trusted
        assert status.docmdp_ok
    assert {one.diff_result.modification_level for one in leaders} == {ModificationLevel.FORM_FILLING}
    assert office.coverage == SignatureCoverageLevel.ENTIRE_FILE


async def test_default_policy_and_judge_agree(world: pki.World) -> None:
    pdf = await flow.issued(world)
    verdict = await judged(pdf, trust=world.trust)
    assert verdict.valid and verdict.legal_state == "ORIGINAL" and not verdict.reasons
    assert [(s.role, s.valid, s.level) for s in verdict.signatures] == [
        ("leader", True, "B-LT"),
        ("office", True, "B-LT"),
    ]
    assert verdict.signatures[1].organ_id == "H60.10" and verdict.signatures[0].signer == documents.SIGNER
    assert (verdict.shown.number, verdict.shown.day) == ("07", "05/11")


@pytest.mark.skipif(not TOOLS, reason="poppler-utils and qpdf are not installed")
@pytest.mark.parametrize("layout", list(documents.layouts()))
async def test_poppler_and_qpdf_read_it(layout: str, tmp_path: Path) -> None:
    path = tmp_path / "issued.pdf"
    path.write_bytes(await flow.issued_in(pki.world(), layout, number="123"))
    checked = said_by("qpdf", "--check", str(path))
    assert "No syntax or stream encoding errors" in checked and "WARNING" not in checked, checked
    signatures = 3 if layout == "two-signers" else 2
    assert said_by("pdfsig", "-nocert", str(path)).count("Signature is Valid") == signatures
    text = said_by("pdftotext", "-layout", "-l", "1", str(path), "-")
    assert re.search(r"Số:\s+123/QĐ-", text)
    assert re.search(r"ngày\s+05\s+tháng\s+11\s+năm 2026", text)


@pytest.mark.requirement("R12.18")
async def test_number_and_date_are_written_without_breaking_the_leader(tmp_path: Path) -> None:
    world = pki.world()
    signed = await flow.led(world)
    pdf = await flow.sealed(world, signed, number="9", issued=date(2026, 2, 3))
    assert pdf.startswith(signed), "one incremental revision"
    assert pdf[len(signed) :].count(b"startxref") == 1
    verdict = await judged(pdf, trust=world.trust, expected=Expected(number="9", issued=date(2026, 2, 3)))
    assert verdict.valid and all(one.valid for one in verdict.signatures)
    path = tmp_path / "issued.pdf"
    path.write_bytes(pdf)
    if TOOLS:
        assert said_by("pdfsig", "-nocert", str(path)).count("Signature is Valid") == 2
    with pikepdf.Pdf.open(path) as document:
        values = {str(f.T): str(f.V) for f in document.Root.AcroForm.Fields if f.FT == "/Tx"}
    assert values == {names.NUMBER: "09", names.DAY: "03", names.MONTH: "02"}
    shown = drawn_characters(pdf)
    assert re.search(r"Số:09/QĐ-SKHCN", shown) and "ngày03tháng02năm2026" in shown


def drawn_characters(pdf: bytes) -> str:
    """What pdfium shows on page 1, without blanks, with the fields flattened into the page."""
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        document.flatten_annotations("all")
        target = io.BytesIO()
        document.save(target)
    text = pdfium.PdfDocument(target.getvalue())[0].get_textpage()
    glyphs = words_of(text)
    return "".join(glyphs)


def words_of(text: pdfium.PdfTextPage) -> list[str]:
    return [row.text for row in rows_of(glyphs_of(text))]


async def test_numbers_stand_on_the_baseline_in_the_same_size() -> None:
    pdf = await flow.issued(pki.world(), number="123")
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        document.flatten_annotations("all")
        target = io.BytesIO()
        document.save(target)
    page = pdfium.PdfDocument(target.getvalue())[0].get_textpage()
    row = next(row for row in rows_of(glyphs_of(page)) if "Số:123/" in row.text)
    number, day = row.text.index("Số:"), row.text.index("ngày")
    for part, size in ((row.glyphs[number : number + 10], 13.0), (row.glyphs[day : day + 12], 14.0)):
        assert max(g.baseline for g in part) - min(g.baseline for g in part) < 0.1
        assert {round(size_at(page, glyph.index), 1) for glyph in part} == {size}


@pytest.mark.requirement("R12.20")
@pytest.mark.parametrize("layout", list(documents.layouts()))
async def test_the_seal_covers_a_third_of_the_signature_on_its_left(layout: str) -> None:
    pdf = await flow.issued_in(pki.world(), layout)
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        boxes = {str(f.T): [float(v) for v in f.Rect] for f in document.Root.AcroForm.Fields}
        image = next(f for f in document.Root.AcroForm.Fields if f.T == names.SEAL).AP.N.Resources.XObject.I
        assert "/SMask" in image, "transparent"
    x, _, right, _ = boxes[names.LEADER]
    seal_left, seal_bottom, seal_right, seal_top = boxes[names.SEAL]
    width = right - x
    assert x + 0.28 * width <= seal_right <= x + 0.38 * width
    assert abs((seal_right - seal_left) / MM - 36) <= 0.5 and abs((seal_top - seal_bottom) / MM - 36) <= 0.5
    middles = [(boxes[name][1] + boxes[name][3]) / 2 for name in (names.LEADER, names.SEAL)]
    assert abs(middles[0] - middles[1]) <= 5 * MM


async def test_the_signature_is_blue_and_the_seal_is_red() -> None:
    pdf = await flow.issued(pki.world())
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as parsed:
        boxes = {str(f.T): [float(v) for v in f.Rect] for f in parsed.Root.AcroForm.Fields}
    page = document[0]
    picture = page.render(scale=2, may_draw_forms=True).to_pil().convert("RGB")
    height = page.get_height()

    def colours(box: list[float]) -> list[tuple[int, int, int]]:
        left, bottom, right, top = box
        cut = picture.crop((int(left * 2), int((height - top) * 2), int(right * 2), int((height - bottom) * 2)))
        return [cut.getpixel((x, y)) for x in range(cut.width) for y in range(cut.height)]

    seal = colours(boxes[names.SEAL])
    assert sum(r > 180 and g < 90 and b < 90 for r, g, b in seal) > 0.05 * len(seal)
    left, bottom, right, top = boxes[names.LEADER]
    pen = colours([left + (right - left) / 2, bottom, right, top])
    assert sum(b > 120 and r < 90 and b > r + 60 for r, g, b in pen) > 0.01 * len(pen)


@pytest.mark.requirement("R12.21")
async def test_a_separate_annex_carries_the_offices_line(tmp_path: Path) -> None:
    world = pki.world()
    annex = documents.draft(paragraphs=1, table=5)
    pdf = await sign_annex(
        annex, world.office, code="07/QĐ-SKHCN", tsa=world.stamper(), evidence=world.evidence(world.office, world.tsa)
    )
    verdict = await judged(pdf, trust=world.trust, expected=Expected(annex=True, organ_ids=("H60.10",)))
    assert verdict.valid and [one.role for one in verdict.signatures] == ["annex"]
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        (field,) = document.Root.AcroForm.Fields
        _, _, right, top = (float(v) for v in field.Rect)
        assert right > 0.85 * 595 and top > 0.95 * 842, "top right"
        assert " 10 Tf" in field.AP.N.read_bytes().decode() and "/XObject" not in field.AP.N.Resources
    target = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        document.flatten_annotations("all")
        document.save(target)
    text = pdfium.PdfDocument(target.getvalue())[0].get_textpage().get_text_range()
    assert re.search(r"Số: 07/QĐ-SKHCN; \d\d/\d\d/\d{4}; \d\d:\d\d:\d\d \+07:00", text)


async def test_each_act_happens_once() -> None:
    world = pki.world()
    signed = await flow.led(world)
    with pytest.raises(AlreadySignedHere):
        await flow.sign_leader(signed, world.leader, image=flow.signature_image())
    pdf = await flow.sealed(world, signed)
    with pytest.raises(AlreadySignedHere):
        await flow.sealed(world, pdf)


async def test_sealing_needs_the_leader_the_year_and_a_number_that_fits() -> None:
    world = pki.world()
    with pytest.raises(LeaderMissing):
        await flow.sealed(world, flow.prepare(documents.draft(), signer_name=documents.SIGNER).pdf)
    signed = await flow.led(world)
    with pytest.raises(YearDiffers, match=r"2026.*2027"):
        await flow.sealed(world, signed, issued=date(2027, 1, 2))
    with pytest.raises(NumberTooLong):
        await flow.sealed(world, signed, number="123456789012345")
    with pytest.raises(NotPrepared):
        await flow.sealed(world, documents.draft())


async def test_approval_signature_as_setting() -> None:
    world = pki.world()
    pdf = await flow.sealed(world, await flow.led(world, certify=False))
    assert (await judged(pdf, trust=world.trust)).valid


async def test_without_time_stamp_the_time_is_told_as_unproven() -> None:
    world = pki.world()
    pdf = await flow.sealed(world, await flow.led(world, stamped=False), stamped=False)
    verdict = await judged(pdf, trust=world.trust, evidence=world.evidence())
    assert verdict.valid and {r.code for r in verdict.reasons} == {"no-timestamp"}
    assert {one.level for one in verdict.signatures} == {"B-B"}
