"""Outgoing documents from number to recall."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import AwareDatetime

from contracts.message import FileRef, Model
from contracts.registry.api.common import ChangeView, Reason, ReplyView, TimelineEntry
from contracts.registry.events import Recipient


class VersionView(Model):
    """One kept version. `reason` is "draft", "submitted", "signed" or "sealed"."""

    version: int
    at: AwareDatetime
    by_name: str
    reason: str
    content_hash: str
    files: list[FileRef]
    subject: str = ""


class DeliveryView(Model):
    organ_id: str
    name: str
    channel: str = ""
    state: str
    status_code: str | None = None
    description: str = ""
    staff: str = ""
    at: AwareDatetime | None = None


class DocumentRow(Model):
    id: str
    state: str
    type_name: str
    subject: str
    urgency: int
    code: str = ""
    number: int | None = None
    issued_date: str | None = None
    drafter_name: str = ""
    signer_name: str = ""
    recipient_count: int = 0
    updated_at: AwareDatetime
    changed_note: str = ""  # what changed it since


class RecallAnswer(Model):
    """What became of one receiver's copy. `before`: where it stood when the recall was ordered; `opened`: its people
    could read it by then. `state`: 13 while no answer is there, 15 given back, 16 not given back."""

    organ_id: str
    name: str
    before: str = ""
    opened: bool = False
    state: str
    answered_at: AwareDatetime | None = None
    reason: str = ""
    staff: str = ""


class RecallView(Model):
    """A leader's order to recall the document; `sent_at` is empty until the clerk has carried it out."""

    reason: str
    ordered_by: str
    ordered_at: AwareDatetime
    sent_by: str = ""
    sent_at: AwareDatetime | None = None
    answers: list[RecallAnswer] = []


class Document(Model):
    id: str
    direction: str = "outgoing"
    state: str
    version: int
    etag: str
    office_id: str
    office_name: str
    type_name: str
    subject: str
    urgency: int = 0
    notation: str = ""
    place: str = ""
    code: str = ""
    number: int | None = None
    issued_date: str | None = None
    issued_at: AwareDatetime | None = None
    identifier: str = ""
    due_date: str | None = None
    drafter_id: str
    drafter_name: str
    unit_id: str | None = None
    signer_id: str = ""
    signer_name: str = ""
    signer_position: str = ""
    signer_capacity: str = ""
    recipients: list[Recipient] = []
    files: list[FileRef] = []
    versions: list[VersionView] = []
    content_hash: str = ""
    content: dict[str, Any] | None = None
    annex_count: int | None = None
    deliveries: list[DeliveryView] = []
    timeline: list[TimelineEntry] = []
    legal_state: str = ""
    returned_reason: str = ""
    sealing_error: str = ""
    void_reason: str = ""  # why its number was given up
    waiting_for: str = ""  # signed, but the time stamp is not there yet: tried again without anybody
    warnings: list[str] = []
    annexes_doubt: str = ""  # what the clerk must look at and confirm before the issue
    in_reply_to_incoming_id: str | None = None
    in_reply_to: ReplyView | None = None
    replies: list[ReplyView] = []
    recall: RecallView | None = None
    changes: ChangeView | None = None
    changed_by: list[ChangeView] = []
    changed_note: str = ""
    paper_sent_at: AwareDatetime | None = None  # sent on paper too
    paper_reason: str = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime


class IssueRequest(Model):
    annexes_confirmed: bool = False  # the clerk has looked: what `annexes_doubt` says is right
    large_files: Literal["", "link"] = ""  # "link": annexes too large for a partner are named and fetched by a link


class RecallRequest(Model):
    organ_ids: list[str] = []  # none = every recipient
    reason: Reason


class VoidRequest(Model):
    reason: Reason


class RecallOrder(Model):
    reason: Reason


class PaperNote(Model):
    reason: Reason
