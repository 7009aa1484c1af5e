"""The jobs of identity."""

from __future__ import annotations

from services.identity.accounts import actions
from shared.service import Runtime


async def clean_up(runtime: Runtime) -> None:
    async with runtime.work() as work:
        await actions.clean_up(work)
