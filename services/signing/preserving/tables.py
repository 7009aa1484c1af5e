"""Files that are kept provable for as long as the law keeps documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from services.signing.base import Base


class Preserved(Base):
    """One signed file of an issued document. The issued file stays as it is; the kept one is a copy with time stamps.

    `until`: the end of the newest time stamp's certificates; `next_at`: when the job looks at it again; `alarmed`: the
    people concerned know that it is not done in time.
    """

    __tablename__ = "preserved"
    __table_args__ = (Index(None, "next_at"),)

    document_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True)
    office_id: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(100))
    issued: Mapped[dict[str, Any]] = mapped_column(JSON)  # FileRef, as it went to its recipients
    kept_sha256: Mapped[str] = mapped_column(String(64), default="")
    stamps: Mapped[int] = mapped_column(Integer, default=0)
    stamped_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    verdict: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the judge's, on the kept file
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    reason: Mapped[str] = mapped_column(String(500), default="")
    alarmed: Mapped[bool] = mapped_column(default=False)
    next_at: Mapped[datetime]
