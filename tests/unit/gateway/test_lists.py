"""Lists of codes as an authority hands them out: read from any form, judged line by line, taken over whole."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.gateway.directory.lists import BadList, read
from shared.testing import System
from tests.unit.gateway.registers import ADMIN, CLERK, GOOD, HEAD, checked, found, with_register, xlsx


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with with_register(tmp_path) as running:
        yield running


def as_text(rows: list[list[Any]], mark: str) -> str:
    return "\n".join(mark.join(str(cell) for cell in row) for row in rows)


@pytest.mark.parametrize(
    "content",
    [
        xlsx([["DANH SÁCH MÃ ĐỊNH DANH"], [], HEAD, *GOOD]),
        as_text([HEAD, *GOOD], "\t").encode(),
        as_text([HEAD, *GOOD], ";").encode("utf-8-sig"),
        as_text([HEAD, *GOOD], "\t").encode("utf-16"),
        as_text([[h.upper() for h in HEAD], *GOOD], "|").encode(),
    ],
    ids=["xlsx", "tsv", "csv with BOM", "utf-16", "other mark"],
)
def test_a_list_is_read_from_any_of_its_forms(content: bytes) -> None:
    lines = read(content, "danh sách")
    assert [(line.code, line.old_code, line.name, line.parent) for line in lines] == [
        ("H60.118", "000.07.05.H60", "UBND xã Yên Sơn", "H60"),
        ("H60.118.01", "", "Trạm Y tế xã Yên Sơn", "H60.118"),
        ("H60.119", "000.00.19.H22", "UBND xã Mới", "H60"),
    ]
    assert not any(line.problems for line in lines)
    assert str(lines[0].since) == "2025-07-01" and lines[0].legal_basis == "QĐ 123/QĐ-UBND"


def test_what_is_no_list_is_refused() -> None:
    head = as_text([HEAD], ",").encode()
    for content in (b"", b"a,b,c\n1,2,3", b"PK\x03\x04rubbish", b"\xff\xfe\x00", head):
        with pytest.raises(BadList):
            read(content, "x")


async def sent(system: System, rows: list[list[Any]], *, apply: bool) -> dict[str, Any]:
    client = system.client("gateway", ADMIN)
    url = f"/v1/directory/lists?name=ma.xlsx&apply={str(apply).lower()}"
    answer = await client.post(url, content=xlsx([HEAD, *rows]))
    assert answer.status_code == 200, answer.text
    report: dict[str, Any] = answer.json()
    return report


async def test_every_wrong_line_is_named_and_nothing_is_taken_over(system: System) -> None:
    wrong = [
        [1, "H60." + "1" * 32, "", "Dài quá", "", "", ""],
        [2, "60.H10", "", "Sai mẫu", "", "", ""],
        [3, "", "", "Không mã", "", "", ""],
        [4, "H60.5", "", "", "", "", ""],
        [5, "H60.6", "H60.6", "Trùng cũ", "", "", ""],
        [6, "H60.7", "abc", "Mã cũ sai", "", "31/02/2025", ""],
        [7, "H60.7", "", "Trùng", "", "", ""],
        [8, "H60.8", "", "Đúng", "", "", ""],
    ]
    report = await sent(system, wrong, apply=True)
    assert (report["lines"], report["good"], report["import_id"]) == (8, 1, None)
    problems = {line["line"]: " ".join(line["problems"]) for line in report["wrong"]}
    for line, part in ((2, "tối đa 35"), (3, "không đúng mẫu"), (4, "Thiếu mã"), (5, "Thiếu tên"), (6, "trùng mã mới"),
                       (7, "Mã cũ “ABC”"), (8, "dòng 7")):  # fmt: skip
        assert part in problems[line], problems
    assert "31/02/2025" in problems[7]
    assert not (await checked(system, "H60.8"))[0]["known"]


async def test_a_good_list_makes_codes_known_and_old_ones_stand_for_new_ones(system: System) -> None:
    preview = await sent(system, GOOD, apply=False)
    assert (preview["lines"], preview["good"], preview["mapped"], preview["import_id"]) == (3, 3, 2, None)
    assert not (await checked(system, "H60.118"))[0]["known"]
    assert (await sent(system, GOOD, apply=True))["import_id"]
    rows = await checked(system, "H60.118", "000.07.05.H60", "000.00.19.H22")
    assert [(row["known"], row["current_id"]) for row in rows] == [
        (True, "H60.118"), (True, "H60.118"), (True, "H60.119"),
    ]  # fmt: skip
    assert await found(system, "yen son") == ["H60.118", "H60.118.01"]
    listed = (await system.client("gateway", ADMIN).get("/v1/directory/successions")).json()
    assert {row["old_code"]: row["new_code"] for row in listed}["000.00.19.H22"] == "H60.119"


async def test_who_is_not_administrator_changes_nothing(system: System) -> None:
    clerk = system.client("gateway", CLERK)
    body = {"old_code": "H22.1", "new_code": "H60.1", "legal_basis": "x"}
    answers = [
        await clerk.post("/v1/directory/lists", content=b""),
        await clerk.put("/v1/directory/successions", json=body),
        await clerk.get("/v1/directory/successions"),
        await clerk.get("/v1/directory/imports"),
        await clerk.post("/v1/directory/partners/truc/synchronise"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    admin = system.client("gateway", ADMIN)
    assert (await admin.put("/v1/directory/successions", json=body)).status_code == 200
    same = {**body, "new_code": "h22.1"}
    assert (await admin.put("/v1/directory/successions", json=same)).status_code == 422
    assert (await admin.post("/v1/directory/partners/nobody/synchronise")).status_code == 404
