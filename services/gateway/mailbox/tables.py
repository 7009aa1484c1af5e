"""Packages handed in at this deployment, and one item for every receiver."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

INITIAL, PROCESSING, DONE, FAIL = "initial", "processing", "done", "fail"
OPEN = (INITIAL, PROCESSING)
OURS = ""  # as sender of a package: this deployment
LOCAL = "local"  # as box of an item: an office of this deployment
RELAY = "relay"  # as box of an item: on its way through a partner that has no box here
_OPEN = text("status IN ('initial', 'processing')")


class MailPackage(Base):
    """A package as it was handed in; its id is the DocId of the sender. `same_key` makes two of them the same."""

    __tablename__ = "mail_packages"
    __table_args__ = (
        UniqueConstraint("partner", "idempotency_key"),
        Index("ix_mail_packages_sent", "partner", "message_type", "sent_at"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    partner: Mapped[str] = mapped_column(String(20))  # who handed it in
    from_code: Mapped[str] = mapped_column(String(64))
    message_type: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(Text, default="")
    notation: Mapped[str] = mapped_column(String(200), default="")
    same_key: Mapped[str] = mapped_column(String(64), index=True)
    idempotency_key: Mapped[str | None] = mapped_column(String(128))
    sent_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class MailItem(Base):
    """A package for one receiver, in the box of whoever fetches it; its id is the DocId of the receiver."""

    __tablename__ = "mail_items"
    __table_args__ = (
        Index("ix_mail_items_box", "box", "status", "id"),
        Index("ix_mail_items_open", "sha256", postgresql_where=_OPEN, sqlite_where=_OPEN),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    package_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("mail_packages.id"), index=True)
    box: Mapped[str] = mapped_column(String(20))
    to_code: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))  # of what is given out: a relayed one has one hop more
    size: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(String(12), default=INITIAL)
    status_desc: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    updated_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class PartnerAgency(Base):
    """A unit that a partner registered within its own codes."""

    __tablename__ = "partner_agencies"

    code: Mapped[str] = mapped_column(String(64), primary_key=True)  # normalised
    partner: Mapped[str] = mapped_column(String(20), index=True)
    parent: Mapped[str] = mapped_column(String(64), default="")
    name: Mapped[str] = mapped_column(String(300))
    mail: Mapped[str] = mapped_column(String(200), default="")
    mobile: Mapped[str] = mapped_column(String(40), default="")
    fax: Mapped[str] = mapped_column(String(40), default="")
    version: Mapped[int] = mapped_column(Integer, default=1)
    deleted: Mapped[bool] = mapped_column(Boolean, default=False)
    changed_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
