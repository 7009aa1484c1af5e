"""Verdicts on files, and what is preserved of them."""

from __future__ import annotations

from pydantic import AwareDatetime

from contracts.message import FileRef, Model


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
