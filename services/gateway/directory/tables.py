"""Organs outside this deployment as registers and lists name them; how each import went; codes that were replaced."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class ExternalOrgan(Base):
    """One unit in one source: the register of a partner (by its name), `identity`, or a list that was imported."""

    __tablename__ = "external_organs"
    __table_args__ = (
        UniqueConstraint("source", "code"),
        Index("ix_external_organs_code", "code"),
        Index("ix_external_organs_other_code", "other_code"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    source: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(64))  # normalised
    other_code: Mapped[str] = mapped_column(String(64), default="")  # of the other scheme
    name: Mapped[str] = mapped_column(String(300))
    parent: Mapped[str] = mapped_column(String(64), default="")
    mail: Mapped[str] = mapped_column(String(200), default="")
    version: Mapped[str] = mapped_column(String(40), default="")
    closed: Mapped[bool] = mapped_column(Boolean, default=False)
    malformed: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


BYTEWISE = String(40).with_variant(String(40, collation="C"), "postgresql")  # a beginning is a range, in any language


class OrganWord(Base):
    """By the beginning of which word an organ is found (words.py)."""

    __tablename__ = "organ_words"

    word: Mapped[str] = mapped_column(BYTEWISE, primary_key=True)
    organ_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("external_organs.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class DirectoryImport(Base):
    """One reading of a register or a list. `counts`: how many units were new, renamed, closed …"""

    __tablename__ = "directory_imports"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(String(20), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # "whole", "changes", "file"
    started_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
    complete: Mapped[bool] = mapped_column(Boolean, default=False)
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    error: Mapped[str] = mapped_column(Text, default="")


class DirectoryChange(Base):
    """What an import found, for a person to read; of each kind the first few hundred."""

    __tablename__ = "directory_changes"
    __table_args__ = (Index("ix_directory_changes_import_id", "import_id", "what", "id"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    import_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("directory_imports.id"))
    what: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(64))
    before: Mapped[str] = mapped_column(String(300), default="")
    after: Mapped[str] = mapped_column(String(300), default="")


class CodeSuccession(Base):
    """From `since` on the old code stands for the new one: a list of the province, or an administrator, said so."""

    __tablename__ = "code_successions"

    old_code: Mapped[str] = mapped_column(String(64), primary_key=True)  # normalised
    new_code: Mapped[str] = mapped_column(String(64), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    legal_basis: Mapped[str] = mapped_column(String(300), default="")
