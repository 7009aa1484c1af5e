"""What leaves on paper: copies printed and sealed by hand, receivers, envelopes."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.message import Model

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]


class PaperReceiver(Model):
    """`envelopes` 0: it lies in the envelope of another document."""

    name: Name
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""
    copies: int = Field(default=1, ge=1, le=500)
    way: Literal["post", "hand"] = "post"
    envelopes: int = Field(default=1, ge=0, le=100)


class NewPaperIssue(Model):
    """`printed`: all copies, those that the office keeps too. `sent_on`: today where it is not said."""

    printed: int = Field(ge=1, le=5000)
    reason: Why
    sent_on: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    receivers: list[PaperReceiver] = Field(default=[], max_length=700)


class CancelPaperIssue(Model):
    reason: Why


class PaperIssueView(Model):
    id: str
    document_id: str
    code: str
    printed: int
    reason: str
    sent_on: str
    by_name: str
    recorded_at: AwareDatetime
    cancelled_reason: str = ""
    receivers: list[PaperReceiver] = []


class EnvelopeForm(Model):
    key: str
    name: str


class PaperIssues(Model):
    """`addresses`: a recipient's name → where its last envelope went. `not_printed`: annexes that are no PDF."""

    issues: list[PaperIssueView] = []
    addresses: dict[str, str] = {}
    not_printed: list[str] = []
    envelopes: list[EnvelopeForm] = []
    labels_per_sheet: int = 1
    legal_basis: str = ""
