"""Attachments in every form that was seen: zip, raw, mislabelled, ruined; matched by id, order or name (edxml §6)."""

import base64
from pathlib import Path

import pytest

from infra.conformance.packages.content import (
    PDF,
    UUID_ENTRY,
    File,
    docx,
    gzipped,
    ruined,
    zipped,
    zipped_streaming,
)
from infra.conformance.packages.documents import document
from infra.conformance.packages.tree import Element, Style
from services.gateway.edxml import Limits
from tests.unit.gateway.edxml.making import codes_of, document_of, raw, readings_of, refusal_of

TEXT = "Nội dung tệp".encode()
BINARY = PDF + bytes(range(128, 256)) * 4
INNER_PDF = zipped(PDF, f"{UUID_ENTRY}.pdf")

FORMS = {
    "raw pdf": (File("a.pdf", PDF), PDF, [], []),
    "zip labelled zip": (File("a.txt", zipped(TEXT), "application/zip"), TEXT, [], []),
    "zip without sizes in its local header": (File("a.txt", zipped_streaming(TEXT), "application/zip"), TEXT, [], []),
    "stored zip": (File("a.txt", zipped(TEXT, stored=True), "application/zip"), TEXT, [], []),
    "zip labelled pdf": (File("a.pdf", INNER_PDF), PDF, [("Attachment", "inferred", "zip: application/pdf")], []),
    "zip labelled text": (
        File("a.txt", zipped(TEXT), "text/plain"), TEXT, [("Attachment", "inferred", "zip: text/plain")], [],
    ),
    "zip with another name inside, labelled zip": (
        File("a.txt", zipped(TEXT, "b.txt"), "application/zip"), TEXT, [], [],
    ),
    "zip with another name inside, labelled text": (
        File("a.txt", zipped(TEXT, "b.txt"), "text/plain"), zipped(TEXT, "b.txt"), [], [],
    ),
    "zip sent as a zip": (File("a.zip", zipped(TEXT), "application/zip"), zipped(TEXT), [], []),
    "docx raw": (File("a.docx", docx(), "application/docx"), docx(), [], []),
    "docx raw, labelled zip": (File("a.docx", docx(), "application/zip"), docx(), [], []),
    "docx in a zip": (File("a.docx", zipped(docx(), f"{UUID_ENTRY}.docx"), "application/zip"), docx(), [], []),
    "an edXML file under the name of a doc": (
        File("a.doc", zipped(b"<edXML/>", f"{UUID_ENTRY}.edxml"), "application/zip"), b"<edXML/>", [], [],
    ),
    "gzip": (File("a.txt", gzipped(TEXT), "text/plain"), TEXT, [("Attachment", "inferred", "gzip: text/plain")], []),
    "gzip sent as such": (File("a.gz", gzipped(TEXT), "application/gzip"), gzipped(TEXT), [], []),
    "a placeholder in a zip": (
        File("a.PDF", zipped(b"This is some text"), "application/zip"), b"This is some text", [], ["ATTACHMENT_TYPE"],
    ),
    "damaged zip": (File("a.txt", zipped(TEXT)[:60], "application/zip"), zipped(TEXT)[:60], [], ["ZIP_DAMAGED"]),
    "zip with a wrong checksum": (
        File("a.txt", zipped(TEXT, stored=True).replace("tệp".encode(), b"tep12"), "application/zip"),
        zipped(TEXT, stored=True).replace("tệp".encode(), b"tep12"), [], ["ZIP_DAMAGED"],
    ),
    "ruined": (File("a.pdf", ruined(BINARY)), ruined(BINARY), [], ["ATTACHMENT_RUINED"]),
    "empty": (File("a.pdf", b"", encoded=" "), b"", [], ["ATTACHMENT_EMPTY"]),
    "not what its name says": (File("a.pdf", TEXT), TEXT, [], ["ATTACHMENT_TYPE"]),
}  # fmt: skip


