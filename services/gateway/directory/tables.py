"""Codes that were replaced by others."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base


class CodeSuccession(Base):
    """From `since` on the old code stands for the new one: a list of the province, or an administrator, said so."""

    __tablename__ = "code_successions"

    old_code: Mapped[str] = mapped_column(String(64), primary_key=True)  # normalised
    new_code: Mapped[str] = mapped_column(String(64), index=True)
    since: Mapped[date | None] = mapped_column(Date)
    legal_basis: Mapped[str] = mapped_column(String(300), default="")
