"""The journey of an issued document: every copy with every status and its time, trouble first; who owes an answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from contracts.client import Problem
from services.portal.calls import part
from services.portal.render import errors_of, page
from services.portal.visits import Act, Acting, Visitor

router = APIRouter(include_in_schema=False)
Copy = dict[str, Any]
ACCEPTED = ("03", "04", "05", "06")
TROUBLE = {"failed": 0, "02": 1, "16": 2, "waiting": 4, "sending": 4, "sent": 5, "01": 5, "13": 5}
LATE, DONE = 3, 6
FILTERS: tuple[tuple[str, str, Callable[[Copy], bool]], ...] = (
    ("", "Tất cả", lambda copy: True),
    ("qua-han", "Quá hạn trả lời", lambda copy: bool(copy.get("late"))),
    ("chua-nhan", "Chưa tiếp nhận", lambda copy: not accepted(copy) and state(copy) != "02"),
    ("tu-choi", "Từ chối", lambda copy: state(copy) in ("02", "16")),
    ("loi", "Chưa gửi được", lambda copy: state(copy) == "failed"),
)


def state(copy: Copy) -> str:
    return str(copy.get("state") or "")


def accepted(copy: Copy) -> bool:
    return state(copy) in ACCEPTED


def summary(copies: list[Copy]) -> str:
    """'118 / 124 đã tiếp nhận · 2 từ chối · 4 chưa tiếp nhận'."""
    received, refused = sum(map(accepted, copies)), sum(state(copy) == "02" for copy in copies)
    rest = len(copies) - received - refused
    words = [f"{received} / {len(copies)} đã tiếp nhận"]
    words += [f"{refused} từ chối"] if refused else []
    words += [f"{rest} chưa tiếp nhận"] if rest else []
    return " · ".join(words)


def trouble_first(copies: list[Copy]) -> list[Copy]:
    """What failed and what was refused, then what is late, then what waits, then the done."""
    return sorted(copies, key=lambda copy: (_rank(copy), str(copy.get("owed_since") or ""), str(copy.get("name"))))


def _rank(copy: Copy) -> int:
    own = TROUBLE.get(state(copy), DONE)
    return min(own, LATE) if copy.get("late") else own


def shown(copies: list[Copy], wanted: str) -> dict[str, Any]:
    """What the journey's template needs."""
    fits = next((test for key, _, test in FILTERS if key == wanted), FILTERS[0][2])
    counted = [(key, name, sum(map(test, copies))) for key, name, test in FILTERS]
    return {
        "copies": trouble_first([copy for copy in copies if fits(copy)]),
        "summary": summary(copies),
        "filters": [(key, name, count) for key, name, count in counted if count or key == ""],
        "only": wanted,
        "owed": sum(bool(copy.get("owed_since")) for copy in copies),
    }


@router.get("/di/cho-tra-loi")
async def owed_page(visit: Visitor, qua_han: bool = False, tu: str = "") -> Response:
    """Whoever owes the office an answer, over all its documents."""
    call = visit.services.gateway.call
    params = {"late": qua_han, "cursor": tu or None}
    found, counts = await asyncio.gather(
        part(call("GET", "/v1/owed-answers", params=params), "các nơi chưa trả lời"),
        part(call("GET", "/v1/owed-answers/counts"), "số nơi chưa trả lời"),
    )
    data: dict[str, Any] = {"rows": found.rows, "next": (found.data or {}).get("next"), "late_only": qua_han}
    data |= {"tally": counts.data or {}, "errors": errors_of(found)}
    return await page(visit, "outgoing/owed.html", "outgoing", **data)


@router.post("/van-ban/{document_id}/nhac")
async def remind(act: Acting, document_id: str) -> Response:
    return await _remind(act, {"document_id": document_id}, f"/van-ban/{document_id}#hanh-trinh")


@router.post("/di/cho-tra-loi/nhac")
async def remind_chosen(act: Acting) -> Response:
    here, ids = "/di/cho-tra-loi", act.texts("ids")
    if not ids:
        return await act.failed("Chưa chọn nơi nào. Hãy đánh dấu các nơi cần nhắc.", here)
    return await _remind(act, {"delivery_ids": ids}, here)


async def _remind(act: Act, body: dict[str, Any], here: str) -> Response:
    """Says how many were told and who has to be rung up."""
    try:
        done = await act.services.gateway.call("POST", "/v1/reminders", json=body, idempotency_key=act.key)
    except Problem as problem:
        return await act.failed(problem.message, here)
    told = sum(row["how"] == "told" for row in done)
    words = [f"Đã nhắc {told} nơi."] if told else []
    rest = [row["message"] for row in done if row["how"] != "told"]
    words += rest[:3] + ([f"và {len(rest) - 3} nơi khác."] if len(rest) > 3 else [])
    text = " ".join(words)
    return await (act.said(text, here) if told else act.failed(text, here))
