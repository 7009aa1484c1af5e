"""One file of anybody: read within limits, judged in children of its own, forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator

from services.signing.judging.judge import judged
from services.signing.keys.vault import vault
from services.signing.public_check.rules import Limits, TooSlow
from services.signing.settings import SigningSettings
from services.signing.verdicts import actions as verdicts
from services.signing.verdicts.tables import Report
from services.signing.workers.pool import workers
from shared.blobs import StreamTooLarge
from shared.clock import now
from shared.service import Runtime

STATE = "public-check"
UPLOAD_SECONDS = 120.0


async def open_limits(runtime: Runtime) -> None:
    """At the start of the service."""
    runtime.state[STATE] = Limits(SigningSettings().public_check_per_minute)


async def check(runtime: Runtime, address: str, content: AsyncIterator[bytes]) -> Report:
    """The kept report on these bytes, or one that is not kept. TooManyChecks, Busy, TooSlow, StreamTooLarge."""
    limits: Limits = runtime.state[STATE]
    limits.count(address, time.monotonic())
    with limits.place():
        pdf = await _read(content, SigningSettings().public_check_limit_mb)
        sha256 = hashlib.sha256(pdf).hexdigest()
        return await verdicts.kept(runtime, sha256) or await _judged(runtime, sha256, pdf)


async def _read(content: AsyncIterator[bytes], limit_mb: int) -> bytes:
    read = bytearray()
    try:
        async with asyncio.timeout(UPLOAD_SECONDS):
            async for part in content:
                read += part
                if len(read) > limit_mb * 2**20:
                    raise StreamTooLarge(limit_mb=limit_mb)
    except TimeoutError as error:
        raise TooSlow(seconds=UPLOAD_SECONDS) from error
    return bytes(read)


async def _judged(runtime: Runtime, sha256: str, pdf: bytes) -> Report:
    verdict = await judged(pdf, trust=vault(runtime).trust, pool=workers("public"))
    return Report(
        sha256=sha256, judge=verdict.judge, annex=False, report=verdict.as_json(), judged_at=verdict.judged_at or now()
    )
