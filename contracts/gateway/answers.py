"""HTTP models of answers that receivers owe: what was sent and nobody has accepted or refused, and reminding."""

from __future__ import annotations

from pydantic import AwareDatetime, Field, model_validator

from contracts.message import Model


class OwedAnswer(Model):
    """A copy which its receiver has neither accepted nor refused, or a request to give it back without an answer."""

    delivery_id: str
    document_id: str
    code: str
    subject: str
    organ_id: str
    name: str
    channel: str
    state: str
    since: AwareDatetime
    late: bool
    reminded_at: AwareDatetime | None = None
    reminders: int = 0


class OwedCounts(Model):
    """How many answers the office waits for, and how many of them for too long."""

    owed: int
    late: int
    documents: int
    working_days: int  # after which an answer is late


class RemindRequest(Model):
    """All copies of one document, or those named."""

    document_id: str | None = Field(default=None, max_length=64)
    delivery_ids: list[str] | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _one_of_both(self) -> RemindRequest:
        if (self.document_id is None) == (self.delivery_ids is None):
            raise ValueError("document_id or delivery_ids")
        return self


class Reminded(Model):
    """What a reminder did. `how`: "told" (the receiver's people or system hear of it now), "by-hand" (the way to this
    receiver carries no reminders: ring up), "too-soon" (reminded a short while ago)."""

    delivery_id: str
    organ_id: str
    name: str
    how: str
    message: str
