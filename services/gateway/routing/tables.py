"""The local copy of identity's offices and their codes."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base


class KnownOffice(Base):
    __tablename__ = "known_offices"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    organ_id: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class OfficeCode(Base):
    """A code or alias, normalised; one office owns it."""

    __tablename__ = "office_codes"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64), ForeignKey("known_offices.office_id"), index=True)
