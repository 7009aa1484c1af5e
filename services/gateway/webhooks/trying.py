"""Does the partner's end-point hear us? An administrator sends one signed test message and reads the answer."""

from __future__ import annotations

import time
from uuid import UUID

import httpx

from contracts.gateway.partners import HookTest
from services.gateway.partners.actions import ADMINISTRATOR
from services.gateway.partners.tables import Partner
from services.gateway.webhooks.actions import Target, client_of, payload, signed_headers, target_of
from shared.auth import Principal
from shared.clock import now
from shared.database import new_id
from shared.problems import Conflict, NotFound
from shared.service import Runtime

TYPE, TEXT = "test", "Gọi thử từ hệ thống quản lý văn bản. Không cần làm gì."
SHOWN = 2000  # characters of the answer
TIMEOUT = httpx.Timeout(8.0, connect=5.0)  # a person waits
GOOD = "Đối tác nhận được và trả lời HTTP {status}."
SILENT = (
    "Không kết nối được đến {host} ({error}). Hãy kiểm tra địa chỉ nhận báo tin, tường lửa và chứng thư của máy đó."
)
REFUSED = "Đối tác trả lời HTTP {status}, tức là chưa nhận. {advice}"
ADVICE = {
    3: "Địa chỉ này chuyển hướng; hãy điền địa chỉ cuối cùng ở phần Cấu hình.",
    4: "Hãy kiểm tra địa chỉ nhận báo tin với đối tác.",
    5: "Hệ thống của đối tác gặp lỗi; hãy báo cho họ thời điểm gọi thử này.",
}
KEYS = "Hãy kiểm tra hai bên dùng cùng khóa báo tin và đồng hồ hai máy lệch nhau không quá 5 phút."


class NoHook(Conflict):
    kind = "no-hook"
    message = "Đối tác chưa có địa chỉ nhận báo tin. Hãy tạo khóa báo tin rồi điền địa chỉ ở phần Cấu hình."


async def try_hook(runtime: Runtime, caller: Principal, partner_id: UUID) -> HookTest:
    """Once, now, whatever waits; nothing is queued. Raises NoHook."""
    caller.require(ADMINISTRATOR)
    async with runtime.work(caller, reading=True) as work:
        partner = await work.get(Partner, partner_id)
        if partner is None:
            raise NotFound
        target = await target_of(work, partner.name)
    if target is None:
        raise NoHook
    found = await _call(runtime, target)
    async with runtime.work(caller) as work:
        work.audit("gateway.hook-tested", str(partner_id), name=partner.name, ok=found.ok, status=found.status)
    return found


async def _call(runtime: Runtime, target: Target) -> HookTest:
    body, started = payload(TYPE, now(), {"text": TEXT}), time.monotonic()
    headers = signed_headers(target, new_id(), body)
    try:
        client = client_of(runtime)
        async with client.stream("POST", target.url, content=body, headers=headers, timeout=TIMEOUT) as answer:
            status, text = answer.status_code, await _beginning(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        words = SILENT.format(host=target.url.partition("://")[2].partition("/")[0], error=type(error).__name__)
        return HookTest(ok=False, seconds=_since(started), explanation=words)
    ok = 200 <= status < 300
    words = GOOD.format(status=status) if ok else REFUSED.format(status=status, advice=advice(status))
    return HookTest(ok=ok, status=status, seconds=_since(started), answer=text, explanation=words)


def advice(status: int) -> str:
    return KEYS if status in (400, 401, 403) else ADVICE.get(status // 100, "")


async def _beginning(answer: httpx.Response) -> str:
    """What a person can read of it."""
    found = b""
    async for piece in answer.aiter_bytes():
        found += piece
        if len(found) >= SHOWN * 4:
            break
    text = found[: SHOWN * 4].decode(errors="replace")
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")[:SHOWN].strip()


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)
