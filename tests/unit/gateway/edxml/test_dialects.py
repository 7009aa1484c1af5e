"""Every builder of the country means the same document (edxml §8)."""

import quopri
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from infra.conformance.packages.content import PDF, UUID_ENTRY, File, zipped
from infra.conformance.packages.dialects import DIALECTS, d7, d7_xml
from tests.unit.gateway.edxml.making import codes_of, document_of, others_of, readings_of, refusal_of
from tests.unit.gateway.edxml.meaning import lost

NAMES = {"D1": "standard", "D2": "standard", "D3": "standard", "D4": "standard"}
KEPT = {
    "D5": [("Content", "File: 7816_BKHCN-VP.pdf"), ("AttachmentSize", "72")],
    "D6": [
        ("Boundary", "LzQ5d9rbLkm1K9QwOd6DiQzz"), ("ContentId", "8FB2FCA1.edxml"), ("ContentType", "text/xml"),
        ("@id", "3490sdo9"), ("@version", "1.0"), ("@mustUnderstand", "1"),
        ("@actor", "http://schemas.xmlsoap.org/soap/actor/next"), ("@role", "XLinkRole"),
    ],
    "D7": [("@OriginalBodyRequested", "true"), ("@ImmediateResponseRequired", "false"), ("Comment", "Chuyển tiếp")],
    "D8": [("To", "H60.10")],
}  # fmt: skip


@pytest.mark.parametrize("name", DIALECTS)
def test_the_document_is_the_same_in_every_dialect(name: str, tmp_path: Path) -> None:
    found = document_of(DIALECTS[name](), tmp_path)
    assert found.dialect == NAMES.get(name, name)
    assert (found.sender.organ_id, [r.organ_id for r in found.recipients]) == ("G06", ["H60.10"])
    assert found.subject == "V/v kết nối, liên thông phần mềm quản lý văn bản"
    assert [(a.name, a.size) for a in found.attachments] == [("7816_BKHCN-VP.pdf", len(PDF))]
    assert (found.business_type, codes_of(found)) == (0, [])
    assert [(a, b) for a, b in others_of(found) if a != "Description"] == KEPT.get(name, [])


@pytest.mark.parametrize("name", [n for n in DIALECTS if n not in ("D4", "D5")])
def test_the_signer_the_number_and_the_date_are_the_same(name: str, tmp_path: Path) -> None:
    found = document_of(DIALECTS[name](), tmp_path)
    assert (found.code_number, found.code_notation, found.promulgation_date) == ("7816", "BKHCN-VP", date(2026, 11, 24))
    assert (found.type_name, found.signer_name, found.signer_position, found.signer_competence) == (
        "Công văn",
        "Nguyễn Văn Phúc",
        "Cục trưởng",
        "TL. BỘ TRƯỞNG",
    )
    assert found.traces[0].organ_id == "G06"
    assert found.traces[0].timestamp == datetime(2026, 11, 24, 1, 30, tzinfo=UTC)
    assert (found.appendixes, found.page_amount) == (("Phụ lục kỹ thuật",), 3)


@pytest.mark.parametrize("name", [n for n in DIALECTS if n != "D7"])
def test_nothing_that_a_dialect_says_is_lost(name: str, tmp_path: Path) -> None:
    data = DIALECTS[name]()
    assert lost(data, document_of(data, tmp_path)) == []


def test_nothing_of_the_soap_form_is_lost(tmp_path: Path) -> None:
    assert lost(d7_xml(), document_of(d7(), tmp_path)) == []


@pytest.mark.parametrize("name", DIALECTS)
def test_a_zipped_file_comes_out_in_every_dialect(name: str, tmp_path: Path) -> None:
    body = "Nội dung".encode()
    file = File("Phụ lục 1.txt", zipped(body, f"{UUID_ENTRY}.txt"), "application/zip")
    found = document_of(DIALECTS[name](file), tmp_path)
    assert found.attachments[0].path
    assert found.attachments[0].path.read_bytes() == body
    assert found.attachments[0].name == "Phụ lục 1.txt"


@pytest.mark.parametrize("headers", [True, False], ids=["with headers", "from the boundary"])
@pytest.mark.parametrize("eol", ["\r\n", "\n"], ids=["crlf", "lf"])
@pytest.mark.parametrize("encoding", ["base64", "binary", "8bit"])
def test_the_soap_form_in_every_encoding(headers: bool, eol: str, encoding: str, tmp_path: Path) -> None:
    body = PDF + bytes(range(256)) * 600 + b"\n--not-the-boundary\n"
    found = document_of(d7(File("a.pdf", body), encoding=encoding, eol=eol, headers=headers), tmp_path)
    assert found.attachments[0].path
    assert found.attachments[0].path.read_bytes() == body
    assert (readings_of(found), codes_of(found)) == ([("TraceHeaderList", "default", "")], [])


def test_the_soap_form_in_quoted_printable(tmp_path: Path) -> None:
    body = "Nội dung tệp\nhàng hai".encode()
    data = d7(File("a.txt", body, "text/plain"), encoding="quoted-printable", content=quopri.encodestring(body))
    found = document_of(data, tmp_path)
    assert found.attachments[0].path
    assert found.attachments[0].path.read_bytes() == body


def test_a_part_that_nobody_names_is_told(tmp_path: Path) -> None:
    data = d7().replace(b'xlink:href="cid:5c1f7a10', b'xlink:href="cid:other000')
    found = document_of(data, tmp_path)
    assert codes_of(found) == []  # one part, one name: they meet by order
    assert found.attachments[0].name == "7816_BKHCN-VP.pdf"


BROKEN = {
    "cut": (d7()[:-40], "TRUNCATED"),
    "without an end": (d7().replace(b"567890--\r\n", b"567890\r\n"), "TRUNCATED"),
    "another encoding": (d7(encoding="x-uuencode"), "MIME"),
    "no boundary": (d7().replace(b"boundary=", b"bound="), "MIME"),
    "not multipart": (d7().replace(b"multipart/related", b"text/plain"), "MIME"),
    "no xml": (d7().replace(b"<root>\r\n\r\n", b"<other>\r\n\r\n"), "MIME"),
    "headers without an end": (d7().replace(b"<root>\r\n\r\n", b"<root>" + b"X" * 9000), "MIME"),
    "rubbish after a boundary": (d7().replace(b"7890\r\nContent-Type: te", b"7890zz\r\nContent-Type: te"), "MIME"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_multipart_is_refused_by_name(case: str, tmp_path: Path) -> None:
    data, code = BROKEN[case]
    assert refusal_of(data, tmp_path).code == code


def test_what_the_models_of_d6_call_missing_is_missing(tmp_path: Path) -> None:
    found = document_of(DIALECTS["D6"](), tmp_path)
    assert (found.sender.email, found.sender.fax) == ("", "")
    defaults = [reading for reading in readings_of(found) if reading[1] == "default"]
    assert defaults == [("Email", "default", "N/A"), ("Fax", "default", "N/A")]
