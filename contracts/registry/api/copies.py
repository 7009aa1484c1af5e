"""Copies: sao y, sao lục, trích sao."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from contracts.message import FileRef, Model
from contracts.registry.api.common import Medium, TimelineEntry


class CopyKind(Model):
    """Sao y, sao lục, trích sao: `ways` are the pairs from medium to medium which NĐ 30/2020 Đ25 allows."""

    code: str
    name: str
    form: str
    ways: list[tuple[str, str]]
    sources: list[str]
    legal_basis: str = ""


class NewCopy(Model):
    """A copy of a document on record (`incoming_id`, `document_id` or `copy_id`), or of a paper that is described."""

    kind: Literal["SY", "SL", "TrS"]
    source_medium: Medium
    target_medium: Medium
    source_form: Literal["original", "master", "certified_copy"] = "original"
    incoming_id: str | None = None
    document_id: str | None = None
    copy_id: str | None = None
    code: str = Field(default="", max_length=100)
    issuer: str = Field(default="", max_length=300)
    issued_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    type_name: str = Field(default="", max_length=100)
    subject: str = Field(default="", max_length=1000)
    purpose: str = Field(default="", max_length=1000)
    recipients: list[Annotated[str, StringConstraints(max_length=300)]] = Field(default=[], max_length=200)
    file: FileRef | None = None

    @model_validator(mode="after")
    def _says_of_what(self) -> NewCopy:
        if not (self.incoming_id or self.document_id or self.copy_id) and not (self.subject.strip() and self.issuer):
            raise ValueError("Hãy ghi cơ quan ban hành và trích yếu của văn bản giấy được sao.")
        return self


class CopyDecision(Model):
    agree: bool
    reason: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _says_why_not(self) -> CopyDecision:
        if not self.agree and not self.reason.strip():
            raise ValueError("Không duyệt thì phải ghi lý do.")
        return self


class NewCopyAuthority(Model):
    """The head's written decision on who signs copies."""

    person_id: str
    basis: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]
    valid_to: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")


class CopyView(Model):
    id: str
    kind: str
    kind_name: str
    state: str  # ASKED, APPROVED, NUMBERED, DONE, REFUSED
    state_name: str
    source_medium: str
    target_medium: str
    source_form: str
    source_kind: str
    source_id: str | None = None
    source_code: str = ""
    source_issuer: str = ""
    source_date: str = ""
    type_name: str = ""
    subject: str
    purpose: str = ""
    recipients: list[str] = []
    file: FileRef | None = None
    result: FileRef | None = None
    asked_by_name: str
    decided_by_name: str = ""
    decided_at: AwareDatetime | None = None
    reason: str = ""
    number: int | None = None
    code: str = ""
    issued_date: str | None = None
    clerk_name: str = ""
    created_at: AwareDatetime
    timeline: list[TimelineEntry] = []
