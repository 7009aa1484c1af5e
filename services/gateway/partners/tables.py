"""Partners, and the organ codes that are reached through each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Date, ForeignKey, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class Partner(Base):
    """One partner. `name` is the channel which deliveries and arrivals carry; it never changes."""

    __tablename__ = "partners"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(20))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # without the secret ones
    sealed: Mapped[str] = mapped_column(Text, default="")  # the secret ones, encrypted (vault.py)
    is_default: Mapped[bool] = mapped_column(Boolean, default=False)  # reaches every code that nobody else owns
    signature_rule: Mapped[str] = mapped_column(String(10), default="", server_default="")  # "", "required", "valid"
    package_limit_mb: Mapped[int | None] = mapped_column(Integer)
    poll_seconds: Mapped[int | None] = mapped_column(Integer)  # None: QLVB_AXIS_POLL_SECONDS
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    paused: Mapped[bool] = mapped_column(Boolean, default=False)
    pause_reason: Mapped[str] = mapped_column(Text, default="")
    from_environment: Mapped[bool] = mapped_column(Boolean, default=False)  # made by QLVB_AXIS_NATIONAL
    version: Mapped[int] = mapped_column(Integer, default=1)  # every change counts: replicas see by it what is new
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class PartnerCode(Base):
    """A code, or with `tree` a code and everything below it, which is reached through one partner."""

    __tablename__ = "partner_codes"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)  # normalised
    tree: Mapped[bool] = mapped_column(Boolean, default=True)
    partner_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("partners.id"), index=True)
