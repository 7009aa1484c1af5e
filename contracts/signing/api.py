"""Requests and answers of signing's HTTP API."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.message import FileRef, Model

Pin = Annotated[str, StringConstraints(max_length=128)]
Fingerprint = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{64})?$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]
AT_ONCE = 100  # documents in one batch


class DraftOrder(Model):
    """The competent person signs exactly this draft."""

    draft_id: str
    content_hash: str
    main_file: FileRef


class LeaderSign(DraftOrder):
    """`pin` and `otp` open the key and are kept nowhere. `certificate`: which one, where the signer has several."""

    pin: Pin
    otp: Pin = ""
    certificate: Fingerprint = ""


class DraftBatch(Model):
    """Many drafts under one PIN; the answer is a list with the outcome of each."""

    drafts: Annotated[list[DraftOrder], Field(min_length=1, max_length=AT_ONCE)]
    pin: Pin
    otp: Pin = ""
    certificate: Fingerprint = ""


class SealBatch(Model):
    """Seals that wait for the office's key, under one PIN of the clerk who holds it."""

    act_ids: Annotated[list[str], Field(min_length=1, max_length=AT_ONCE)]
    pin: Pin
    otp: Pin = ""
    certificate: Fingerprint = ""


class TokenOrder(Model):
    """What the caller's own device will sign, in the browser. `chain`: PEM, the signer's certificate first."""

    drafts: Annotated[list[DraftOrder], Field(max_length=AT_ONCE)] = []
    initials: Annotated[list[DraftOrder], Field(max_length=AT_ONCE)] = []
    act_ids: Annotated[list[str], Field(max_length=AT_ONCE)] = []  # seals
    chain: Annotated[str, StringConstraints(max_length=64_000)]


class ToSign(Model):
    """One signature that the device has to make: RSA PKCS#1 v1.5 or ECDSA (DER), over `digest` (SHA-256, hex)."""

    act_id: str
    place: int
    object_id: str
    file_name: str
    digest: str
    until: AwareDatetime


class TokenValue(Model):
    act_id: str
    place: int
    value: Annotated[str, StringConstraints(max_length=2_000)]  # base64


class TokenValues(Model):
    values: Annotated[list[TokenValue], Field(min_length=1, max_length=10 * AT_ONCE)]


class ToolOrder(Model):
    """What the caller signs with the signing tool of Ban Cơ yếu on the own machine."""

    drafts: Annotated[list[DraftOrder], Field(max_length=AT_ONCE)] = []
    act_ids: Annotated[list[str], Field(max_length=AT_ONCE)] = []  # seals


class ToolCall(Model):
    """One call of the tool's plug-in: the page hands `parameters` on as JSON. What the tool makes of the file comes
    back to us by itself; the page asks `GET /v1/acts` how far it is."""

    act_id: str
    place: int
    object_id: str
    function: Literal["vgca_sign_approved", "vgca_sign_issued", "vgca_sign_appendix"]
    parameters: ToolParameters


class KeyValue(Model):
    Key: str
    Value: str


class ToolParameters(Model):
    """In the tool's own words. `FileName`: where it fetches the file; `FileUploadHandler`: where it brings it."""

    FileUploadHandler: str
    SessionId: str
    JWTToken: str
    FileName: str
    DocNumber: str = ""
    IssuedDate: str = ""  # ISO 8601, "+07:00"
    MetaData: list[KeyValue] = []


class ToolPrepared(Model):
    calls: list[ToolCall] = []
    refused: list[Outcome] = []


class ToolUpload(Model):
    """What the tool wants to hear when it has brought a file."""

    Status: bool
    Message: str
    FileName: str
    FileServer: str


class ActResult(Model):
    """The same act asked for again gives the same file.

    `state`: "done"; "pending": signed, the file is there once the time stamper has answered, nobody has to sign again.
    """

    state: str
    file: FileRef | None = None


class Outcome(Model):
    """What became of one document of a batch. `state`: as of an act, or "refused" with kind and reason."""

    object_id: str
    act_id: str = ""
    state: str
    file: FileRef | None = None
    kind: str = ""
    reason: str = ""


class Prepared(Model):
    """What the device has to sign, and what was refused."""

    to_sign: list[ToSign] = []
    refused: list[Outcome] = []


class Obstacle(Model):
    code: str
    message: str


class CanSign(Model):
    """Whether the caller may sign this draft now, with what, in which capacity; if not, every reason."""

    can: bool
    capacity: str = ""  # as it is printed: "KT. GIÁM ĐỐC"
    certificate: str = ""
    device: str = ""
    obstacles: list[Obstacle] = []


class StepView(Model):
    """One step of NĐ 68/2024 Đ29: certificate, path, signature, time stamp, result."""

    step: str
    at: AwareDatetime
    text: str


class SignatureStepsView(Model):
    file_name: str
    state: str  # "new", "prepared", "handed-out", "signed", "done"
    steps: list[StepView] = []


class ActView(Model):
    """`kind`: leader, seal, …; `state`: open, waiting-key, pending, done, failed."""

    id: str
    kind: str
    object_id: str
    state: str
    reason: str = ""
    attempts: int = 0
    next_at: AwareDatetime | None = None
    begun_at: AwareDatetime
    done_at: AwareDatetime | None = None
    files: list[FileRef] = []
    signatures: list[SignatureStepsView] = []


class ReasonView(Model):
    code: str
    message: str


