"""An event loop whose clock can be made to run faster: what waits 130 seconds by it waits two by the wall's.

Everything that waits on the loop (timeouts of the HTTP client, the slow server, sleeps, jobs) sees the same clock, so
"the answer comes before the timeout" means the same as with the real one.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

FACTOR = 60.0


class _Selector(selectors.DefaultSelector):
    factor = 1.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self.factor if timeout else timeout)


class QuickLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._began, self._shown, self._quick = time.monotonic(), time.monotonic(), _Selector()
        super().__init__(self._quick)

    def time(self) -> float:
        return self._shown + (time.monotonic() - self._began) * self._quick.factor

    def run_at(self, factor: float) -> None:
        self._shown, self._began = self.time(), time.monotonic()
        self._quick.factor = factor


@contextmanager
def hurry() -> Iterator[None]:
    """Inside, the clock of this loop runs FACTOR times as fast."""
    loop = asyncio.get_running_loop()
    assert isinstance(loop, QuickLoop)
    loop.run_at(FACTOR)
    try:
        yield
    finally:
        loop.run_at(1.0)


def run(work: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=QuickLoop) as runner:
        runner.run(work)
