"""Reading the head of a package and passing it on with a small change: everything else byte for byte."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.gateway.edxml import Package, Status, read
from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.wire.editing import NotEditable, with_receivers, with_trace
from services.gateway.wire.summary import peek

SAMPLES = Path(__file__).resolve().parents[4] / "shared" / "samples" / "edxml"
FILES = sorted(path for path in SAMPLES.rglob("*") if path.is_file() and path.suffix in (".edxml", ".xml"))
needs_samples = pytest.mark.skipif(not FILES, reason="the samples are not beside this repository")
MOMENT = datetime(2026, 11, 25, 1, 2, 3, tzinfo=UTC)
Q = "http://www.mic.gov.vn/TBT/QCVN_102_2016"


def understood(path: Path, folder: Path) -> Package | Status | None:
    folder.mkdir(exist_ok=True)
    try:
        with path.open("rb") as stream:
            return read(stream, folder)
    except EdxmlRefused:
        return None


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "package.edxml"
    path.write_bytes(text.encode(encoding))
    return path


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:40])
def test_the_head_says_what_the_codec_says(path: Path, tmp_path: Path) -> None:
    full = understood(path, tmp_path / "files")
    if full is None:
        pytest.skip("the codec refuses it")
    head = peek(path)
    squeezed = " ".join(full.sender.organ_id.split())
    assert head.from_code == squeezed
    if isinstance(full, Status):
        assert (head.status_code.zfill(2), head.response_for[0].document_id) == (
            full.code, " ".join(full.response_for.document_id.split()),
        )  # fmt: skip
    else:
        assert head.to == [organ.organ_id for organ in full.recipients if organ.organ_id]
        assert (head.document_id, head.number) == (full.document_id, full.code_number)
        assert int(head.business_type) == full.business_type
        assert [t for t in head.traces if t not in ("", "null")] == [t.organ_id for t in full.traces if t.organ_id]


@needs_samples
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:40])
def test_a_hop_is_added_and_nothing_else_changes(path: Path, tmp_path: Path) -> None:
    before = understood(path, tmp_path / "before")
    if before is None:
        pytest.skip("the codec refuses it")
    target = tmp_path / "passed.edxml"
    edited = with_trace(path, target, "H60.HUB", MOMENT)
    content = target.read_bytes()
    assert (edited.size, edited.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    if isinstance(before, Status):
        assert content == path.read_bytes()
        return
    after = understood(target, tmp_path / "after")
    assert isinstance(after, Package)
    assert [trace.organ_id for trace in after.traces] == [*(trace.organ_id for trace in before.traces), "H60.HUB"]
    assert after.traces[-1].timestamp == MOMENT
    assert [(a.name, a.sha256) for a in after.attachments] == [(a.name, a.sha256) for a in before.attachments]
    assert (after.subject, after.document_id) == (before.subject, before.document_id)
    added = len(content) - path.stat().st_size
    original = path.read_bytes()
    start = next(i for i in range(len(content)) if content[i : i + 1] != original[i : i + 1])
    assert any(content[:at] + content[at + added :] == original for at in range(max(start - added, 0), start + 1))


def document(*receivers: str, mark: str = "edXML:") -> str:
    to = "".join(f"<{mark}To><{mark}OrganId>{r}</{mark}OrganId></{mark}To>\r\n" for r in receivers)
    return (
        f'<?xml version="1.0"?><edXML xmlns="{Q}" xmlns:edXML="{Q}"><{mark}edXMLHeader><{mark}MessageHeader>'
        f"<{mark}From><{mark}OrganId>A</{mark}OrganId></{mark}From>{to}<{mark}Subject>Về việc</{mark}Subject>"
        f"</{mark}MessageHeader></{mark}edXMLHeader></edXML>"
    )


@pytest.mark.parametrize("mark", ["edXML:", ""])
def test_a_list_of_hops_is_made_where_there_is_none(tmp_path: Path, mark: str) -> None:
    source = written(tmp_path, document("B", mark=mark))
    with_trace(source, tmp_path / "out", "HUB & Co", MOMENT)
    found = peek(tmp_path / "out")
    assert found.traces == ["HUB & Co"]
    hop = f"<{mark}TraceHeaderList><{mark}TraceHeader><{mark}OrganId>HUB &amp; Co</{mark}OrganId>"
    assert hop in (tmp_path / "out").read_text()


def test_only_the_named_receivers_stay(tmp_path: Path) -> None:
    source = written(tmp_path, document("B", "H60.1", "C", "b"))
    with_receivers(source, tmp_path / "out", ["h60.1"])
    assert peek(tmp_path / "out").to == ["H60.1"]
    assert "Về việc" in (tmp_path / "out").read_text()
    with pytest.raises(NotEditable):
        with_receivers(source, tmp_path / "out", ["X"])


@pytest.mark.parametrize("text", ["rubbish", "", "<a><b>", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "<a/>"])
def test_what_has_no_header_is_not_edited(tmp_path: Path, text: str) -> None:
    source = written(tmp_path, text)
    for attempt in (
        lambda: with_trace(source, tmp_path / "out", "H", MOMENT),
        lambda: with_receivers(source, tmp_path / "out", ["H"]),
    ):
        with pytest.raises(NotEditable):
            attempt()


def test_other_encodings(tmp_path: Path) -> None:
    wide = document("B", "C").replace('"1.0"', '"1.0" encoding="UTF-16"')
    source = written(tmp_path, wide, "utf-16")
    assert peek(source).to == ["B", "C"]
    with pytest.raises(NotEditable):
        with_trace(source, tmp_path / "out", "H", MOMENT)
    marked = tmp_path / "bom.edxml"
    marked.write_bytes(b"\xef\xbb\xbf" + document("B").encode())
    with_trace(marked, tmp_path / "out", "H", MOMENT)
    assert peek(tmp_path / "out").traces == ["H"]


def test_the_head_of_a_large_package_is_read_alone(tmp_path: Path) -> None:
    body = document("B").replace("</edXML>", "") + "<AttachmentEncoded><Attachment>" + "QUJD" * 500_000
    source = written(tmp_path, body)
    assert peek(source).to == ["B"]
    deep = written(tmp_path, "<a>" * 100_000)
    assert peek(deep).to == []
