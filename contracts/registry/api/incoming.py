"""Incoming documents."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.message import FileRef, Model
from contracts.registry.api.common import ChangeView, Reason, ReplyView, Subject, TimelineEntry


class Verdict(Model):
    """What signing found in the files of an incoming document."""

    valid: bool
    reasons: list[str] = []
    signatures: list[dict[str, str | bool | None]] = []


class DuplicateView(Model):
    id: str
    arrival_number: int | None = None
    arrived_at: AwareDatetime
    code: str
    subject: str
    state: str
    sender_name: str = ""
    medium: str = "electronic"  # or "paper"
    same: str = "number"  # what is the same: "identifier", or "number" (with notation and issuer)


class ComparedField(Model):
    name: str
    title: str
    this: str = ""
    other: str = ""


class ComparedFile(Model):
    name: str
    sha256: str
    in_this: bool
    in_other: bool


class Comparison(Model):
    """Two copies of one document side by side."""

    this: DuplicateView
    other: DuplicateView
    fields: list[ComparedField]
    files: list[ComparedFile]


class TakeBack(Model):
    requested: bool = False
    reason: str = ""


class IncomingRow(Model):
    id: str
    state: str
    arrival_number: int | None = None
    arrived_at: AwareDatetime
    sender_name: str
    code: str
    subject: str
    type_name: str = ""
    urgency: int = 0
    due_date: str | None = None
    legal_state: str = ""
    medium: str = "electronic"
    changed_note: str = ""


class Incoming(Model):
    id: str
    state: str
    etag: str
    office_id: str
    office_name: str
    arrival_id: str
    arrival_number: int | None = None
    book: str = ""
    arrived_at: AwareDatetime
    registered_at: AwareDatetime | None = None
    sender_name: str
    sender_organ_id: str
    identifier: str = ""
    code: str
    subject: str
    type_name: str = ""
    urgency: int = 0
    promulgation_date: str | None = None
    signer_name: str = ""
    signer_position: str = ""
    files: list[FileRef] = []
    legal_state: str = ""
    verdict: Verdict | None = None
    problems: list[str] = []
    duplicates_of: list[DuplicateView] = []
    timeline: list[TimelineEntry] = []
    in_reply_to_document_id: str | None = None
    replies: list[ReplyView] = []
    due_date: str | None = None
    presented_to: str | None = None
    note: str = ""
    refused_reason: str = ""
    refused_at: AwareDatetime | None = None
    proper_organ_id: str = ""
    medium: str = "electronic"
    linked_to: DuplicateView | None = None  # the registered copy to which this one belongs
    take_back: TakeBack = TakeBack()
    legal_hold: str = ""  # why it may not be destroyed
    held_by: str = ""
    changes: ChangeView | None = None  # the document here which this one changes
    changed_by: list[ChangeView] = []
    changed_note: str = ""
    destroyed_at: AwareDatetime | None = None  # its content: what is shown is the tombstone


class LegalHold(Model):
    reason: Reason


class AcceptRequest(Model):
    book: str = Field(default="", max_length=60)
    presented_to: str | None = None
    due_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    note: str = Field(default="", max_length=2000)


class AcceptSeveral(AcceptRequest):
    ids: list[str] = Field(min_length=1, max_length=100)


class AcceptResult(Model):
    """What became of one: its number, or why not."""

    id: str
    arrival_number: int | None = None
    kind: str = ""
    message: str = ""


class LinkRequest(Model):
    """This copy belongs to that registered one."""

    to: str
    note: str = Field(default="", max_length=2000)


class NewPaper(Model):
    """What stands on a document that came on paper; `files` is its scan."""

    sender_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    sender_organ_id: str = Field(default="", max_length=64)
    code_number: str = Field(default="", max_length=40)
    code_notation: str = Field(default="", max_length=100)
    type_name: str = Field(default="", max_length=100)
    subject: Subject
    urgency: int = Field(default=0, ge=0, le=4)
    promulgation_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    signer_name: str = Field(default="", max_length=200)
    signer_position: str = Field(default="", max_length=200)
    due_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    files: list[FileRef] = Field(default=[], max_length=100)


class TakeBackAnswer(Model):
    agree: bool
    reason: str = Field(default="", max_length=2000)
