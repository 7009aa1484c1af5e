"""Jobs: done again and again, by one replica at a time where they do not share out the work themselves."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING

import structlog

from shared.transactions import driver_of

if TYPE_CHECKING:
    from shared.service import Job, Runtime

log = structlog.get_logger()


async def repeat(runtime: Runtime, job: Job) -> None:
    """Run the job, wait, run it again. A failure is logged and does not end the series."""
    while True:
        try:
            async with nullcontext(True) if job.everywhere else leadership(runtime, job.name) as leading:
                if leading:
                    await job.run(runtime)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            log.warning("job.failed", service=runtime.name, job=job.name, error=repr(error))
        await asyncio.sleep(job.every.total_seconds())


@asynccontextmanager
async def leadership(runtime: Runtime, name: str) -> AsyncIterator[bool]:
    """True in one replica at a time. PostgreSQL holds the lock and frees it when the process dies."""
    if runtime.is_sqlite:
        yield True
        return
    key = zlib.crc32(f"{runtime.name}:{name}".encode()) - 2**31
    async with runtime.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        driver = await driver_of(connection)
        held = await driver.fetchval("SELECT pg_try_advisory_lock(7102, $1)", key)
        try:
            yield bool(held)
        finally:
            if held:
                await driver.execute("SELECT pg_advisory_unlock(7102, $1)", key)
