"""Whatever the document is, every file that the writer makes is right in the eyes of tools that share no code with it.

QLVB_EXAMPLES=300 looks further, at other documents each time.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as some

from services.signing.judging.judge import judge
from services.signing.judging.verdict import Expected
from services.signing.pdf import corner, names, opening
from services.signing.pdf.archive import archive
from services.signing.pdf.leader import open_leader
from services.signing.pdf.places import MM
from services.signing.pdf.prepare import Prepared, prepare
from services.signing.pdf.reader import Reader
from services.signing.pdf.sealing import open_seal
from services.signing.pdf.text import Row, glyphs_of, rows_of, size_at
from shared.clock import now
from tests.unit.signing import documents, flow, odd, pki
from tests.unit.signing.looking import flat, seal_stands_right

EXAMPLES = int(os.environ.get("QLVB_EXAMPLES", "0"))
PROFILE = settings(
    max_examples=EXAMPLES or 8, derandomize=not EXAMPLES, deadline=None, print_blob=True,
    phases=[Phase.explicit, Phase.generate],  # shrinking a document takes minutes; the note tells it whole
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
TOP_LINES = 70  # points from the top of a page
TOOLS = [tool for tool in ("qpdf", "pdfsig", "mutool") if not shutil.which(tool)]


@dataclass(frozen=True)
class Drawn:
    """A document that hypothesis thought of."""

    layout: dict[str, object]
    built: str
    written: str
    pages: int
    number: str
    kind: str
    certify: bool

    def draft(self) -> bytes:
        pdf = documents.draft(**self.layout)
        if self.pages:
            pdf = odd.longer(self.pages)(pdf)
        return odd.WRITTEN[self.written](odd.BUILT[self.built](pdf))


LETTERS = some.sampled_from("AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYaáàảãạăắâấbcdđeéêếghiíklmnoóôốơớpqrstuúưứvxyý")
NAMES = (
    some.lists(some.text(LETTERS, min_size=2, max_size=7), min_size=2, max_size=4)
    .map(" ".join)
    .map(lambda name: name[:24].strip())
)
LAYOUTS = some.fixed_dictionaries(
    {
        "paragraphs": some.integers(1, 30),
        "office": some.sampled_from(["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "UBND XÃ AN", "BAN QUẢN LÝ CÁC KHU CÔNG NGHIỆP TỈNH"]),
        "notation": some.sampled_from(["QĐ-SKHCN", "BC-UBND", "2026/QĐ-UBND", "TTr-BQLKCNKKT"]),
        "signer": NAMES,
        "flipped": some.booleans(),
        "alone": some.booleans(),
        "table": some.integers(0, 60),
        "paper": some.sampled_from(["a4", "a4", "a3", "us-letter"]),
        "gap": some.sampled_from(["1.2cm", "1.4cm", "2.5cm"]),
        "standard": some.sampled_from([None, None, "a-2b", "1.4", "2.0"]),
    }
)
DOCUMENTS = some.builds(
    Drawn, LAYOUTS, some.sampled_from(list(odd.BUILT)), some.sampled_from(list(odd.WRITTEN)),
    some.sampled_from([0, 0, 0, 1, 7, 40, 298]), some.sampled_from(["1", "9", "45", "123", "1234"]),
    some.sampled_from(["ec", "rsa"]), some.booleans(),
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """Every file of one document's way."""

    ready: Prepared
    signed: bytes
    sealed: bytes
    archived: bytes


async def made(document: Drawn, world: pki.World) -> Made:
    ready = prepare(
        document.draft(), signer_name=str(document.layout["signer"]), signature_image=flow.signature_image(),
        seal_image=flow.seal_image(),
    )  # fmt: skip
    lead = open_leader(
        ready.pdf, world.leader, evidence=world.evidence(world.leader, world.tsa), certify=document.certify,
        known=ready.known,
    )  # fmt: skip
    signed = await opening.signed(lead, world.leader, world.stamper())
    seal = open_seal(
        signed, number=document.number, issued=flow.ISSUED, key=world.office, known=lead.known,
        evidence=world.evidence(world.office, world.tsa),
    )  # fmt: skip
    sealed = await opening.signed(seal, world.office, world.stamper())
    archived = await archive(sealed, world.stamper(), evidence=world.evidence(world.tsa), known=seal.known)
    return Made(ready, signed, sealed, archived)


@pytest.mark.skipif(bool(TOOLS), reason=f"not installed: {', '.join(TOOLS)} (Debian: qpdf poppler-utils mupdf-tools)")
@PROFILE
@given(DOCUMENTS)
def test_every_document_comes_out_right(document: Drawn) -> None:
    note(document)
    right(document)


def right(document: Drawn) -> None:
    world = pki.world(document.kind)
    files = asyncio.run(made(document, world))
    whole_ranges(files.sealed)
    for pdf, count in ((files.signed, 1), (files.archived, 2)):
        whole_ranges(pdf)
        tools_agree(pdf, count)
    verdict = judge(files.archived, trust=world.trust)
    assert verdict.valid and not verdict.reasons, verdict.reasons
    assert [one.level for one in verdict.signatures] == ["B-LTA", "B-LTA", "DocTimeStamp"]
    assert Reader(files.archived).fields.keys() == {*names.ALL, "ArchiveTimestamp1"}
    text_stands_right(files.archived, document)
    seal_stands_right(files.ready.pdf, files.signed, files.sealed, files.ready.places.signature.page)


