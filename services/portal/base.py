"""The portal's only data: sessions of browsers, which drafts a signer has opened, how far a long batch is."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import JSON, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from shared.clock import now
from shared.database import UtcTime, new_id, service_base

if TYPE_CHECKING:  # a type checker cannot follow a class made by a function
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase): ...
else:
    Base = service_base("portal")


class WebSession(Base):
    """A browser that logged in. The key is the hash of the cookie: a stolen database opens no session."""

    __tablename__ = "web_session"
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    csrf: Mapped[str] = mapped_column(String(64))
    access_token: Mapped[str] = mapped_column(Text)
    refresh_token: Mapped[str] = mapped_column(Text)
    access_until: Mapped[datetime] = mapped_column(UtcTime)
    person: Mapped[dict[str, Any]] = mapped_column(JSON)
    flash: Mapped[dict[str, Any] | None] = mapped_column(JSON, default=None)
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    seen_at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class OpenedDraft(Base):
    """Who is to sign has seen exactly this content; only then is it ticked in a batch. A newer one replaces it."""

    __tablename__ = "opened_drafts"
    person_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    document_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    content_hash: Mapped[str] = mapped_column(String(128))
    at: Mapped[datetime] = mapped_column(UtcTime, default=now)


class SignRun(Base):
    """A batch that is signed in the background. `lines`: each document with its outcome; `at`: the last one came."""

    __tablename__ = "sign_runs"
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(String(64), index=True)
    lines: Mapped[list[Any]] = mapped_column(JSON)
    begun_at: Mapped[datetime] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcTime)
