"""Documents from templates: the form of NĐ 30/2020, annex I and III, as a reader of the PDF finds it."""

from __future__ import annotations

import io
import re
from datetime import date

import pikepdf
import pypdfium2 as pdfium
import pytest

from services.registry.documents import blocks, catalogue, form, typeset
from shared.problems import NotFound

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
    "body": "Điều 1. Ban hành kèm theo Quyết định này Quy chế.\nĐiều 2. Có hiệu lực kể từ ngày ký.",
}
MM = 72 / 25.4
KEYS = [entry.key for entry in catalogue.on(date(2026, 11, 24)).templates]


def words(pdf: bytes, page: int = 0) -> str:
    return " ".join(pdfium.PdfDocument(pdf)[page].get_textpage().get_text_range().split())


def fonts(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as file:
        bases = {str(o.get("/BaseFont", "")) for o in file.objects if isinstance(o, pikepdf.Dictionary)}
    return {re.sub(r"^/[A-Z]{6}\+", "", base) for base in bases if base}


def test_there_are_all_29_types_with_their_legal_basis():
    edition = catalogue.on(date(2026, 11, 24))
    assert len({entry.type_name for entry in edition.templates}) == 29
    assert "30/2020/NĐ-CP" in edition.legal_basis
    assert all(entry.basis for entry in edition.templates)


def test_before_the_decree_no_template_was_in_force():
    with pytest.raises(NotFound):
        catalogue.on(date(2020, 3, 4))


@pytest.mark.parametrize("key", KEYS)
def test_every_type_has_the_components_of_the_decree_on_a4(key):
    entry = catalogue.entry(key)
    pdf = typeset.render(key, entry.skeleton | GIVEN)
    page = pdfium.PdfDocument(pdf)[0]
    text = words(pdf)
    assert [round(side / MM) for side in page.get_size()] == [210, 297]
    for wanted in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
        "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "Số:",
        "/QĐ-SKHCN",
        "năm 2026",
        "V/v" if entry.layout == "letter" else entry.type_name.upper(),
        "PHÓ GIÁM ĐỐC",
        "Nguyễn Thị Phương Thảo",
        "Nơi nhận:",
        "Lưu: VT.",
    ):
        assert wanted in text, wanted


@pytest.mark.parametrize("key", ["decision", "official_letter", "minutes"])
def test_a_form_in_which_nothing_is_filled_in_yet_is_typeset_too(key):
    assert "Độc lập - Tự do - Hạnh phúc" in words(typeset.render(key, {}))


def test_margins_are_those_of_the_decree():
    page = pdfium.PdfDocument(typeset.render("decision", GIVEN | {"body": "chữ " * 2000}))[0]
    boxes = [item.get_bounds() for item in page.get_objects() if item.type == pdfium.raw.FPDF_PAGEOBJ_TEXT]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    assert 30 <= left / MM <= 35
    assert 15 <= (page.get_width() - right) / MM <= 20
    assert 19 <= (page.get_height() - max(box[3] for box in boxes)) / MM <= 26


def test_pages_are_numbered_from_the_second_on():
    pdf = typeset.render("report", GIVEN | {"body": "\n".join(["Nội dung báo cáo. " * 30] * 12)})
    assert words(pdf, 1).startswith("2 ")
    assert not words(pdf, 0).startswith("1 ")


@pytest.mark.parametrize("system_fonts", [True, False])
def test_the_face_has_every_vietnamese_letter_with_and_without_fonts_of_the_machine(system_fonts):
    letters = "Ễ Ỗ ữ ợ ặ ẵ ỷ ỹ Ợ Ủ ẫ ỡ đ Đ"
    pdf = typeset.render("notice", GIVEN | {"body": letters}, system_fonts=system_fonts)
    assert letters in words(pdf)
    assert len({name.split("-")[0] for name in fonts(pdf)}) == 1  # no letter came from a stand-in face
    if not system_fonts:
        assert all(name.startswith("LibertinusSerif") for name in fonts(pdf))


