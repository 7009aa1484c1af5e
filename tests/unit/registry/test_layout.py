"""The layout check: a document in the form of NĐ 30/2020 passes; each rule that is broken is named with its place."""

from __future__ import annotations

import io
import json
import shutil
import zipfile

import pytest
import typst
from typer.testing import CliRunner

from services.registry.documents import catalogue, convert, form, typeset
from services.registry.documents.typeset import FORMS
from services.registry.layout import apart, commands, measure, reading
from services.registry.layout.report import report, words
from tests.unit.registry.office import CLERK, STRANGER, office, ok, upload
from tests.unit.registry.test_convert import RELATIONS, TYPES

PARAGRAPH = "Cơ quan giao các đơn vị trực thuộc tổ chức thực hiện nhiệm vụ theo đúng tiến độ đã đề ra. " * 5
GIVEN = {
    "parent_name": "Ủy ban nhân dân tỉnh Tuyên Quang",
    "office_name": "Sở Khoa học và Công nghệ",
    "notation": "QĐ-SKHCN",
    "place": "Tuyên Quang",
    "year": 2026,
    "subject": "Về việc ban hành Quy chế văn bản điện tử",
    "signer_name": "Nguyễn Thị Phương Thảo",
    "signer_position": "Phó Giám đốc",
    "signer_capacity": "KT. Giám đốc",
    "recipients": ["Như Điều 3;", "UBND tỉnh (b/c)"],
}
LONG = GIVEN | {
    "office_name": "Ban Quản lý các khu công nghiệp và khu kinh tế cửa khẩu tỉnh Tuyên Quang",
    "body": "\n".join([PARAGRAPH] * 14),
    "urgency": 3,
    "contact": "Số 1 đường Nguyễn Tất Thành; điện thoại 0207 3822 xxx",
    "drafter_mark": "PL.(30)",
    "annexes": [{"title": "Danh mục", "body": PARAGRAPH * 12}],
}
KEYS = [entry.key for entry in catalogue.on().templates]


def checked(pdf: bytes):
    return report(measure.sheets(pdf))


def rules(found) -> set[str]:
    return {one.rule for one in found.findings}


@pytest.fixture
def spoil(tmp_path):
    """The decision, made by a form in which these words of the layout are others."""

    def made(old: str = "", new: str = "", file: str = "nd30.typ", **data) -> bytes:
        folder = shutil.copytree(FORMS, tmp_path / "forms", dirs_exist_ok=True)
        source = (folder / file).read_text()
        assert old in source
        (folder / file).write_text(source.replace(old, new))
        values = form.document(catalogue.entry("decision"), GIVEN | {"body": "\n".join([PARAGRAPH] * 9)} | data)
        inputs = {"data": json.dumps(values, ensure_ascii=False)}
        return typst.compile(str(folder / "document.typ"), root=str(folder), format="pdf", sys_inputs=inputs)

    return made


@pytest.mark.requirement("R07.1")
@pytest.mark.parametrize("key", KEYS)
def test_every_type_made_from_its_template_has_all_components_and_breaks_no_rule(key):
    entry = catalogue.entry(key)
    for data in (entry.skeleton | GIVEN, entry.skeleton | LONG):
        found = checked(typeset.render(key, data))
        assert [one.message for one in found.findings] == []
        there = {one.key for one in found.components if one.found}
        assert there >= {
            "national_name", "motto", "parent_agency_name", "issuing_agency_name", "code", "place_and_date", "body",
            "signer_position", "signer_name", "recipients_label", "recipients",
        }  # fmt: skip
        assert there & {"subject", "letter_subject"}
        assert ("type_name" in there) == (entry.layout != "letter")


def test_components_stand_where_annex_one_puts_them():
    found = {one.key: one.place for one in checked(typeset.render("decision", GIVEN | {"body": PARAGRAPH})).components}
    left, right = found["issuing_agency_name"], found["national_name"]
    assert left.left + left.width < right.left and right.left + right.width <= 195.5
    assert found["motto"].top > right.top and found["code"].top > left.top
    assert abs(found["code"].top - found["place_and_date"].top) < 1
    assert found["type_name"].top < found["subject"].top < found["body"].top < found["signer_position"].top
    name, position = found["signer_name"], found["signer_position"]
    assert abs((name.left + name.width / 2) - (position.left + position.width / 2)) < 1
    assert abs(found["recipients_label"].top - position.top) < 2


