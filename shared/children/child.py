"""One child: takes a job, does it, answers, until nobody asks any more. Its limits are set before its first job."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from shared.problems import Refusal
from shared.telemetry import configure_logging

IDLE_SECONDS = 60.0  # after this without a job the child ends and gives its memory back
GRACE_SECONDS = 5.0  # the parent kills at the limit; the child ends by itself if the parent is gone
MOST_JOBS = 200
LARGEST_REST = 400 * 1024  # KiB of memory after which a fresh child takes over
TAKEN = b"taken"
PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def serve(pipe: Connection, seconds: float, memory_mb: int) -> None:
    """The child's whole life."""
    die_with_parent()
    _confine(memory_mb)
    for _ in range(MOST_JOBS):
        if not pipe.poll(IDLE_SECONDS):
            return
        try:
            job = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        pipe.send_bytes(TAKEN)
        signal.setitimer(signal.ITIMER_REAL, seconds + GRACE_SECONDS)
        pipe.send_bytes(_done(job))
        signal.setitimer(signal.ITIMER_REAL, 0)
        del job
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > LARGEST_REST:
            return


def die_with_parent() -> None:
    """The process from which children are forked ends with its service, however that ends; each child ends with it.

    It notices by a pipe whose other end the service holds, and every child too, as the library has it: closed here.
    """
    held = getattr(getattr(forkserver, "_forkserver", None), "_forkserver_alive_fd", None)
    if held is not None:
        os.close(held)
    parent = os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:
        os._exit(1)  # it ended before it was asked for


def _confine(memory_mb: int) -> None:
    os.dup2(2, 1)  # what libraries print is not the output of a command
    configure_logging("warning")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the service, which ends its children
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(OSError):  # if memory runs out, this process is the one to go
        Path("/proc/self/oom_score_adj").write_text("1000")


def _done(job: bytes) -> bytes:
    """("value", …), ("refusal", class, data), ("memory",) or ("error", text), pickled."""
    try:
        function, args, kwargs = pickle.loads(job)  # noqa: S301 - from our parent
        return pickle.dumps(_called(function, args, kwargs), 5)
    except MemoryError:
        return pickle.dumps(("memory",))


def _called(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
    try:
        return "value", function(*args, **kwargs)
    except Refusal as refusal:
        return "refusal", type(refusal), refusal.data
    except MemoryError:
        return ("memory",)
    except Exception as error:
        return "error", f"{type(error).__name__}: {error}"[:500]
