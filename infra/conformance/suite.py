"""What a case is, and how a run of many ends: every failure with what was expected, what came, what to change."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

# Cases are added within a year; what a case demands changes only with the year.
VERSION = "2026.1"

Target = Literal["codec", "axis", "receiver"]
TARGETS: tuple[Target, ...] = ("codec", "axis", "receiver")
State = Literal["passed", "failed", "warned", "skipped"]


@dataclass(frozen=True)
class Words:
    """The same in Vietnamese and English."""

    vi: str
    en: str


@dataclass(frozen=True)
class Case:
    """One demand. `must` decides the run; `should` only warns. `act` raises Failed or Skipped.

    `quick`: belongs to the short run. `package`: what is sent, where it is one package. `alone`: disturbs others.
    """

    id: str
    target: Target
    rule: str
    title: Words
    expects: Words
    fix: Words
    act: Callable[[Any], Awaitable[None]]
    level: Literal["must", "should"] = "must"
    quick: bool = False
    package: Callable[[], bytes] | None = None
    alone: bool = False


class Failed(Exception):
    """What should have come, and what came."""

    def __init__(self, expected: str, got: str) -> None:
        super().__init__(f"{expected} ≠ {got}")
        self.expected, self.got = expected, got


class Skipped(Exception):
    """The system under test does not offer what the case is about; the reason is shown."""


@dataclass(frozen=True)
class Result:
    """How one case ended."""

    case: Case
    state: State
    seconds: float
    expected: str = ""
    got: str = ""


@dataclass(frozen=True)
class Run:
    """All results of one run."""

    target: Target
    url: str
    started: str
    results: Sequence[Result] = field(default_factory=tuple)
    version: str = VERSION

    @property
    def good(self) -> bool:
        """Every demand that decides is met, and there was one at all."""
        return bool(self.results) and all(r.state != "failed" for r in self.results)

    def count(self, state: State) -> int:
        """How many ended so."""
        return sum(r.state == state for r in self.results)


async def judge(case: Case, session: Any) -> Result:
    """Run one case; an accident of the suite's own is a failure that says so."""
    started = time.perf_counter()
    try:
        await case.act(session)
        return Result(case, "passed", time.perf_counter() - started)
    except Skipped as reason:
        return Result(case, "skipped", time.perf_counter() - started, got=str(reason))
    except Failed as failed:
        expected, got = failed.expected, failed.got
    except Exception as error:  # the system under test may answer anything at all
        expected, got = case.expects.vi, f"{type(error).__name__}: {error}"
    state: State = "failed" if case.level == "must" else "warned"
    return Result(case, state, time.perf_counter() - started, expected, got[:2000])
