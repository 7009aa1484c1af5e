"""Office files become PDF where LibreOffice is installed; where not, or when it fails, the reason is told."""

from __future__ import annotations

import io
import zipfile

import pypdfium2 as pdfium
import pytest

from services.registry.documents import convert
from tests.unit.registry.office import DRAFTER, STRANGER, office, ok, pdf, upload

TYPES = b"""<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = b"""<?xml version="1.0"?><Relationships
 xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Target="word/document.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
DOCUMENT = """<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
<w:body><w:p><w:r><w:t>Ủy ban nhân dân tỉnh Tuyên Quang</w:t></w:r></w:p></w:body></w:document>""".encode()


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELATIONS)
        file.writestr("word/document.xml", DOCUMENT)
    return out.getvalue()


@pytest.fixture
def stand_in(tmp_path, monkeypatch):
    """A program in LibreOffice's place which does what the test says, in shell."""

    def write(script: str) -> None:
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\nfor last; do :; done\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setattr(convert, "program", lambda: str(program))

    return write


async def test_an_annex_becomes_a_pdf_of_the_same_office(tmp_path, stand_in):
    (tmp_path / "made.pdf").write_bytes(pdf("made"))
    stand_in(f'cp "{tmp_path}/made.pdf" "${{last%.docx}}.pdf"')
    async with office(tmp_path) as system:
        drafter = system.client("registry", DRAFTER)
        source = await ok(await upload(system, "Phụ lục.docx", docx()))
        path = f"/v1/files/{source['sha256']}/pdf"
        made = await ok(await drafter.post(path))
        assert (made["name"], made["content_type"]) == ("PhuLuc.pdf", "application/pdf")
        assert (await drafter.get(f"/v1/files/{made['sha256']}")).content.startswith(b"%PDF")
        assert (await system.client("registry", STRANGER).post(path)).status_code == 404
        already = await ok(await upload(system, "a.pdf", pdf()))
        assert (await drafter.post(f"/v1/files/{already['sha256']}/pdf")).json()["kind"] == "not-convertible"


async def test_without_libreoffice_people_are_told_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(convert, "program", lambda: None)
    async with office(tmp_path) as system:
        source = await ok(await upload(system, "Phụ lục.docx", docx()))
        answer = await system.client("registry", DRAFTER).post(f"/v1/files/{source['sha256']}/pdf")
        assert (answer.status_code, answer.json()["kind"]) == (503, "converter-missing")


@pytest.mark.parametrize("script", ["exit 3", "exit 0", "sleep 60"])
async def test_a_conversion_that_fails_makes_nothing_or_hangs_is_ended_and_told(stand_in, script):
    stand_in(script)
    with pytest.raises(convert.ConversionFailed):
        await convert.to_pdf(docx(), "a.docx", seconds=0.3 if "sleep" in script else 30)


@pytest.mark.skipif(convert.program() is None, reason="LibreOffice is not installed (Debian: libreoffice-writer-nogui)")
async def test_vietnamese_text_stays_searchable():
    made = pdfium.PdfDocument(await convert.to_pdf(docx(), "a.docx"))
    assert "Ủy ban nhân dân tỉnh Tuyên Quang" in made[0].get_textpage().get_text_range()
