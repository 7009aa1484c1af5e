"""Keys of partners."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from services.gateway.base import Base
from shared.clock import now
from shared.database import UtcTime, new_id

SIGNED, OAUTH2, MTLS = "signed-headers", "oauth2", "mtls"


class Credential(Base):
    """One key. `client_id`: the system id, the OAuth client, or the fingerprint of a certificate.

    The shared key of signed headers must be known to check a signature, so it is kept encrypted; of an OAuth secret
    the SHA-256 is enough: the secret is ours, 32 random bytes.
    """

    __tablename__ = "partner_credentials"

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    partner_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("partners.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    client_id: Mapped[str] = mapped_column(String(100), index=True)
    sealed: Mapped[str] = mapped_column(Text, default="")
    digest: Mapped[str] = mapped_column(String(64), default="")
    scopes: Mapped[list[Any]] = mapped_column(JSON)
    label: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime] = mapped_column(UtcTime, default=now)
    expires_at: Mapped[datetime | None] = mapped_column(UtcTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)  # to the hour
