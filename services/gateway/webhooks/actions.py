"""Tell a partner something, and carry it out: claimed for a while, tried, written down."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import structlog
from sqlalchemy import select

from services.gateway.partners.queries import named
from services.gateway.partners.vault import vault
from services.gateway.webhooks.rules import pause, sign
from services.gateway.webhooks.tables import GIVEN_UP, TOLD, WAITING, HookEvent
from shared.clock import now
from shared.http import http_client
from shared.service import Runtime
from shared.work import Work

log = structlog.get_logger()
BATCH = 20
LEASE = timedelta(seconds=60)
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
CLIENT = "webhook_client"
draw = random.SystemRandom().random


@dataclass(frozen=True)
class Target:
    """Where a partner listens; `secrets` sign what it is told."""

    url: str
    secrets: tuple[str, ...]


async def tell(work: Work, partner: str, kind: str, data: Mapping[str, object]) -> bool:
    """Queue a message in this transaction; False where the partner does not listen."""
    row = await named(work, partner)
    if row is None or not row.settings.get("webhook_url"):
        return False
    work.save(HookEvent(partner=partner, type=kind, data=dict(data), state=WAITING, attempts=0, last_error=""))
    return True


async def send_hooks(runtime: Runtime) -> None:
    """The job: whatever is due, until nothing is. A partner that does not answer holds nobody else up for long."""
    while True:
        async with runtime.work(reading=True) as work:
            due = select(HookEvent.id).where(HookEvent.state == WAITING, HookEvent.next_at <= now()).limit(1)
            if await work.one(due) is None:
                return
        async with runtime.work() as work:
            claimed = await _claim(work)
            targets = {name: await target_of(work, name) for name in {row.partner for row in claimed}}
        await asyncio.gather(*(_attempt(runtime, row, targets[row.partner]) for row in claimed))


async def _claim(work: Work) -> Sequence[HookEvent]:
    """Whoever dies with them gives them back: their time comes again when the lease ends."""
    due = select(HookEvent).where(HookEvent.state == WAITING, HookEvent.next_at <= now())
    rows: Sequence[HookEvent] = await work.all(
        due.order_by(HookEvent.next_at).limit(BATCH).with_for_update(skip_locked=True)
    )
    for row in rows:
        row.attempts, row.next_at = row.attempts + 1, now() + LEASE
    return rows


async def target_of(work: Work, name: str) -> Target | None:
    """None: the partner does not listen."""
    row = await named(work, name)
    if row is None or not row.settings.get("webhook_url"):
        return None
    secrets = vault(work.runtime).open(row.name, row.sealed).get("webhook_secret", "")
    return Target(row.settings["webhook_url"], tuple(secrets.split()))


async def _attempt(runtime: Runtime, event: HookEvent, target: Target | None) -> None:
    error = "Đối tác không còn địa chỉ nhận báo tin." if target is None else await _post(runtime, event, target)
    async with runtime.work() as work:
        row = await work.locked(HookEvent, event.id)
        if not error:
            row.state, row.told_at, row.last_error = TOLD, now(), ""
            return
        wait = pause(row.attempts, draw()) if target else None
        row.last_error = error
        row.state, row.next_at = (WAITING, now() + wait) if wait else (GIVEN_UP, row.next_at)
    log.warning("webhook.failed", partner=event.partner, hook=str(event.id), error=error)


async def _post(runtime: Runtime, event: HookEvent, target: Target) -> str:
    """Returns in words what went wrong, or nothing."""
    body = payload(event.type, event.created_at, event.data)
    headers = signed_headers(target, event.id, body)
    try:
        async with client_of(runtime).stream("POST", target.url, content=body, headers=headers) as answer:
            return "" if 200 <= answer.status_code < 300 else f"HTTP {answer.status_code}"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return f"lỗi kết nối ({type(error).__name__})"


def signed_headers(target: Target, key: UUID, body: bytes) -> dict[str, str]:
    """Of one attempt to say this body; `key` names the message, the same at every attempt."""
    message_id, moment = f"msg_{key.hex}", int(now().timestamp())
    return {
        "Content-Type": "application/json",
        "User-Agent": "QLVB-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(moment),
        "webhook-signature": sign(target.secrets, message_id, moment, body),
    }


def client_of(runtime: Runtime) -> httpx.AsyncClient:
    if CLIENT not in runtime.state:
        runtime.state[CLIENT] = http_client(timeout=TIMEOUT)
    found: httpx.AsyncClient = runtime.state[CLIENT]
    return found


def payload(kind: str, moment: datetime, data: dict[str, Any]) -> bytes:
    """The body: type, time, data."""
    content = {"type": kind, "timestamp": moment.isoformat(), "data": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
