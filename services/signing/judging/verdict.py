"""What the judge says: values only, ready to store as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, Literal

LegalState = Literal["ORIGINAL", "REFERENCE_ONLY"]
ORIGINAL: LegalState = "ORIGINAL"
REFERENCE_ONLY: LegalState = "REFERENCE_ONLY"
Role = Literal["leader", "office", "annex", "person", "timestamp", "unknown"]
Indication = Literal["TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"]  # ETSI EN 319 102-1 §5.1.2


@dataclass(frozen=True)
class Reason:
    """Why something is not proven. `code` is stable, `message` is a Vietnamese sentence."""

    code: str
    message: str


@dataclass(frozen=True)
class SignatureFacts:
    """One signature of the file, judged by itself.

    `level` is what is proven of B-B, B-T, B-LT, B-LTA ("DocTimeStamp" of a time stamp on the document). `time` is the
    signing time: proven by a time stamp where `time_proven`, else as the signer's machine says. `sub_indication` is
    ETSI's word for what is wrong, `sentence` is for a clerk to read aloud.
    """

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
    time_proven: bool = False
    existed: datetime | None = None  # before this moment the signature certainly existed
    issuer: str = ""
    algorithm: str = ""
    covers: str = ""  # "file", "revision" or "part"
    indication: Indication = "TOTAL-PASSED"
    sub_indication: str = ""
    sentence: str = ""


@dataclass(frozen=True)
class Expected:
    """What the caller knows beforehand; what is None is not compared.

    Of the file itself. own_shape: it must be one that our own system issues (exact set of fields and locks). annex: a
    separate annex, which the office alone signs. sealed: the office has signed too. since: it has been known, byte
    for byte, from this moment on.

    Of what came beside it. *_fingerprint(s): SHA-256 hex of the certificates; further: of a joint document's other
    leaders, in their order. organ_ids: the office's code, then aliases. closed: organ codes with the first day on which
    the office does not sign any more.
    """

    own_shape: bool = False
    annex: bool = False
    sealed: bool = True
    since: datetime | None = None
    leader_fingerprint: str | None = None
    further_fingerprints: tuple[str, ...] = ()
    office_fingerprint: str | None = None
    organ_ids: tuple[str, ...] = ()
    office_name: str | None = None
    signer_name: str | None = None
    number: str | None = None
    notation: str | None = None
    issued: date | None = None
    closed: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class Shown:
    """What a reader sees on page 1: from the fields of our own files, else from the text of the page."""

    number: str | None = None
    notation: str | None = None
    day: str | None = None  # "05/11", or "05/11/2026" where the year was read too


@dataclass(frozen=True)
class Verdict:
    """The judgement. `valid`: every signature proven and nothing changed; `judge`: who judged, with policy version."""

    valid: bool
    legal_state: LegalState
    judge: str
    signatures: tuple[SignatureFacts, ...] = ()
    reasons: tuple[Reason, ...] = ()
    sha256: str = ""
    shown: Shown = Shown()
    own_shape: bool = False
    sentence: str = ""
    judged_at: datetime | None = field(default=None, compare=False)

    def as_json(self) -> dict[str, Any]:
        """For keeping; `read` is the way back."""
        facts = asdict(self)
        for one in facts["signatures"]:
            one["time"], one["existed"] = _written(one["time"]), _written(one["existed"])
        facts["judged_at"] = _written(self.judged_at)
        return facts


def read(facts: dict[str, Any]) -> Verdict:
    """The verdict that `as_json` has written."""
    signatures = tuple(
        SignatureFacts(
            **{
                **one,
                "time": _moment(one["time"]),
                "existed": _moment(one["existed"]),
                "reasons": tuple(Reason(**r) for r in one["reasons"]),
            }
        )
        for one in facts["signatures"]
    )
    reasons = tuple(Reason(**one) for one in facts["reasons"])
    more = {"shown": Shown(**facts["shown"]), "judged_at": _moment(facts["judged_at"])}
    return Verdict(**{**facts, **more, "signatures": signatures, "reasons": reasons})


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
