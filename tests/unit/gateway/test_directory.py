"""The directory: registers taken over by differences, found while typing, checked before a document is issued."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import Workbook
from sqlalchemy import func, select, text

from contracts.identity.events import OfficeChangedV1, OrganRegisteredV1
from services.gateway.axes.protocol import AgencyEntry, AxisUnavailable
from services.gateway.connections import axes_of
from services.gateway.directory import importing
from services.gateway.directory.lists import BadList, read
from services.gateway.directory.rules import Listed, tidy
from services.gateway.directory.syncing import CHANGES, WHOLE, synchronise, what_is_due
from services.gateway.directory.tables import OrganWord
from services.gateway.directory.words import initials, terms, words_of
from services.gateway.service import service
from shared.auth import Principal
from shared.testing import System, running

ADMIN = Principal("a", "Quản trị", "person", "o1", roles=frozenset({"system_admin"}))
CLERK = Principal("p", "Văn thư", "person", "o1", roles=frozenset({"clerk"}))
REGISTER = [
    ("G06", "Bộ Khoa học và Công nghệ", "", "000.00.00.G06"),
    ("G06.05", "Cục Chuyển đổi số quốc gia", "G06", ""),
    ("G17", "Bộ Xây dựng  ", "", ""),
    ("H37", "UBND tỉnh Lạng Sơn", "", "000.00.00.H37"),
    ("H37.10", "Sở Khoa học và Công nghệ tỉnh Lạng Sơn", "H37", "000.00.10.H37"),
    ("00.37.W00", "Trung tâm kết nối Lạng Sơn", "", ""),
    ("000.1137.H53", "Đơn vị sai mã", "H53", ""),
    ("H37.10", "Sở KH&CN Lạng Sơn (trùng)", "H37", ""),
]


class Register:
    """A partner's register as it is at the moment."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        self.rows, self.broken, self.deleted = list(rows), False, set[str]()

    async def agencies(self) -> AsyncIterator[AgencyEntry]:
        for code, name, parent, other in self.rows:
            yield AgencyEntry(code, name, parent, "", other_code=other)
        if self.broken:
            raise AxisUnavailable("danh sách bị cắt giữa chừng")

    async def changes(self) -> AsyncIterator[AgencyEntry]:
        for code, name, parent, other in self.rows:
            yield AgencyEntry(code, name, parent, "", deleted=code in self.deleted, other_code=other)

    async def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        yield AgencyEntry("G17", "", "", "", other_code="000.00.00.G17")

    async def list_received(self, _kind: str) -> list[Any]:
        return []

    async def close(self) -> None: ...


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    async with running(replace(service, jobs=[]), tmp_path=tmp_path) as found:
        office = OfficeChangedV1(
            office_id="o1", name="Sở Khoa học và Công nghệ", short_name="", abbreviation="", level="department",
            parent_id=None, organ_ids=("H60.10", "000.00.10.H60"),
        )  # fmt: skip
        await found.emit("gateway", office)
        await found.settle()
        settings = {"endpoint": "http://127.0.0.1:9", "system_id": "x", "secret": "y"}
        body = {"name": "truc", "title": "Trục", "kind": "national", "settings": settings, "is_default": True}
        answer = await found.client("gateway", ADMIN).post("/v1/partners", json=body)
        assert answer.status_code == 201
        found.register = Register(REGISTER)  # type: ignore[attr-defined]
        yield found


async def taken(system: System, kind: str = WHOLE) -> dict[str, int]:
    runtime = system.runtime("gateway")
    from services.gateway.connections import refresh

    await refresh(runtime)
    axes_of(runtime)["truc"] = system.register  # type: ignore[attr-defined]
    row = await synchronise(runtime, "truc", kind)
    return {name: count for name, count in row.counts.items() if name != "seen"}