@pytest.mark.skipif(bool(TOOLS), reason=f"not installed: {', '.join(TOOLS)} (Debian: qpdf poppler-utils mupdf-tools)")
@settings(PROFILE, max_examples=EXAMPLES or 4)
@given(DOCUMENTS, some.sampled_from(["SAO Y", "TRÍCH SAO", "12/QĐ-SKHCN"]), some.text(LETTERS, min_size=3, max_size=12))
def test_every_annex_and_copy_comes_out_right(document: Drawn, form: str, word: str) -> None:
    note(document)
    annex_right(document, form, " ".join([word] * 7))


def annex_right(document: Drawn, form: str, office: str) -> None:
    world = pki.world(document.kind)
    shown = corner.annex(form) if "/" in form else corner.copy(form, office)
    at = now().replace(microsecond=0)
    evidence = world.evidence(world.office, world.tsa)
    pdf = asyncio.run(
        corner.sign(document.draft(), world.office, shown=shown, tsa=world.stamper(), evidence=evidence, at=at)
    )
    whole_ranges(pdf)
    tools_agree(pdf, 1)
    verdict = judge(pdf, trust=world.trust, expected=Expected(annex=True))
    assert verdict.valid and not verdict.reasons, verdict.reasons
    page = flat(pdf)[0]
    reading = page.get_textpage()
    left, _, right, top = page.get_cropbox()
    rows = [row for row in rows_of(glyphs_of(reading)) if top - row.baseline < TOP_LINES]
    written = "".join(row.text for row in rows)
    assert shown(at).replace(" ", "") in written, (shown(at), written)
    line = next(row for row in rows if row.text and row.text[-6:] == "+07:00")
    assert {round(size_at(reading, glyph.index), 1) for glyph in line.glyphs} == {10.0}
    assert right - 16 * MM - 3 < line.right < right and line.left > left, "against the right edge, inside the page"


def whole_ranges(pdf: bytes) -> None:
    """Each signature covers its revision from the first byte to the last but the string of its own value."""
    ends = [match.end() for match in re.finditer(rb"startxref\n\d+\n%%EOF\n", pdf)]
    found = [tuple(map(int, match[1].split())) for match in re.finditer(rb"/ByteRange \[([\d ]+)\]", pdf)]
    assert found
    for first, before, after, rest in found:
        assert first == 0 and after + rest in ends
        hole = pdf[before:after]
        assert hole[:1] == b"<" and hole[-1:] == b">" and not hole[1:-1].strip(b"0123456789abcdef")
        assert pdf[before - 10 : before] == b"/Contents "
    assert found[-1][2] + found[-1][3] == len(pdf) == ends[-1], "nothing of the file is left out"


def tools_agree(pdf: bytes, signatures: int) -> None:
    """qpdf finds nothing to say; poppler and MuPDF verify digest and signature of each, and can draw the pages."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.pdf"
        path.write_bytes(pdf)
        _tools_agree(path, signatures)


def _tools_agree(path: Path, signatures: int) -> None:
    checked = said_by("qpdf", "--check", str(path))
    assert "No syntax or stream encoding errors" in checked and "WARNING" not in checked, checked
    poppler = said_by("pdfsig", "-nocert", str(path))
    assert poppler.count("Signature is Valid") == signatures, poppler
    assert len(re.findall(r"- Total document signed", poppler)) == 1, poppler
    assert poppler.rindex("- Total document signed") > poppler.rindex("Signed Ranges"), "the last one covers all"
    mupdf = said_by("mutool", "sign", "-v", str(path))
    assert len(re.findall(r"The signature is valid but|unchanged since signing", mupdf)) == signatures, mupdf
    drawn = said_by("mutool", "draw", "-r", "20", "-F", "png", "-o", str(path.with_suffix(".png")), str(path), "1,N")
    told = [line for line in drawn.splitlines() if line.startswith(("error", "warning")) and "ICC support" not in line]
    assert not told, told


def said_by(*command: str) -> str:
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, timeout=120
    ).stdout


def text_stands_right(pdf: bytes, document: Drawn) -> None:
    """Number and date on the baseline of the words around them, in their size."""
    page = flat(pdf)[0].get_textpage()
    rows = rows_of(glyphs_of(page))
    number = document.number.zfill(2)
    notation = str(document.layout["notation"])
    for wanted, size in ((f"Số:{number}/{notation}", 13.0), ("ngày05tháng11năm2026", 14.0)):
        row = next((row for row in rows if wanted in row.text), None)
        assert row is not None, (wanted, [row.text for row in rows[:8]])
        part = glyphs(row, wanted)
        assert max(g.baseline for g in part) - min(g.baseline for g in part) < 0.1
        assert {round(size_at(page, glyph.index), 1) for glyph in part} == {size}
        edges = [(a, b) for a, b in pairwise(part) if a.text.isdigit() != b.text.isdigit()]
        assert all(a.right <= b.left + 0.6 for a, b in edges), "a figure over a letter"


def glyphs(row: Row, wanted: str) -> tuple:
    at = row.text.index(wanted)
    return row.glyphs[at : at + len(wanted)]
