"""Judge a file that is sent, or read the report on one."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request

from contracts.signing import api
from services.signing.verdicts import actions
from services.signing.verdicts.queries import view
from shared.blobs import TooLarge
from shared.problems import NotFound
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["verdicts"])
LIMIT = 100 * 2**20


@router.post("/v1/validate")
async def validate_file(
    request: Request, runtime: Here, caller: Caller, anew: bool = False, annex: bool = False
) -> api.VerdictView:
    """The raw bytes of a PDF. The file itself is not kept. `anew`: judged as of now, beside the kept report."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > LIMIT:
            raise TooLarge(limit_mb=LIMIT // 2**20)
    pdf = bytes(content)
    judged = actions.judged_now if anew else actions.report_on
    row = await judged(runtime, hashlib.sha256(pdf).hexdigest(), pdf, annex=annex)
    async with runtime.work(caller, reading=True) as work:
        return await view(work, row)


@router.get("/v1/verdicts/{sha256}")
async def get_verdict(work: Transaction, sha256: str) -> api.VerdictView:
    row = await actions.latest(work, sha256) or await actions.latest(work, sha256, annex=True)
    if row is None:
        raise NotFound
    return await view(work, row)
