"""Tình hình sử dụng: figures of a month beside the province, twelve months, each figure with its documents."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from services.portal.calls import Part, part
from services.portal.menu import SEES_USAGE
from services.portal.pages.usage import figures, sheet
from services.portal.render import errors_of, page
from services.portal.visits import Visit, Visitor
from shared.clock import today
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
BAD = "Tháng chưa đúng: ghi dạng 11/2026. Đang hiện tháng này."
Office = Annotated[str, Query(alias="don-vi", max_length=64)]


def _month(text: str) -> tuple[str, str]:
    """The month asked for; where it makes no sense the present one, and the sentence that says so."""
    try:
        return figures.read_month(text, today()), ""
    except ValueError:
        return figures.read_month("", today()), BAD


async def _ask(visit: Visit, path: str, what: str, **wanted: str) -> Part:
    given = {name: value for name, value in wanted.items() if value}
    return await part(visit.services.registry.call("GET", f"/v1/usage{path}", params=given), what)


def _check(visit: Visit) -> bool:
    """Whether the visitor sees every office."""
    if not visit.session.has(*SEES_USAGE):
        raise NotFound
    return visit.session.has("system_admin")


@router.get(figures.PLACE)
async def usage_page(visit: Visitor, thang: str = "", don_vi: Office = "") -> Response:
    sees_all, (month, problem) = _check(visit), _month(thang)
    found = await _ask(visit, "", "số liệu của tháng", month=month, office_id=don_vi)
    report: dict[str, Any] = found.data or {}
    months, own = Part(), report.get("own")
    if own:
        months = await _ask(visit, "/months", "số liệu 12 tháng", last=month, office_id=don_vi)
    data: dict[str, Any] = {
        "report": report,
        "own": own,
        "office": don_vi,
        "sees_all": sees_all,
        "month": month,
        "this_month": f"{today():%Y-%m}",
        "months": months.rows,
        "compared": figures.compare(own["counts"], report["province"], report["offices_counted"]) if own else [],
        "chart": figures.chart(months.rows),
        "f": figures,
    }
    errors = [*errors_of(found, months), *([problem] if problem else [])]
    return await page(visit, "usage/usage.html", "usage", errors=errors, **data)


@router.get(f"{figures.PLACE}/van-ban")
async def documents_page(
    visit: Visitor, loai: str = "", thang: str = "", don_vi: Office = "", trang: str = ""
) -> Response:
    _check(visit)
    if loai not in figures.TITLES:
        raise NotFound
    month, problem = _month(thang)
    wanted = {"month": month, "figure": loai, "office_id": don_vi, "cursor": trang}
    found = await _ask(visit, "/documents", "danh sách văn bản", **wanted)
    more = found.data.get("next") if isinstance(found.data, dict) else None
    data: dict[str, Any] = {
        "what": loai,
        "title": figures.TITLES[loai],
        "rows": found.rows,
        "next": figures.href(loai, month, don_vi, trang=more) if more else "",
        "back": figures.here(month, don_vi),
        "month": figures.month_words(month),
    }
    errors = [*errors_of(found), *([problem] if problem else [])]
    return await page(visit, "usage/documents.html", "usage", errors=errors, **data)


@router.get(f"{figures.PLACE}/so-lieu.csv")
async def usage_sheet(visit: Visitor, thang: str = "", don_vi: Office = "") -> Response:
    """What the page shows as a table: the offices for who sees all, else the office's twelve months."""
    sees_all, (month, _) = _check(visit), _month(thang)
    call, wanted = visit.services.registry.call, {"month": month, **({"office_id": don_vi} if don_vi else {})}
    report = await call("GET", "/v1/usage", params=wanted)
    if sees_all and not don_vi:
        content = sheet.of_offices(report)
    else:
        last = {"last": month, **({"office_id": don_vi} if don_vi else {})}
        content = sheet.of_months(await call("GET", "/v1/usage/months", params=last), report["own"]["office_name"])
    headers = {"Content-Disposition": f'attachment; filename="tinh-hinh-su-dung-{month}.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
