"""The directory of organs outside: a register of 120,000 units taken over, and the recipients picker while one types.

The register comes over the wire from the axis simulator. Floor of taking it over: the same answer parsed as one JSON
text and the same rows inserted in one transaction. The picker has an absolute goal: a person types.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import psutil
from sqlalchemy import Column, Index, MetaData, Table, insert

from infra.axis_simulator.app import create_app
from infra.axis_simulator.model import Account, AgencySpec, SimulatorConfig
from infra.bench.frame import Row, absolute, within
from infra.local_servers import Postgres, available
from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.connections import axes_of, refresh
from services.gateway.directory.importing import WHOLE, _row, _words
from services.gateway.directory.rules import tidy
from services.gateway.directory.search import find
from services.gateway.directory.syncing import synchronise
from services.gateway.directory.tables import ExternalOrgan, OrganWord
from services.gateway.service import service
from shared.auth import Principal
from shared.service import Runtime
from shared.testing import System, running

UNITS, ASKED = 120_000, 20
CENTRE, SECRET = "00.60.W00", "secret"
PICKER, MEMORY = 50.0, 60.0  # ms, MB
MEGABYTE = 1024 * 1024
ADMIN = Principal("a", "Quản trị", "person", "o1", roles=frozenset({"system_admin"}))
BODIES = ("Ủy ban nhân dân", "Hội đồng nhân dân", "Trạm Y tế", "Trường Tiểu học", "Trường Trung học cơ sở", "Công an",
          "Ban Chỉ huy Quân sự", "Đảng ủy", "Ủy ban Mặt trận Tổ quốc", "Trung tâm Phục vụ hành chính công")  # fmt: skip
PLACES = ("Yên Sơn", "Sơn Dương", "Hàm Yên", "Chiêm Hóa", "Na Hang", "Lâm Bình", "Đồng Văn", "Mèo Vạc", "Bắc Quang",
          "Quang Bình", "Vị Xuyên", "Hoàng Su Phì", "Xín Mần", "Yên Minh", "Quản Bạ", "Mỹ Lâm")  # fmt: skip
QUESTIONS = ("u", "ủy", "ủy ban nhân dân", "uy ban nhan dan xa yen son 77", "trường tiểu học mèo vạc", "ubnd", "h27",
             "h27.000123", "công an xã", "trạm y tế đồng văn 1190", "hoàng su phì", "khong co dau", "xa",
             "trung tam phuc vu hanh chinh cong xa na hang", "dang uy ham yen 12")  # fmt: skip


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        found = asyncio.run(_measured(Path(folder) / "embedded", "embedded", {}))
        if available():
            postgres = Postgres(Path(folder) / "postgres")
            postgres.start()
            try:
                postgres.create("gateway")
                settings = {"database_url": postgres.url("{service}")}
                found += asyncio.run(_measured(Path(folder) / "with-postgres", "PostgreSQL", settings))
            finally:
                postgres.stop("immediate")
        return found


def units() -> list[tuple[str, str]]:
    """Code and name of each unit: communes of sixty provinces with what belongs to a commune."""
    found = []
    for number in range(UNITS):
        body, place = BODIES[number % len(BODIES)], PLACES[number // len(BODIES) % len(PLACES)]
        found.append((f"H{number % 60 + 1:02}.{number:06}", f"{body} xã {place} {number // 160}"))
    return found


async def _measured(folder: Path, name: str, settings: dict[str, Any]) -> list[Row]:
    agencies = tuple(AgencySpec(code, CENTRE, title) for code, title in units())
    app = create_app(SimulatorConfig(folder / "axis", (Account(CENTRE, SECRET),), agencies))
    async with AsyncExitStack() as stack:
        quiet = replace(service, jobs=[])
        system = await stack.enter_async_context(running(quiet, tmp_path=folder / "house", **settings))
        http = await stack.enter_async_context(httpx.AsyncClient(transport=httpx.ASGITransport(app), timeout=600))
        runtime = await _connected(system, http)
        gc.collect()
        before = _memory()
        watching = asyncio.create_task(_highest())
        first = await _taken(runtime, UNITS + 1)
        again = await _taken(runtime, 0)
        watching.cancel()
        gained = max(0.0, _high - before)
        floor = await _floor(runtime, http)
        waits = sorted([await _asked(runtime, question) for question in QUESTIONS for _ in range(ASKED)])
    return [
        within(f"register of {UNITS:,} units taken over, {name}", first, floor, "s", at_most=5.0),
        within(f"register read again, nothing new, {name}", again, floor, "s", at_most=1.0),
        absolute(f"register, memory gained, {name}", gained, "MB", goal=MEMORY),
        absolute(f"picker in {UNITS:,} units, 95 %, {name}", waits[int(len(waits) * 0.95)], "ms", goal=PICKER),
    ]


async def _connected(system: System, http: httpx.AsyncClient) -> Runtime:
    values = {"endpoint": "http://axis.test", "system_id": CENTRE, "secret": SECRET}
    body = {"name": "truc", "title": "Trục", "kind": "national", "settings": values, "is_default": True}
    (await system.client("gateway", ADMIN).post("/v1/partners", json=body)).raise_for_status()
    runtime = system.runtime("gateway")
    await refresh(runtime)
    axes_of(runtime)["truc"] = NationalAxis(NationalAxisSettings(values["endpoint"], CENTRE, SECRET), http)
    return runtime


async def _taken(runtime: Runtime, new: int) -> float:
    begun = time.perf_counter()
    row = await synchronise(runtime, "truc", WHOLE)
    seconds = time.perf_counter() - begun
    if not row.complete or row.counts.get("new", 0) != new:
        raise RuntimeError(f"{row.counts} {row.error}")
    return seconds


async def _floor(runtime: Runtime, http: httpx.AsyncClient) -> float:
    """What cannot be left out, in the quickest way: one parse, two inserts, one commit; tables of the same form."""
    axis: Any = axes_of(runtime)["truc"]
    begun = time.perf_counter()
    request = await axis._request("POST", "getAgenciesList", {}, "application/json", b"")
    text = (await http.send(request)).text
    listed = [tidy(row["code"], row["name"], row["pid"]) for row in json.loads(text)["data"]]
    plain = MetaData()
    organs, words = _plain(plain, ExternalOrgan.__table__), _plain(plain, OrganWord.__table__)
    async with runtime.engine.begin() as connection:
        await connection.run_sync(plain.create_all)
        await connection.execute(insert(organs), [{"id": key, **_row("truc", unit)} for key, unit in enumerate(listed)])
        rows = [word for key, unit in enumerate(listed) for word in _words(key, unit, "")]
        await connection.execute(insert(words), rows)
    return time.perf_counter() - begun


def _plain(plain: MetaData, table: Any) -> Table:
    """The same columns and as many indexes, without the reference between the two."""
    name = f"plain_{table.name}"
    columns = [Column(column.name, column.type, primary_key=column.primary_key) for column in table.columns]
    sought = [("source", "code"), ("code",), ("other_code",)] if "code" in table.columns else [("organ_id",)]
    return Table(name, plain, *columns, *(Index(f"{name}_{n}", *names) for n, names in enumerate(sought)))


async def _asked(runtime: Runtime, question: str) -> float:
    begun = time.perf_counter()
    async with runtime.work(reading=True) as work:
        await find(work, question, 12)
    return (time.perf_counter() - begun) * 1000


_high = 0.0


async def _highest() -> None:
    global _high
    _high = 0.0
    while True:
        _high = max(_high, float(psutil.Process().memory_info().rss) / MEGABYTE)
        await asyncio.sleep(0.1)


def _memory() -> float:
    return float(psutil.Process().memory_info().rss) / MEGABYTE
