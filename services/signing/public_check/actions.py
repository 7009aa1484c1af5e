"""One file of anybody: read within limits, judged in children of its own, forgotten."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator

from services.signing.public_check.rules import Limits, TooSlow
from services.signing.settings import SigningSettings
from services.signing.verdicts import actions as verdicts
from services.signing.verdicts.tables import Report
from services.signing.workers.pool import workers
from shared.blobs import StreamTooLarge
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
        return await verdicts.kept(runtime, sha256) or await verdicts.judged_now(
            runtime, sha256, pdf, pool=workers("public")
        )


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
