"""HTTP models of registry: files, drafts, outgoing and incoming documents, registers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from contracts.message import FileRef, Model
from contracts.registry.events import Recipient

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]
Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Template(Model):
    """A document type of NĐ 30/2020 Đ7 that can be filled in."""

    key: str
    name: str
    type_name: str
    abbreviation: str
    layout: str = ""  # "decision", "titled", "letter", "minutes"
    legal_basis: str = ""
    skeleton: dict[str, Any] = {}  # the fields an editor starts with


class RenderRequest(Model):
    template: str
    data: dict[str, Any] = {}


class LayoutPlace(Model):
    """A box on a page (from 1), in millimetres from its left and upper edge; no width: the whole page."""

    page: int
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0


class LayoutFinding(Model):
    """A rule of the form which the document breaks. `rule` is "<component>.<what>"."""

    rule: str
    name: str
    message: str
    basis: str = ""
    place: LayoutPlace


class LayoutComponent(Model):
    """A component of NĐ 30/2020 Đ8 and where it stands."""

    key: str
    name: str
    found: bool
    place: LayoutPlace | None = None


class LayoutReport(Model):
    passed: bool
    legal_basis: str
    pages: int
    components: list[LayoutComponent] = []
    findings: list[LayoutFinding] = []


class Citation(Model):
    """What is said of a document where it is copied or cited."""

    code: str
    issuer: str
    issued_date: str = ""
    type_name: str = ""
    subject: str
    legal_state: str = ""
    files: list[FileRef] = []


Medium = Literal["paper", "electronic"]


class CopyKind(Model):
    """Sao y, sao lục, trích sao: `ways` are the pairs from medium to medium which NĐ 30/2020 Đ25 allows."""

    code: str
    name: str
    form: str
    ways: list[tuple[str, str]]
    sources: list[str]
    legal_basis: str = ""


class NewCopy(Model):
    """A copy of a document on record (`incoming_id`, `document_id` or `copy_id`), or of a paper that is described."""

    kind: Literal["SY", "SL", "TrS"]
    source_medium: Medium
    target_medium: Medium
    source_form: Literal["original", "master", "certified_copy"] = "original"
    incoming_id: str | None = None
    document_id: str | None = None
    copy_id: str | None = None
    code: str = Field(default="", max_length=100)
    issuer: str = Field(default="", max_length=300)
    issued_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    type_name: str = Field(default="", max_length=100)
    subject: str = Field(default="", max_length=1000)
    purpose: str = Field(default="", max_length=1000)
    recipients: list[Annotated[str, StringConstraints(max_length=300)]] = Field(default=[], max_length=200)
    file: FileRef | None = None

    @model_validator(mode="after")
    def _says_of_what(self) -> NewCopy:
        if not (self.incoming_id or self.document_id or self.copy_id) and not (self.subject.strip() and self.issuer):
            raise ValueError("Hãy ghi cơ quan ban hành và trích yếu của văn bản giấy được sao.")
        return self


class CopyDecision(Model):
    agree: bool
    reason: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _says_why_not(self) -> CopyDecision:
        if not self.agree and not self.reason.strip():
            raise ValueError("Không duyệt thì phải ghi lý do.")
        return self


class NewCopyAuthority(Model):
    """The head's written decision on who signs copies."""

    person_id: str
    basis: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]
    valid_to: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")


class NewDraft(Model):
    """What a specialist writes down about a draft. PUT sends the same, whole."""

    type_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    subject: Subject
    urgency: int = Field(default=0, ge=0, le=3)
    recipients: list[Recipient] = Field(default=[], max_length=5000)
    signer_id: str = ""
    signer_name: str = ""
    signer_position: str = ""
    signer_capacity: str = ""
    files: list[FileRef] = Field(default=[], max_length=100)
    notation: str = Field(default="", max_length=60)  # "QĐ-SKHCN"
    place: str = Field(default="", max_length=200)
    due_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    in_reply_to_incoming_id: str | None = None
    changes_document_id: str | None = None  # the issued document which this one changes
    change: Literal["", "amend", "replace", "correct"] = ""
    annex_count: int | None = Field(default=None, ge=0)  # as the text names them; None = not said
    content: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _change_names_its_document(self) -> Self:
        if bool(self.changes_document_id) != bool(self.change):
            raise ValueError("changes_document_id and change belong together")
        return self


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


