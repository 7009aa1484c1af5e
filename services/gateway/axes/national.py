"""The national axis over its wire protocol (axis.md §1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import httpx
from pydantic import Field, SecretStr

from services.gateway.axes.client import WireAxis
from services.gateway.axes.kinds import Endpoint, Kind, PartnerSettings, Seat
from services.gateway.axes.protocol import Capabilities, SentItem
from services.gateway.wire.headers import call_headers
from shared.http import http_client


@dataclass(frozen=True, slots=True)
class NationalAxisSettings:
    """How to reach the axis as one connection centre."""

    endpoint: str
    system_id: str
    secret: str = field(repr=False)
    timeout_seconds: float = 60.0
    connect_timeout_seconds: float = 10.0


class NationalAxis(WireAxis):
    """The axis for one connection centre: every call is signed with its secret."""

    def __init__(self, settings: NationalAxisSettings, client: httpx.AsyncClient | None = None) -> None:
        async def signed(parameters: Mapping[str, str], content_type: str) -> dict[str, str]:
            return call_headers(settings.system_id, settings.secret, parameters, content_type)

        timeout = httpx.Timeout(settings.timeout_seconds, connect=settings.connect_timeout_seconds)
        super().__init__(settings.endpoint, signed, client or http_client(timeout=timeout))


def earlier_sends(sent: Iterable[SentItem], notation: str, receiver: str, title: str) -> list[SentItem]:
    """Sends that look like the one about to be repeated (§1.7)."""
    return [item for item in sent if (item.notation, item.receiver, item.title) == (notation, receiver, title)]


class NationalAccount(PartnerSettings):
    """A connection centre on the national axis (axis.md §1.6)."""

    endpoint: Endpoint
    system_id: str = Field(min_length=1, max_length=64)
    secret: SecretStr
    timeout_seconds: float = Field(default=60.0, gt=0, le=3600)


def _connect(account: NationalAccount, _seat: Seat) -> NationalAxis:
    secret = account.secret.get_secret_value()
    return NationalAxis(
        NationalAxisSettings(account.endpoint, account.system_id, secret, timeout_seconds=account.timeout_seconds)
    )


KIND = Kind(
    name="national",
    title="Trục liên thông văn bản quốc gia",
    settings=NationalAccount,
    connect=_connect,
    capabilities=Capabilities(registers=True, directory="changes"),
)
