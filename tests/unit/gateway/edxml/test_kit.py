"""What integrators use: check, make, status, show, diff and the rules, on the command line."""

import io
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.conformance.packages.content import PDF
from infra.conformance.packages.dialects import DIALECTS
from infra.conformance.packages.documents import document, header_of, recall, replacement, status, traces_of, update
from infra.conformance.packages.tree import Element, Style, write
from services.gateway.edxml.kit.check import check_stream
from services.gateway.edxml.kit.commands import app
from services.gateway.edxml.kit.form import form_problems
from services.gateway.edxml.rulebook import book, rule_ids

MAKE = [
    "--from", "H60.10=Sở Khoa học và Công nghệ", "--to", "G06=Bộ Khoa học và Công nghệ", "--to", "H60.20",
    "--number", "128", "--notation", "QĐ-SKHCN", "--subject", "Về việc ban hành quy chế", "--date", "2026/11/24",
]  # fmt: skip


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "quyet-dinh.pdf"
    path.write_bytes(PDF)
    return path


@pytest.fixture
def made(tmp_path: Path, pdf: Path) -> Path:
    path = tmp_path / "a.edxml"
    result = run("make", path, *MAKE, "--file", pdf, "--signer", "Giám đốc:Hà Trung Kiên", "--type", "Quyết định")
    assert result.exit_code == 0, result.output
    return path


@pytest.mark.parametrize("root", [document(), recall(), update(), replacement()])
def test_a_document_in_the_strict_form_has_nothing_to_tell(root: Element) -> None:
    assert form_problems(io.BytesIO(write(root))) == []


def test_a_status_in_the_strict_form_has_nothing_to_tell() -> None:
    assert form_problems(io.BytesIO(write(status())), status=True) == []


def _changed(change: object) -> bytes:
    root = document()
    change(root)  # type: ignore[operator]
    return write(root)


DEPARTURES = {
    "P.Prefix": write(document()).replace(b"edXML:Subject", b"Subject"),
    "P.Declaration": write(document(), Style(declaration="")),
    "P.Order": _changed(lambda r: header_of(r).children.reverse()),
    "P.Repeated": _changed(lambda r: header_of(r).children.append(Element("Subject", "Hai"))),
    "P.Unknown": _changed(lambda r: header_of(r).children.append(Element("Mood", "vui"))),
    "P.Empty": _changed(lambda r: header_of(r).set("Content", "")),
    "P.Comment": write(document()).replace(b"<edXML:Subject>", b"<!-- x --><edXML:Subject>"),
    "P.Nfc": _changed(lambda r: header_of(r).set("Subject", "Ve\u0302\u0300 vie\u0323\u0302c")),
    "R.MessageHeader.Subject": _changed(lambda r: header_of(r).set("Subject", "x" * 501)),
    "R.MessageHeader.From.OrganName": _changed(lambda r: header_of(r).set("From/OrganName", "x" * 201)),
    "N.MessageHeader.Code": _changed(lambda r: header_of(r).drop("Code")),
    "N.MessageHeader.DocumentType.TypeName": _changed(lambda r: header_of(r).drop("DocumentType/TypeName")),
    "T.MessageHeader.DueDate": _changed(lambda r: header_of(r).set("DueDate", "24/11/2026")),
    "T.TraceHeaderList.TraceHeader.Timestamp": _changed(
        lambda r: traces_of(r).set("TraceHeader/Timestamp", "2026/11/24")
    ),
    "M.MessageHeader.OtherInfo.Priority": _changed(lambda r: header_of(r).set("OtherInfo/Priority", "5")),
    "M.MessageHeader.OtherInfo.PageAmount": _changed(lambda r: header_of(r).set("OtherInfo/PageAmount", "ba")),
    "M.MessageHeader.DocumentId": _changed(lambda r: header_of(r).set("DocumentId", "GW-1")),
}


@pytest.mark.parametrize("rule", DEPARTURES)
def test_every_departure_is_named_with_its_line_and_element(rule: str) -> None:
    data = DEPARTURES[rule]
    told = next(p for p in form_problems(io.BytesIO(data)) if p.rule == rule)
    assert told.message_vi and told.message_en and told.fix_vi and told.fix_en
    assert told.expected_vi and told.expected_en
    if rule not in ("P.Declaration", "P.Comment"):
        line = data.split(b"\n")[told.line - 1].decode()
        assert told.path.rpartition("/")[2].partition("[")[0] in line
    assert _is_english(told.message_en.replace(told.path, ""))