SPOILED = [
    ("left: 30mm", "left: 20mm", {"margin.left"}),
    ("right: 15mm", "right: 8mm", {"margin.right"}),
    ("right: 15mm", "right: 30mm", {"margin.right"}),
    ("margin: (top: 20mm", "margin: (top: 12mm", {"margin.top"}),
    ("bottom: 20mm, left", "bottom: 10mm, left", {"margin.bottom"}),
    ('paper: "a4"', 'paper: "a5"', {"page.paper"}),
    ('"Times New Roman", "Tinos", "Libertinus Serif"', '"DejaVu Sans Mono",', {"page.font"}),
    ("size: 14pt, lang", "size: 12pt, lang", {"body.size"}),
    ("fill: black)\n", 'fill: rgb("#2040a0"))\n', {"page.colour"}),
    ("par(justify: true", "par(justify: false", {"body.justified"}),
    ("amount: 12.7mm", "amount: 18mm", {"body.indent"}),
    ("leading: 0.55em, spacing: 0.55em", "leading: 1.6em, spacing: 1.6em", {"body.line-spacing"}),
    ("if page > 1 {", "if page > 9 {", {"page-number.missing"}),
    ("if page > 1 {", "if page > 0 {", {"page-number.first"}),
    ("align(center + bottom, pad(bottom: 3mm, text(13pt", "align(right + bottom, pad(bottom: 3mm, text(13pt",
     {"page-number.place"}),
    ("pad(bottom: 3mm, text(13pt", "pad(bottom: 3mm, text(10pt", {"page-number.style"}),
    ("[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM]", "[Cộng hòa xã hội chủ nghĩa Việt Nam]", {"national_name.style"}),
    ("[CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM]", "[]", {"national_name.missing"}),
    ('text(13pt, weight: "bold")[Độc lập', "text(13pt)[Độc lập", {"motto.style"}),
    ('text(13pt, weight: "bold")[Độc lập', 'text(11pt, weight: "bold")[Độc lập', {"motto.size"}),
    ("context rule(measure(motto).width)", "", {"motto.rule"}),
    ("context rule(measure(motto).width)", "context rule(measure(motto).width * 0.6)", {"motto.rule-length"}),
    ('balanced(text(12pt, weight: "bold", caps(d.office_name)), underline: 42%)',
     'balanced(text(12pt, weight: "bold", caps(d.office_name)), underline: 95%)', {"issuing_agency_name.rule-length"}),
    ('text(12pt, weight: "bold", caps(d.office_name))', 'text(10pt, weight: "bold", caps(d.office_name))',
     {"issuing_agency_name.size"}),
    ("text(12pt, caps(d.parent_name))", "text(12pt, d.parent_name)", {"parent_agency_name.style"}),
    ("unbroken(text(13pt, number(d)))", "unbroken(text(11pt, number(d)))", {"code.size"}),
    ("box[Số:#h(room-for-number)/#d.notation]", "box[Số: 5/qđ-skhcn]", {"code.zero", "code.notation"}),
    ('text(13pt, style: "italic")[#d.place', "text(13pt)[#d.place", {"place_and_date.style"}),
    ("[#d.place, ngày#h(gap)tháng#h(gap)năm #d.year]", "[#d.place, ngày 5 tháng 2 năm 2026]",
     {"place_and_date.day", "place_and_date.month"}),
    ('text(14pt, weight: "bold", caps(d.type_name))', 'text(14pt, weight: "bold", d.type_name)', {"type_name.style"}),
    ('text(14pt, weight: "bold", d.subject), underline: 42%', 'text(12pt, d.subject), underline: 42%',
     {"subject.size", "subject.style"}),
    ('text(13.5pt, weight: "bold", caps(s.position))', 'text(13.5pt, weight: "bold", s.position)',
     {"signer_position.style"}),
    ('text(13.5pt, weight: "bold", s.name)', "text(12pt, s.name)", {"signer_name.size", "signer_name.style"}),
    ('text(12pt, style: "italic", weight: "bold")[Nơi nhận:]', "text(13pt)[Nơi nhận:]",
     {"recipients_label.size", "recipients_label.style"}),
    ("set text(11pt)\n", "set text(13pt)\n", {"recipients.size"}),
    ("#d.archive.]", "Phòng Hành chính.]", {"recipients.archive"}),
    ('weight: "bold")[Nơi nhận:]', 'weight: "bold")[Gửi:]', {"recipients_label.missing", "recipients.missing"}),
]  # fmt: skip


