"""Files without proofs of their certificates: authorities are asked, their answers decide, nobody is asked twice."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select, update
from typer.testing import CliRunner

from services.signing import commands
from services.signing.authorities.wire import Wire
from services.signing.keys.vault import vault
from services.signing.service import service
from services.signing.verdicts import waiting
from services.signing.verdicts.jobs import ask_authorities
from services.signing.verdicts.tables import Report, UnansweredArrival
from shared.auth import Principal
from shared.clock import now
from shared.testing import System, running
from tests.unit.signing import arrivals, documents, foreign, pki
from tests.unit.signing.authorities.responders import Responders, responders, status

OFFICER = Principal("p1", "Vàng Văn Thư", "person", "o1", None, frozenset({"clerk"}))
HOUR = dt.timedelta(hours=1)


def signed(world: pki.World, *, ago: dt.timedelta = HOUR, stamped: bool = True) -> bytes:
    """By leader and office with other software, without any proof of their certificates."""
    at = pki_time() - ago
    pdf = documents.draft()
    for place, key in enumerate((world.leader, world.office)):
        style = foreign.Style(stamped=stamped)
        pdf = foreign.sign(pdf, key, world, f"Sig{place}", at=at, style=style, place=place)
    return pdf


def pki_time() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@asynccontextmanager
async def deployment(folder: Path, world: pki.World) -> AsyncIterator[System]:
    """A signing service that trusts this world and reaches its authorities on this machine."""
    trust = folder / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes(world.root.certificate.public_bytes(Encoding.PEM))
    async with running(service, tmp_path=folder) as system:
        reaches_this_machine(system)
        yield system


def reaches_this_machine(system: System) -> None:
    vault(system.runtime("signing")).gatherer.wire = Wire(local=True)


async def verdict(system: System, pdf: bytes) -> dict[str, Any]:
    answer = await system.client("signing", OFFICER).post("/v1/validate", content=pdf)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(said: dict[str, Any]) -> set[str]:
    return {one["code"] for one in said["reasons"]}


@pytest.fixture
async def authorities() -> AsyncIterator[Responders]:
    async with responders() as found:
        yield found


async def test_what_the_authorities_answer_proves_the_file_and_nobody_is_asked_twice(
    authorities: Responders, tmp_path: Path
) -> None:
    pdf = await asyncio.to_thread(signed, authorities.world)
    async with deployment(tmp_path, authorities.world) as system:
        said = await verdict(system, pdf)
        assert said["valid"] and said["legal_state"] == "ORIGINAL", said["reasons"]
        asked = authorities.asked.copy()
        assert asked["/ocsp"] == 3, "leader, office, time stamper"
        assert await verdict(system, pdf) == said and authorities.asked == asked
        kept = await system.client("signing", OFFICER).get(f"/v1/verdicts/{said['sha256']}")
        assert kept.json() == said


async def test_a_certificate_revoked_before_it_signed_is_worth_nothing_and_one_revoked_later_is(
    authorities: Responders, tmp_path: Path
) -> None:
    world = authorities.world
    before = await asyncio.to_thread(signed, world, ago=2 * HOUR)
    after = await asyncio.to_thread(signed, world, ago=HOUR / 2)
    authorities.revoked = {world.leader.certificate.serial_number: pki_time() - HOUR}
    async with deployment(tmp_path, world) as system:
        assert (await verdict(system, before))["valid"]
        assert codes(await verdict(system, after)) == {"revoked"}


async def test_where_nobody_answers_it_is_said_so_and_asked_again_the_next_time(
    authorities: Responders, tmp_path: Path
) -> None:
    pdf = await asyncio.to_thread(signed, authorities.world)
    authorities.change = {path: status(503) for path in ("/ocsp", "/crl", "/root/crl")}
    async with deployment(tmp_path, authorities.world) as system:
        said = await verdict(system, pdf)
        assert codes(said) == {"revocation-unknown", "timestamp-unproven"} and not said["valid"]
        assert all("Hãy kiểm tra lại sau" in one["message"] for one in said["reasons"])
        authorities.change = {}
        assert (await verdict(system, pdf))["valid"]
        async with system.runtime("signing").work(reading=True) as work:
            reports = await work.all(select(Report).order_by(Report.judge))
        assert [one.report["valid"] for one in reports] == [False, True], "both judgements stay"


async def test_nobody_is_asked_about_a_certificate_of_a_stranger(authorities: Responders, tmp_path: Path) -> None:
    pdf = await asyncio.to_thread(signed, authorities.world)
    async with deployment(tmp_path, pki.world()) as system:
        assert "unknown-ca" in codes(await verdict(system, pdf))
    assert not authorities.asked


async def test_nobody_is_asked_about_a_certificate_that_has_ended(authorities: Responders, tmp_path: Path) -> None:
    world = authorities.world
    ended = world.ca.issue(world.leader.certificate.subject, end=pki_time() - HOUR)
    old = pki.World(world.root, world.ca, ended, world.office, world.tsa)
    pdf = await asyncio.to_thread(signed, old, ago=2 * HOUR)
    async with deployment(tmp_path, world) as system:
        assert codes(await verdict(system, pdf)) == {"revocation-unknown"}
    assert authorities.asked["/ocsp"] == 2, "office and time stamper"


async def test_an_arrival_becomes_an_original_when_the_authority_has_answered(
    authorities: Responders, tmp_path: Path
) -> None:
    world = arrivals.with_ministry(authorities.world)
    pdf = await asyncio.to_thread(signed, world)
    authorities.change = {path: status(503) for path in ("/ocsp", "/crl", "/root/crl")}
    authorities.world = world
    async with arrivals.receiving(tmp_path, world) as system:
        reaches_this_machine(system)
        (row,) = (await arrivals.arrive(system, arrivals.package(0, "Văn bản", [("a.pdf", pdf)]))).values()
        assert row["legal_state"] == "REFERENCE_ONLY" and "thu hồi hay không" in str(row["verdict"]["reasons"])
        runtime = system.runtime("signing")
        await ask_authorities(runtime)
        assert await waiting_rows(system) == [1], "asked once, in vain"
        authorities.change = {}
        await ask_authorities(runtime)
        assert await waiting_rows(system) == [1], "its time has not come"
        await come_due(system)
        await ask_authorities(runtime)
        await system.settle()
        (row,) = (await arrivals.arrive(system)).values()
        assert row["legal_state"] == "ORIGINAL" and row["verdict"]["valid"], row["verdict"]
        assert await waiting_rows(system) == []


async def test_what_nobody_answers_for_a_week_is_not_asked_any_more(authorities: Responders, tmp_path: Path) -> None:
    world = arrivals.with_ministry(authorities.world)
    pdf = await asyncio.to_thread(signed, world)
    authorities.change = {path: status(503) for path in ("/ocsp", "/crl", "/root/crl")}
    async with arrivals.receiving(tmp_path, world) as system:
        reaches_this_machine(system)
        await arrivals.arrive(system, arrivals.package(0, "Văn bản", [("a.pdf", pdf)]))
        await come_due(system, since=now() - waiting.PATIENCE - HOUR)
        await ask_authorities(system.runtime("signing"))
        assert await waiting_rows(system) == []


async def waiting_rows(system: System) -> list[int]:
    """How often each was asked in vain."""
    async with system.runtime("signing").work(reading=True) as work:
        return [row.attempts for row in await work.all(select(UnansweredArrival))]


async def come_due(system: System, **values: Any) -> None:
    async with system.runtime("signing").work() as work:
        await work.execute(update(UnansweredArrival).values(next_at=now(), **values))


async def test_the_command_asks_only_when_told_to(
    authorities: Responders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(await asyncio.to_thread(signed, authorities.world))
    (tmp_path / "root.pem").write_bytes(authorities.world.root.certificate.public_bytes(Encoding.PEM))
    monkeypatch.setattr(commands, "Wire", partial(Wire, local=True))

    def run(*options: str) -> tuple[int, set[str]]:
        call = ["verify", str(tmp_path / "a.pdf"), "--json", "--trust", str(tmp_path / "root.pem"), *options]
        result = CliRunner().invoke(commands.app, call)
        return result.exit_code, {one["code"] for one in json.loads(result.stdout)["reasons"]}

    assert await asyncio.to_thread(run) == (1, {"revocation-unknown", "timestamp-unproven"})
    assert not authorities.asked
    assert await asyncio.to_thread(run, "--online") == (0, set())