@pytest.mark.parametrize("held", [2**20, 0], ids=["in memory", "on disk"])
@pytest.mark.parametrize("form", FORMS)
def test_the_file_of_the_sender_comes_out_of_every_form(form: str, held: int, tmp_path: Path) -> None:
    file, body, readings, codes = FORMS[form]
    found = document_of(document(files=(file,)), tmp_path, Limits(held_bytes=held))
    assert found.attachments[0].path
    assert found.attachments[0].path.read_bytes() == body
    assert (found.attachments[0].name, found.attachments[0].content_type) == (file.name, file.label)
    assert readings_of(found) == readings
    assert codes_of(found) == codes
    assert [p.name for p in tmp_path.iterdir()] == [found.attachments[0].path.name]


def test_raw_and_zipped_files_in_one_package(tmp_path: Path) -> None:
    files = [
        File("a.pdf", PDF, content_id="cid:1"),
        File("b.xlsx", zipped(docx(), f"{UUID_ENTRY}.xlsx"), "application/zip", "cid:2"),
        File("Phụ lục [1] (2).PDF", PDF, content_id="cid:3", description="Phụ lục"),
    ]
    found = document_of(document(files=files), tmp_path)
    assert [(a.name, a.size) for a in found.attachments] == [
        ("a.pdf", len(PDF)),
        ("b.xlsx", len(docx())),
        ("Phụ lục [1] (2).PDF", len(PDF)),
    ]
    assert found.attachments[2].description == "Phụ lục"
    assert codes_of(found) == []


IDS = {
    "the same": ("cid:1", "cid:1", [], "1"),
    "prefix only above": ("cid:1", "1", [], "1"),
    "cid:cid:": ("cid:cid:1", "cid:cid:1", [("ContentId", "normalised", "cid:cid:1")] * 2, "1"),
    "cid:cid: below": ("cid:1", "cid:cid:1", [("ContentId", "normalised", "cid:cid:1")], "1"),
    "in capitals": ("CID:1", "cid:1", [("ContentId", "normalised", "CID:1")], "1"),
    "by order": ("cid:1", "cid:2", [("Attachment", "inferred", "2 → 1")], "2"),
    "case counts": ("cid:a", "cid:A", [("Attachment", "inferred", "A → a")], "A"),
}  # fmt: skip


@pytest.mark.parametrize("form", IDS)
def test_ids_meet_after_every_prefix_is_taken_off_else_by_order(form: str, tmp_path: Path) -> None:
    above, below, readings, kept = IDS[form]
    root = document(files=(File("a.pdf", PDF),))
    next(root.all("Reference")).set("ContentId", above)
    next(root.all("Attachment")).set("ContentId", below)
    found = document_of(root, tmp_path)
    assert readings_of(found) == readings
    assert (found.attachments[0].content_id, codes_of(found)) == (kept, [])


def test_by_name_where_the_counts_differ(tmp_path: Path) -> None:
    files = [File(f"{n}.pdf", PDF, content_id=f"cid:{n}") for n in "abc"]
    root = document(files=files)
    references = list(root.all("Reference"))
    next(root.all("edXMLManifest")).children = references[1:]
    for attachment in root.all("Attachment"):
        attachment.drop("ContentId")
    found = document_of(root, tmp_path)
    assert codes_of(found) == ["ATTACHMENT_UNLISTED"]
    assert [a.content_id for a in found.attachments] == ["", "b", "c"]


def test_what_the_file_does_not_say_the_manifest_does(tmp_path: Path) -> None:
    root = document(files=(File("a.pdf", PDF, description="Toàn văn"),))
    next(root.all("Attachment")).drop("AttachmentName").drop("ContentType").drop("Description")
    found = document_of(root, tmp_path)
    attachment = found.attachments[0]
    assert (attachment.name, attachment.content_type, attachment.description) == (
        "a.pdf",
        "application/pdf",
        "Toàn văn",
    )


def test_where_both_speak_the_file_counts_and_the_other_is_kept(tmp_path: Path) -> None:
    root = document(files=(File("a.pdf", PDF),))
    next(root.all("Reference")).set("AttachmentName", "khác.pdf")
    found = document_of(root, tmp_path)
    assert found.attachments[0].name == "a.pdf"
    assert readings_of(found) == [("AttachmentName", "inferred", "khác.pdf")]


