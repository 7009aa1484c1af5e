"""Facts that registry publishes: what is on record."""

from __future__ import annotations

from pydantic import AwareDatetime

from contracts.message import FileRef, Message, Model


class Recipient(Model):
    """An addressee of an outgoing document. `office_id` is set when the office belongs to this deployment."""

    organ_id: str
    name: str
    office_id: str | None = None


class OfficeRef(Model):
    office_id: str
    organ_id: str
    name: str


class ReplyTo(Model):
    """The document which is answered: edXML ResponseFor."""

    organ_id: str
    code: str
    document_id: str
    promulgation_date: str = ""  # yyyy-MM-dd


class DraftSubmittedV1(Message, type="qlvb.registry.draft-submitted.v1"):
    """A specialist handed a draft in; workflow starts the office's outgoing process."""

    draft_id: str
    version: int
    office: OfficeRef
    unit_id: str | None
    drafter_id: str
    drafter_name: str
    type_name: str
    subject: str
    urgency: int = 0
    signer_id: str
    files: tuple[FileRef, ...]
    content_hash: str  # binds every approval to exactly these files
    submitted_at: AwareDatetime


class DraftChangedV1(Message, type="qlvb.registry.draft-changed.v1"):
    """The content of a submitted draft changed: approvals bound to the old hash no longer count."""

    draft_id: str
    version: int
    content_hash: str
    by: str


class NumberAssignedV1(Message, type="qlvb.registry.number-assigned.v1"):
    """Number and date are owned by this document for ever; signing writes and seals them."""

    document_id: str
    office: OfficeRef
    number: int
    code: str  # "128/QĐ-SKHCN"
    number_text: str  # "128", padded "05"
    issued_date: str  # yyyy-MM-dd
    clerk_id: str
    clerk_name: str
    main_file: FileRef  # the leader-signed PDF
    annexes: tuple[FileRef, ...] = ()


class NumberVoidedV1(Message, type="qlvb.registry.number-voided.v1"):
    """The clerk gave up a number that was assigned: the document is not issued, and nobody else gets the number."""

    document_id: str
    office: OfficeRef
    code: str
    reason: str
    by: str
    by_name: str
    voided_at: AwareDatetime


class DocumentIssuedV1(Message, type="qlvb.registry.document-issued.v1"):
    """A document is frozen and goes to its recipients."""

    document_id: str
    identifier: str  # edXML DocumentId: "OrganId,yyyy/MM/dd,number/notation"
    office: OfficeRef
    code_number: str
    code_notation: str
    code: str
    type_name: str
    subject: str
    urgency: int = 0
    place: str = ""
    issued_date: str  # yyyy-MM-dd
    issued_at: AwareDatetime
    signer_name: str
    signer_position: str
    signer_capacity: str = ""
    drafter_id: str = ""
    clerk_id: str = ""
    due_date: str | None = None
    files: tuple[FileRef, ...]
    recipients: tuple[Recipient, ...]
    reply_to: ReplyTo | None = None
    business_type: int = 0  # edXML BussinessDocType: 0 new, 1 recall, 2 update, 3 replace
    business_reason: str = ""
    large_files: str = ""  # "link": what is too large for a partner is named in the package and fetched by a link


class RecallRequestedV1(Message, type="qlvb.registry.recall-requested.v1"):
    """The sender asks recipients to give a document back: some by status 13, all by a recall document (`whole`)."""

    document_id: str
    identifier: str
    office: OfficeRef
    recipients: tuple[str, ...]  # organ ids
    reason: str
    by: str
    by_name: str
    requested_at: AwareDatetime
    whole: bool = False  # the document is recalled everywhere: edXML type 1


class RecallOrderedV1(Message, type="qlvb.registry.recall-ordered.v1"):
    """A leader ordered an issued document to be recalled: the clerks carry it out."""

    document_id: str
    office_id: str
    code: str
    subject: str
    clerk_id: str = ""
    reason: str
    by_name: str
    at: AwareDatetime


class IncomingReceivedV1(Message, type="qlvb.registry.incoming-received.v1"):
    """An incoming document waits for the clerk, with the verdict on its signatures."""

    incoming_id: str
    office: OfficeRef
    subject: str
    sender_name: str
    code: str
    urgency: int = 0
    legal_state: str


class IncomingRef(Model):
    """An incoming document of one office."""

    incoming_id: str
    office: OfficeRef


