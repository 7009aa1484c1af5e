"""The circuit breaker of one partner: after some failures in a row nothing is sent for a while, then one package tries.

closed → (failures) → open → (pause over) → half-open: one trial → closed, or open again for twice as long.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.gateway.patience.rules import Patience

State = Literal["closed", "open", "half-open"]
CLOSED, OPEN, HALF_OPEN = "closed", "open", "half-open"
TRIAL = 1


@dataclass(frozen=True)
class Circuit:
    """`failures` in a row; `pauses` in a row; `until`: when an open one may be tried, when a trial counts as dead."""

    state: State = "closed"
    failures: int = 0
    pauses: int = 0
    until: datetime | None = None
    reason: str = ""


WHOLE = Circuit()


def admitted(circuit: Circuit, at: datetime, window: int) -> int:
    """How many packages may leave now."""
    if circuit.state == CLOSED:
        return window
    return TRIAL if circuit.until is None or circuit.until <= at else 0


def tried(circuit: Circuit, at: datetime, lease: timedelta) -> Circuit:
    """A trial leaves; nobody else tries until it has ended, or its sender must be dead."""
    return circuit if circuit.state == CLOSED else replace(circuit, state="half-open", until=at + lease)


def answered(circuit: Circuit) -> Circuit:
    """The partner gave an answer, if only a refusal of this package."""
    return WHOLE


def untold(circuit: Circuit, at: datetime) -> Circuit:
    """A trial ended before the partner was asked: the next one may try at once."""
    return replace(circuit, state="open", until=at) if circuit.state == HALF_OPEN else circuit


def failed(
    circuit: Circuit, at: datetime, reason: str, patience: Patience, *, first: float, draw: float, at_once: bool = False
) -> Circuit:
    """No usable answer. `at_once`: nothing can pass (credentials). `draw` in [0, 1) for the jitter."""
    failures = circuit.failures + 1
    opens = at_once or circuit.state == HALF_OPEN or (circuit.state == CLOSED and failures >= patience.circuit_failures)
    if not opens:
        return replace(circuit, failures=failures, reason=reason)
    pause = min(first * 2.0 ** min(circuit.pauses, 20), patience.longest_pause_seconds)
    until = at + timedelta(seconds=spread(pause, patience.jitter, draw))
    return Circuit("open", failures, circuit.pauses + 1, until, reason)


def spread(seconds: float, jitter: float, draw: float) -> float:
    """`seconds`, less or more by up to the share `jitter`: those who failed together do not return together."""
    return seconds * (1 + jitter * (2 * draw - 1))
