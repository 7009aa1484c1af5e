"""Gói tin lỗi: packages that need a person; one, some or all of them are sent again, with progress."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from contracts.client import Problem
from services.portal.calls import part
from services.portal.pages.dead_letters import words
from services.portal.render import errors_of, page
from services.portal.visits import Acting, Visit, Visitor
from shared.problems import NotFound

router = APIRouter(include_in_schema=False)
ROLES = ("clerk", "unit_admin", "system_admin")
PLACE = "/truc/thu-chet"
PAGE = 50


def _check(visit: Visit) -> None:
    if not visit.session.has(*ROLES):
        raise NotFound


@router.get("/truc/thu-chet")
async def dead_letters_page(visit: Visitor, truc: str = "", ly_do: str = "", tu: str = "") -> Response:
    _check(visit)
    call = visit.services.gateway.call
    wanted = {"axis": truc or None, "reason_code": ly_do or None, "cursor": tu or None, "limit": PAGE}
    found, counts, replays, lamps = await asyncio.gather(
        part(call("GET", "/v1/dead-letters", params=wanted), "gói tin lỗi"),
        part(call("GET", "/v1/dead-letters/counts"), "số gói tin lỗi"),
        part(call("GET", "/v1/replays"), "các lượt gửi lại"),
        part(call("GET", "/v1/axes"), "tên các trục"),
    )
    names = words.names_of(lamps.rows)
    data: dict[str, Any] = {
        "rows": found.rows,
        "next": words.href(truc, ly_do, tu=found.data["next"]) if found.data and found.data.get("next") else "",
        "groups": words.groups(counts.rows, names, truc, ly_do),
        "all": words.matching(counts.rows, "", ""),
        "count": words.matching(counts.rows, truc, ly_do),
        "what": words.filter_words({"axis": truc, "reason_code": ly_do}, names),
        "replays": replays.rows[:5],
        "names": names,
        "axis": truc,
        "reason": ly_do,
        "words": words,
    }
    return await page(visit, "dead_letters/list.html", "axes", errors=errors_of(found, counts, replays), **data)


@router.post("/truc/thu-chet/gui-lai")
async def send_again(act: Acting) -> Response:
    """One (`only`), those ticked (`ids`), or all that the filter leaves (`all`)."""
    _check(act)
    axis, reason = act.text("axis"), act.text("reason")
    back = words.href(axis, reason)
    ids = [act.text("only")] if act.text("only") else act.texts("ids")
    if ids:
        body: dict[str, Any] = {"ids": ids}
    elif act.text("all"):
        body = {"axis": axis or None, "reason_code": reason or None}
    else:
        return await act.failed("Chưa chọn gói tin nào. Hãy đánh dấu các gói tin cần gửi lại.", back)
    try:
        started = await act.services.gateway.call("POST", "/v1/replays", json=body, idempotency_key=act.key)
    except Problem as problem:
        return await act.failed(problem.message, back)
    except httpx.HTTPError:
        return await act.failed("Dịch vụ không trả lời. Hãy thử lại sau ít phút.", back)
    return RedirectResponse(f"{PLACE}/luot/{started['id']}", 303)


@router.get("/truc/thu-chet/luot/{replay_id}")
async def replay_page(visit: Visitor, replay_id: str) -> Response:
    _check(visit)
    call = visit.services.gateway.call
    replay = await call("GET", f"/v1/replays/{replay_id}")
    counts, lamps = await asyncio.gather(
        part(call("GET", "/v1/dead-letters/counts"), "số gói tin lỗi"),
        part(call("GET", "/v1/axes"), "tên các trục"),
    )
    wanted = replay.get("filter") or {}
    axis, reason = wanted.get("axis") or "", wanted.get("reason_code") or ""
    data: dict[str, Any] = {
        "replay": replay,
        "tag": words.STATES.get(replay["state"]),
        "what": words.filter_words(wanted, words.names_of(lamps.rows)),
        "left": words.matching(counts.rows, axis, reason),
        "back": words.href(axis, reason),
    }
    return await page(visit, "dead_letters/replay.html", "axes", errors=errors_of(counts), **data)


@router.post("/truc/thu-chet/luot/{replay_id}/dung")
async def stop_replay(act: Acting, replay_id: str) -> Response:
    _check(act)
    call = act.services.gateway.call("POST", f"/v1/replays/{replay_id}/stop", idempotency_key=act.key)
    done = "Đã dừng. Gói tin đã đưa vào hàng vẫn được gửi; gói còn lại nằm yên trong danh sách."
    return await act.then(call, done=done, to=f"{PLACE}/luot/{replay_id}")
