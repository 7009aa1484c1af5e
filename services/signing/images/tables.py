"""Pictures of signatures and seals, in true millimetres."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Float, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base
from shared.database import new_id


class Image(Base):
    """`state`: proposed, active (holder and unit have approved), refused, replaced. The PNG lies in the blob store."""

    __tablename__ = "images"
    __table_args__ = (Index(None, "owner_kind", "owner_id", "state"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    owner_kind: Mapped[str] = mapped_column(String(10))  # "person" (signature), "office" (seal)
    owner_id: Mapped[str] = mapped_column(String(64))
    owner_name: Mapped[str] = mapped_column(String(300))
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    width_mm: Mapped[float] = mapped_column(Float)
    height_mm: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(10), default="proposed")
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[str] = mapped_column(String(200))
    holder_at: Mapped[datetime | None]
    holder_by: Mapped[str] = mapped_column(String(200), default="")
    unit_at: Mapped[datetime | None]
    unit_by: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(500), default="")
