"""Files on their way in, and the pieces of them that have arrived."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class Upload(Base):
    """One file of one person. `received` bytes of `size` are here; `file` is its reference once it was taken in."""

    __tablename__ = "uploads"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(String(64), index=True)
    name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    made_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    ends_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    file: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class UploadPiece(Base):
    """So many bytes from `start` on, in the store under `key`."""

    __tablename__ = "upload_pieces"

    upload_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("uploads.id"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(Integer)
    key: Mapped[str] = mapped_column(String(80))
