"""Facts that gateway publishes: what arrived, and where every copy is."""

from __future__ import annotations

from pydantic import AwareDatetime

from contracts.message import FileRef, Message, Model
from contracts.registry.events import OfficeRef, ReplyTo


class Arrived(Message):
    """What is the same at every office that received the document."""

    sender_organ_id: str
    sender_name: str
    identifier: str
    code_number: str
    code_notation: str
    type_name: str = ""
    subject: str
    urgency: int = 0
    promulgation_date: str | None = None
    signer_name: str = ""
    signer_position: str = ""
    due_date: str | None = None
    business_type: int = 0
    channel: str  # "local", "national"
    files: tuple[FileRef, ...]
    reply_to: ReplyTo | None = None
    arrived_at: AwareDatetime
    problems: tuple[str, ...] = ()


class DocumentArrivedV1(Arrived, type="qlvb.gateway.document-arrived.v1"):
    """A package was read and stored for one office of this deployment; 01 is already on its way back."""

    arrival_id: str
    office: OfficeRef


class ArrivalRef(Model):
    """The copy of one receiving office. `problems` are its own, beside those of the document."""

    arrival_id: str
    office: OfficeRef
    problems: tuple[str, ...] = ()


class DocumentArrivedV2(Arrived, type="qlvb.gateway.document-arrived.v2"):
    """A document was stored for these offices of this deployment; 01 is already on its way back for each."""

    arrivals: tuple[ArrivalRef, ...]

    @classmethod
    def of(cls, one: DocumentArrivedV1) -> DocumentArrivedV2:
        return cls(**one.model_dump(), arrivals=(ArrivalRef(arrival_id=one.arrival_id, office=one.office),))


class CopyState(Model):
    """The state of one recipient's copy: transport states and the business statuses 01–06, 13, 15, 16."""

    organ_id: str
    recipient_name: str
    channel: str
    state: str  # "waiting", "sent", "failed", or a status code
    status_code: str | None = None
    description: str = ""
    staff: str = ""
    at: AwareDatetime  # when it happened, by the clock of whoever says so
    change: int = 0  # counts the changes of this copy: the higher one is the newer one


class DeliveryChangedV1(Message, type="qlvb.gateway.delivery-changed.v1"):
    """The state of one recipient's copy, as `CopyState` has it."""

    document_id: str
    organ_id: str
    recipient_name: str
    channel: str
    state: str
    status_code: str | None = None
    description: str = ""
    staff: str = ""
    at: AwareDatetime
    change: int = 0


class DeliveryChangedV2(Message, type="qlvb.gateway.delivery-changed.v2"):
    """Copies of one document whose state changed together."""

    document_id: str
    copies: tuple[CopyState, ...]

    @classmethod
    def of(cls, one: DeliveryChangedV1) -> DeliveryChangedV2:
        return cls(document_id=one.document_id, copies=(CopyState(**one.model_dump(exclude={"document_id"})),))


class LateCopy(Model):
    """A copy whose receiver has not answered in time."""

    organ_id: str
    name: str
    since: AwareDatetime


class AnswerOverdueV1(Message, type="qlvb.gateway.answer-overdue.v1"):
    """Receivers of a document have neither accepted nor refused it in time: its sender should know."""

    document_id: str
    office_id: str
    code: str
    subject: str
    drafter_id: str = ""
    clerk_id: str = ""
    receivers: tuple[LateCopy, ...]
    working_days: int
    at: AwareDatetime


class AnswerRemindedV1(Message, type="qlvb.gateway.answer-reminded.v1"):
    """A sender reminds an office of this deployment that it owes an answer to a document that arrived there.

    `by_name` is empty where the system reminds by itself.
    """

    arrival_id: str
    sender_name: str
    code: str
    since: AwareDatetime
    by_name: str = ""
    at: AwareDatetime


class TakeBackRequestedV1(Message, type="qlvb.gateway.take-back-requested.v1"):
    """A sender asks this deployment's office to give a document back (13, or a recall document)."""

    arrival_id: str
    office_id: str
    identifier: str
    reason: str
    at: AwareDatetime


class StatusIgnoredV1(Message, type="qlvb.gateway.status-ignored.v1"):
    """A status about an arrival came where it is not lawful: kept and shown, not applied."""

    arrival_id: str
    office_id: str
    code: str
    note: str
    at: AwareDatetime


class PackageQuarantinedV1(Message, type="qlvb.gateway.package-quarantined.v1"):
    """A package waits for a person. `office_id`: whose clerks decide; empty: administrators. A secret has no title."""

    quarantine_id: str
    reason_code: str
    reason: str
    at: AwareDatetime
    office_id: str = ""
    title: str = ""


class QuarantineAgedV1(Message, type="qlvb.gateway.quarantine-aged.v1"):
    """Packages have waited for a decision for too long. `office_id` is empty for those that belong to nobody."""

    office_id: str
    count: int
    reasons: tuple[str, ...]
    oldest: AwareDatetime
