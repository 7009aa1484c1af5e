"""The children of signing (shared/children): those for its own work, and those for what anybody sends."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Literal, ParamSpec, TypeVar

from services.signing.settings import SigningSettings
from shared.children.pool import Stopped, Workers, preload

__all__ = ["Stopped", "Workers", "run", "workers"]

P = ParamSpec("P")
T = TypeVar("T")
preload("services.signing.judging.examination", "services.signing.pdf.prepare", "services.signing.pdf.sealing")


@functools.cache
def workers(of: Literal["own", "public"] = "own") -> Workers:
    """The children of this process: those for the service's own work, or those for what anybody sends."""
    settings = SigningSettings()
    size = settings.signing_workers if of == "own" else settings.public_check_workers
    seconds, memory_mb = settings.signing_worker_seconds, settings.signing_worker_memory_mb
    return Workers(f"signing-{of}", size, seconds=seconds, memory_mb=memory_mb)


async def run(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """`function` in a child for the service's own work. Raises its refusals, and Stopped."""
    return await workers().run(function, *args, **kwargs)