@pytest.mark.requirement("R07.1")
@pytest.mark.parametrize(("old", "new", "wanted"), SPOILED)
def test_each_broken_rule_is_named(spoil, old, new, wanted):
    found = checked(spoil(old, new))
    assert rules(found) >= wanted
    assert not found.passed
    for one in found.findings:
        assert one.message.endswith(".") and "30/2020/NĐ-CP" in one.basis
        assert 1 <= one.place.page <= found.pages


@pytest.mark.requirement("R07.1")
def test_one_fault_is_told_once_and_with_its_place(spoil):
    found = checked(spoil('text(13.5pt, weight: "bold", s.name)', 'text(11pt, weight: "bold", s.name)'))
    [finding] = found.findings
    assert finding.rule == "signer_name.size"
    assert finding.message == "Họ tên người ký: cỡ chữ 11; phải từ 13 đến 14."
    assert finding.place.page == 2 and finding.place.left > 105 and finding.place.width > 20
    assert words(finding.place).startswith("trang 2, cách mép trên ")


def test_a_mark_of_secrecy_is_told_since_such_a_document_may_not_be_here(spoil):
    assert rules(checked(spoil(circulation="MẬT"))) == {"secrecy.mark"}


def test_urgency_in_black_is_told(spoil):
    assert rules(checked(spoil("boxed(word, width, red)", "boxed(word, width, black)", urgency=2))) == {
        "urgency_mark.colour"
    }


def test_a_page_that_lies_for_its_table_is_no_fault(spoil):
    lying = "#set page(flipped: true)\n#pieces(d.blocks)"
    table = [["TT", "Nội dung", "Hạn"], *[[str(n), "Việc", "Quý I"] for n in range(20)]]
    found = checked(spoil("#pieces(d.blocks)", lying, "document.typ", body="[bảng 1]", tables=[table]))
    assert not [rule for rule in rules(found) if rule.startswith(("margin", "page"))]


async def test_a_scan_is_told_to_be_one_and_what_is_no_document_is_refused():
    blank = typst.compile(b'#set page(paper: "a4")\n#rect(width: 5cm, height: 3cm)', format="pdf")
    found = report(await reading.sheets_of(blank, "scan.pdf"))
    assert rules(found) == {"page.unreadable"}
    with pytest.raises(reading.NoPdf):
        await reading.sheets_of(b"x" * 100, "anh.png")
    with pytest.raises(apart.NotMeasured):
        await reading.sheets_of(b"%PDF-1.7\n" + b"\x00" * 5000, "hong.pdf")


async def test_a_file_is_checked_over_http_by_those_who_may_read_it(tmp_path):
    async with office(tmp_path) as system:
        file = await ok(await upload(system, "a.pdf", typeset.render("decision", GIVEN | {"body": PARAGRAPH})))
        path = f"/v1/files/{file['sha256']}/layout"
        mine = await system.client("registry", CLERK).get(path)
        assert mine.status_code == 200 and mine.json()["passed"] is True
        assert len(mine.json()["components"]) >= 9
        assert (await system.client("registry", STRANGER).get(path)).status_code == 404
        assert (await system.client("registry").get(path)).status_code == 401