class IncomingReceivedV2(Message, type="qlvb.registry.incoming-received.v2"):
    """One document waits for the clerks of these offices, with the verdict on its signatures."""

    incoming: tuple[IncomingRef, ...]
    subject: str
    sender_name: str
    code: str
    urgency: int = 0
    legal_state: str

    @classmethod
    def of(cls, one: IncomingReceivedV1) -> IncomingReceivedV2:
        received = IncomingRef(incoming_id=one.incoming_id, office=one.office)
        return cls(incoming=(received,), **one.model_dump(exclude={"incoming_id", "office"}))


class DocumentRegisteredV1(Message, type="qlvb.registry.document-registered.v1"):
    """The clerk accepted an incoming document: it has its arrival number (status 03)."""

    incoming_id: str
    arrival_id: str  # gateway's arrival; empty for a document on paper
    office: OfficeRef
    arrival_number: int
    registered_at: AwareDatetime
    clerk_id: str
    clerk_name: str
    sender_organ_id: str
    sender_name: str
    code: str
    subject: str
    type_name: str = ""
    urgency: int = 0
    due_date: str | None = None
    presented_to: str | None = None
    identifier: str = ""
    reply_to: ReplyTo | None = None


class IncomingRefusedV1(Message, type="qlvb.registry.incoming-refused.v1"):
    """The clerk refused an incoming document with a reason (status 02); the sender can ring back."""

    incoming_id: str
    arrival_id: str
    office: OfficeRef
    reason: str
    clerk_id: str
    clerk_name: str
    refused_at: AwareDatetime
    clerk_phone: str = ""
    reason_key: str = ""  # the ready-made reason, for reports
    proper_organ_id: str = ""  # who should have got it, where the clerk knows


class IncomingLinkedV1(Message, type="qlvb.registry.incoming-linked.v1"):
    """A second copy of a registered document: it has no number of its own, its sender hears the first one's (03).

    `arrival_id` is empty for a copy on paper.
    """

    incoming_id: str
    arrival_id: str
    office: OfficeRef
    first_incoming_id: str
    arrival_number: int
    clerk_id: str
    clerk_name: str
    linked_at: AwareDatetime


class TakeBackAskedV1(Message, type="qlvb.registry.take-back-asked.v1"):
    """The sender wants an incoming document back: nobody goes on working on it until the clerk has answered."""

    incoming_id: str
    office: OfficeRef
    subject: str = ""
    sender_name: str = ""
    reason: str
    at: AwareDatetime


class IncomingUrgedV1(Message, type="qlvb.registry.incoming-urged.v1"):
    """The sender of an incoming document asks for an answer: accept it or refuse it, or say whether it goes back."""

    incoming_id: str
    office: OfficeRef
    subject: str
    sender_name: str
    code: str
    text: str
    at: AwareDatetime


class RecallAnsweredV1(Message, type="qlvb.registry.recall-answered.v1"):
    """A receiver agreed (15) or did not agree (16) to give a document back."""

    incoming_id: str
    arrival_id: str
    office: OfficeRef
    agreed: bool
    reason: str = ""
    clerk_id: str
    clerk_name: str
    answered_at: AwareDatetime


class ContentDestroyedV1(Message, type="qlvb.registry.content-destroyed.v1"):
    """These files are gone from the store: nobody holds them any more. Whatever was made of them goes too."""

    sha256s: tuple[str, ...]
    at: AwareDatetime


class ReplyLinkedV1(Message, type="qlvb.registry.reply-linked.v1"):
    """An incoming document answers one of ours."""

    incoming_id: str
    document_id: str
    office: OfficeRef


class FileBlockedV1(Message, type="qlvb.registry.file-blocked.v1"):
    """Somebody sent a file that holds malware or runs something: it was not kept. Who sent it knows already."""

    office_id: str
    person_id: str
    person_name: str
    file_name: str
    reason: str  # in Vietnamese
    at: AwareDatetime


class CopyNumberedV1(Message, type="qlvb.registry.copy-numbered.v1"):
    """A copy in electronic form has its number; signing puts the office's signature at the top right of page 1."""

    copy_id: str
    office: OfficeRef
    form: str  # "SAO Y", "SAO LỤC", "TRÍCH SAO"
    code: str  # "03/SY-UBND"
    file: FileRef
    clerk_id: str
    clerk_name: str
