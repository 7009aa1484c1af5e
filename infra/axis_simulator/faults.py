"""Faults on demand (axis.md §1.4 and §1.8)."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

FaultKind = Literal[
    "slow", "down", "error", "html", "duplicate", "out_of_order", "truncated", "wrong_hash", "vanish", "lost_answer"
]
KINDS: tuple[str, ...] = get_args(FaultKind)


@dataclass(slots=True)
class Fault:
    """One fault: for `count` calls, or for `seconds` when no count is given (`slow`: the delay of each call)."""

    kind: str
    operation: str | None = None
    count: int | None = 1
    seconds: float = 0.0
    code: str = "20"
    until: float | None = None

    def alive(self, now: float) -> bool:
        """Whether it still acts."""
        return (self.count is None or self.count > 0) and (self.until is None or now < self.until)


def parse_fault(body: Any) -> Fault:
    """From the JSON of POST /_control/faults; ValueError says what is wrong."""
    if not isinstance(body, dict) or body.get("kind") not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}")
    seconds = float(body.get("seconds") or 0)
    raw_count = body.get("count") or None
    count = int(raw_count) if raw_count is not None else None
    until = None
    if count is None and seconds > 0 and body["kind"] != "slow":
        until = time.monotonic() + seconds
    elif count is None:
        count = 1
    operation = body.get("operation")
    return Fault(
        body["kind"], str(operation) if operation else None, count, seconds, str(body.get("code", "20")), until
    )


class Faults:
    """The faults that wait for a call."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Arm a fault."""
        self._waiting.append(fault)

    def clear(self) -> None:
        """Disarm everything."""
        self._waiting.clear()

    def take(self, kind: FaultKind, operation: str) -> Fault | None:
        """Use up one count of the first living fault of this kind for this operation."""
        now = time.monotonic()
        self._waiting = [fault for fault in self._waiting if fault.alive(now)]
        for fault in self._waiting:
            if fault.kind == kind and fault.operation in (None, operation):
                if fault.count is not None:
                    fault.count -= 1
                return fault
        return None

    def describe(self) -> list[dict[str, Any]]:
        """What is armed now."""
        now = time.monotonic()
        return [asdict(fault) for fault in self._waiting if fault.alive(now)]
