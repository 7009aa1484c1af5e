"""A gateway with one partner whose register is in memory, and the acts on its directory, for the tests beside."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from contracts.identity.events import OfficeChangedV1
from services.gateway.axes.protocol import AgencyEntry, AxisUnavailable
from services.gateway.connections import axes_of, refresh
from services.gateway.directory.syncing import WHOLE, synchronise
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
        if self.broken:
            raise AxisUnavailable("danh sách bị cắt giữa chừng")

    async def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        yield AgencyEntry("G17", "", "", "", other_code="000.00.00.G17")

    async def list_received(self, _kind: str) -> list[Any]:
        return []

    async def close(self) -> None: ...


@asynccontextmanager
async def with_register(tmp_path: Path) -> AsyncIterator[System]:
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
