"""Acts: what is signed and sealed, by which key, and how far each has come."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.message import FileRef, Model
from contracts.signing.api.holders import Fingerprint

Pin = Annotated[str, StringConstraints(max_length=128)]


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
