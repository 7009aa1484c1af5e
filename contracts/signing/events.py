"""Facts that signing publishes: cryptographic acts which are done."""

from __future__ import annotations

from pydantic import AwareDatetime

from contracts.message import FileRef, Message


class LeaderSignedV1(Message, type="qlvb.signing.leader-signed.v1"):
    draft_id: str
    office_id: str
    signer_id: str
    signer_name: str
    signer_position: str = ""
    content_hash: str
    main_file: FileRef  # prepared and signed
    signed_at: AwareDatetime


class InitialledV1(Message, type="qlvb.signing.initialled.v1"):
    """Who answers for the content has initialled exactly this draft with a key; the signature stands beside it."""

    draft_id: str
    office_id: str
    by: str
    by_name: str
    content_hash: str
    signature: FileRef  # CMS, detached (.p7s)
    at: AwareDatetime


class SealedV1(Message, type="qlvb.signing.sealed.v1"):
    """Number, date and seal are in one revision; every separate annex carries the office's signature."""

    document_id: str
    office_id: str
    main_file: FileRef
    annexes: tuple[FileRef, ...] = ()
    legal_state: str
    sealed_at: AwareDatetime


class SealingFailedV1(Message, type="qlvb.signing.sealing-failed.v1"):
    document_id: str
    office_id: str
    reason: str


class TimestampPendingV1(Message, type="qlvb.signing.timestamp-pending.v1"):
    """Signed, but the time stamper (or the revocation service) does not answer: tried again until it does.

    Told once an outage; LeaderSignedV1 or SealedV1 follows. Nobody has to sign again.
    """

    object_id: str  # draft, document or copy
    office_id: str
    act: str  # "leader", "seal" or "copy"
    reason: str
    since: AwareDatetime
    next_try_at: AwareDatetime


class SealWaitsV1(Message, type="qlvb.signing.seal-waits.v1"):
    """The document is numbered; the office's key is in a device that its holder has to open."""

    document_id: str
    office_id: str
    act_id: str
    device: str  # "pkcs11", "csc", "token", "vgca"
    reason: str


class CertificateChangedV1(Message, type="qlvb.signing.certificate-changed.v1"):
    """A certificate nears its end, has ended, or may not sign any more; `text` says so to people."""

    fingerprint: str
    office_id: str
    owner_kind: str  # "person" or "office"
    owner_id: str
    owner_name: str
    what: str  # "expiring", "expired", "blocked"
    text: str
    days_left: int
    valid_to: AwareDatetime


class PreservationAlarmV1(Message, type="qlvb.signing.preservation-alarm.v1"):
    """A document has no archive time stamp yet, or its last one ends soon and no new one could be had."""

    document_id: str
    office_id: str
    text: str
    until: AwareDatetime | None = None


class FilesValidatedV1(Message, type="qlvb.signing.files-validated.v1"):
    """The verdict on every PDF of an arrived package."""

    arrival_id: str
    legal_state: str  # "ORIGINAL" or "REFERENCE_ONLY"
    valid: bool
    reasons: tuple[str, ...] = ()  # sentences in Vietnamese
    signatures: tuple[dict[str, str | bool | None], ...] = ()


class FilesValidatedV2(Message, type="qlvb.signing.files-validated.v2"):
    """The verdict on every PDF of a package, for each of its arrivals."""

    arrival_ids: tuple[str, ...]
    legal_state: str  # "ORIGINAL" or "REFERENCE_ONLY"
    valid: bool
    reasons: tuple[str, ...] = ()  # sentences in Vietnamese
    signatures: tuple[dict[str, str | bool | None], ...] = ()

    @classmethod
    def of(cls, one: FilesValidatedV1) -> FilesValidatedV2:
        return cls(arrival_ids=(one.arrival_id,), **one.model_dump(exclude={"arrival_id"}))


class CopySignedV1(Message, type="qlvb.signing.copy-signed.v1"):
    """The office's signature is on a copy in electronic form (NĐ 30/2020, annex I, part II)."""

    copy_id: str
    office_id: str
    file: FileRef
    signed_at: AwareDatetime


class CopyNotSignedV1(Message, type="qlvb.signing.copy-not-signed.v1"):
    copy_id: str
    office_id: str
    reason: str
