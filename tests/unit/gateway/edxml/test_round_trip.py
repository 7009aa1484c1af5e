"""What is written is read back with the same meaning, whatever it holds; what breaks a rule is not written."""

import io
import tempfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from services.gateway.edxml import (
    EdxmlInvalid,
    EdxmlRefused,
    Organ,
    Outgoing,
    Package,
    ResponseFor,
    Staff,
    Status,
    make_document_id,
    package_size,
    read,
    write,
    write_status,
)
from services.gateway.edxml.dialects import Q
from services.gateway.edxml.kit.check import check
from services.gateway.edxml.kit.commands import app
from services.gateway.edxml.kit.form import form_problems
from services.gateway.edxml.model import Replacement
from services.gateway.edxml.values import parse_date, parse_time
from tests.unit.gateway.edxml.making import package, raw, zipped

LETTERS = st.characters(blacklist_categories=["Cs", "Cc", "Cn", "Z"], blacklist_characters="\ufffe\uffff")
WORDS = (
    st.text(LETTERS, min_size=1, max_size=30)
    .map(lambda t: normalize("NFC", t))
    .filter(lambda t: len(t) <= 30 and t not in ("N/A", "null", "NULL") and t == t.strip())
)
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


@settings(max_examples=60, deadline=None)
@given(
    subject=WORDS,
    place=WORDS,
    day=DAYS,
    priority=st.integers(0, 4),
    kind=st.integers(0, 3),
    body=st.binary(min_size=1, max_size=300),
    suffix=st.sampled_from([".pdf", ".zip", ".docx", ".xlsx", ".txt", ""]),
)
def test_a_document_comes_back(
    subject: str, place: str, day: date, priority: int, kind: int, body: bytes, suffix: str
) -> None:
    sent = package(
        subject=subject,
        place=place,
        to_places=(place,),
        promulgation_date=day,
        priority=priority,
        priority_raw=str(priority),
        business_type=kind,
        business_document_id="000.00.01.H36,2014/02/30,1/X" if kind == 2 else "",
        replacements=(Replacement("opaque e\u0302", ("A", "B")),) if kind == 3 else (),
        staff=Staff("Văn thư"),
    )
    out = io.BytesIO()
    written = write(sent, [Outgoing("tệp" + suffix, lambda: io.BytesIO(body))], out)
    assert written.size == len(out.getvalue())
    assert form_problems(io.BytesIO(out.getvalue())) == []
    bound = package_size(sent, [("tệp" + suffix, len(body))])
    assert written.size == bound if suffix in (".pdf", ".zip") else written.size <= bound
    with tempfile.TemporaryDirectory() as folder:
        got = read(io.BytesIO(out.getvalue()), Path(folder))
        assert isinstance(got, Package)
        path = got.attachments[0].path
        assert path
        assert path.read_bytes() == body
        assert replace(got, attachments=(), problems=()) == sent


@settings(max_examples=40, deadline=None)
@given(
    code=st.sampled_from(["01", "02", "03", "06", "13", "16"]),
    text=WORDS,
    when=st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)),
)
def test_a_status_comes_back(code: str, text: str, when: datetime) -> None:
    moment = when.replace(microsecond=0, tzinfo=UTC)
    answered = ResponseFor("A", "1/B", "A,2026/01/01,1/B", date(2026, 1, 1))
    sent = Status(Organ("B", text), answered, code, moment, text, Staff(name=text), dialect="standard")
    out = io.BytesIO()
    write_status(sent, out)
    with tempfile.TemporaryDirectory() as folder:
        assert read(io.BytesIO(out.getvalue()), Path(folder)) == sent


def test_all_problems_are_named_before_the_first_byte() -> None:
    out = io.BytesIO()
    bad = package(subject="x" * 501, code_number="1" * 12, recipients=(), place="a\x01", document_id="GW-1")
    with pytest.raises(EdxmlInvalid) as caught:
        write(bad, [Outgoing("a.pdf", Path("x"), "1"), Outgoing("b.pdf", Path("x"), "cid:1")], out)
    codes = {p.code for p in caught.value.problems}
    assert codes == {"TOO_LONG", "REQUIRED", "BAD_CHARACTER", "DOCUMENT_ID_RULE", "DUPLICATE_CONTENT_ID"}
    assert out.getvalue() == b""


def test_a_long_content_is_cut_and_a_changed_file_stops_the_writing() -> None:
    out = io.BytesIO()
    write(package(content="y" * 900), [], out)
    assert b"<edXML:Content>" + b"y" * 500 + b"</edXML:Content>" in out.getvalue()
    with pytest.raises(EdxmlInvalid, match="thay đổi"):
        write(package(), [Outgoing("a.pdf", lambda: io.BytesIO(b"x"), sha256="0" * 64)], io.BytesIO())


