"""Templates, layout reports, drafts."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from contracts.message import FileRef, Model
from contracts.registry.api.common import Subject
from contracts.registry.events import Recipient


class Template(Model):
    """A document type of NĐ 30/2020 Đ7 that can be filled in."""

    key: str
    name: str
    type_name: str
    abbreviation: str
    layout: str = ""  # "decision", "titled", "letter", "minutes"
    legal_basis: str = ""
    skeleton: dict[str, Any] = {}  # the fields an editor starts with


class RenderRequest(Model):
    template: str
    data: dict[str, Any] = {}


class LayoutPlace(Model):
    """A box on a page (from 1), in millimetres from its left and upper edge; no width: the whole page."""

    page: int
    left: float = 0.0
    top: float = 0.0
    width: float = 0.0
    height: float = 0.0


class LayoutFinding(Model):
    """A rule of the form which the document breaks. `rule` is "<component>.<what>"."""

    rule: str
    name: str
    message: str
    basis: str = ""
    place: LayoutPlace


class LayoutComponent(Model):
    """A component of NĐ 30/2020 Đ8 and where it stands."""

    key: str
    name: str
    found: bool
    place: LayoutPlace | None = None


class LayoutReport(Model):
    passed: bool
    legal_basis: str
    pages: int
    components: list[LayoutComponent] = []
    findings: list[LayoutFinding] = []


class NewDraft(Model):
    """What a specialist writes down about a draft. PUT sends the same, whole."""

    type_name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    subject: Subject
    urgency: int = Field(default=0, ge=0, le=3)
    recipients: list[Recipient] = Field(default=[], max_length=5000)
    signer_id: str = ""
    signer_name: str = ""
    signer_position: str = ""
    signer_capacity: str = ""
    files: list[FileRef] = Field(default=[], max_length=100)
    notation: str = Field(default="", max_length=60)  # "QĐ-SKHCN"
    place: str = Field(default="", max_length=200)
    due_date: str | None = Field(default=None, pattern=r"^\d{4}-\d{2}-\d{2}$")
    in_reply_to_incoming_id: str | None = None
    changes_document_id: str | None = None  # the issued document which this one changes
    change: Literal["", "amend", "replace", "correct"] = ""
    annex_count: int | None = Field(default=None, ge=0)  # as the text names them; None = not said
    content: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _change_names_its_document(self) -> Self:
        if bool(self.changes_document_id) != bool(self.change):
            raise ValueError("changes_document_id and change belong together")
        return self
