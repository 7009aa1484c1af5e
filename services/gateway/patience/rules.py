"""The patience in force on a day (patience.json): retries, circuit breaker, reminders, ageing. Dated data."""

from __future__ import annotations

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from shared.clock import today

FILE = Path(__file__).with_name("patience.json")


class Patience(BaseModel):
    """Seconds, hours and counts as their names say. `jitter` is the share by which a delay may be shorter or longer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    first_retry_seconds: float = Field(gt=0)
    longest_retry_seconds: float = Field(gt=0)
    jitter: float = Field(ge=0, lt=1)
    give_up_hours: float = Field(gt=0)
    circuit_failures: int = Field(ge=1)
    first_pause_seconds: float = Field(gt=0)
    longest_pause_seconds: float = Field(gt=0)
    status_within_seconds: int = Field(gt=0)
    reply_within_working_days: int = Field(ge=0)
    remind_again_hours: float = Field(ge=0)
    replay_per_second: int = Field(ge=1)
    quarantine_ageing_hours: float = Field(gt=0)

    @property
    def remind_again(self) -> timedelta:
        return timedelta(hours=self.remind_again_hours)

    @property
    def give_up(self) -> timedelta:
        return timedelta(hours=self.give_up_hours)


@cache
def editions() -> tuple[Patience, ...]:
    return tuple(Patience.model_validate(row) for row in json.loads(FILE.read_text("utf-8")))


def patience(day: date | None = None) -> Patience:
    """The edition in force on that day (today); before the first one, the first."""
    wanted = day or today()
    fitting = [e for e in editions() if e.valid_from <= wanted and (e.valid_to is None or wanted <= e.valid_to)]
    return fitting[-1] if fitting else editions()[0]
