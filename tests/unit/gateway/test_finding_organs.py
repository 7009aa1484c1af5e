"""The recipients picker and the check of codes: found while typing, judged before a document is issued."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from contracts.identity.events import OrganRegisteredV1
from services.gateway.directory import importing
from services.gateway.directory.rules import Listed, tidy
from services.gateway.directory.syncing import WHOLE
from services.gateway.directory.tables import OrganWord
from services.gateway.directory.words import initials, terms, words_of
from shared.testing import System
from tests.unit.gateway.registers import ADMIN, checked, found, taken, with_register


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with with_register(tmp_path) as running:
        yield running


def test_words_and_initials() -> None:
    assert terms("  Sở  KH&CN, tỉnh Đắk Lắk; H60.10 ") == ["so", "kh", "cn", "tinh", "dak", "lak", "h60.10"]
    assert terms("So\u0302\u0300") == terms("Sồ"), "composed and decomposed are the same"
    assert initials("Sở Khoa học và Công nghệ") == {"skhvcn", "skhcn"}
    assert "000.00.10.h60" in words_of("Sở", ["H60.10", "000.00.10.H60"])


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("bo khoa", ["G06"]),
        ("khoa hoc cong nghe", ["H60.10", "G06", "H37.10"]),
        ("Sở Khoa Học", ["H60.10", "H37.10"]),
        ("cong nghe lang", ["H37.10"]),
        ("skhcn", ["H60.10", "H37.10"]),
        ("bkhcn", ["G06"]),
        ("cds", []),
        ("ccdsqg", ["G06.05"]),
        ("g06", ["G06", "G06.05"]),
        ("000.00.00.G06", ["G06"]),
        ("000.00.10.h60", ["H60.10"]),
        ("bộ xây", ["G17"]),
        ("trung tam ket noi", []),  # infrastructure is no addressee
        ("sai ma", ["000.1137.H53"]),
        ("không có đâu", []),
        ("  ", []),
        ("%_'\"--", []),
    ],
)
async def test_finding_while_typing(system: System, q: str, expected: list[str]) -> None:
    await taken(system)
    assert await found(system, q) == expected


async def test_whatever_is_asked_only_ranges_of_an_index_are_read(system: System) -> None:
    """Not the time but the work (the time: `make bench`, group directory): no statement reads a whole table."""
    runtime = system.runtime("gateway")
    run = await importing.begin(runtime, "truc", WHOLE)

    async def many() -> AsyncIterator[Listed]:
        for n in range(3000):
            yield tidy(f"H{n % 60 + 1:02}.{n}", f"Ủy ban nhân dân xã số {n} huyện {n % 700}")

    await importing.take(runtime, run, many())
    await importing.end(runtime, run)
    statements: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "external_organs" in statement or "organ_words" in statement:
            statements.append((statement, parameters))

    event.listen(runtime.engine.sync_engine, "before_cursor_execute", note)
    assert (await found(system, "uy ban nhan dan xa so 2999"))[0].endswith(".2999")
    assert len(await found(system, "uy ban")) == 20
    event.remove(runtime.engine.sync_engine, "before_cursor_execute", note)
    assert len(statements) > 8
    async with runtime.work(reading=True) as work:
        assert (await work.scalar(select(func.count()).select_from(OrganWord)) or 0) > 20_000
        connection = await work.session.connection()
        for statement, parameters in statements:
            steps = [row[3] for row in await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            assert not [step for step in steps if step.startswith(("SCAN external", "SCAN organ"))], (statement, steps)


async def test_what_can_be_sent_to_and_why_not(system: System) -> None:
    await taken(system)
    await system.emit("gateway", OrganRegisteredV1(organ_ids=("Z01DOANHNGHIEP", "0100107370"), name="Công ty A"))
    await system.settle()
    rows = {row["organ_id"]: row for row in await checked(
        system, "h60.10", "000.00.10.H60", "G06", "000.00.00.G06", "0100107370", "Z01DOANHNGHIEP", "H99.1", "G13", "H22"
    )}  # fmt: skip
    assert (rows["h60.10"]["channel"], rows["h60.10"]["name"]) == ("local", "Sở Khoa học và Công nghệ")
    assert rows["000.00.10.H60"]["current_id"] == "H60.10"
    assert (rows["G06"]["known"], rows["G06"]["channel"], rows["G06"]["limit_mb"]) == (True, "truc", 256)
    assert rows["000.00.00.G06"]["name"] == "Bộ Khoa học và Công nghệ"
    assert rows["0100107370"]["known"] and rows["Z01DOANHNGHIEP"]["known"], "what a person entered counts"
    assert not rows["H99.1"]["known"] and "danh mục" in rows["H99.1"]["problem"]
    assert "Nhiệm vụ nay thuộc Bộ Nông nghiệp và Môi trường (G10)" in rows["G13"]["problem"]
    assert "Mã hiện nay là H60" in rows["H22"]["problem"]


async def test_a_code_in_the_register_of_one_partner_alone_goes_through_it(system: System) -> None:
    await taken(system)
    runtime = system.runtime("gateway")
    body = {"name": "lgsp", "title": "LGSP", "kind": "file_drop", "settings": {"out_folder": "a", "in_folder": "b"}}
    assert (await system.client("gateway", ADMIN).post("/v1/partners", json=body)).status_code == 201
    run = await importing.begin(runtime, "lgsp", WHOLE)

    async def units() -> AsyncIterator[Listed]:
        yield tidy("000.08.80.G24", "Bảo hiểm xã hội huyện")
        yield tidy("G06", "Bộ Khoa học và Công nghệ")

    await importing.take(runtime, run, units())
    await importing.end(runtime, run)
    rows = await checked(system, "000.08.80.G24", "G06")
    assert [row["channel"] for row in rows] == ["lgsp", "truc"], "one that the default partner lists too stays there"
    assert await found(system, "bo khoa hoc") == ["G06"], "and is found once"
