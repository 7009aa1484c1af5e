"""Who may sign for an office in which capacity, from when to when, by which paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Date, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base
from shared.database import new_id


class Capacity(Base):
    """One right to sign. None is ever deleted: what was signed under it has to be explained later.

    `capacity` and `of` are what is printed above the position ("KT." "GIÁM ĐỐC"); `types` and `fields` (units whose
    drafts are meant) bound it, empty means all. `source`: "post" (follows from the directory) or "granted".
    """

    __tablename__ = "capacities"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    person_id: Mapped[str] = mapped_column(String(64), index=True)
    person_name: Mapped[str] = mapped_column(String(200))
    capacity: Mapped[str] = mapped_column(String(4))
    of: Mapped[str] = mapped_column(String(200), default="")
    position: Mapped[str] = mapped_column(String(200), default="")
    types: Mapped[list[Any]] = mapped_column(JSON, default=list)
    fields: Mapped[list[Any]] = mapped_column(JSON, default=list)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    ended_at: Mapped[datetime | None]
    source: Mapped[str] = mapped_column(String(10), default="granted")
    from_person_id: Mapped[str] = mapped_column(String(64), default="")
    from_name: Mapped[str] = mapped_column(String(200), default="")
    legal_basis: Mapped[str] = mapped_column(String(500), default="")