async def found(system: System, q: str) -> list[str]:
    answer = await system.client("gateway", CLERK).get("/v1/organs", params={"q": q})
    assert answer.status_code == 200, answer.text
    return [row["organ_id"] for row in answer.json()]


async def checked(system: System, *codes: str) -> list[dict[str, Any]]:
    answer = await system.client("gateway", CLERK).post("/v1/organs:check", json={"organ_ids": codes})
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


async def test_an_import_shows_what_is_new_changed_closed_doubled_and_malformed(system: System) -> None:
    assert await taken(system) == {"new": 7, "duplicate": 1}
    assert await taken(system) == {"duplicate": 1}, "the same list again changes nothing"
    register = system.register  # type: ignore[attr-defined]
    register.rows = [
        ("G06", "Bộ Khoa học, Công nghệ", "", "000.00.00.G06"),
        ("G06.05", "Cục Chuyển đổi số quốc gia", "G22", ""),
        ("G17", "Bộ xây dựng", "", "000.00.17.G17"),
        ("H37", "UBND tỉnh Lạng Sơn", "", "000.00.00.H37"),
        ("H37.10", "", "H37", "000.00.10.H37"),
        ("00.37.W00", "Trung tâm kết nối Lạng Sơn", "", ""),
        ("H38", "UBND tỉnh Lào Cai", "", ""),
    ]
    counts = await taken(system)
    assert counts == {"renamed": 2, "moved": 1, "recoded": 1, "new": 1, "malformed": 1, "closed": 1}
    admin = system.client("gateway", ADMIN)
    latest = (await admin.get("/v1/directory/imports")).json()[0]
    assert latest["complete"] and latest["counts"]["seen"] == 7
    changes = (await admin.get(f"/v1/directory/imports/{latest['id']}/changes")).json()
    moved = next(change for change in changes if change["what"] == "moved")
    assert (moved["code"], moved["before"], moved["after"]) == ("G06.05", "G06", "G22")
    closed = (await admin.get(f"/v1/directory/imports/{latest['id']}/changes?what=closed")).json()
    assert [change["code"] for change in closed] == ["000.1137.H53"]
    register.rows.append(("000.1137.H53", "Đơn vị sai mã", "H53", ""))
    assert (await taken(system))["reopened"] == 1


async def test_a_list_that_breaks_off_or_is_suddenly_short_closes_nothing(system: System) -> None:
    register = system.register  # type: ignore[attr-defined]
    register.rows = [(f"H37.{n:03}", f"Đơn vị số {n}", "H37", "") for n in range(40)]
    await taken(system)
    register.rows, register.broken = register.rows[:30], True
    await taken(system)
    register.rows, register.broken = register.rows[:10], False
    await taken(system)
    newest = (await system.client("gateway", ADMIN).get("/v1/directory/imports")).json()
    assert [row["complete"] for row in newest] == [False, False, True]
    assert "chỉ có 10 đơn vị, trước đó có 40" in newest[0]["error"]
    assert (await checked(system, "H37.039"))[0]["known"]


async def test_changes_close_and_reopen(system: System) -> None:
    await taken(system)
    register = system.register  # type: ignore[attr-defined]
    register.deleted = {"H37.10"}
    assert (await taken(system, CHANGES)).get("closed") == 1
    assert not (await checked(system, "H37.10"))[0]["known"]
    register.rows.pop()  # the doubled line
    register.deleted = set()
    assert (await taken(system, CHANGES)).get("reopened") == 1


def test_the_whole_list_comes_at_night_and_changes_in_between() -> None:
    day = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)  # ten in the morning here
    last_night = day - timedelta(hours=7)
    assert what_is_due(day, None, None, None) == WHOLE
    assert what_is_due(day, last_night, None, day - timedelta(minutes=6)) == CHANGES
    assert what_is_due(day, last_night, None, day - timedelta(minutes=4)) == ""
    assert what_is_due(day, day - timedelta(hours=8), None, day) == WHOLE
    assert what_is_due(day, day - timedelta(days=2), day - timedelta(minutes=10), day) == "", "not again at once"
    assert what_is_due(day, day - timedelta(days=2), day - timedelta(minutes=31), day) == WHOLE
    before_dawn = datetime(2026, 11, 25, 18, 0, tzinfo=UTC)  # one at night: yesterday's list still counts
    assert what_is_due(before_dawn, before_dawn - timedelta(hours=20), None, before_dawn) == ""


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


