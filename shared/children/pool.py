"""The pool of children: one thread waits for each, kills it at its limit and starts another."""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, ParamSpec, TypeVar

import structlog

from shared.children import answers, child
from shared.problems import Refusal

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")
Why = Literal["time", "memory", "crash"]
LARGEST_ANSWER = 600 * 2**20
_PRELOADED = {"shared.cli", "shared.children.child"}
_WHY = {
    "time": "xử lý quá {seconds:g} giây mà chưa xong",
    "memory": "cần quá nhiều bộ nhớ",
    "crash": "làm chương trình đọc dừng đột ngột",
}


class Stopped(Refusal):
    """The child did not finish. `why`: "time", "memory" or "crash"."""

    kind, status = "file-too-heavy", 422
    message = "Tệp này {what} nên đã dừng. Hãy xuất lại tệp PDF đơn giản hơn, hoặc tách nhỏ, rồi thử lại."

    def __init__(self, *, why: Why, seconds: float = 0) -> None:
        self.why = why
        super().__init__(why=why, what=_WHY[why].format(seconds=seconds))


class Workers:
    """At most `size` jobs at a time; the others wait in the order in which they came."""

    def __init__(self, name: str, size: int, *, seconds: float, memory_mb: int) -> None:
        self.seconds, self._memory_mb = seconds, memory_mb
        self._threads = ThreadPoolExecutor(size, thread_name_prefix=f"children-{name}")
        self._own = threading.local()  # the child of each thread

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`function` in a child. Raises its refusals, and Stopped."""
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, functools.partial(self.run_now, function, *args, **kwargs)
        )

    def run_now(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same, waiting on this thread."""
        job = pickle.dumps((function, args, kwargs), 5)
        try:
            kind, *rest = self._taking(job).answer(self.seconds)
        except Stopped as stopped:
            self._own.child = None
            log.warning("children.stopped", why=stopped.why, job=getattr(function, "__name__", "?"))
            raise
        if kind == "value":
            return rest[0]  # type: ignore[no-any-return]
        if kind == "refusal":
            raise rest[0](**rest[1])
        log.error("children.error", job=getattr(function, "__name__", "?"), error=rest)
        raise Stopped(why="crash")

    def _taking(self, job: bytes) -> _Child:
        """A child that has taken the job: the one of this thread, or a fresh one if that has left."""
        known: _Child | None = getattr(self._own, "child", None)
        if known is not None and known.takes(job):
            return known
        fresh = _Child(self.seconds, self._memory_mb)
        if not fresh.takes(job):
            fresh.kill()
            raise Stopped(why="crash")
        self._own.child = fresh
        return fresh


class _Child:
    """A process and our end of its pipe."""

    def __init__(self, seconds: float, memory_mb: int) -> None:
        context = _context()
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=child.serve, args=(theirs, seconds, memory_mb), daemon=True)
        self._process.start()
        theirs.close()

    def takes(self, job: bytes) -> bool:
        """False if it has ended, or ends now."""
        try:
            self._pipe.send_bytes(job)
            return bool(self._pipe.recv_bytes(64) == child.TAKEN)
        except (EOFError, OSError):
            return False

    def answer(self, seconds: float) -> tuple[Any, ...]:
        """What it says in time. Stopped, and the child is gone."""
        why: Why = "crash"
        try:
            if self._pipe.poll(seconds):
                answer = answers.read(self._pipe.recv_bytes(LARGEST_ANSWER))
                if answer[0] != "memory":
                    return answer
                why = "memory"  # its heap is in pieces
            else:
                why = "time"
        except (EOFError, OSError, answers.NotPlain, pickle.UnpicklingError) as error:
            log.error("children.died", error=repr(error))
        self.kill()
        raise Stopped(why=why, seconds=seconds)

    def kill(self) -> None:
        self._process.kill()
        self._process.join()
        self._process.close()
        self._pipe.close()


def preload(*modules: str) -> None:
    """What a child has loaded from the start: it is forked from a process that did nothing else. To be called when a
    service is imported: it counts until the first child of this process has been born."""
    _PRELOADED.update(modules)


@functools.cache
def _context() -> Any:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(sorted(_PRELOADED))
    return context
