"""What the judge says: values only, ready to store as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

LegalState = Literal["ORIGINAL", "REFERENCE_ONLY"]
ORIGINAL: LegalState = "ORIGINAL"
REFERENCE_ONLY: LegalState = "REFERENCE_ONLY"
Role = Literal["leader", "office", "annex", "person", "timestamp", "unknown"]


@dataclass(frozen=True)
class Reason:
    """Why something is not proven. `code` is stable, `message` is a Vietnamese sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class SignatureFacts:
    """One signature of the file. `level` is B-B, B-T, B-LT or B-LTA."""

    field: str
    role: Role
    signer: str
    organ_id: str | None
    time: datetime | None
    valid: bool
    level: str
    fingerprint: str = ""
    by_office: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Expected:
    """What the caller knows beforehand; what is None is not compared.

    own_shape: the file must be one that our own system issues (exact set of fields and locks).
    leader_fingerprint, office_fingerprint: SHA-256 hex of the certificates. organ_id: of the office.
    """

    own_shape: bool = False
    leader_fingerprint: str | None = None
    office_fingerprint: str | None = None
    organ_id: str | None = None
    number: str | None = None
    issued: date | None = None
    annex: bool = False
    sealed: bool = True


@dataclass(frozen=True)
class Verdict:
    """The judgement. `valid`: every signature proven and nothing changed; `judge`: who judged, with policy version."""

    valid: bool
    legal_state: LegalState
    judge: str
    signatures: tuple[SignatureFacts, ...] = ()
    reasons: tuple[Reason, ...] = ()
    sha256: str = ""
    number: str | None = None
    issued_day: str | None = None
    own_shape: bool = False
    judged_at: datetime | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The shape of `qlvb sign verify --json`."""
        facts = asdict(self)
        for one in facts["signatures"]:
            one["time"] = one["time"].isoformat() if one["time"] else None
        facts["judged_at"] = self.judged_at.isoformat() if self.judged_at else None
        return facts
