"""The suite itself: published, versioned, whole; a system that does wrong is told precisely."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from infra.conformance.cases import CASES, chosen
from infra.conformance.catalogue import PUBLISHED, published
from infra.conformance.commands import app
from infra.conformance.report.junit import junit
from infra.conformance.report.page import page
from infra.conformance.report.terminal import lines
from infra.conformance.running import Account, Options, Unusable, run
from infra.conformance.suite import TARGETS, Case, Failed, Result, Run, Skipped, Words, judge
from services.gateway.edxml.rulebook import rule_ids
from tests.unit.infra.conformance.systems import served, yes_man

A, B = Account("A01", "a"), Account("B01", "b")
cli = CliRunner()


def test_there_are_at_least_150_named_cases_each_with_its_words() -> None:
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)
    for case in CASES:
        assert case.id.startswith(f"{case.target}.") and case.rule
        for words in (case.title, case.expects, case.fix):
            assert words.vi.strip() and words.en.strip(), case.id
    assert {case.target for case in CASES} == set(TARGETS)
    assert all(chosen(target, quick=True) for target in TARGETS)


def test_the_published_list_is_that_of_the_code() -> None:
    """`python -m infra.conformance.catalogue` writes it anew; within a version lines are only added."""
    assert PUBLISHED.read_text() == published(CASES)


def test_every_rule_of_a_case_is_in_the_rulebook_or_names_a_paragraph() -> None:
    known = {rule for rule, _, _ in rule_ids()}
    assert [case.id for case in CASES if case.rule not in known and "§" not in case.rule] == []


async def test_a_system_that_says_yes_to_everything_fails_what_matters() -> None:
    async with served(yes_man()) as url:
        codec = await run("codec", chosen("codec", ["codec.hostile.*", "codec.new"]), Options(f"{url}/codec"))
        axis = await run("axis", chosen("axis", quick=True), Options(url, sender=A, receiver=B))
        receiver = await run(
            "receiver",
            chosen("receiver", ["receiver.poll.*", "receiver.fetch.*", "receiver.take.new"]),
            Options(url, sender=A, receiver=B, unit="B01", wait=0.1),
        )
    refused = {r.case.id for r in codec.results if r.state == "failed"}
    assert {"codec.hostile.zip-bomb", "codec.hostile.external-entity", "codec.new"} <= refused
    assert not codec.good and codec.count("passed") > 0
    wrong = {r.case.id for r in axis.results if r.state == "failed"}
    assert {"axis.call.wrong-secret", "axis.send.hash.wrong", "axis.get.raw", "axis.units.listed"} <= wrong
    assert {r.case.id for r in receiver.results if r.state == "passed"} == set()
    for result in (*codec.results, *axis.results, *receiver.results):
        if result.state in ("failed", "warned"):
            assert result.expected and result.got and "Traceback" not in result.got


async def test_an_address_where_nobody_is_cannot_be_run() -> None:
    with pytest.raises(Unusable, match="Chưa bắt đầu được"):
        await run("axis", chosen("axis"), Options("http://127.0.0.1:9", sender=A, receiver=B))
    with pytest.raises(Unusable, match="--sender"):
        await run("axis", chosen("axis"), Options("http://127.0.0.1:9"))
    with pytest.raises(Unusable, match="một hệ thống trả lời"):
        await run("codec", chosen("codec"), Options("http://127.0.0.1:9"))


def _case(name: str, level: str = "must", error: Exception | None = None) -> Case:
    async def act(_session: object) -> None:
        if error:
            raise error

    return Case(f"codec.x.{name}", "codec", "A.Base64", Words("tên <b>", "name"), Words("cần", "want"),
                Words("sửa thế này", "do this"), act, level, package=lambda: b"<edXML/>")  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture
async def mixed() -> Run:
    cases = [
        _case("good"),
        _case("bad", error=Failed("một", "hai & \x01 <ba>")),
        _case("soft", "should", Failed("nên", "chưa")),
        _case("absent", error=Skipped("không có thao tác")),
        _case("accident", error=KeyError("data")),
    ]
    results: list[Result] = [await judge(case, None) for case in cases]
    return Run("codec", "http://x", "2026-11-25T00:00:00+00:00", results)


async def test_only_what_must_be_decides(mixed: Run) -> None:
    assert [r.state for r in mixed.results] == ["passed", "failed", "warned", "skipped", "failed"]
    assert not mixed.good
    assert Run("codec", "", "", [r for r in mixed.results if r.state != "failed"]).good
    assert not Run("codec", "", "", []).good


async def test_the_terminal_says_what_to_change(mixed: Run) -> None:
    text = "\n".join(lines(mixed))
    assert "codec.x.bad [A.Base64]" in text and "Cần: một" in text and "Cách sửa: sửa thế này" in text
    assert "Fix: do this" in text and "KeyError" in text
    assert text.splitlines()[-1].endswith("giây)") and "5 ca, 1 đạt, 2 không đạt, 1 nên sửa, 1 bỏ qua" in text


async def test_junit_is_wellformed_and_counts(mixed: Run) -> None:
    root = ElementTree.fromstring(junit(mixed))
    suite = root[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("5", "2", "1")
    failure = suite.find("testcase/failure")
    assert failure is not None and "do this" in str(failure.text) and "hai & \ufffd <ba>" in str(failure.text)


async def test_the_page_escapes_and_offers_the_package(mixed: Run) -> None:
    html = page(mixed)
    assert "tên &lt;b&gt;" in html and "<ba>" not in html
    assert 'download="codec.x.bad.edxml" href="data:application/xml;base64,' in html
    assert "KHÔNG ĐẠT" in html and "do this" in html


async def test_commands_write_reports_and_say_by_their_code_how_it_ended(tmp_path: Path) -> None:
    async with served(yes_man()) as url:
        files = [str(tmp_path / name) for name in ("r.xml", "r.html", "r.json")]
        arguments = ["run", f"{url}/codec", "--target", "codec", "--only", "codec.hostile.doctype"]
        arguments += ["--junit", files[0], "--html", files[1], "--json", files[2], "--header", "X-Key: 1"]
        found = await _in_thread(arguments)
        assert found.exit_code == 1, found.output
        assert "codec.hostile.doctype" in found.output and "Cách sửa" in found.output
        _reported(tmp_path)
        good = await _in_thread(["run", f"{url}/codec", "--target", "codec", "--only", "codec.hostile.nfd"])
        assert good.exit_code == 0, good.output
    nobody = await _in_thread(["run", "http://127.0.0.1:9", "--target", "axis", "--sender", "A:a", "--receiver", "B:b"])
    assert nobody.exit_code == 2 and "registerAgency" in nobody.output
    for wrong in (
        ["--target", "axiz"],
        ["--target", "codec", "--only", "nothing"],
        ["--target", "axis", "--sender", "A"],
    ):
        assert (await _in_thread(["run", "http://127.0.0.1:9", *wrong])).exit_code == 2


def _reported(folder: Path) -> None:
    told = json.loads((folder / "r.json").read_text())
    assert told["good"] is False and told["results"][0]["state"] == "failed"
    assert ElementTree.parse(folder / "r.xml").getroot().tag == "testsuites"
    assert "codec.hostile.doctype" in (folder / "r.html").read_text()


async def _in_thread(arguments: list[str]) -> Any:
    return await asyncio.to_thread(cli.invoke, app, arguments)


def test_cases_can_be_listed_shown_and_taken_along(tmp_path: Path) -> None:
    listed = cli.invoke(app, ["list", "--target", "axis", "--json"])
    assert [json.loads(line)["target"] for line in listed.output.splitlines()] == ["axis"] * len(chosen("axis"))
    out = tmp_path / "one.edxml"
    shown = cli.invoke(app, ["show", "codec.file.zip", "--out", str(out)])
    assert shown.exit_code == 0 and "Cách sửa" in shown.output and out.read_bytes().startswith(b"<?xml")
    assert cli.invoke(app, ["show", "codec.nothing"]).exit_code == 2
    taken = cli.invoke(app, ["packages", str(tmp_path / "all")])
    assert taken.exit_code == 0
    files = list((tmp_path / "all").glob("*.edxml"))
    assert len(files) == len(chosen("codec")) == len(json.loads((tmp_path / "all" / "suite.json").read_text())["cases"])


def test_the_published_list_can_be_read_by_a_table_reader() -> None:
    rows = list(csv.DictReader(PUBLISHED.read_text().splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [row["id"] for row in rows] == [case.id for case in CASES]
