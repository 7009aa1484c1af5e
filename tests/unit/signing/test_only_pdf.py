"""Only PDF is signed (QĐ 28 Đ7 k3b): a Word file is refused, or made a PDF, and that PDF is what is signed."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest

from tests.unit.signing.house import DRAFTER, LEADER, House, house

TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"
 ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml"
 ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"""
RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1"
 Target="word/document.xml"
 Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>"""
LINES = [
    ("left", "Số:                    /QĐ-SKHCN"),
    ("right", "Tuyên Quang, ngày            tháng            năm 2026"),
    ("center", "QUYẾT ĐỊNH"),
    ("left", "Điều 1. Ban hành Quy chế quản lý văn bản điện tử của cơ quan, đường truyền thuở nhỏ được giữ nguyên."),
    ("right", "GIÁM ĐỐC"),
    ("right", "Nguyễn Văn Ước"),
]


def docx() -> bytes:
    """A decision as a Word file, with room for the signature above the name."""
    rows = "".join(
        f'<w:p><w:pPr><w:spacing w:before="{1900 if text == LEADER.name else 120}"/><w:jc w:val="{side}"/></w:pPr>'
        f'<w:r><w:rPr><w:sz w:val="26"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
        for side, text in LINES
    )
    body = f'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{rows}'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELATIONS)
        file.writestr("word/document.xml", f"{body}</w:body></w:document>")
    return out.getvalue()


def text_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    return "".join(page.get_textpage().get_text_range() for page in document)


async def drafted(office: House, file: dict[str, Any]) -> dict[str, Any]:
    """A draft whose text is this file, handed in."""
    body = {
        "type_name": "Quyết định", "subject": "Quy chế", "signer_id": LEADER.id, "files": [file | {"role": "main"}],
        "recipients": [{"organ_id": "H60.99", "name": "Xã Yên Sơn"}],
    }  # fmt: skip
    draft = await office.done(DRAFTER, "registry", "POST", "/v1/drafts", json=body)
    return await office.done(DRAFTER, "registry", "POST", f"/v1/drafts/{draft['id']}/submit")


@pytest.mark.requirement("R07.5")
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed: nothing makes a PDF of Word")
async def test_a_word_file_is_refused_and_its_pdf_is_what_is_signed(tmp_path: Path) -> None:
    async with house(tmp_path) as office:
        word = await office.upload("Quyết định.docx", docx())
        draft = await drafted(office, word)
        await office.approve(draft)
        refused = await office.sign(draft)
        assert refused.status_code == 422 and refused.json()["kind"] == "not-pdf"
        assert "Quyết định.docx" in refused.json()["detail"]
        made = await office.done(DRAFTER, "registry", "POST", f"/v1/files/{word['sha256']}/pdf")
        draft = await drafted(office, made)
        await office.approve(draft)
        signed = await office.sign(draft)
        assert signed.status_code == 200, signed.text
        pdf = await office.pdf(await office.document(draft["id"]))
        seen = " ".join(text_of(pdf).split())
        for _, text in LINES[2:]:
            assert text in seen
        verdict = await office.done(LEADER, "signing", "POST", "/v1/validate", content=pdf)
        assert [(one["role"], one["valid"]) for one in verdict["signatures"]] == [("leader", True)]
