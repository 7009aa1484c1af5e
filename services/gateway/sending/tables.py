"""The queue of packages that leave, documents and statuses alike; and the circuit breaker of each partner."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Boolean, Index, Integer, String, Text, UniqueConstraint, Uuid, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

# again: tried, and waits for its next try. failed: a dead letter.
WAITING, AGAIN, SENDING, SENT, FAILED = "waiting", "again", "sending", "sent", "failed"
RELAY = "relay"
UNFINISHED = (WAITING, AGAIN, SENDING)
_HOLDING, _DEAD = text("state IN ('again', 'sending')"), text("state = 'failed'")
_LEFT = text("sent_at IS NOT NULL")
_NAMED = text("external_id <> ''")


class Shipment(Base):
    """One package to one receiver over one axis. `subject_id` is the delivery or the arrival that it speaks of.

    `lease_until` belongs to the sender that claimed it; `maybe_sent` stays true from the claim until a definite answer,
    so that after a lost answer or a killed process the axis is asked first (axis.md §1.7).
    """

    __tablename__ = "shipments"
    __table_args__ = (
        UniqueConstraint("subject_id", "code", "round"),
        Index("ix_shipments_queue", "axis", "state", "rank", "id"),
        Index("ix_shipments_holding", "axis", "to_code", postgresql_where=_HOLDING, sqlite_where=_HOLDING),
        Index("ix_shipments_dead", "id", postgresql_where=_DEAD, sqlite_where=_DEAD),
        Index("ix_shipments_left", "sent_at", postgresql_where=_LEFT, sqlite_where=_LEFT),
        Index("ix_shipments_external", "external_id", postgresql_where=_NAMED, sqlite_where=_NAMED),
        Index("ix_shipments_office_left", "office_id", "sent_at", postgresql_where=_LEFT, sqlite_where=_LEFT),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    code: Mapped[str] = mapped_column(String(20))  # "edoc", "relay", or a status code
    round: Mapped[int] = mapped_column(Integer, default=0)  # counts requests to take a document back
    axis: Mapped[str] = mapped_column(String(40))
    office_id: Mapped[str] = mapped_column(String(64), default="", server_default="")  # of ours, whose package it is
    from_code: Mapped[str] = mapped_column(String(64))
    to_code: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text, default="")
    notation: Mapped[str] = mapped_column(String(200), default="")
    package_id: Mapped[UUID | None] = mapped_column(Uuid)
    content: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # of a status or a relay
    urgency: Mapped[int] = mapped_column(Integer, default=0)
    rank: Mapped[int] = mapped_column(Integer, default=0, server_default="0")  # -urgency: the order of the line
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime] = mapped_column(UtcTime, default=now)  # of one that is tried again
    down: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())  # the partner's fault
    lease_until: Mapped[datetime | None] = mapped_column(UtcTime)
    maybe_sent: Mapped[bool] = mapped_column(Boolean, default=False)
    external_id: Mapped[str] = mapped_column(String(100), default="")
    reason_code: Mapped[str] = mapped_column(String(60), default="", server_default="")  # why it needs a person
    last_error: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    queued_at: Mapped[datetime] = mapped_column(UtcTime, default=now, server_default=func.now())  # last put in line
    sent_at: Mapped[datetime | None] = mapped_column(UtcTime)

    @property
    def is_document(self) -> bool:
        """A document of this deployment: `subject_id` is its delivery."""
        return self.code == "edoc"

    @property
    def is_relay(self) -> bool:
        """Somebody else's package, passed on by this hub: `subject_id` is its item in the mailbox."""
        return self.code == RELAY

    @property
    def message_type(self) -> str:
        kind: str = self.content.get("message_type", "edoc") if self.is_relay else "edoc"
        return kind if self.is_relay or self.is_document else "status"


class CircuitRow(Base):
    """The breaker of one partner (circuit.py): every replica reads and turns the same one."""

    __tablename__ = "circuits"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    state: Mapped[str] = mapped_column(String(10))
    failures: Mapped[int] = mapped_column(Integer, default=0)
    pauses: Mapped[int] = mapped_column(Integer, default=0)
    until: Mapped[datetime | None] = mapped_column(UtcTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[datetime] = mapped_column(UtcTime, default=now)
