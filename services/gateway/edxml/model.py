"""What an edXML package means, free of any dialect (QCVN 102:2016/BTTTT; Decree 30/2020, appendix VI)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

Severity = Literal["info", "warning", "error"]
SignatureState = Literal["absent", "placeholder", "unverifiable", "valid", "invalid"]
How = Literal["alias", "normalised", "default", "inferred", "unreadable"]

NEW, RECALL, UPDATE, REPLACE = 0, 1, 2, 3


@dataclass(frozen=True)
class Organ:
    """An organisation as From or To names it."""

    organ_id: str
    name: str = ""
    in_charge: str = ""
    address: str = ""
    email: str = ""
    telephone: str = ""
    fax: str = ""
    website: str = ""


@dataclass(frozen=True)
class ResponseFor:
    """The document that a package or a status speaks about; the ids are the partner's, kept letter by letter."""

    organ_id: str
    code: str = ""
    document_id: str = ""
    promulgation_date: date | None = None


@dataclass(frozen=True)
class Trace:
    """One hop: an unknown organisation is an empty text, an unreadable time is None."""

    organ_id: str
    timestamp: datetime | None = None


@dataclass(frozen=True)
class Staff:
    """Who acted for the sender."""

    department: str = ""
    name: str = ""
    email: str = ""
    mobile: str = ""


@dataclass(frozen=True)
class Replacement:
    """A document replaced by this one, for these units."""

    document_id: str
    organ_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReceiverChange:
    """A receiver named by an update."""

    organ_id: str
    receiver_type: int = 0


@dataclass(frozen=True)
class UpdateInfo:
    """What an update changes: the document's information, its receivers."""

    document_info: bool = False
    document_receiver: bool = False
    receivers: tuple[ReceiverChange, ...] = ()


@dataclass(frozen=True)
class Attachment:
    """A file of the package. `name` is what the sender wrote, never a name on disk; `path` is where the bytes are."""

    content_id: str
    name: str
    content_type: str
    description: str
    sha256: str
    size: int
    path: Path | None = None


@dataclass(frozen=True)
class Unknown:
    """An element or attribute (`…/@name`) that this codec gives no meaning to: kept as extension data."""

    path: str
    text: str


@dataclass(frozen=True)
class Reading:
    """A value that does not stand in the package as the standard writes it: how it was read, and what stood there.

    `alias`: under another name. `normalised`: another form of the same value. `default`: nothing said, or a word for
    nothing. `inferred`: taken from elsewhere. `unreadable`: no value could be made of it. A value without a reading
    was read exactly.
    """

    path: str
    how: How
    raw: str
    line: int = 0


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a package: its rule, where, what is expected there, how to mend it."""

    code: str
    rule: str
    severity: Severity
    path: str
    line: int
    message_vi: str
    message_en: str
    expected_vi: str
    expected_en: str
    fix_vi: str
    fix_en: str


@dataclass(frozen=True)
class SignatureVerdict:
    """What an XML signature says. It never decides about the package: legal value comes from the signed PDF.

    `reason` is a rule id of the rulebook; `fingerprint` a SHA-256 over the signature's texts, so that the same
    signature is known again in another package; `sha1` is set where an outdated digest was used.
    """

    state: SignatureState = "absent"
    reason: str = ""
    signer: str = ""
    certificate_sha256: str = ""
    sha1: bool = False
    fingerprint: str = ""


@dataclass(frozen=True)
class Package:
    """A document package."""

    sender: Organ
    recipients: tuple[Organ, ...]
    document_id: str
    code_number: str = ""
    code_notation: str = ""
    place: str = ""
    promulgation_date: date | None = None
    type_name: str = ""
    type_code: str = ""
    type_detail: str = ""
    subject: str = ""
    content: str = ""
    signer_competence: str = ""
    signer_position: str = ""
    signer_name: str = ""
    due_date: date | None = None
    priority: int = 0
    priority_raw: str = ""
    sphere: str = ""
    typer_notation: str = ""
    page_amount: int | None = None
    promulgation_amount: int | None = None
    direction: bool = False
    appendixes: tuple[str, ...] = ()
    response_for: tuple[ResponseFor, ...] = ()
    steering_type: int = 0
    to_places: tuple[str, ...] = ()
    traces: tuple[Trace, ...] = ()
    business_type: int = NEW
    business_reason: str = ""
    business_document_id: str = ""
    update_info: UpdateInfo | None = None
    replacements: tuple[Replacement, ...] = ()
    staff: Staff | None = None
    paper: bool = False
    attachments: tuple[Attachment, ...] = ()
    other: tuple[Unknown, ...] = ()
    readings: tuple[Reading, ...] = ()
    problems: tuple[Problem, ...] = ()
    signature: SignatureVerdict = SignatureVerdict()
    dialect: str = ""
    kind: Literal["document"] = field(default="document", init=False)

    @property
    def signature_state(self) -> SignatureState:
        """`absent`, `placeholder`, `unverifiable`, `valid` or `invalid`."""
        return self.signature.state


@dataclass(frozen=True)
class Status:
    """A status package; `timestamp` is in UTC."""

    sender: Organ
    response_for: ResponseFor
    code: str
    timestamp: datetime
    description: str = ""
    staff: Staff | None = None
    other: tuple[Unknown, ...] = ()
    readings: tuple[Reading, ...] = ()
    problems: tuple[Problem, ...] = ()
    dialect: str = ""
    kind: Literal["status"] = field(default="status", init=False)

    @property
    def key(self) -> tuple[str, str, str, datetime]:
        """A status has no id of its own: this is what makes two of them the same."""
        return self.sender.organ_id, self.response_for.document_id, self.code, self.timestamp