def test_a_link_of_the_manifest_is_the_id_where_there_is_none(tmp_path: Path) -> None:
    root = document(files=(File("a.pdf", PDF, content_id="cid:1"),))
    reference = next(root.all("Reference"))
    reference.drop("ContentId").attributes = {"xmlns:xlink": "http://www.w3.org/1999/xlink", "xlink:href": "cid:1"}
    found = document_of(root, tmp_path)
    assert (found.readings, codes_of(found)) == ((), [])


def test_a_link_anywhere_else_is_refused(tmp_path: Path) -> None:
    for href in ("http://example.invalid/a.pdf", "file:///etc/hostname", "/a"):
        root = document(files=(File("a.pdf", PDF),))
        next(root.all("Reference")).attributes = {"xmlns:xlink": "http://www.w3.org/1999/xlink", "xlink:href": href}
        refused = refusal_of(root, tmp_path)
        assert (refused.code, refused.problem.path) == ("LINK", "edXML/edXMLEnvelope/edXMLBody/edXMLManifest/Reference")


def test_named_without_content_and_content_without_a_name(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    root = document(files=(File("a.pdf", PDF),))
    root.drop("AttachmentEncoded")
    missing = document_of(root, tmp_path / "a")
    assert [(p.code, p.severity) for p in missing.problems] == [("ATTACHMENT_MISSING", "error")]
    empty = document(files=(File("a.pdf", PDF),))
    next(empty.all("Attachment")).drop("ContentTransferEncoded")
    found = document_of(empty, tmp_path / "b")
    assert [(p.code, p.severity) for p in found.problems] == [("ATTACHMENT_MISSING", "error")]


def test_the_library_s_own_extras_are_kept(tmp_path: Path) -> None:
    root = document(files=(File("a.pdf", PDF),))
    next(root.all("Attachment")).children += [Element("FieldName", "f1"), Element("MimeType", "application/pdf")]
    found = document_of(root, tmp_path)
    assert [u.text for u in found.other] == ["f1", "application/pdf"]


@pytest.mark.parametrize("width", [76, 64, 4])
@pytest.mark.parametrize("eol", ["\n", "\r\n", " \t\n"])
def test_base64_in_lines_is_the_same_file(width: int, eol: str, tmp_path: Path) -> None:
    text = base64.b64encode(PDF).decode()
    lines = eol + eol.join(text[i : i + width] for i in range(0, len(text), width)) + eol
    found = document_of(raw(("1", "a.pdf", lines)), tmp_path)
    assert found.attachments[0].size == len(PDF)


@pytest.mark.parametrize(
    "text", ["QR==", "QUJ=", "QQ=", "Q", "QQ==QUJD", "=", "QU JD=", "QUJD QUJ*", "ＱＵＪＤ", "QUJD\x7f"]
)
def test_base64_is_read_strictly(text: str, tmp_path: Path) -> None:
    assert refusal_of(raw(("1", "a.pdf", text)), tmp_path).code in ("BASE64", "BASE64_AFTER_PADDING")


def test_the_content_may_stand_before_its_name(tmp_path: Path) -> None:
    root = document(files=(File("a.txt", zipped(TEXT), "application/zip"),))
    next(root.all("Attachment")).children.reverse()
    assert document_of(root, tmp_path).attachments[0].size == len(TEXT)


def test_two_contents_in_one_attachment_are_refused(tmp_path: Path) -> None:
    root = document(files=(File("a.pdf", PDF),))
    next(root.all("Attachment")).children.append(Element("ContentTransferEncoded", raw="QUJD"))
    assert refusal_of(root, tmp_path).code == "DUPLICATE_CONTENT_ID"


def test_a_digest_that_is_promised_is_checked(tmp_path: Path) -> None:
    root = document(files=(File("a.pdf", PDF),))
    next(root.all("Reference")).set("ContentDigest", "0" * 64)
    found = document_of(root, tmp_path, style=Style())
    assert [(p.code, p.severity) for p in found.problems] == [("HASH_MISMATCH", "error")]
