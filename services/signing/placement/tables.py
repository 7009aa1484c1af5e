"""Places that people marked by hand: for one file, and for the office's files of one type."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Placement(Base):
    """`of`: "file <SHA-256 of the draft>" or "type <name of type in lower case>". It counts in its own office only."""

    __tablename__ = "placements"

    office_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    of: Mapped[str] = mapped_column(String(120), primary_key=True)
    boxes: Mapped[dict[str, Any]] = mapped_column(JSON)
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
