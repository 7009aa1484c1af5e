"""Jobs that a child process is given in tests: well-behaved ones and others."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shared.children.pool import Workers
from shared.problems import Refusal

WAS_HERE = Path(tempfile.gettempdir()) / f"qlvb-evil-{os.getuid()}"


@dataclass(frozen=True)
class Counted:
    letters: int
    at: datetime


class TooShort(Refusal):
    message = "Chỉ có {letters} chữ."


class Evil:
    """What is run when the answer is read carelessly."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {WAS_HERE}",)


def count(text: str) -> Counted:
    if len(text) < 3:
        raise TooShort(letters=len(text))
    return Counted(len(text), datetime(2026, 11, 24, tzinfo=UTC))


def identify() -> int:
    return os.getpid()


def never_end() -> None:
    while True:
        pass


def eat_memory() -> int:
    return len(bytearray(8 * 2**30))


def crash() -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def raise_oddly() -> None:
    raise OSError("no such thing")


def answer_evil() -> Evil:
    return Evil()


def print_oddly() -> None:
    os.write(1, b"not for the parent's output\n")


def work_until_killed() -> None:
    """Says which process works, and works for ever: to be run as a program."""
    pool = Workers("orphans", 1, seconds=600, memory_mb=2048)
    sys.stdout.write(f"{pool.run_now(identify)}\n")
    sys.stdout.flush()
    pool.run_now(never_end)


if __name__ == "__main__":
    work_until_killed()
