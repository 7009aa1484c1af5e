"""Requests and answers of signing's HTTP API."""

from __future__ import annotations

from pydantic import AwareDatetime

from contracts.message import FileRef, Model


class LeaderSign(Model):
    """The competent person signs exactly this draft. `pin` opens the key and is kept nowhere."""

    draft_id: str
    content_hash: str
    main_file: FileRef
    pin: str


class ActResult(Model):
    """The same act asked for again gives the same file.

    `state`: "done"; "pending": signed, the file is there once the time stamper has answered, nobody has to sign again.
    """

    state: str
    file: FileRef | None = None


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


class VerdictView(Model):
    """A stored report: it never changes; another policy makes another report."""

    sha256: str
    legal_state: str
    valid: bool
    judge: str
    judged_at: AwareDatetime
    signatures: list[SignatureView] = []
    reasons: list[ReasonView] = []


class CertificateView(Model):
    fingerprint: str
    owner_kind: str  # "person" or "office"
    owner_id: str
    subject: str
    valid_from: AwareDatetime
    valid_to: AwareDatetime


class NewKeyHolding(Model):
    """The hand-over record of an office's key: who holds it, by which paper."""

    person_id: str
    basis: str
