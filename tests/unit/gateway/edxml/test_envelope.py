"""The envelope: names, namespaces, prefixes and file forms that packages really have (edxml §1, §10)."""

import io
from pathlib import Path

import pytest

from infra.conformance.packages.documents import document, header_of
from infra.conformance.packages.tree import Element, Style, group, leaves, write
from services.gateway.edxml import Limits, Package, read
from tests.unit.gateway.edxml.making import codes_of, document_of, others_of, package, raw, readings_of, refusal_of

E_DOC, GUIDE = "http://www.e-doc.vn/Schema/", "http://edxml.gov.vn/schema"


def test_prefixes_make_no_difference_to_a_reader(tmp_path: Path) -> None:
    with_prefixes, without = tmp_path / "a", tmp_path / "b"
    with_prefixes.mkdir(), without.mkdir()
    one = document_of(document(), with_prefixes)
    other = document_of(document(), without, style=Style(prefixes=False))
    assert _meaning(one) == _meaning(other)


def _meaning(found: Package) -> tuple[object, ...]:
    return found.sender, found.recipients, found.subject, found.traces, [a.sha256 for a in found.attachments]


@pytest.mark.parametrize(
    "namespace", ["http://www.mic.gov.vn/TBT/QCVN_102_2016", E_DOC, GUIDE, "http://www.go.vn/eDoc", ""]
)
def test_every_namespace_seen_is_read_without_a_word(namespace: str, tmp_path: Path) -> None:
    found = document_of(document(), tmp_path, style=Style(prefixes=False, namespace=namespace))
    assert (found.sender.organ_id, codes_of(found)) == ("G06", [])


def test_an_unknown_namespace_is_read_and_told(tmp_path: Path) -> None:
    found = document_of(document(), tmp_path, style=Style(prefixes=False, namespace="urn:example:other"))
    assert found.subject.startswith("V/v kết nối")
    assert codes_of(found) == ["UNKNOWN_NAMESPACE"]


def test_an_element_of_a_foreign_namespace_is_kept_and_takes_nobodys_place(tmp_path: Path) -> None:
    root = document()
    header_of(root).children.insert(0, Element("x:Subject", "Không phải trích yếu", attributes={"xmlns:x": "urn:x"}))
    found = document_of(root, tmp_path)
    assert found.subject.startswith("V/v kết nối")
    assert ("Subject[1]", "Không phải trích yếu") in others_of(found) or (
        "Subject",
        "Không phải trích yếu",
    ) in others_of(found)


@pytest.mark.parametrize("eol", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "declaration", ['<?xml version="1.0" encoding="UTF-8"?>', "<?xml version='1.0' encoding='utf-8'?>", ""]
)
def test_line_ends_and_declarations_make_no_difference(eol: str, declaration: str, tmp_path: Path) -> None:
    found = document_of(document(), tmp_path, style=Style(eol=eol, declaration=declaration))
    assert (found.problems, found.readings, found.other) == ((), (), ())


def test_a_byte_order_mark_is_a_note(tmp_path: Path) -> None:
    found = document_of(document(), tmp_path, style=Style(encoding="utf-8-sig"))
    assert [(p.code, p.severity) for p in found.problems] == [("ENCODING", "info")]


def test_empty_elements_mean_nothing(tmp_path: Path) -> None:
    root = document()
    header_of(root).children += [Element("ResponseFor"), group("ResponseFor", *leaves(OrganId=""))]
    header_of(root).set("OtherInfo/SphereOfPromulgation", "").set("DueDate", "")
    found = document_of(root, tmp_path)
    assert (found.response_for, found.sphere, found.due_date, found.problems) == ((), "", None, ())


def test_the_envelope_alone_is_a_package(tmp_path: Path) -> None:
    assert document_of(document().find("edXMLEnvelope"), tmp_path).document_id == "G06,2026/11/24,7816/BKHCN-VP"


@pytest.mark.parametrize("before", [b"1212", b"\n\n  ", "rác ".encode(), b"\xef\xbb\xbfHTTP/1.1 200 OK\r\n\r\n"])
def test_what_stands_before_the_declaration_is_dropped_and_told_with_the_right_lines(
    before: bytes, tmp_path: Path
) -> None:
    root = document()
    header_of(root).drop("Subject")
    found = document_of(before + write(root), tmp_path)
    assert "RUBBISH_BEFORE_DECLARATION" in codes_of(found) or not before.strip()
    missing = next(p for p in found.problems if p.code == "MISSING")
    lines = (before + write(root)).split(b"\n")
    assert b"MessageHeader" in lines[missing.line - 1]
    assert missing.rule == "N.MessageHeader.Subject"


