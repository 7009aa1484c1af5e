"""MessageHeader of a document: every element, any order, every spelling, every form of a date (edxml §2, §5, §8)."""

import random
from datetime import date
from pathlib import Path
from unicodedata import normalize

import pytest

from infra.conformance.packages.documents import OTHER, RECEIVER, document, header_of, organ
from infra.conformance.packages.tree import Element, group, leaves
from services.gateway.edxml import Organ, ResponseFor
from tests.unit.gateway.edxml.making import codes_of, document_of, others_of, readings_of

ORGAN = {
    "OrganId": "000.00.00.G22", "OrganizationInCharge": "Văn phòng Chính phủ", "OrganName": "VPCP",
    "OrganAdd": "Số 1 Hoàng Hoa Thám", "Email": "vpcp@gov.example", "Telephone": "(84-4) 3821 5137", "Fax": "04",
    "Website": "http://www.a-very-long-name.vpcp.example",
}  # fmt: skip


def test_every_element_of_the_header_has_its_place_in_the_model(tmp_path: Path) -> None:
    found = document_of(document(), tmp_path)
    assert (found.document_id, found.code_number, found.code_notation) == (
        "G06,2026/11/24,7816/BKHCN-VP",
        "7816",
        "BKHCN-VP",
    )
    assert (found.place, found.promulgation_date, found.due_date) == ("Hà Nội", date(2026, 11, 24), date(2026, 12, 15))
    assert (found.type_code, found.type_detail, found.type_name) == ("2", "", "Công văn")
    assert (found.signer_competence, found.signer_position, found.signer_name) == (
        "TL. BỘ TRƯỞNG",
        "Cục trưởng",
        "Nguyễn Văn Phúc",
    )
    assert (found.priority, found.sphere, found.typer_notation) == (0, "Lưu hành nội bộ", "NVP")
    assert (found.promulgation_amount, found.page_amount, found.direction) == (2, 3, False)
    assert (found.appendixes, found.to_places, found.steering_type) == (
        ("Phụ lục kỹ thuật",),
        ("Như trên", "Lưu: VT"),
        1,
    )
    assert (found.readings, found.other, found.problems) == ((), (), ())


def test_every_child_of_from_and_to(tmp_path: Path) -> None:
    root = document()
    header_of(root).find("From").children = leaves(**ORGAN)
    header_of(root).find("To").children = list(reversed(leaves(**ORGAN)))
    found = document_of(root, tmp_path)
    whole = Organ(
        "000.00.00.G22", "VPCP", "Văn phòng Chính phủ", "Số 1 Hoàng Hoa Thám", "vpcp@gov.example", "(84-4) 3821 5137",
        "04", "http://www.a-very-long-name.vpcp.example",
    )  # fmt: skip
    assert (found.sender, found.recipients, found.problems) == (whole, (whole,), ())


@pytest.mark.parametrize("code", ["vxp.saas.03", "020100107370", "H53.1137", "000.1137.H53", "28.22.H17", "Z01ABC"])
def test_codes_of_organs_are_opaque(code: str, tmp_path: Path) -> None:
    found = document_of(document(sender=code), tmp_path)
    assert (found.sender.organ_id, found.problems) == (code, ())


def test_a_unit_may_be_listed_twice_by_its_new_and_its_old_code(tmp_path: Path) -> None:
    found = document_of(document(to=("G12", "000.00.00.G12")), tmp_path)
    assert [r.organ_id for r in found.recipients] == ["G12", "000.00.00.G12"]


@pytest.mark.parametrize(
    "identifier",
    ["G06,2026/11/24,7816/BKHCN-VP", "9fbfbad2-f1f8-4256-a2eb-50fb1061cddb", "GW-20251014073327634-773", "12",
     "000.00.00.G22,2014/02/30,7806/VPCP-TTĐT", "e\u0302 giữ nguyên"],
)  # fmt: skip
def test_identifiers_are_opaque_letter_by_letter(identifier: str, tmp_path: Path) -> None:
    found = document_of(document(document_id=identifier), tmp_path)
    assert (found.document_id, found.readings, codes_of(found)) == (identifier, (), [])


@pytest.mark.parametrize("number", ["7816", "BINTEST123", "12234555512", "20251014073327"])
def test_a_number_is_not_always_a_number(number: str, tmp_path: Path) -> None:
    root = document()
    header_of(root).set("Code/CodeNumber", number)
    assert document_of(root, tmp_path).code_number == number


