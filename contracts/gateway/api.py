"""HTTP models of gateway: deliveries, quarantine, axes, packages brought by hand."""

from __future__ import annotations

from pydantic import AwareDatetime, ConfigDict, Field

from contracts.message import Model


class DeliveryStatus(Model):
    """One status a recipient reported (edxml.md §5.1). `applied` is False when the move is not a legal one."""

    code: str
    at: AwareDatetime
    description: str = ""
    staff: str = ""
    applied: bool = True


class Delivery(Model):
    """One recipient's copy of an issued document."""

    id: str
    document_id: str
    organ_id: str
    name: str
    channel: str  # "local", "national"
    kind: str = "document"  # "document", "recall", "update", "replace", "recall_request" (status 13)
    state: str  # "waiting", "sending", "sent", "failed", or a status code
    statuses: list[DeliveryStatus] = []
    attempts: int = 0
    last_error: str = ""
    next_attempt_at: AwareDatetime | None = None
    needs_person: bool = False
    owed_since: AwareDatetime | None = None  # the receiver owes an answer since then
    late: bool = False
    reminded_at: AwareDatetime | None = None
    reminders: int = 0


class QuarantineEntry(Model):
    """A package that could not be trusted or understood; it is kept whole until a person decides."""

    id: str
    reason_code: str
    reason: str
    sender: str = Field(default="", alias="from", serialization_alias="from")
    subject: str = ""
    arrived_at: AwareDatetime
    state: str  # "held", "released", "refused", "returned"
    note: str = ""
    reason_name: str = ""
    to_code: str = ""
    code: str = ""  # number and notation
    channel: str = ""
    office_id: str | None = None
    decided_by: str = ""
    decided_at: AwareDatetime | None = None
    can_release: bool = False
    can_return: bool = False
    can_reopen: bool = False
    secret: bool = False
    purged: bool = False

    model_config = ConfigDict(populate_by_name=True, frozen=True, extra="ignore", serialize_by_alias=True)


class QuarantineDecision(Model):
    """`note`: the reason; it is kept and, on a return, sent. `office_id`: for whom to release it, if not as held."""

    note: str = Field(min_length=1, max_length=2000)
    office_id: str | None = Field(default=None, max_length=64)


class QuarantineCount(Model):
    """What waits for one reason. `overdue`: for longer than the patience in force."""

    reason_code: str
    name: str
    count: int
    oldest: AwareDatetime
    overdue: int = 0


class ScannerState(Model):
    """The malware scanner: whether there is one, whether it answers, and what waits for it."""

    configured: bool
    up: bool = False
    since: AwareDatetime | None = None
    last_error: str = ""
    waiting: int = 0


class AxisLamp(Model):
    """Whether an exchange axis answers, since when, and what waits for it. `circuit`: closed, open, half-open."""

    name: str
    up: bool
    since: AwareDatetime
    waiting: int = 0
    oldest: AwareDatetime | None = None
    last_error: str = ""
    title: str = ""  # what people call it
    kind: str = ""
    paused: bool = False
    pause_reason: str = ""
    asked_at: AwareDatetime | None = None  # the last receive cycle
    received_at: AwareDatetime | None = None  # the last one that brought something
    sent_at: AwareDatetime | None = None  # the last package that left, to the minute
    circuit: str = "closed"
    failures: int = 0  # in a row
    next_try_at: AwareDatetime | None = None
    dead_letters: int = 0  # packages that need a person
    unregistered: int = 0  # codes of our offices which its register could not be told
    register_error: str = ""  # the last reason for that


class ArrivalResult(Model):
    """What became of a package."""

    arrival_ids: list[str] = []
    quarantine_id: str | None = None
    state: str  # "received", "duplicate", "status", "quarantined", "taken_back"
    explanation: str = ""


class PollResult(Model):
    """One receive cycle: how many packages were taken."""

    name: str
    received: int
    quarantined: int = 0
    error: str = ""


class PackageProblem(Model):
    """One thing wrong with a package. `rule` is stable (`R.MessageHeader.Subject`); `severity` info, warning, error."""

    code: str
    rule: str
    severity: str
    path: str = ""
    line: int = 0
    message_vi: str
    message_en: str
    expected_vi: str = ""
    expected_en: str = ""
    fix_vi: str = ""
    fix_en: str = ""


class PackageFile(Model):
    """A file of a package as its sender attached it, whatever it was wrapped in."""

    name: str
    sha256: str
    size: int
    description: str = ""


class PackageReading(Model):
    """A value that does not stand in the package as the standard writes it: how it was read, what stood there."""

    path: str
    how: str
    raw: str
    line: int = 0


class PackageExtra(Model):
    """An element or attribute that the standard does not know."""

    path: str
    text: str


class PackageReport(Model):
    """The judgement on a package. `fields` are named by the standard's own path (`MessageHeader.Subject`)."""

    verdict: str  # "accepted", "refused"
    strict: bool
    kind: str  # "document", "status", "refused" where it cannot be read
    dialect: str = ""
    summary: str = ""
    problems: list[PackageProblem] = []
    fields: dict[str, str | list[str]] = {}
    attachments: list[PackageFile] = []
    readings: list[PackageReading] = []
    other: list[PackageExtra] = []
    signature: str = "absent"


class SentFile(Model):
    name: str
    sha256: str
    size: int


class SentPackage(Model):
    """What left for the recipients of a document, read from the package itself. `package_sha256`: of its edXML, empty
    while all recipients are in this deployment, which get the files as they are."""

    package_sha256: str = ""
    files: list[SentFile] = []
