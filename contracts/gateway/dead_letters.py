"""HTTP models of dead letters: packages that need a person, and putting many of them back into the queue."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from contracts.message import Model


class DeadLetter(Model):
    """A package that could not be sent. `what`: "edoc", or the code of a status. `reason` is for people."""

    id: str
    axis: str
    what: str
    title: str = ""  # empty for who may not read the office's documents
    notation: str = ""
    from_code: str
    to_code: str
    document_id: str | None = None
    reason_code: str
    reason: str
    attempts: int
    queued_at: AwareDatetime


class DeadLetterCount(Model):
    """How many lie there for one partner and reason, and since when the oldest was put in line."""

    axis: str
    reason_code: str
    count: int
    oldest: AwareDatetime


class ReplayFilter(Model):
    """Which dead letters: every given condition counts; none given is all that the caller may see."""

    axis: str | None = Field(default=None, max_length=40)
    reason_code: str | None = Field(default=None, max_length=60)
    older_than_hours: float | None = Field(default=None, ge=0, le=100_000)
    ids: list[str] | None = Field(default=None, min_length=1, max_length=500)


class NewReplay(ReplayFilter):
    per_second: int | None = Field(default=None, ge=1, le=100_000)  # none: as the patience in force says


class Replay(Model):
    """A replay and how far it has come. `state`: running, stopped, done."""

    id: str
    filter: ReplayFilter
    state: str
    total: int
    done: int
    per_second: int
    by_name: str
    started_at: AwareDatetime
    finished_at: AwareDatetime | None = None
