"""The decision's annexes: one made from the template, one written in Word and converted where LibreOffice is."""

from __future__ import annotations

import io
import zipfile
from xml.sax.saxutils import escape

from contracts.client import Problem
from contracts.message import FileRef
from infra.demo import papers
from infra.demo.people import Desk
from infra.demo.stage import Stage, as_role

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NO_CONVERTER = "converter-missing"
PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{DOCX}.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>',
}
BODY = (
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{0}'
    '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1701" w:right="850" w:bottom="1134" w:left="1701" w:header="708" w:footer="708" w:gutter="0"/>'
    "</w:sectPr></w:body></w:document>"
)
FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="28"/>'


def docx(lines: list[str]) -> bytes:
    """A Word file with these paragraphs, the first as the title."""
    body = "".join(_paragraph(line, title=not place) for place, line in enumerate(lines))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in (PARTS | {"word/document.xml": BODY.format(body)}).items():
            file.writestr(name, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + content)
    return out.getvalue()


def _paragraph(line: str, *, title: bool) -> str:
    where, bold = ('<w:pPr><w:jc w:val="center"/></w:pPr>', "<w:b/>") if title else ("", "")
    return f"<w:p>{where}<w:r><w:rPr>{FONT}{bold}</w:rPr><w:t>{escape(line)}</w:t></w:r></w:p>"


async def annexes(stage: Stage, drafter: Desk) -> list[FileRef]:
    """One or two files, and a line that says which."""
    first = await drafter.registry.render_draft("annex", papers.ANNEX | {"with_type": "Quyết định"})
    written = await drafter.registry.upload_file("Danh mục nhiệm vụ.docx", docx(papers.WORD_ANNEX), DOCX)
    try:
        second = await drafter.registry.convert_file(written.sha256)
    except Problem as problem:
        if problem.kind != NO_CONVERTER:
            raise
        stage.say.said(f"Phụ lục Word: {problem.message} Hành trình đi tiếp với phụ lục PDF.")
        return [as_role(first, "annex")]
    stage.say.step(f"Phụ lục “{written.display_name}” chuyển thành {second.display_name} bằng LibreOffice")
    return [as_role(first, "annex"), as_role(second, "annex")]