class SignatureView(Model):
    role: str
    signer: str
    organ_id: str | None = None
    time: str | None = None
    valid: bool
    level: str
    time_proven: bool = False
    issuer: str = ""
    covers: str = ""  # "file", "revision" (later signatures cover what came later) or "part"
    sentence: str = ""


class VerdictView(Model):
    """A stored report: it never changes; another policy makes another report."""

    sha256: str
    legal_state: str
    valid: bool
    judge: str
    judged_at: AwareDatetime
    sentence: str = ""
    signatures: list[SignatureView] = []
    reasons: list[ReasonView] = []


class CertificateView(Model):
    """`state`: active, expired, lost, revoked. `alarm`: the threshold in days that has been reached."""

    fingerprint: str
    owner_kind: str  # "person" or "office"
    owner_id: str
    owner_name: str = ""
    subject: str
    issuer: str = ""
    serial: str = ""
    valid_from: AwareDatetime
    valid_to: AwareDatetime
    device: str = ""
    device_name: str = ""
    state: str = "active"
    days_left: int = 0
    alarm: int | None = None
    blocked_at: AwareDatetime | None = None
    blocked_reason: str = ""


class NewCertificate(Model):
    """`place`: token and label (pkcs11), service and credential (csc). `pem`: where the device cannot show it."""

    owner_kind: Literal["person", "office"]
    owner_id: str = ""  # empty: the caller, or the caller's office
    device: Literal["pkcs11", "csc", "token", "vgca"]
    place: dict[str, Annotated[str, StringConstraints(max_length=200)]] = {}
    pem: Annotated[str, StringConstraints(max_length=64_000)] = ""


class Reason(Model):
    reason: Words


class RenewalLetter(Model):
    """The request to the certification authority, filled in; dates as they are printed."""

    title: str
    to: str
    office_name: str
    parent_name: str
    organ_id: str
    holder: str
    owner_kind: str
    position: str
    serial: str
    issuer: str
    subject: str
    device: str
    valid_from: str
    valid_to: str
    reason: str
    date: str


class NewKeyHolding(Model):
    """The hand-over record of an office's key: who holds it, by which paper."""

    person_id: str
    basis: str


class NewCapacity(Model):
    """A right to sign. `of`: who is signed for, as printed ("GIÁM ĐỐC"). `fields`: units whose drafts are meant."""

    person_id: str
    capacity: Literal["", "TM.", "Q.", "KT.", "TL.", "TUQ."]
    of: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    position: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    types: Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)] = []
    fields: Annotated[list[Annotated[str, StringConstraints(max_length=64)]], Field(max_length=200)] = []
    valid_from: date
    valid_to: date | None = None
    legal_basis: Words
    from_person_id: str = ""  # who gives it; empty: the caller


class CapacityView(Model):
    id: str
    person_id: str
    person_name: str
    capacity: str
    of: str
    position: str
    printed: str
    types: list[str] = []
    fields: list[str] = []
    valid_from: date
    valid_to: date | None = None
    ended_at: AwareDatetime | None = None
    source: str  # "post", "granted"
    from_person_id: str = ""
    from_name: str = ""
    legal_basis: str
    in_force: bool


class ImageView(Model):
    """The picture of a signature ("person") or a seal ("office"): it counts with the approvals of holder and unit."""

    id: str
    owner_kind: str
    owner_id: str
    owner_name: str
    width_mm: float
    height_mm: float
    state: str  # "proposed", "active", "refused", "replaced"
    proposed_at: AwareDatetime
    proposed_by: str
    holder_at: AwareDatetime | None = None
    holder_by: str = ""
    unit_at: AwareDatetime | None = None
    unit_by: str = ""
    note: str = ""


class PreservedView(Model):
    """A signed file of an issued document. `until`: so long its newest archive time stamp proves it."""

    document_id: str
    place: int
    issued: FileRef
    kept_sha256: str = ""
    stamps: int = 0
    stamped_at: AwareDatetime | None = None
    until: AwareDatetime | None = None
    levels: list[str] = []  # of the signatures in the kept file: "B-LTA"
    reason: str = ""  # why it is not done yet
    next_at: AwareDatetime


class PageSize(Model):
    """Of a page as it is seen, in millimetres."""

    width: float
    height: float


class PlacedBox(Model):
    """A box on a page (from 1), in millimetres from its upper left corner."""

    page: int = Field(ge=1, le=10_000)
    left: float = Field(ge=-20, le=2000)
    top: float = Field(ge=-20, le=2000)
    width: float = Field(gt=0, le=2000)
    height: float = Field(gt=0, le=2000)


class PlacementView(Model):
    """Where number, day, month, signature and seal of a draft go.

    `source`: "hand" (marked for this file), "words" (found on the pages), "type" (kept for its type), "usual" (only
    where the form has them: has to be looked at). `why`: what the words did not tell.
    """

    sha256: str
    source: str
    why: str = ""
    pages: list[PageSize]
    boxes: dict[str, PlacedBox]


class NewPlacement(Model):
    """`boxes`: number, day, month, signature, seal. `type_name`: keep them for the office's drafts of this type too."""

    boxes: dict[str, PlacedBox] = Field(max_length=5)
    type_name: str = Field(default="", max_length=100)


class NewEnding(Model):
    """An office ends: `ended_on` is the first day on which it signs no more, `legal_basis` the paper that says so."""

    organ_id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
    ended_on: date
    legal_basis: Words


class EndingView(Model):
    organ_id: str
    name: str
    ended_on: date
    legal_basis: str
    recorded_at: AwareDatetime
    recorded_by: str
