"""What may be signed, and what has been."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Submitted(Base):
    """Which main file a content hash of a draft stands for; a copy of registry's fact."""

    __tablename__ = "submitted"

    draft_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(128), primary_key=True)
    main_sha256: Mapped[str] = mapped_column(String(64))


class Approval(Base):
    """The newest content of a draft that has every approval; a copy of workflow's fact."""

    __tablename__ = "approvals"

    draft_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(128))
    office_id: Mapped[str] = mapped_column(String(64))
    signer_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


class Act(Base):
    """One finished act; its key makes a second one impossible. `of`: content hash (leader), number and file (seal)."""

    __tablename__ = "acts"

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)  # "leader" or "seal"
    object_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    of: Mapped[str] = mapped_column(String(200), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    actor_id: Mapped[str] = mapped_column(String(64))
    files: Mapped[list[Any]] = mapped_column(JSON)  # FileRef: main, then annexes
    legal_state: Mapped[str] = mapped_column(String(20), default="")
    done_at: Mapped[datetime]