def test_document_id_rule() -> None:
    made = make_document_id("000.00.01.H36", date(2026, 3, 2), "15", "SNV-VP")
    assert made == "000.00.01.H36,2026/03/02,15/SNV-VP"


@pytest.mark.parametrize(
    "text", ["2026/03/02", "2026-03-02", "02/03/2026", "2026/03/02 10:11:12", "2026-03-02T10:11:12+07:00"]
)
def test_dates_of_every_dialect(text: str) -> None:
    assert parse_date(text) == date(2026, 3, 2)


def test_times_without_zone_are_those_of_viet_nam_and_impossible_ones_fail() -> None:
    assert parse_time("2026/03/02 07:00:00") == datetime(2026, 3, 2, tzinfo=UTC)
    assert parse_time("2026-03-02T00:00:00Z") == datetime(2026, 3, 2, tzinfo=UTC)
    assert parse_date("01/01/1900") is None
    assert parse_date("N/A") is None
    for bad in ("2014/02/30", "tomorrow", "2026/03/02(note)"):
        with pytest.raises(ValueError):
            parse_date(bad)


def test_another_spelling_and_namespace_mean_the_same(tmp_path: Path) -> None:
    text = (
        '<e:EdXMLEnvelope xmlns:e="http://www.go.vn/eDoc"><e:Header><e:MessageHeader><e:From><e:OrganId>A</e:OrganId>'
        "</e:From><e:To><e:OrganId>B</e:OrganId></e:To><e:DocumentId>D</e:DocumentId><e:Subject>S</e:Subject>"
        "<e:DocumentType>Công văn</e:DocumentType><e:Author><e:Function>GĐ</e:Function><e:Signer>Lê A</e:Signer>"
        "</e:Author><e:DueDate>2014/02/30</e:DueDate><e:OtherInfo><e:Priority>5</e:Priority></e:OtherInfo>"
        "<e:New>kept</e:New></e:MessageHeader></e:Header><e:Manifest><e:Attachment><e:Content>QUJD</e:Content>"
        "<e:FileName>a.txt</e:FileName></e:Attachment></e:Manifest></e:EdXMLEnvelope>"
    )
    got = read(io.BytesIO(text.encode()), tmp_path)
    assert isinstance(got, Package)
    assert (got.dialect, got.type_name, got.signer_position, got.signer_name) == ("D8", "Công văn", "GĐ", "Lê A")
    assert (got.priority, got.priority_raw, got.due_date) == (0, "5", None)
    assert [(u.path.rpartition("/")[2], u.text) for u in got.other] == [("New", "kept")]
    assert [(a.name, a.size) for a in got.attachments] == [("a.txt", 3)]
    assert [(p.code, p.severity, p.line) for p in got.problems] == [("DATE_INVALID", "warning", 1)]


def test_a_real_zip_or_docx_is_left_whole(tmp_path: Path) -> None:
    body = zipped(b"x")
    got = read(io.BytesIO(raw(("1", "a.zip", body), ("cid:cid:2", "b.txt", body))), tmp_path)
    assert isinstance(got, Package)
    assert [a.size for a in got.attachments] == [len(body), 1]
    assert [a.content_id for a in got.attachments] == ["1", "2"]


def test_missing_parts_are_errors_with_their_line(tmp_path: Path) -> None:
    text = f'<edXML xmlns="{Q}">\n<edXMLEnvelope><edXMLHeader>\n<MessageHeader/></edXMLHeader></edXMLEnvelope></edXML>'
    got = read(io.BytesIO(text.encode()), tmp_path)
    assert [(p.code, p.line) for p in got.problems] == [("MISSING", 3)] * 4


def test_a_status_without_a_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EdxmlRefused, match="STATUS_TIMESTAMP"):
        read(io.BytesIO(raw(extra="<StatusCode>1</StatusCode>")), tmp_path)


def test_the_command_says_good_or_bad(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.edxml", tmp_path / "bad.edxml"
    with good.open("wb") as out:
        write(package(), [], out)
    bad.write_bytes(b"<html/>")
    assert check(good).ok
    runner = CliRunner()
    assert runner.invoke(app, ["check", str(good)]).exit_code == 0
    result = runner.invoke(app, ["check", str(good), str(bad), "--json"])
    assert result.exit_code == 1
    assert '"code": "NOT_EDXML"' in result.output
    assert runner.invoke(app, ["check", str(tmp_path / "none")]).exit_code == 1