async def test_search_is_quick_in_a_hundred_and_twenty_thousand_organs(system: System, tmp_path: Path) -> None:
    """Not the time but the work: whatever is asked, the index is used and a few thousand rows are touched at most."""
    runtime = system.runtime("gateway")
    run = await importing.begin(runtime, "truc", WHOLE)

    async def many() -> AsyncIterator[Listed]:
        for n in range(3000):
            yield tidy(f"H{n % 60 + 1:02}.{n}", f"Ủy ban nhân dân xã số {n} huyện {n % 700}")

    await importing.take(runtime, run, many())
    await importing.end(runtime, run)
    assert (await found(system, "uy ban nhan dan xa so 2999"))[0].endswith(".2999")
    assert len(await found(system, "uy ban")) == 20
    async with runtime.work(reading=True) as work:
        plan = "\n".join(
            str(row) for row in await work.execute(
                text("EXPLAIN QUERY PLAN SELECT organ_id FROM organ_words WHERE word >= 'uy' AND word < 'uz' LIMIT 400")
            )
        )  # fmt: skip
        assert "SEARCH" in plan and "SCAN" not in plan
        assert (await work.scalar(select(func.count()).select_from(OrganWord)) or 0) > 20_000


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


# Lists of codes


def xlsx(rows: list[list[Any]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


HEAD = ["STT", "Mã định danh", "Mã cũ", "Tên cơ quan", "Mã cấp trên", "Từ ngày", "Căn cứ"]
GOOD = [
    [1, "H60.118", "000.07.05.H60", "UBND xã Yên Sơn", "H60", "01/07/2025", "QĐ 123/QĐ-UBND"],
    [2, "h60.118.01", "", "Trạm Y tế xã Yên Sơn", "H60.118", "", ""],
    [3, "H60.119", "000.00.19.H22", "UBND xã Mới", "H60", datetime(2025, 7, 1), "QĐ 123/QĐ-UBND"],
]


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


async def test_a_register_over_the_wire_of_the_simulator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.axis_simulator.app import create_app
    from infra.axis_simulator.model import Account, AgencySpec, SimulatorConfig
    from services.gateway.axes.national import NationalAxis, NationalAxisSettings

    agencies = tuple(AgencySpec(f"H37.{n:04}", "H37.W00", f"Đơn vị số {n}") for n in range(300))
    app = create_app(SimulatorConfig(tmp_path / "axis", (Account("H37.W00", "secret"),), agencies))
    app.state.simulator.store.set_old_code("H37.0007", "000.00.07.H37")
    async with (
        running(replace(service, jobs=[]), tmp_path=tmp_path / "data") as system,
        httpx.AsyncClient(transport=httpx.ASGITransport(app)) as http,
    ):
        settings = {"endpoint": "http://axis.test", "system_id": "H37.W00", "secret": "secret"}
        body = {"name": "truc", "title": "Trục", "kind": "national", "settings": settings, "is_default": True}
        await system.client("gateway", ADMIN).post("/v1/partners", json=body)
        system.register = NationalAxis(NationalAxisSettings("http://axis.test", "H37.W00", "secret"), http)  # type: ignore[attr-defined]
        assert (await taken(system))["new"] == 301
        [row] = await checked(system, "000.00.07.H37")
        assert (row["known"], row["name"]) == (True, "Đơn vị số 7")
        app.state.simulator.store.delete_agency("H37.0008")
        assert await taken(system, CHANGES) == {"closed": 1}
