"""Chờ ký: what waits for the leader's signature; those that were opened are signed together under one PIN."""

from __future__ import annotations

import asyncio
import hmac
from typing import Any

import httpx
from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.calls import Part, part
from services.portal.pages.to_sign import runs, seen
from services.portal.render import errors_of, page
from services.portal.sessions import leave_word
from services.portal.times import waiting_words
from services.portal.visits import Act, Acting, StaleForm, Visit, Visitor
from shared.clock import now

router = APIRouter(include_in_schema=False)
HERE = "/lanh-dao/cho-ky"
MOST = 50  # on the page; those that are signed make room for the next
AT_ONCE = 8
GONE = "Dự thảo đã đổi sau khi bạn xem. Hãy mở lại bản mới rồi ký."
UNSEEN = "Bạn chưa mở bản này. Hãy mở để xem đúng bản sẽ ký."


@router.get(HERE)
async def queue(visit: Visitor) -> Response:
    tasks = await part(
        visit.services.workflow.call("GET", "/v1/tasks", params={"state": "open", "limit": 200}), "danh sách chờ ký"
    )
    wanted = [t for t in tasks.rows if t.get("kind") == "sign" and not t.get("frozen")]
    opened = await seen.of(visit, [str(t["object_id"]) for t in wanted])
    rights = await _rights(visit, wanted[:MOST])
    rows = [_row(t, right, opened) for t, right in zip(wanted[:MOST], rights, strict=True)]
    data: dict[str, Any] = {"rows": rows, "total": len(wanted), "errors": errors_of(tasks)}
    data["run"] = await runs.running(visit)
    data["outcomes"] = visit.session.flash.get("outcomes") or []
    return await page(visit, "to_sign/queue.html", "to_sign", **data)


async def _rights(visit: Visit, tasks: list[dict[str, Any]]) -> list[Part]:
    """Whether each may be signed now, and everything that stands in its way."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(draft_id: str) -> Part:
        async with limit:
            call = visit.services.signing.call("GET", "/v1/can-sign", params={"draft_id": draft_id})
            return await part(call, "điều kiện ký")

    return list(await asyncio.gather(*(one(t["object_id"]) for t in tasks)))


def _row(task: dict[str, Any], right: Part, opened: dict[str, seen.Opened]) -> dict[str, Any]:
    was = opened.get(str(task["object_id"]))
    known = right.data or {}
    why = [str(one.get("message")) for one in known.get("obstacles") or []] or ([right.error] if right.error else [])
    same = was is not None and was.content_hash == task.get("content_hash")
    facts = {
        "why": why,
        "seen_at": was.at if was and same else None,
        "waits": waiting_words(task.get("opened_at"), now()),
    }
    return {**task, **facts, "capacity": known.get("capacity") or "", "ready": bool(known.get("can")) and same}


@router.post("/van-ban/{document_id}/da-xem")
async def mark_seen(visit: Visitor, document_id: str, ma: str = "") -> Response:
    """Sent by the page of a draft once its pages are shown to who is to sign it."""
    if not hmac.compare_digest(visit.request.headers.get("x-csrf", ""), visit.session.csrf):
        raise StaleForm
    await seen.mark(visit, document_id, ma)
    return Response(status_code=204)


@router.post(f"{HERE}/ky")
async def sign_all(act: Acting) -> Response:
    """Exactly the contents that were opened. What became of each is listed; one that fails holds up no other."""
    ids = list(dict.fromkeys(act.texts("ids")))[:MOST]
    if not ids:
        return await act.failed("Chưa chọn văn bản nào. Hãy mở xem rồi đánh dấu văn bản cần ký.", HERE)
    opened = await seen.of(act, ids)
    orders, outcomes = await _orders(act, ids, opened)
    names = {i: act.text(f"ten-{i}") or "Văn bản" for i in ids}
    if orders:
        first = orders[: runs.GROUP]
        try:
            outcomes += await runs.sign(act.services, first, act.text("pin"), act.key)
        except Problem as problem:
            return await act.failed(problem.message, HERE)
        except httpx.HTTPError:
            return await act.failed(runs.SILENT, HERE)
    if rest := orders[runs.GROUP :]:
        return await _in_background(act, rest, outcomes, names)
    named = [{**one, "subject": names[one["id"]]} for one in outcomes]
    await leave_word(act.runtime, act.session, outcomes=named)
    return Response(status_code=303, headers={"Location": HERE})


async def _in_background(
    act: Act, rest: list[dict[str, Any]], outcomes: list[dict[str, Any]], names: dict[str, str]
) -> Response:
    """The key is good: what is left is signed while its page shows how far it is."""
    known = {one["id"]: one for one in outcomes}
    waiting = {"state": runs.WAITING, "reason": ""}
    lines = [{"id": i, **waiting, **known.get(i, {}), "subject": name} for i, name in names.items()]
    run_id = await runs.begin(act, lines)
    work = runs.carry_on(act.runtime, act.session.key, run_id, rest, act.text("pin"), act.key)
    act.runtime.spawn(work, f"sign-run:{run_id}")
    return Response(status_code=303, headers={"Location": f"{HERE}/dot/{run_id}"})


@router.get(f"{HERE}/dot/{{run_id}}")
async def run_page(visit: Visitor, run_id: str) -> Response:
    """Each document of a long batch as it is done; read again until the run is over."""
    run = await runs.of(visit, run_id)
    lines, at_work = run.lines, runs.is_running(run)
    data: dict[str, Any] = {"lines": lines, "running": at_work, "ended_at": run.ended_at}
    data["signed"] = sum(one["state"] in ("done", "pending") for one in lines)
    data["over"] = sum(one["state"] != runs.WAITING for one in lines)
    data["stopped"] = run.ended_at is None and not at_work
    return await page(visit, "to_sign/run.html", "to_sign", **data)


async def _orders(
    act: Act, ids: list[str], opened: dict[str, seen.Opened]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is signed, and what is not because it was not opened or has changed since."""
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(document_id: str) -> dict[str, Any] | str:
        was = opened.get(document_id)
        if was is None:
            return UNSEEN
        async with limit:
            try:
                document = await act.services.registry.call("GET", f"/v1/documents/{document_id}")
            except Problem as problem:
                return problem.message
        main = next((f for f in document["files"] if f["role"] == "main"), None)
        if main is None or document["content_hash"] != was.content_hash:
            return GONE
        return {"draft_id": document_id, "content_hash": document["content_hash"], "main_file": main}

    found = list(zip(ids, await asyncio.gather(*map(one, ids)), strict=True))
    orders = [order for _, order in found if isinstance(order, dict)]
    refused = [{"id": i, "state": "refused", "reason": why} for i, why in found if isinstance(why, str)]
    return orders, refused