def test_number_day_and_month_are_left_open_and_the_signature_has_its_room():
    document = pdfium.PdfDocument(typeset.render("decision", GIVEN))
    reading = document[0].get_textpage()
    search = reading.search("PHÓ GIÁM ĐỐC", match_case=True)
    position = search.get_next()
    name = reading.search("Nguyễn Thị Phương Thảo").get_next()
    assert position and name
    room = reading.get_charbox(position[0])[1] - reading.get_charbox(name[0])[3]
    assert room / MM >= 25
    text = words(typeset.render("decision", GIVEN))
    assert re.search(r"Số: */QĐ-SKHCN", text)
    assert re.search(r"ngày *tháng *năm 2026", text)


def test_urgency_stands_in_its_red_box():
    pdf = typeset.render("official_letter", GIVEN | {"urgency": 3})
    assert "HỎA TỐC" in words(pdf)
    assert "HỎA TỐC" not in words(typeset.render("official_letter", GIVEN))


def test_what_a_person_types_is_never_run():
    text = '#read("/etc/passwd") $x$ *đậm* @nhãn #import "x.typ"'
    assert '#read("/etc/passwd") $x$ *đậm* @nhãn' in words(typeset.render("notice", GIVEN | {"body": text + " a"}))


def test_a_field_that_does_not_fit_is_named():
    with pytest.raises(form.FormNotFit) as refusal:
        typeset.render("notice", GIVEN | {"recipients": "không phải danh sách"})
    assert "recipients" in str(refusal.value)
    with pytest.raises(NotFound):
        typeset.render("register_book", {})


def test_annexes_are_numbered_in_roman_with_pages_of_their_own():
    annexes = [{"title": "Danh mục một", "body": "Một"}, {"title": "Danh mục hai", "body": "Hai"}]
    pdf = typeset.render("decision", GIVEN | {"annexes": annexes})
    assert "PHỤ LỤC I DANH" not in words(pdf, 1)
    assert words(pdf, 1).startswith("PHỤ LỤC I ")
    assert words(pdf, 2).startswith("PHỤ LỤC II ")
    alone = words(typeset.render("annex", {"title": "Thiết bị", "with_type": "Quyết định", "notation": "QĐ-SKHCN"}))
    assert re.search(r"PHỤ LỤC Thiết bị \(Kèm theo Quyết định số */QĐ-SKHCN", alone)


def test_text_becomes_articles_headings_tables_and_ends_with_its_mark():
    made = blocks.pieces(
        "Chương I\nQUY ĐỊNH CHUNG\nĐiều 2. Hiệu lực\n[bảng 1]\nI. MỤC ĐÍCH\nHết.", [[["A", "B"], ["1"]]]
    )
    assert [piece["kind"] for piece in made] == ["centre", "strong", "text", "table", "strong", "text"]
    assert (made[2]["lead"], made[3]["rows"]) == ("Điều 2.", [["1", ""]])
    assert blocks.ended(made)[-1]["text"] == "Hết./."


@pytest.mark.parametrize(
    ("capacity", "position", "who"),
    [
        ("KT. Giám đốc", "Phó Giám đốc", "Giám đốc Sở A"),
        ("TM. Ủy ban nhân dân", "Chủ tịch", "Sở A"),
        ("", "Giám đốc", "Giám đốc Sở A"),
        ("", "Chánh Sở", "Chánh Sở A"),
    ],
)
def test_who_decides_follows_from_the_capacity_of_the_signer(capacity, position, who):
    data = {"office_name": "Sở A", "signer_capacity": capacity, "signer_position": position}
    assert form.document(catalogue.entry("decision"), data)["authority"] == who


@pytest.mark.parametrize("system_fonts", [True, False])
def test_place_and_date_stay_on_one_line_however_long_the_place_is(system_fonts):
    given = GIVEN | {"place": "Thành phố Hồ Chí Minh", "notation": "QĐ-BQLKCNKKTCK"}
    page = pdfium.PdfDocument(typeset.render("decision", given, system_fonts=system_fonts))[0].get_textpage()
    lines = [re.sub(r"\s+", "", line) for line in page.get_text_range().splitlines()]
    assert any("ThànhphốHồChíMinh,ngàythángnăm2026" in line for line in lines)
