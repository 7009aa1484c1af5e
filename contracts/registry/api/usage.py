"""How far offices use the system, by month."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime

from contracts.message import Model

UsageFigure = Literal[
    "issued", "signed", "unsigned", "electronic", "on_paper", "recalled", "returned",
    "registered", "due", "on_time", "late", "refused",
]  # fmt: skip
"""`unsigned` = issued - signed, `on_paper` = issued - electronic, `late` = due - on_time."""


class UsageCounts(Model):
    """Of one month. Each is the number of documents that the list of this figure shows."""

    issued: int = 0
    signed: int = 0  # of those issued: by the competent person and the office
    electronic: int = 0  # of those issued: no paper was sent beside
    recalled: int = 0  # own documents, recalled from everybody
    returned: int = 0  # own documents which a receiver refused
    registered: int = 0  # came, and got an arrival number
    due: int = 0  # came, and were to be finished in this month
    on_time: int = 0  # of those due
    refused: int = 0  # came, and were refused here


class UsageRow(Model):
    office_id: str
    office_name: str
    counts: UsageCounts


class UsageReport(Model):
    """`own` is the office asked for; `province` the sums over `offices_counted` offices. `offices` stands only where
    the caller may see all and asked for none."""

    month: str
    at: AwareDatetime
    own: UsageRow | None = None
    offices_counted: int
    province: UsageCounts
    offices: list[UsageRow] = []


class UsageMonth(Model):
    month: str
    counts: UsageCounts


class UsageDocument(Model):
    """A document behind a figure. Without `code`, `subject` and `note` where it is another office's."""

    id: str
    direction: Literal["outgoing", "incoming"]
    at: AwareDatetime  # the moment by which it belongs to the month
    state: str
    type_name: str = ""
    legal_state: str = ""
    code: str = ""
    subject: str = ""
    note: str = ""
    recipient_count: int = 0
    sender_name: str = ""
    due_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