def test_the_command_tells_a_person_and_a_machine_and_answers_by_its_exit_code(tmp_path, spoil):
    good, bad, none = tmp_path / "good.pdf", tmp_path / "bad.pdf", tmp_path / "none.pdf"
    good.write_bytes(typeset.render("report", GIVEN | {"body": PARAGRAPH}))
    bad.write_bytes(spoil("left: 30mm", "left: 20mm"))
    none.write_bytes(b"%PDF-none")
    run = CliRunner().invoke
    assert run(commands.app, ["check", str(good)]).exit_code == 0
    told = run(commands.app, ["check", str(bad)])
    assert told.exit_code == 1 and "Lề trái 20 mm; phải từ 30 đến 35 mm. [trang 1]" in told.output
    facts = json.loads(run(commands.app, ["check", "--json", str(bad)]).output)
    assert facts["findings"][0]["rule"] == "margin.left"
    assert run(commands.app, ["check", str(none)]).exit_code == 2


def docx(left_mm: int, body_size: int) -> bytes:
    """A Word file of a notice in the form of the decree, but for this left margin and this size of the body."""

    def words_of(text: str, size: float, style: str = "") -> str:
        marks = f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman"/>{style}<w:sz w:val="{int(size * 2)}"/>'
        return f"<w:r><w:rPr>{marks}</w:rPr><w:t>{text}</w:t></w:r>"

    def line(text: str, size: float, style: str = "", align: str = "center") -> str:
        return f'<w:p><w:pPr><w:jc w:val="{align}"/></w:pPr>{words_of(text, size, style)}</w:p>'

    bold, italic = "<w:b/>", "<w:i/>"
    cells = [
        line("SỞ KHOA HỌC VÀ CÔNG NGHỆ", 12, bold) + line("Số: 12/TB-SKHCN", 13),
        line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold) + line("Độc lập - Tự do - Hạnh phúc", 13, bold)
        + line("Tuyên Quang, ngày 05 tháng 02 năm 2026", 13, italic),
    ]  # fmt: skip
    signer = "".join(line(text, 14, bold) for text in ("GIÁM ĐỐC", "", "", "", "Nguyễn Thị Phương Thảo"))
    receivers = line("Nơi nhận:", 12, bold + italic, "left") + line("- Lưu: VT.", 11, "", "left")

    def table(left: str, right: str, widths: tuple[int, int]) -> str:
        tc = "".join(f'<w:tc><w:tcPr><w:tcW w:w="{w}" w:type="dxa"/></w:tcPr>{c}</w:tc>'
                     for w, c in zip(widths, (left, right), strict=True))  # fmt: skip
        grid = "".join(f'<w:gridCol w:w="{w}"/>' for w in widths)
        return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid><w:tr>{tc}</w:tr></w:tbl>"

    text = table(cells[0], cells[1], (3700, 5600)) + line("THÔNG BÁO", 14, bold)
    text += line("Về việc nghỉ lễ Quốc khánh", 14, bold)
    text += line(PARAGRAPH * 2, body_size, "", "both") * 3 + table(receivers, signer, (4300, 5000))
    margins = f'<w:pgMar w:top="1134" w:bottom="1134" w:left="{left_mm * 567 // 10}" w:right="850"/>'
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>{margins}</w:sectPr>'
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    whole = f'<?xml version="1.0"?><w:document {space}><w:body>{text}{page}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", TYPES)
        file.writestr("_rels/.rels", RELATIONS)
        file.writestr("word/document.xml", whole)
    return out.getvalue()


@pytest.mark.requirement("R07.1")
@pytest.mark.skipif(convert.program() is None, reason="no LibreOffice (Debian: libreoffice-writer-nogui)")
async def test_a_word_file_is_checked_as_the_pdf_that_libreoffice_makes_of_it():
    right = report(await reading.sheets_of(docx(30, 14), "thong-bao.docx"))
    assert {one.rule for one in right.findings} == {
        "motto.rule", "issuing_agency_name.rule", "subject.rule",
    }, [one.message for one in right.findings]  # fmt: skip
    wrong = report(await reading.sheets_of(docx(20, 12), "thong-bao.docx"))
    assert {"margin.left", "body.size"} <= rules(wrong)
