"""Lưu lượng: packages by day and by partner; each figure leads to its list."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Response

from services.portal.calls import Part, part
from services.portal.menu import SEES_AXES
from services.portal.pages.dead_letters.words import names_of
from services.portal.pages.traffic import figures
from services.portal.render import errors_of, page
from services.portal.times import read_day
from services.portal.visits import Visit, Visitor
from shared.clock import today
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
DAYS, LONGEST = 14, 92
BAD = "Khoảng ngày chưa đúng: ghi dạng 31/12/2026, ngày đầu không sau ngày cuối, nhiều nhất 92 ngày."


def _range(first: str, last: str) -> tuple[date, date, str]:
    """The days asked for; where they make no sense the last fortnight, and the sentence that says so."""
    usual = (today() - timedelta(days=DAYS - 1), today())
    try:
        end = date.fromisoformat(read_day(last, today()) or usual[1].isoformat())
        begin = date.fromisoformat(read_day(first, today()) or (end - timedelta(days=DAYS - 1)).isoformat())
    except (ValueError, OverflowError):
        return *usual, BAD
    return (begin, end, "") if 0 <= (end - begin).days < LONGEST else (*usual, BAD)


@router.get("/truc/luu-luong")
async def traffic_page(visit: Visitor, tu: str = "", den: str = "", truc: str = "") -> Response:
    first, last, problem = _range(tu, den)
    found, names = await _ask(visit, "/v1/traffic", {"first": first.isoformat(), "last": last.isoformat()})
    rows = [row for row in found.rows if truc in ("", row["axis"])]
    days = figures.by_day(rows, first, last)
    data: dict[str, Any] = {
        "first": first.isoformat(),
        "last": last.isoformat(),
        "days": days,
        "partners": figures.by_partner(found.rows),
        "total": figures.total(days),
        "chart": figures.chart(days),
        "names": names,
        "axis": truc,
        "href": figures.href,
    }
    errors = [*errors_of(found), *([problem] if problem else [])]
    return await page(visit, "traffic/traffic.html", "axes", errors=errors, **data)


@router.get("/truc/luu-luong/goi-tin")
async def packages_page(
    visit: Visitor, loai: str = "", tu: str = "", den: str = "", truc: str = "", trang: str = ""
) -> Response:
    if loai not in figures.NAMES:
        raise NotFound
    first, last, problem = _range(tu, den)
    days = {"first": first.isoformat(), "last": last.isoformat()}
    wanted = {"what": loai, **days, "axis": truc or None, "cursor": trang or None}
    found, names = await _ask(visit, "/v1/traffic/packages", wanted)
    more = found.data.get("next") if isinstance(found.data, dict) else None
    data: dict[str, Any] = {
        **days,
        "what": loai,
        "title": figures.NAMES[loai],
        "rows": found.rows,
        "next": figures.href(loai, days["first"], days["last"], truc, trang=more) if more else "",
        "names": names,
        "axis": truc,
    }
    errors = [*errors_of(found), *([problem] if problem else [])]
    return await page(visit, "traffic/packages.html", "axes", errors=errors, **data)


async def _ask(visit: Visit, path: str, wanted: dict[str, Any]) -> tuple[Part, dict[str, str]]:
    """What was asked for, and the names of the partners."""
    if not visit.session.has(*SEES_AXES):
        raise NotFound
    call = visit.services.gateway.call
    found, lamps = await asyncio.gather(
        part(call("GET", path, params=wanted), "lưu lượng"), part(call("GET", "/v1/axes"), "tên các trục")
    )
    return found, names_of(lamps.rows)
