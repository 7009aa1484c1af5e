"""How long to wait before a partner is asked again (axis.md §1.6)."""

from __future__ import annotations

from datetime import timedelta

JITTER = 0.2  # so that replicas and centres do not all ask in the same second
QUIETEST = 5.0  # a partner with nothing for us is asked less and less often, down to a fifth
STEP = 0.25
LONGEST_OUTAGE = timedelta(minutes=10)


def pause(base: timedelta, *, quiet: int, failures: int, draw: float) -> timedelta:
    """After `quiet` cycles in a row without a package, or `failures` in a row; `draw` is a random number in 0…1."""
    if failures:
        factor: int = 1 << min(failures - 1, 10)
        wait = min(base * factor, max(LONGEST_OUTAGE, base))
    else:
        wait = base * min(1 + STEP * quiet, QUIETEST)
    return wait * (1 - JITTER + 2 * JITTER * draw)
