"""Việc của tôi: the open tasks by urgency and due date; search, help and the phone's 'Thêm'."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from services.portal.calls import part
from services.portal.render import errors_of, page
from services.portal.times import long_day
from services.portal.visits import Visit, Visitor
from services.portal.wording import group_tasks
from shared.clock import now, today

router = APIRouter(include_in_schema=False)


@router.get("/")
async def my_work(visit: Visitor) -> Response:
    tasks = await _tasks(visit)
    data: dict[str, Any] = {
        "groups": group_tasks(tasks.rows, now()),
        "total": len(tasks.rows),
        "mark": _mark(tasks.rows),
    }
    data |= {"errors": errors_of(tasks), "date": long_day(today())}
    return await page(visit, "my_work/my_work.html", "my_work", **data)


@router.get("/viec-so")
async def mark_of_tasks(visit: Visitor) -> Response:
    """Whether there is something new: a hash of the open tasks, no content."""
    return JSONResponse({"mark": _mark((await _tasks(visit)).rows)})


@router.get("/tim-kiem")
async def search(visit: Visitor, q: str = "") -> Response:
    params = {"q": q.strip()[:200], "limit": 30}
    call = visit.services.registry.call
    outgoing, incoming = await asyncio.gather(
        part(call("GET", "/v1/documents", params={**params, "direction": "outgoing"}), "văn bản đi"),
        part(call("GET", "/v1/incoming", params=params), "văn bản đến"),
    )
    found: dict[str, Any] = {"outgoing": outgoing.rows if q else [], "incoming": incoming.rows if q else []}
    return await page(visit, "my_work/search.html", "search", q=q, errors=errors_of(outgoing, incoming), **found)


@router.get("/tro-giup")
async def help_page(visit: Visitor) -> Response:
    return await page(visit, "my_work/help.html", "help")


@router.get("/them")
async def more(visit: Visitor) -> Response:
    return await page(visit, "my_work/more.html", "more")


async def _tasks(visit: Visit) -> Any:
    return await part(visit.services.workflow.call("GET", "/v1/tasks", params={"state": "open"}), "việc của bạn")


def _mark(tasks: list[dict[str, Any]]) -> str:
    return hashlib.sha256(",".join(sorted(str(t.get("id")) for t in tasks)).encode()).hexdigest()[:16]
