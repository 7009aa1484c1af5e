"""Whoever has a file may ask whether its signatures hold: no log-in, nothing kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from contracts.signing import api
from services.signing.public_check import actions
from services.signing.verdicts.queries import view
from shared.web import Here

router = APIRouter(tags=["public"])
_bearer = HTTPBearer(auto_error=False, description="Only of a service of this deployment that asks for a visitor")


async def _asking(
    request: Request, runtime: Here, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> str:
    """The address of who asks; the portal, which asks for its visitors, names theirs."""
    own = request.client.host if request.client else ""
    if credentials is None:
        return own
    caller = await runtime.keys.principal(credentials.credentials)
    return request.headers.get("X-Visitor", own) if caller.is_service else caller.id


@router.post("/v1/public/validate")
async def check_file(request: Request, runtime: Here, address: Annotated[str, Depends(_asking)]) -> api.VerdictView:
    """The raw bytes of a PDF. The verdict as an office gets it; the file and the verdict are not kept."""
    row = await actions.check(runtime, address, request.stream())
    async with runtime.work(reading=True) as work:
        return await view(work, row)
