"""Another gateway's partner API: the operations of the national axis under its base path, called with a short-lived
token (OAuth 2.0 client credentials) or with the axis' own signed headers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Literal

import httpx
from pydantic import Field, SecretStr, model_validator

from services.gateway.axes.client import Authoriser, WireAxis
from services.gateway.axes.kinds import Endpoint, Kind, PartnerSettings, Seat
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable, Capabilities
from services.gateway.wire.headers import PREFIX, call_headers
from shared.http import http_client

MARGIN = 30.0  # seconds before its end a token is renewed
NO_TOKEN = "Đối tác từ chối: sai client_id hoặc client_secret"  # noqa: S105 - a message


class PartnerAccount(PartnerSettings):
    """What the other gateway's administrator gave us. `webhook_secret` signs what it tells us (`whsec_…`)."""

    endpoint: Endpoint
    login: Literal["oauth2", "signed-headers"] = "oauth2"
    client_id: str = Field(min_length=1, max_length=100)  # with signed headers: the system id
    client_secret: SecretStr
    token_path: str = Field(default="/oauth2/token", pattern=r"^/[\x21-\x7e]*$", max_length=200)
    webhook_secret: SecretStr | None = None
    client_certificate: str = Field(default="", max_length=4096)  # PEM files of this machine, for mutual TLS
    client_key: str = Field(default="", max_length=4096)
    timeout_seconds: float = Field(default=60.0, gt=0, le=3600)

    @model_validator(mode="after")
    def _both_files(self) -> PartnerAccount:
        if bool(self.client_certificate) != bool(self.client_key):
            raise ValueError("client_certificate and client_key belong together")
        return self


class PartnerAxis(WireAxis):
    """An `Axis` whose other end is a partner API."""

    def __init__(self, account: PartnerAccount, client: httpx.AsyncClient | None = None) -> None:
        http = client or _client(account)
        super().__init__(account.endpoint, _authoriser(account, http), http)


def _client(account: PartnerAccount) -> httpx.AsyncClient:
    tls = httpx.create_ssl_context()
    if account.client_certificate:
        tls.load_cert_chain(account.client_certificate, account.client_key)
    return http_client(timeout=httpx.Timeout(account.timeout_seconds, connect=10.0), tls=tls)


def _authoriser(account: PartnerAccount, client: httpx.AsyncClient) -> Authoriser:
    if account.login == "oauth2":
        return _Tokens(account, client)
    secret = account.client_secret.get_secret_value()

    async def signed(parameters: Mapping[str, str], content_type: str) -> dict[str, str]:
        return call_headers(account.client_id, secret, parameters, content_type)

    return signed


class _Tokens:
    """The parameters as headers, and a token that is renewed before it ends."""

    def __init__(self, account: PartnerAccount, client: httpx.AsyncClient) -> None:
        self._account, self._client = account, client
        self._token, self._until = "", 0.0
        self._renewing = asyncio.Lock()

    async def __call__(self, parameters: Mapping[str, str], content_type: str) -> dict[str, str]:
        for name, value in parameters.items():
            if not value.isascii() or not value.isprintable():
                raise ValueError(f"header {name} is not printable ASCII")
        async with self._renewing:
            if time.monotonic() > self._until - MARGIN:
                await self._renew()
        headers = {PREFIX + name: value for name, value in parameters.items()}
        return {**headers, "Content-Type": content_type, "Authorization": f"Bearer {self._token}"}

    async def _renew(self) -> None:
        secret = self._account.client_secret.get_secret_value()
        url = self._account.endpoint + self._account.token_path
        try:
            answer = await self._client.post(
                url, data={"grant_type": "client_credentials"}, auth=(self._account.client_id, secret)
            )
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise AxisUnavailable(f"lỗi kết nối ({type(error).__name__})") from error
        if answer.status_code in (400, 401, 403):
            raise AxisRefused("15", "credentials", NO_TOKEN)
        try:
            body = answer.json()
            self._token, self._until = str(body["access_token"]), time.monotonic() + float(body["expires_in"])
        except (ValueError, KeyError, TypeError) as error:
            raise AxisUnavailable(f"câu trả lời lạ, HTTP {answer.status_code}, không có access_token") from error


def _connect(account: PartnerAccount, _seat: Seat) -> PartnerAxis:
    return PartnerAxis(account)


KIND = Kind(
    name="partner",
    title="API đối tác của một hệ thống khác",
    settings=PartnerAccount,
    connect=_connect,
    capabilities=Capabilities(push=True, registers=True, directory="changes"),
)
