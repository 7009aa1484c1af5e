"""Packages written for a smaller limit, and the files which they offer by link."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id


class FittedPackage(Base):
    """The edXML of a package without the files that are too large for partners of this limit."""

    __tablename__ = "fitted_packages"
    __table_args__ = (UniqueConstraint("package_id", "limit_bytes"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    package_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("out_packages.id"))
    limit_bytes: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    ends_at: Mapped[datetime] = mapped_column(UtcTime)  # when its links end
    made_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class FileLink(Base):
    """One file of an issued document that whoever holds its address may fetch until `ends_at`."""

    __tablename__ = "file_links"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    package_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("out_packages.id"), index=True)
    document_id: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(300))
    content_type: Mapped[str] = mapped_column(String(120), default="application/octet-stream")
    size: Mapped[int] = mapped_column(BigInteger)
    ends_at: Mapped[datetime] = mapped_column(UtcTime)
    made_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    fetched: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # how often
    fetched_at: Mapped[datetime | None] = mapped_column(UtcTime)
