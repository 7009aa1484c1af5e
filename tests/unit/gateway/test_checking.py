"""The check over HTTP: the same verdict as on the command line, for callers who are known, and nothing is kept."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contracts.gateway.api import PackageReport
from infra.conformance.packages.documents import document, header_of, status
from infra.conformance.packages.tree import write
from services.gateway.connections import settings_of
from services.gateway.service import service
from shared.auth import Principal
from shared.testing import System, running

CLERK = Principal(id="p1", name="Văn thư", kind="person", office_id="o1", roles=frozenset({"clerk"}))
SYSTEM = Principal(id="s1", name="Hệ thống một cửa", kind="service", office_id="o1", roles=frozenset())
PATH = "/v1/edxml/check"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(service, tmp_path=tmp_path) as found:
        yield found


async def ask(system: System, data: bytes, who: Principal = CLERK) -> PackageReport:
    answer = await system.client("gateway", who).post(PATH, content=data)
    assert answer.status_code == 200, answer.text
    return PackageReport.model_validate(answer.json())


async def test_a_good_document_is_accepted_with_all_its_fields(system: System) -> None:
    report = await ask(system, write(document()))
    assert (report.verdict, report.strict, report.kind, report.problems) == ("accepted", True, "document", [])
    assert report.fields["MessageHeader.From.OrganId"] == "G06"
    assert report.fields["MessageHeader.To.OrganId"] == ["H60.10"]
    assert report.attachments[0].name == "7816_BKHCN-VP.pdf"


async def test_a_status_is_accepted(system: System) -> None:
    report = await ask(system, write(status("05")), SYSTEM)
    assert (report.kind, report.fields["MessageHeader.StatusCode"]) == ("status", "05")


async def test_what_is_wrong_is_told_by_rule_and_line(system: System) -> None:
    root = document()
    header_of(root).drop("Subject")
    report = await ask(system, write(root))
    told = report.problems[0]
    assert (report.verdict, told.rule, told.severity) == ("refused", "N.MessageHeader.Subject", "error")
    assert told.line > 0
    assert told.fix_vi and told.fix_en


@pytest.mark.parametrize(
    ("data", "rule"), [(b"", "X.NotXml"), (b"<!DOCTYPE edXML><edXML/>", "X.Doctype"), (b"{}", "X.NotXml")]
)
async def test_hostile_bodies_get_a_verdict_not_an_accident(data: bytes, rule: str, system: System) -> None:
    report = await ask(system, data)
    assert (report.verdict, report.kind, report.problems[0].rule) == ("refused", "refused", rule)


async def test_strangers_are_not_served(system: System) -> None:
    client = system.client("gateway", CLERK)
    answer = await client.post(PATH, content=b"<edXML/>", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401


async def test_a_body_over_the_limit_is_refused_announced_or_not(system: System) -> None:
    limit = settings_of(system.runtime("gateway")).package_limit_mb * 2**20

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(limit // 2**20 + 1):
            yield bytes(2**20)

    client = system.client("gateway", CLERK)
    announced = await client.post(PATH, content=b"x", headers={"Content-Length": str(limit + 1)})
    assert announced.status_code == 413
    assert (await client.post(PATH, content=unannounced())).status_code == 413


async def test_nothing_is_kept(system: System, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    before = _files(tmp_path)
    await ask(system, write(document()))
    await ask(system, write(document())[:500])
    assert _files(tmp_path) == before
    assert list(temporary.iterdir()) == []


def _files(folder: Path) -> set[Path]:
    return {p for p in folder.rglob("*") if p.is_file() and "sqlite" not in p.name}
