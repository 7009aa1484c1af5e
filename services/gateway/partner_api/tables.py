"""How much a partner may still ask."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, String
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.database import UtcTime


class RateBucket(Base):
    """Requests that a partner may make at once; it fills with time. All replicas draw from the same one."""

    __tablename__ = "rate_buckets"

    partner: Mapped[str] = mapped_column(String(20), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    filled_at: Mapped[datetime] = mapped_column(UtcTime)
