"""Replays: a filter, how far it has come, and whether it goes on."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Integer, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

RUNNING, STOPPED, DONE = "running", "stopped", "done"


class Replay(Base):
    """`cursor` is the last package taken: a replay that was killed goes on behind it, and one that fails again is not
    taken twice by the same replay."""

    __tablename__ = "replays"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str | None] = mapped_column(String(64))  # whose packages; none: everybody's
    filter: Mapped[dict[str, Any]] = mapped_column(JSON)
    before: Mapped[datetime] = mapped_column(UtcTime)  # put in line before this moment
    per_second: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default=RUNNING, index=True)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    cursor: Mapped[UUID | None] = mapped_column(Uuid)
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    finished_at: Mapped[datetime | None] = mapped_column(UtcTime)