@pytest.mark.parametrize("seed", range(12))
def test_children_may_stand_in_any_order(seed: int, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    root = document()
    straight = document_of(root, tmp_path / "a")
    chance = random.Random(seed)
    for element in [header_of(root), *root.all("From"), *root.all("OtherInfo"), *root.all("Bussiness")]:
        chance.shuffle(element.children)
    shuffled = document_of(root, tmp_path / "b")
    assert shuffled.__class__(**{**_plain(shuffled), "attachments": ()}) == straight.__class__(
        **{**_plain(straight), "attachments": ()}
    )


def _plain(found: object) -> dict[str, object]:
    return {name: value for name, value in vars(found).items() if name != "kind"}


SPELLINGS = {
    "Author": ("SignerInfo", lambda p: p.signer_name == "Nguyễn Văn Phúc"),
    "Function": ("Position", lambda p: p.signer_position == "Cục trưởng"),
    "Signer": ("FullName", lambda p: p.signer_name == "Nguyễn Văn Phúc"),
    "ResponseDate": ("DueDate", lambda p: p.due_date == date(2026, 12, 15)),
    "OrganInCharge": ("OrganizationInCharge", lambda p: p.sender.in_charge == "Chính phủ"),
    "TimeStamp": ("Timestamp", lambda p: p.traces[0].timestamp is not None),
    "Time": ("Timestamp", lambda p: p.traces[0].timestamp is not None),
    "Business": ("Bussiness", lambda p: p.business_type == 0 and p.staff),
    "BusinessDocType": ("BussinessDocType", lambda p: p.business_type == 0),
    "BusinessDocReason": ("BussinessDocReason", lambda p: p.business_reason == "Lý do"),
    "staffInfo": ("StaffInfo", lambda p: p.staff),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_read_and_named_as_such(spelling: str, tmp_path: Path) -> None:
    standard, holds = SPELLINGS[spelling]
    root = document()
    header_of(root).find("From").set("OrganizationInCharge", "Chính phủ")
    business = next(root.all("Bussiness"))
    business.set("BussinessDocReason", "Lý do").set("StaffInfo/Staff", "Lê Thị Hoa")
    found = document_of(root.rename({standard: spelling}), tmp_path)
    assert holds(found)
    assert (spelling, "alias", spelling) in readings_of(found)
    assert (found.other, codes_of(found)) == ((), [])


DATES = {
    "2026/11/24": (date(2026, 11, 24), None),
    "2026/1/5": (date(2026, 1, 5), "normalised"),
    "2026-11-24": (date(2026, 11, 24), "normalised"),
    "24/11/2026": (date(2026, 11, 24), "normalised"),
    "24-11-2026": (date(2026, 11, 24), "normalised"),
    "5/1/2026": (date(2026, 1, 5), "normalised"),
    "2026/11/24 08:30:00": (date(2026, 11, 24), "normalised"),
    "2026-11-24T08:30:00": (date(2026, 11, 24), "normalised"),
    "2026-11-24T08:30:00.123+07:00": (date(2026, 11, 24), "normalised"),
    "2026-11-24T01:30:00Z": (date(2026, 11, 24), "normalised"),
    " 2026/11/24 \n": (date(2026, 11, 24), None),
    "01/01/1900": (None, "default"),
    "1900/01/01": (None, "default"),
    "N/A": (None, "default"),
    "": (None, None),
}


@pytest.mark.parametrize("text", DATES)
def test_dates_of_every_form(text: str, tmp_path: Path) -> None:
    day, how = DATES[text]
    root = document()
    header_of(root).set("DueDate", text)
    found = document_of(root, tmp_path)
    assert found.due_date == day
    assert readings_of(found) == ([("DueDate", how, text.strip())] if how else [])
    assert codes_of(found) == []


@pytest.mark.parametrize(
    "text", ["2014/02/30", "31/04/2026", "hôm nay", "2026/13/01", "2026/11/24x", "٢٠٢٦/11/24", "26/11/24"]
)
def test_an_impossible_date_is_told_to_the_clerk_and_the_package_still_goes_in(text: str, tmp_path: Path) -> None:
    root = document()
    header_of(root).set("PromulgationInfo/PromulgationDate", text)
    found = document_of(root, tmp_path)
    assert found.promulgation_date is None
    assert readings_of(found) == [("PromulgationDate", "unreadable", text)]
    told = next(p for p in found.problems if p.code == "DATE_INVALID")
    assert (told.severity, told.rule) == ("warning", "T.MessageHeader.PromulgationInfo.PromulgationDate")
    assert text in told.message_vi
    assert "yyyy/MM/dd" in told.expected_vi


@pytest.mark.parametrize(
    ("raw", "value"), [("0", 0), ("1", 1), ("2", 2), ("3", 3), ("4", 4), ("5", 0), ("", 0), ("cao", 0)]
)
def test_priority_reads_everything_but_one_to_four_as_normal_and_keeps_what_stood_there(
    raw: str, value: int, tmp_path: Path
) -> None:
    root = document()
    header_of(root).set("OtherInfo/Priority", raw)
    found = document_of(root, tmp_path)
    assert (found.priority, found.priority_raw) == (value, raw)
    assert readings_of(found) == ([] if raw == str(value) else [("Priority", "inferred", raw)])


@pytest.mark.parametrize(
    ("name", "type_code", "told"), [("Công văn", "71", "Công văn"), ("Thông tư", "1", "Thông tư"), ("", "18", "")]
)
def test_the_name_of_the_type_counts_and_the_code_is_kept(name: str, type_code: str, told: str, tmp_path: Path) -> None:
    root = document()
    header_of(root).set("DocumentType/TypeName", name).set("DocumentType/Type", type_code)
    found = document_of(root, tmp_path)
    assert (found.type_name, found.type_code) == (told, type_code)


def test_a_type_written_as_plain_text_is_inferred(tmp_path: Path) -> None:
    root = document()
    header_of(root).find("DocumentType").children = []
    header_of(root).find("DocumentType").text = "Quyết định"
    found = document_of(root, tmp_path)
    assert found.type_name == "Quyết định"
    assert readings_of(found) == [("DocumentType", "inferred", "Quyết định")]


@pytest.mark.parametrize(("raw", "value"), [("1", 1), ("2", 2), ("3", 3), ("0", 0), ("", 0)])
def test_steering_types(raw: str, value: int, tmp_path: Path) -> None:
    root = document()
    header_of(root).set("SteeringType", raw)
    assert document_of(root, tmp_path).steering_type == value


@pytest.mark.parametrize("word", ["N/A", "null", "NULL"])
def test_words_for_nothing_are_nothing_and_kept_as_raw(word: str, tmp_path: Path) -> None:
    root = document()
    header_of(root).set("SignerInfo/Competence", word).set("PromulgationInfo/Place", word)
    found = document_of(root, tmp_path)
    assert (found.signer_competence, found.place) == ("", "")
    assert readings_of(found) == [("Place", "default", word), ("Competence", "default", word)]


def test_several_answers_and_answers_in_every_form(tmp_path: Path) -> None:
    root = document()
    whole = leaves(
        OrganId="H60", Code="12/UBND-VX", DocumentId="H60,2026/01/02,12/UBND-VX", PromulgationDate="2026/01/02"
    )
    header_of(root).children += [
        group("ResponseFor", *reversed(whole)),
        group("ResponseFor", *leaves(OrganId="H60", Code="13/UBND-VX", PromulgationDate="03/01/2026")),
        group("ResponseFor", *leaves(DocumentId="GW-1")),
        Element("ResponseFor"),
    ]
    found = document_of(root, tmp_path)
    assert found.response_for == (
        ResponseFor("H60", "12/UBND-VX", "H60,2026/01/02,12/UBND-VX", date(2026, 1, 2)),
        ResponseFor("H60", "13/UBND-VX", "", date(2026, 1, 3)),
        ResponseFor("", "", "GW-1"),
    )
    assert codes_of(found) == []


def test_letters_are_brought_to_nfc_and_what_stood_there_is_kept(tmp_path: Path) -> None:
    root = document()
    apart = normalize("NFD", "Về việc tổ chức kỷ niệm")
    header_of(root).set("Subject", apart)
    found = document_of(root, tmp_path)
    assert found.subject == "Về việc tổ chức kỷ niệm"
    assert readings_of(found) == [("Subject", "normalised", apart)]


def test_unknown_elements_attributes_and_mixed_text_are_kept(tmp_path: Path) -> None:
    root = document()
    header = header_of(root)
    header.children += [
        group("ResponseForTask", *leaves(TaskId="T-1", Note="Ghi chú")),
        Element("ApplicationType", "eOffice"),
        Element("Subject", "Trích yếu thứ hai"),
    ]
    header.find("OtherInfo").children += [group("ReplyFors", Element("ReplyFor", "a")), Element("ReferenceCodes", "b")]
    header.find("From").text = "chữ lạc"
    header.find("To").attributes["Kind"] = "main"
    found = document_of(root, tmp_path)
    assert sorted(others_of(found)) == sorted(
        [
            ("TaskId", "T-1"), ("Note", "Ghi chú"), ("ApplicationType", "eOffice"), ("Subject[2]", "Trích yếu thứ hai"),
            ("ReplyFor", "a"), ("ReferenceCodes", "b"), ("From", "chữ lạc"), ("@Kind", "main"),
        ]
    )  # fmt: skip
    assert codes_of(found) == ["DUPLICATE_ELEMENT"]


def test_a_due_date_of_one_addressee_is_kept(tmp_path: Path) -> None:
    root = document(to=(RECEIVER, OTHER))
    header_of(root).find("To").set("DueDate", "2026/12/01")
    assert others_of(document_of(root, tmp_path)) == [("DueDate", "2026/12/01")]


def test_ten_thousand_recipients_are_read(tmp_path: Path) -> None:
    root = document()
    header = header_of(root)
    header.children[1:2] = [organ("To", f"H60.{n}", f"Đơn vị {n}") for n in range(10_000)]
    found = document_of(root, tmp_path)
    assert (len(found.recipients), found.recipients[9_999].organ_id, found.problems) == (10_000, "H60.9999", ())