class TimelineEntry(Model):
    at: AwareDatetime
    service: str
    act: str
    actor: str = ""
    text: str = ""
    status: str | None = None
    event_id: str


class ReplyView(Model):
    """An incoming document that answers ours, or an outgoing one that answers theirs."""

    id: str
    code: str = ""
    subject: str = ""
    sender_name: str = ""


class CopyView(Model):
    id: str
    kind: str
    kind_name: str
    state: str  # ASKED, APPROVED, NUMBERED, DONE, REFUSED
    state_name: str
    source_medium: str
    target_medium: str
    source_form: str
    source_kind: str
    source_id: str | None = None
    source_code: str = ""
    source_issuer: str = ""
    source_date: str = ""
    type_name: str = ""
    subject: str
    purpose: str = ""
    recipients: list[str] = []
    file: FileRef | None = None
    result: FileRef | None = None
    asked_by_name: str
    decided_by_name: str = ""
    decided_at: AwareDatetime | None = None
    reason: str = ""
    number: int | None = None
    code: str = ""
    issued_date: str | None = None
    clerk_name: str = ""
    created_at: AwareDatetime
    timeline: list[TimelineEntry] = []


class ChangeView(Model):
    """A document that changes another one, or the one that is changed. `change`: amend, replace, correct."""

    id: str
    code: str = ""
    subject: str = ""
    state: str = ""
    change: str = ""


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
    in_reply_to_incoming_id: str | None = None
    in_reply_to: ReplyView | None = None
    replies: list[ReplyView] = []
    recall: RecallView | None = None
    changes: ChangeView | None = None
    changed_by: list[ChangeView] = []
    changed_note: str = ""
    created_at: AwareDatetime
    updated_at: AwareDatetime


class RecallRequest(Model):
    organ_ids: list[str] = []  # none = every recipient
    reason: Reason


class VoidRequest(Model):
    reason: Reason


class SchemeDecision(Model):
    """How an office divides its outgoing numbers into series, by its head's decision (NĐ 30 Đ15)."""

    division: Literal["combined", "by-type", "by-body"]
    valid_from: date  # 1 January
    decision: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]


class NumberingScheme(SchemeDecision):
    by_name: str = ""  # who entered the decision


class RecallOrder(Model):
    reason: Reason


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


class RefuseRequest(Model):
    """A ready-made reason, own words, or both; together long enough (checked by the rule, which answers in
    Vietnamese). Wrong addressee: who should have got it, where the clerk knows."""

    reason: str = Field(default="", max_length=2000)
    reason_key: str = Field(default="", max_length=40)
    proper_organ_id: str = Field(default="", max_length=64)
    proper_name: str = Field(default="", max_length=300)


class RefusalReason(Model):
    key: str
    text: str
    asks_proper_office: bool = False


class RefusalReasons(Model):
    """The ready-made reasons in force today, and how long a reason must be."""

    shortest: int
    legal_basis: str
    reasons: list[RefusalReason]


class RefusalCount(Model):
    key: str
    text: str
    count: int


class RefusalReport(Model):
    """Refused documents of some days by reason."""

    first: date
    last: date
    total: int
    rows: list[RefusalCount]


class RefusedRow(Model):
    id: str
    code: str
    subject: str
    sender_name: str
    arrived_at: AwareDatetime
    refused_at: AwareDatetime
    refused_key: str
    refused_reason: str
    clerk_name: str


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


class RegisterRow(Model):
    """One row with the ten columns of the registers in Decree 30/2020, annex IV, and the object behind it."""

    id: str
    number: int
    columns: list[str]


class Counts(Model):
    drafts: int = 0
    returned: int = 0
    to_number: int = 0
    to_issue: int = 0
    incoming_waiting: int = 0
    take_backs: int = 0
