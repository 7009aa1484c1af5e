"""Which office holds which stored file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.clock import now
from shared.database import UtcTime


class Holding(Base):
    """An office holds a file: it uploaded it, or one of its documents contains it. Only then may its people read it."""

    __tablename__ = "holdings"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)
    content_type: Mapped[str] = mapped_column(String(120), default="application/octet-stream")
    name: Mapped[str] = mapped_column(String(200), default="")
    since: Mapped[datetime] = mapped_column(UtcTime, default=now)