def test_lines_are_right_whatever_the_tags_look_like(tmp_path: Path) -> None:
    plain = write(document())
    broken = plain.replace(b'<edXML:edXMLManifest version="1.0">', b'<edXML:edXMLManifest\n\n  version="1.0">')
    commented = plain.replace(b"<edXML:edXMLHeader>", b"<edXML:edXMLHeader><!-- a\nb\n<c> -->")
    referenced = plain.replace(b"<edXML:Subject>", b"<edXML:Subject>&#10;&#10;")
    for number, data in enumerate((plain, broken, commented, referenced)):
        text = data.replace(b">2026/12/15<", b">2026/02/30<").replace(
            b">3</edXML:PageAmount>", b">ba</edXML:PageAmount>"
        )
        folder = tmp_path / str(number)
        folder.mkdir()
        found = document_of(text, folder)
        lines = {p.code: p.line for p in found.problems}
        by_line = text.split(b"\n")
        assert b"DueDate" in by_line[lines["DATE_INVALID"] - 1]
        assert b"PageAmount" in by_line[lines["NUMBER_INVALID"] - 1]


def test_the_order_of_the_tests_is_that_of_the_facts(tmp_path: Path) -> None:
    """Size, rubbish, DOCTYPE, depth and attributes, root, names, kind, problems."""
    deep = raw(extra="<a>" * 40)
    assert refusal_of(raw(), tmp_path, Limits(package_bytes=10**6, depth=3)).code == "TOO_DEEP"
    assert refusal_of(b"   %PDF", tmp_path).code == "NOT_XML"
    assert refusal_of(raw(head="<!DOCTYPE html>").replace(b"edXML", b"html"), tmp_path).code == "DOCTYPE"
    assert refusal_of(deep, tmp_path).code == "TOO_DEEP"
    assert refusal_of(b"<html/>", tmp_path).code == "NOT_EDXML"


def test_errors_are_only_what_no_registration_can_do_without(tmp_path: Path) -> None:
    root = document()
    header = header_of(root)
    for path in ("From/OrganId", "To/OrganId", "Subject", "DocumentId", "Code"):
        header.drop(path)
    found = document_of(root, tmp_path)
    assert {p.rule for p in found.problems if p.severity == "error"} == {
        "N.MessageHeader.From.OrganId",
        "N.MessageHeader.To.OrganId",
        "N.MessageHeader.Subject",
        "N.MessageHeader.DocumentId",
    }


def test_without_an_identifier_number_and_date_are_enough_and_told(tmp_path: Path) -> None:
    root = document()
    header_of(root).drop("DocumentId")
    found = document_of(root, tmp_path)
    assert codes_of(found) == []
    assert ("MessageHeader", "inferred", "DocumentId") in readings_of(found)


def test_a_header_in_the_wrong_place_is_read_and_told(tmp_path: Path) -> None:
    root = document()
    header = root.find("edXMLEnvelope/edXMLHeader")
    header.children = [group("Wrapper", *header.children)]
    found = document_of(root, tmp_path)
    assert found.document_id == "G06,2026/11/24,7816/BKHCN-VP"
    assert codes_of(found) == ["MISPLACED"]


def test_a_second_header_is_told_and_its_texts_are_kept(tmp_path: Path) -> None:
    root = document()
    root.find("edXMLEnvelope/edXMLHeader").children.append(group("MessageHeader", *leaves(Subject="Khác")))
    found = document_of(root, tmp_path)
    assert found.subject.startswith("V/v kết nối")
    assert "DUPLICATE_ELEMENT" in codes_of(found)
    assert ("Subject", "Khác") in others_of(found)


def test_a_stream_that_comes_drop_by_drop_reads_the_same(tmp_path: Path) -> None:
    class Drops(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(size if size and size > 0 else 7, 7))

    found = read(Drops(write(document())), tmp_path)
    assert isinstance(found, Package)
    assert (found.problems, found.other) == ((), ())


def test_a_package_model_is_plain_data() -> None:
    assert package() == package()
    assert package().signature_state == "absent"
