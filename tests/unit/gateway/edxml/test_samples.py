"""The public samples: complete ones are read, malformed ones are refused or flagged with their reason."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from services.gateway.edxml import (
    EdxmlRefused,
    Outgoing,
    Package,
    SignatureVerdict,
    Status,
    Trace,
    read,
    write,
    write_status,
)
from services.gateway.edxml.kit.check import check
from services.gateway.edxml.kit.form import form_problems
from tests.unit.gateway.edxml.meaning import lost

SAMPLES = Path(__file__).parents[4] / ".." / "shared" / "samples" / "edxml"
FOLDERS = ("sdk-template", "axis-delivered", "gateway-built", "status", "nonstandard", "vendor-roundtrip")
STATUSES = ("01", "02", "03", "04", "05", "06", "13", "15", "16")
DOCUMENTS = {"edoc_new": 0, "edoc_revocation": 1, "edoc_update": 2, "edoc_replacement": 3}

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples of edXML are not on this machine")


def _samples() -> list[Path]:
    return [path for folder in FOLDERS for path in sorted((SAMPLES / folder).glob("*.edxml"))]


def _read(path: Path, folder: Path) -> Package | Status:
    with path.open("rb") as stream:
        return read(stream, folder)


@pytest.mark.parametrize("path", _samples(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_complete_samples_are_read_without_an_error(path: Path, tmp_path: Path) -> None:
    package = _read(path, tmp_path)
    assert [p for p in package.problems if p.severity == "error"] == []
    assert package.kind == ("status" if path.name.startswith("status") else "document")
    if isinstance(package, Package):
        assert package.attachments
        assert all(a.path and a.path.stat().st_size == a.size for a in package.attachments)


# What the complete samples say beyond the standard: all of it is kept, and nothing else is.
KEPT = {
    "nonstandard/b_attachmentdata.edxml": [("Content", "File: 1760427207626_b.txt"), ("AttachmentSize", "1")],
}


@pytest.mark.parametrize("path", _samples(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_nothing_of_a_complete_sample_is_lost(path: Path, tmp_path: Path) -> None:
    """Run with -s to see what was kept as "other" and how values were read."""
    package = _read(path, tmp_path)
    assert lost(path.read_bytes(), package) == []
    name = f"{path.parent.name}/{path.name}"
    for unknown in package.other:
        print(f"{name}: kept {unknown.path} = {unknown.text}")
    for reading in package.readings:
        print(f"{name}: line {reading.line}, {reading.how}: {reading.path} = {reading.raw!r}")
    assert [(u.path.rpartition("/")[2], u.text) for u in package.other] == KEPT.get(name, [])


@pytest.mark.parametrize("path", _samples(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_sample_written_again_in_the_strict_form_means_the_same(path: Path, tmp_path: Path) -> None:
    (tmp_path / "again").mkdir()
    package, out = _read(path, tmp_path), io.BytesIO()
    if isinstance(package, Status):
        write_status(package, out)
        assert read(io.BytesIO(out.getvalue()), tmp_path / "again") == replace(package, readings=())
        return
    files = [Outgoing(a.name, a.path, a.content_id, a.sha256, a.description) for a in package.attachments if a.path]
    needed = {name: getattr(package, name) or value for name, value in NEEDED.items()}
    needed["code_number"] = str(needed["code_number"])[:11]
    told = replace(package, **needed)
    write(told, files, out, strict_id=False)
    again = read(io.BytesIO(out.getvalue()), tmp_path / "again")
    assert isinstance(again, Package)
    assert (again.readings, again.other) == ((), ())
    assert [(a.name, a.sha256) for a in again.attachments] == [(a.name, a.sha256) for a in package.attachments]
    assert replace(again, **BLANK) == replace(told, **BLANK)


# What a sample may lack and the strict form needs.
NEEDED = {
    "code_number": "1",
    "code_notation": "X",
    "promulgation_date": date(2026, 1, 1),
    "type_name": "Công văn",
    "type_code": "2",
    "priority_raw": "0",
    "traces": (Trace("A", datetime(2026, 1, 1, tzinfo=UTC)),),
}
BLANK = {
    "attachments": (), "signature": SignatureVerdict(), "problems": (), "readings": (), "other": (), "dialect": "",
}  # fmt: skip


@pytest.mark.requirement("R08.3")
def test_the_nine_statuses_and_four_documents_are_read_and_written_with_the_right_prefixes(tmp_path: Path) -> None:
    codes = set()
    for path in sorted((SAMPLES / "status").glob("status_*.edxml")):
        status = _read(path, tmp_path)
        assert isinstance(status, Status)
        codes.add(status.code)
        out = io.BytesIO()
        write_status(status, out)
        assert form_problems(io.BytesIO(out.getvalue()), status=True) == []
        again = read(io.BytesIO(out.getvalue()), tmp_path)
        assert again == status
    assert codes == set(STATUSES)
    for name, kind in DOCUMENTS.items():
        _document_comes_back(SAMPLES / "sdk-template" / f"{name}.edxml", kind, tmp_path / name)


def _document_comes_back(path: Path, kind: int, folder: Path) -> None:
    (folder / "again").mkdir(parents=True)
    package = _read(path, folder)
    assert isinstance(package, Package)
    assert package.business_type == kind
    files = [Outgoing(a.name, a.path, a.content_id, a.sha256, a.description) for a in package.attachments if a.path]
    out = io.BytesIO()
    write(package, files, out)
    text = out.getvalue()
    assert form_problems(io.BytesIO(text)) == []
    assert f"<edXML:BussinessDocType>{kind}</edXML:BussinessDocType>".encode() in text
    assert text.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<edXML xmlns="http://www.mic.gov.vn/TBT/')
    assert text.index(b"<edXML:Bussiness>") < text.index(b"<edXML:TraceHeader>")
    again = read(io.BytesIO(text), folder / "again")
    assert isinstance(again, Package)
    assert [a.sha256 for a in again.attachments] == [a.sha256 for a in package.attachments]
    assert (again.readings, again.other, again.problems) == ((), (), ())
    assert replace(again, **BLANK) == replace(package, **BLANK)


@pytest.mark.parametrize("path", sorted((SAMPLES / "sdk-template").glob("*")) + sorted((SAMPLES / "status").glob("*")))
def test_the_prefix_check_agrees_with_the_vendors_own_files(path: Path) -> None:
    with path.open("rb") as stream:
        found = form_problems(stream, status=path.parent.name == "status")
    assert [p.rule for p in found if p.severity != "info"] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [("edoc_unclosed_from", "TAG_MISMATCH"), ("edoc_unbound_xlink", "BASE64")],
)
def test_malformed_samples_are_refused_with_a_reason_and_leave_nothing(name: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(EdxmlRefused) as caught:
        _read(SAMPLES / "malformed" / f"{name}.edxml", tmp_path)
    assert caught.value.code == code
    assert caught.value.line > 0
    assert list(tmp_path.iterdir()) == []


def test_leading_digits_are_dropped_and_told(tmp_path: Path) -> None:
    package = _read(SAMPLES / "malformed" / "edoc_new_leading_digits.edxml", tmp_path)
    assert [p.code for p in package.problems if p.severity != "info"] == ["RUBBISH_BEFORE_DECLARATION"]


def test_a_damaged_zip_is_an_error_of_the_report() -> None:
    report = check(SAMPLES / "malformed" / "bad_zip_attachment.edxml")
    assert not report.ok
    assert [p.code for p in report.problems if p.severity == "error"] == ["ZIP_DAMAGED"]


def test_the_annotated_form_is_refused_for_its_words_in_place_of_base64(tmp_path: Path) -> None:
    with pytest.raises(EdxmlRefused) as caught:
        _read(SAMPLES / "template" / "form_en-labelled.edxml", tmp_path)
    assert caught.value.code == "BASE64"


def test_a_zip_under_a_pdf_label_is_unpacked(tmp_path: Path) -> None:
    package = _read(SAMPLES / "axis-delivered" / "2025-10_874e0f18_zip-labelled-pdf.edxml", tmp_path)
    assert isinstance(package, Package)
    path = package.attachments[0].path
    assert path
    assert path.read_bytes().startswith(b"%PDF-")