def _is_english(text: str) -> bool:
    return not re.search("[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", text.lower())


def test_every_rule_has_all_its_words_and_an_id_of_its_own() -> None:
    seen: dict[str, str] = {}
    for rule, code, words in rule_ids():
        assert words.message_vi and words.message_en and words.fix_vi and words.fix_en, rule
        assert words.expected_vi and words.expected_en, rule
        assert _is_english(words.message_en + words.expected_en + words.fix_en), rule
        assert re.fullmatch(r"[ACMNPRSTUX](\.[A-Za-z0-9]+)+", rule)
        seen.setdefault(rule, code)
    assert len(seen) > 150
    assert "R.MessageHeader.Subject" in seen
    assert all(row["fix_vi"] for row in book().values())


def test_check_says_good_and_bad_by_its_exit_code(made: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.edxml"
    bad.write_bytes(b"<html/>")
    good = run("check", made)
    assert (good.exit_code, "ĐẠT" in good.output) == (0, True)
    both = run("check", made, bad)
    assert both.exit_code == 1
    assert "KHÔNG ĐẠT" in both.output
    assert "[X.Root] dòng 1" in both.output
    assert "Cách sửa:" in both.output
    assert "not an edXML package" in both.output
    missing = run("check", tmp_path / "none")
    assert (missing.exit_code, "không mở được tệp" in missing.output) == (1, True)


def test_check_in_json_is_one_object_a_file(made: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.edxml"
    long.write_bytes(DEPARTURES["R.MessageHeader.Subject"])
    result = run("check", made, long, "--json")
    assert result.exit_code == 0
    first, second = (json.loads(line) for line in result.output.splitlines())
    assert (first["ok"], first["strict"], first["problems"], first["kind"]) == (True, True, [], "document")
    assert first["fields"]["MessageHeader.To.OrganId"] == ["G06", "H60.20"]
    assert first["attachments"][0]["name"] == "quyet-dinh.pdf"
    assert (second["ok"], second["strict"]) == (True, False)
    told = second["problems"][0]
    assert told["rule"] == "R.MessageHeader.Subject"
    assert told["severity"] == "warning"
    assert "Subject" in long.read_text().split("\n")[told["line"] - 1]
    assert told["path"] == "edXML/edXMLEnvelope/edXMLHeader/MessageHeader/Subject"
    assert told["expected_vi"] == "bắt buộc, tối đa 500 ký tự"
    assert told["expected_en"] == "required, at most 500 characters"
    assert told["message_en"] == "Subject (501 characters) is too long."
    assert run("check", long, "--strict").exit_code == 1
    assert run("check", made, "--strict").exit_code == 0


def test_what_reader_and_form_both_say_is_said_once(tmp_path: Path) -> None:
    root = document()
    header_of(root).drop("Subject").set("DueDate", "2014/02/30")
    report = check_stream(io.BytesIO(write(root)), "x")
    assert [p.rule for p in report.problems] == ["N.MessageHeader.Subject", "T.MessageHeader.DueDate"]
    assert not report.ok


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_is_good_and_told_what_the_national_side_would_refuse(name: str) -> None:
    report = check_stream(io.BytesIO(DIALECTS[name]()), name)
    assert report.ok
    rules = {p.rule for p in report.problems if p.severity == "warning"}
    assert ("P.Form" in rules) == (name in ("D7", "D8"))
    if name == "D6":
        assert "P.Prefix" in rules


def test_make_builds_the_strict_form_of_every_kind(tmp_path: Path, pdf: Path) -> None:
    kinds = {
        "new": [],
        "recall": ["--about", "H60.10,2026/01/02,1/X", "--reason", "Sai nội dung"],
        "update": ["--about", "H60.10,2026/01/02,1/X"],
        "replace": ["--about", "H60.10,2026/01/02,1/X", "--about", "H60.10,2026/01/03,2/X"],
    }
    for kind, words in kinds.items():
        path = tmp_path / f"{kind}.edxml"
        assert run("make", path, *MAKE, "--file", pdf, "--kind", kind, *words).exit_code == 0
        report = check_stream(io.BytesIO(path.read_bytes()), kind)
        assert (report.ok, report.strict, report.problems) == (True, True, ())
        assert "văn bản mới thu hồi cập nhật thay thế".find(report.summary.split(",")[0]) >= 0


def test_make_says_what_is_wrong_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.edxml"
    long = run("make", path, *MAKE[:-3], "x" * 501, *MAKE[-2:])
    assert (long.exit_code, "[R.MessageHeader.Subject]" in long.output) == (1, True)
    lost = run("make", path, *MAKE, "--file", tmp_path / "none.pdf")
    assert (lost.exit_code, "không thấy tệp" in lost.output) == (1, True)
    day = run("make", path, *MAKE, "--due", "hôm nay")
    assert (day.exit_code, "yyyy/MM/dd" in day.output) == (1, True)
    assert run("make", path, *MAKE, "--kind", "other").exit_code == 1
    assert run("make", path, *MAKE, "--from", "=Sở").exit_code == 1
    assert run("make", tmp_path / "no" / "a.edxml", *MAKE).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_a_status_answers_the_package_it_is_about(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "s.edxml"
    for code in ("01", "02", "03", "04", "05", "06", "13", "15", "16"):
        assert run("status", path, "--about", made, "--code", code, "--staff", "Lê Thị Hoa").exit_code == 0
        report = check_stream(io.BytesIO(path.read_bytes()), code)
        assert (report.strict, report.kind, report.problems) == (True, "status", ())
        assert report.fields["MessageHeader.StatusCode"] == code
        assert report.fields["MessageHeader.From.OrganId"] == "G06"
        assert report.fields["MessageHeader.ResponseFor.DocumentId"] == "H60.10,2026/11/24,128/QĐ-SKHCN"
    assert run("status", path, "--about", made, "--code", "07").exit_code == 1
    assert run("status", tmp_path / "t.edxml", "--about", path, "--code", "01").exit_code in (1, 2)


def test_an_answer_names_what_it_answers(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "answer.edxml"
    assert run("make", path, *MAKE, "--answers", made).exit_code == 0
    told = json.loads(run("show", path, "--json").output)
    assert told["fields"]["MessageHeader.ResponseFor.DocumentId"] == ["H60.10,2026/11/24,128/QĐ-SKHCN"]


def test_show_tells_everything_in_the_offices_words(made: Path, tmp_path: Path) -> None:
    result = run("show", made)
    assert result.exit_code == 0
    for words in ("trích yếu", "Về việc ban hành quy chế", "128", "Hà Trung Kiên", "quyet-dinh.pdf", "SHA-256"):
        assert words in result.output
    path = tmp_path / "d6.edxml"
    path.write_bytes(DIALECTS["D6"]())
    told = run("show", path).output
    assert "suy ra (default" in told
    assert "mở rộng: edXML/Boundary = LzQ5d9rbLkm1K9QwOd6DiQzz" in told
    assert "chữ ký XML: placeholder" in told
    path.write_bytes(b"rubbish")
    refused = run("show", path)
    assert (refused.exit_code, "[X.NotXml]" in refused.output) == (2, True)


def test_diff_sees_meaning_not_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(write(document()))
    shuffled = document()
    header_of(shuffled).children.reverse()
    other.write_bytes(write(shuffled, Style(eol="\r\n", prefixes=False)))
    same = run("diff", one, other)
    assert (same.exit_code, "cùng ý nghĩa" in same.output) == (0, True)
    changed = document()
    header_of(changed).set("Subject", "Khác").set("Mood", "vui")
    next(changed.all("ContentTransferEncoded")).raw = "JVBERi0x"
    other.write_bytes(write(changed))
    result = run("diff", one, other, "--json")
    assert result.exit_code == 1
    assert {d["field"] for d in json.loads(result.output)} == {
        "MessageHeader.Subject",
        "Attachment[7816_BKHCN-VP.pdf]",
        "other",
    }
    assert "trích yếu" in run("diff", one, other).output


def test_diff_leaves_the_hops_out_unless_asked(tmp_path: Path) -> None:
    one, other = tmp_path / "a", tmp_path / "b"
    one.write_bytes(DIALECTS["D1"]())
    hop = document()
    traces_of(hop).set("TraceHeader/OrganId", "G07")
    other.write_bytes(write(hop))
    assert run("diff", one, other).exit_code == 0
    assert run("diff", one, other, "--traces").exit_code == 1


def test_a_status_and_a_document_differ(made: Path, tmp_path: Path) -> None:
    path = tmp_path / "s"
    path.write_bytes(write(status()))
    assert "document" in run("diff", made, path).output


def test_the_rules_can_be_listed() -> None:
    assert "R.MessageHeader.Subject" in run("rules").output
    rows = [json.loads(line) for line in run("rules", "--json").output.splitlines()]
    assert {"rule", "code", "message_vi", "message_en", "fix_vi", "fix_en"} <= set(rows[0])
