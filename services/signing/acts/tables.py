"""What may be signed, what is being signed, and what has been."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base
from shared.database import new_id


class Draft(Base):
    """The newest content of a draft; a copy of registry's facts. Not `open`: changed since, and not handed in again."""

    __tablename__ = "drafts"

    draft_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int] = mapped_column(Integer)
    content_hash: Mapped[str] = mapped_column(String(128))
    main_sha256: Mapped[str] = mapped_column(String(64))
    office_id: Mapped[str] = mapped_column(String(64), default="")
    unit_id: Mapped[str] = mapped_column(String(64), default="")
    type_name: Mapped[str] = mapped_column(String(100), default="")
    open: Mapped[bool] = mapped_column(Boolean, default=True)


class Approval(Base):
    """The newest content of a draft that has every approval; a copy of workflow's fact. `version` 0: not told."""

    __tablename__ = "approvals"

    draft_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(128))
    version: Mapped[int] = mapped_column(Integer, default=0)
    office_id: Mapped[str] = mapped_column(String(64))
    signer_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Act(Base):
    """One act, begun or done; its key makes a second one impossible.

    `of`: content and version (leader, initial), file and number (seal). `order`: what was asked for. `next_at`:
    when the job takes it up if nobody else has finished it.
    """

    __tablename__ = "acts"
    __table_args__ = (Index(None, "state", "next_at"),)

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # "leader", "initial", "seal"
    object_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    of: Mapped[str] = mapped_column(String(200), primary_key=True)
    id: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(new_id()))
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(200), default="")
    owner_kind: Mapped[str] = mapped_column(String(10), default="")  # whose key: "person" or "office"
    owner_id: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(20), default="open")
    order: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    reason: Mapped[str] = mapped_column(String(500), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None]
    files: Mapped[list[Any]] = mapped_column(JSON, default=list)  # FileRef: main, then annexes
    legal_state: Mapped[str] = mapped_column(String(20), default="")
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Signature(Base):
    """One signature of an act, on one file. Whatever is known of it is stored before the next step begins.

    `opening`: the revision that waits for its signature (`pdf.opening`); `to_sign`: SHA-256 of what the key signs;
    `value`: what the key gave. A value is stored once and never replaced.
    """

    __tablename__ = "signatures"

    act_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    form: Mapped[str] = mapped_column(String(10))  # see `forms`
    source: Mapped[dict[str, Any]] = mapped_column(JSON)  # FileRef that is signed
    state: Mapped[str] = mapped_column(String(20), default="new")
    base_sha256: Mapped[str] = mapped_column(String(64), default="", index=True)  # the prepared file
    opening: Mapped[str | None] = mapped_column(Text)
    prepared_at: Mapped[datetime | None]
    to_sign: Mapped[str] = mapped_column(String(64), default="")
    fingerprint: Mapped[str] = mapped_column(String(64), default="")  # of the certificate it was prepared for
    value: Mapped[str | None] = mapped_column(Text)  # hex
    signed_at: Mapped[datetime | None]  # when the value came
    token: Mapped[str | None] = mapped_column(Text)  # hex: the time stamp over the value, kept like it
    file: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # FileRef, signed and assembled
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the judge's, when it was made
    steps: Mapped[list[Any]] = mapped_column(JSON, default=list)  # NĐ 68/2024 Đ29: {step, at, text}
