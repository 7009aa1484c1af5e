"""What partners were told, for administrators; and what partners tell us."""

from __future__ import annotations

import json
from uuid import UUID

from fastapi import APIRouter, Request
from sqlalchemy import select

from contracts.gateway import partners as api
from services.gateway.partners.actions import ADMINISTRATOR
from services.gateway.partners.queries import named
from services.gateway.partners.tables import Partner
from services.gateway.partners.vault import vault
from services.gateway.polling import schedule
from services.gateway.polling.actions import poll_soon
from services.gateway.webhooks.rules import BadSecret, NotAuthentic, verify
from services.gateway.webhooks.tables import HookEvent
from services.gateway.webhooks.trying import try_hook
from shared.clock import now
from shared.problems import NotFound, Unauthorised
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["partners"])
LARGEST = 65536
SHOWN = 200


@router.get("/v1/partners/{partner_id}/hooks")
async def list_hook_events(work: Transaction, partner_id: UUID) -> list[api.HookEvent]:
    work.principal.require(ADMINISTRATOR)
    partner = await work.get(Partner, partner_id)
    if partner is None:
        raise NotFound
    newest = select(HookEvent).where(HookEvent.partner == partner.name).order_by(HookEvent.id.desc()).limit(SHOWN)
    return [_view(row) for row in await work.all(newest)]


def _view(row: HookEvent) -> api.HookEvent:
    return api.HookEvent(
        id=str(row.id),
        type=row.type,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        last_error=row.last_error,
        created_at=row.created_at,
        told_at=row.told_at,
    )


@router.post("/v1/partners/{partner_id}/hooks/test")
async def test_hook(runtime: Here, caller: Caller, partner_id: UUID) -> api.HookTest:
    """Send one signed test message to the partner's end-point now, and say what it answered."""
    return await try_hook(runtime, caller, partner_id)


@router.post("/v1/partner-hooks/{name}", status_code=202)
async def receive_hook(runtime: Here, request: Request, name: str) -> None:
    """A partner says that something waits for us there (Standard Webhooks): ask it now. Nothing in it is believed."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST:
            raise Unauthorised
    async with runtime.work(reading=True) as work:
        partner = await named(work, name)
        secrets = vault(runtime).open(partner.name, partner.sealed).get("webhook_secret", "") if partner else ""
    try:
        if not secrets or partner is None or partner.kind != "partner":
            raise NotAuthentic
        verify(secrets.split(), request.headers, body, int(now().timestamp()))
        json.loads(body)
    except (NotAuthentic, BadSecret, ValueError) as error:
        raise Unauthorised from error
    async with runtime.work() as work:
        await schedule.hasten(work, name)
    poll_soon(runtime, name)
