"""What several subjects use."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, StringConstraints

from contracts.message import FileRef, Model

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=2000)]


Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class Citation(Model):
    """What is said of a document where it is copied, cited or converted. `on_record`: registered, or issued."""

    code: str
    issuer: str
    issued_date: str = ""
    type_name: str = ""
    subject: str
    legal_state: str = ""
    files: list[FileRef] = []
    on_record: bool = True


Medium = Literal["paper", "electronic"]


class TimelineEntry(Model):
    at: AwareDatetime
    service: str
    act: str
    actor: str = ""
    text: str = ""
    status: str | None = None
    event_id: str


class ReplyView(Model):
    """An incoming document that answers ours, or an outgoing one that answers theirs."""

    id: str
    code: str = ""
    subject: str = ""
    sender_name: str = ""


class ChangeView(Model):
    """A document that changes another one, or the one that is changed. `change`: amend, replace, correct."""

    id: str
    code: str = ""
    subject: str = ""
    state: str = ""
    change: str = ""
