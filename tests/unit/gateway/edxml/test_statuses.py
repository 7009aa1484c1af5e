"""Status packages: all codes, any order, what they answer to (edxml §4, §5.1)."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.conformance.packages.dialects import placeholder_signature
from infra.conformance.packages.documents import FILE, attachment, document, header_of, status
from infra.conformance.packages.tree import Element, Style, group, leaves, write
from services.gateway.edxml import ResponseFor, Staff
from services.gateway.edxml.dialects import STATUS_CODES
from tests.unit.gateway.edxml.making import codes_of, others_of, readings_of, refusal_of, status_of


@pytest.mark.parametrize("code", STATUS_CODES)
def test_every_status_is_read_exactly(code: str, tmp_path: Path) -> None:
    found = status_of(status(code), tmp_path)
    assert (found.code, found.sender.organ_id) == (code, "H60.10")
    assert found.response_for == ResponseFor("G06", "7816/BKHCN-VP", "G06,2026/11/24,7816/BKHCN-VP", date(2026, 11, 24))
    assert found.timestamp == datetime(2026, 11, 24, 2, 15, tzinfo=UTC)
    assert found.staff == Staff("Văn thư", "Trần Thị Mai", "vanthu@skhcn.example", "0912000001")
    assert found.description == "Đã tiếp nhận văn bản"
    assert (found.problems, found.readings, found.other) == ((), (), ())


@pytest.mark.parametrize(("text", "code"), [("1", "01"), ("01", "01"), (" 01 ", "01"), ("\n6\n", "06"), ("013", "013")])
def test_codes_are_two_digits_however_they_are_written(text: str, code: str, tmp_path: Path) -> None:
    found = status_of(status(text), tmp_path)
    assert found.code == code
    assert readings_of(found) == ([] if text.strip() == code else [("StatusCode", "normalised", text.strip())])


@pytest.mark.parametrize("code", ["07", "99", "xong", ""])
def test_an_unknown_code_is_kept_and_told(code: str, tmp_path: Path) -> None:
    found = status_of(status(code), tmp_path)
    assert found.code == code
    assert [(p.code, p.severity) for p in found.problems] == [("STATUS_CODE", "warning")]


def test_children_in_any_order_with_or_without_prefixes(tmp_path: Path) -> None:
    root = status()
    header_of(root).children.reverse()
    for name in ("ResponseFor", "StaffInfo"):
        header_of(root).find(name).children.reverse()
    straight = status_of(status(), tmp_path)
    assert status_of(root, tmp_path) == straight
    assert status_of(write(status(), Style(prefixes=False, eol="\r\n")), tmp_path) == straight


def test_the_key_is_who_about_what_which_and_when(tmp_path: Path) -> None:
    one = status_of(status("03"), tmp_path)
    assert one.key == status_of(status("03"), tmp_path).key
    others = [status("04"), status(at="2026/11/24 09:15:01"), status(document_id="x"), status(sender="H60.20")]
    assert all(status_of(other, tmp_path).key != one.key for other in others)


def test_without_a_time_there_is_no_key_so_it_is_refused(tmp_path: Path) -> None:
    for text in ("", "N/A", "2026/02/30 10:00:00", "hôm qua"):
        refused = refusal_of(status(at=text), tmp_path)
        assert (refused.code, refused.problem.rule) == ("STATUS_TIMESTAMP", "T.MessageHeader.Timestamp")
        assert refused.line > 0


def test_what_it_answers_to_is_needed(tmp_path: Path) -> None:
    root = status()
    header_of(root).drop("ResponseFor").drop("From")
    found = status_of(root, tmp_path)
    assert {p.rule for p in found.problems if p.severity == "error"} == {
        "N.MessageHeader.ResponseFor",
        "N.MessageHeader.From.OrganId",
    }


def test_a_second_answer_is_kept_and_told(tmp_path: Path) -> None:
    root = status()
    header_of(root).children.append(group("ResponseFor", *leaves(OrganId="G07", DocumentId="X")))
    found = status_of(root, tmp_path)
    assert found.response_for.organ_id == "G06"
    assert others_of(found) == [("OrganId", "G07"), ("DocumentId", "X")]
    assert codes_of(found) == ["DUPLICATE_ELEMENT"]


def test_what_a_status_must_not_have_is_told_and_leaves_no_file(tmp_path: Path) -> None:
    root = status()
    root.find("edXMLEnvelope/edXMLHeader").children.append(placeholder_signature())
    root.children.append(group("AttachmentEncoded", attachment(FILE)))
    found = status_of(root, tmp_path)
    assert codes_of(found) == ["UNKNOWN_ELEMENT", "UNKNOWN_ELEMENT"]
    assert list(tmp_path.iterdir()) == []


def test_unknown_elements_of_a_status_are_kept(tmp_path: Path) -> None:
    root = status()
    header_of(root).children.append(Element("Mood", "vui"))
    assert others_of(status_of(root, tmp_path)) == [("Mood", "vui")]


def test_a_status_code_makes_a_status_whatever_else_is_there(tmp_path: Path) -> None:
    root = document(files=())
    header_of(root).children += [*status().find("edXMLEnvelope/edXMLHeader/MessageHeader").children]
    found = status_of(root, tmp_path)
    assert found.code == "03"
    assert "DUPLICATE_ELEMENT" in codes_of(found)
    assert any(text.startswith("V/v kết nối") for _, text in others_of(found))
