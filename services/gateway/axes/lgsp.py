"""A provincial axis (LGSP) in its REST form (axis.md §2). Provinces differ: what may is a setting, answers are read in
every form that was seen."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import Field, SecretStr

from services.gateway.axes.answers import already_there
from services.gateway.axes.cut_short import CutShort
from services.gateway.axes.jsontext import extract
from services.gateway.axes.kinds import Endpoint, Kind, PartnerSettings, Seat
from services.gateway.axes.lgsp_answers import complete, first, judge, received_item, rows
from services.gateway.axes.protocol import (
    AgencyEntry,
    AxisRefused,
    AxisUnavailable,
    Capabilities,
    Downloaded,
    MessageType,
    OfficeRegistration,
    ReceivedItem,
    SendReceipt,
    SentItem,
)
from services.gateway.wire.editing import NotEditable, with_receivers
from shared.clock import today
from shared.http import http_client

CHUNK = 262144
OPEN_STATUSES = {"", "initial", "processing"}
NO_REGISTER = "Trục tỉnh này không cho đăng ký đơn vị qua kết nối. Hãy đề nghị đơn vị vận hành trục khai báo."


_NONE: tuple[AgencyEntry, ...] = ()


class LgspAccount(PartnerSettings):
    """How one unit logs in to a provincial axis."""

    endpoint: Endpoint
    username: str = Field(min_length=1, max_length=200)
    password: SecretStr
    application_code: str = Field(default="", max_length=100)
    system_id: str = Field(min_length=1, max_length=64)
    secret_key: SecretStr
    login_path: str = Field(default="/v1/auth/login?allow_anonymous=true", pattern=r"^/[\x21-\x7e]*$", max_length=200)
    token_minutes: float = Field(default=25.0, gt=0)  # how long a token is used; the axis ends it after 30
    window_days: int = Field(default=30, ge=1, le=366)  # how far back the list of received packages is asked
    timeout_seconds: float = Field(default=60.0, gt=0, le=3600)


class LgspAxis:
    """An `Axis` for one unit of a provincial axis."""

    def __init__(self, account: LgspAccount, client: httpx.AsyncClient | None = None) -> None:
        self._account = account
        self._client = client or http_client(timeout=httpx.Timeout(account.timeout_seconds, connect=10.0))
        self._token, self._token_until = "", 0.0
        self._logging_in = asyncio.Lock()
        self._cut_short = CutShort()

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    # Sending

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: MessageType
    ) -> SendReceipt:
        """sendEdoc. There is no list of receivers beside the package, so the package may name these only."""
        with tempfile.TemporaryDirectory(prefix="lgsp-") as folder:
            body = await asyncio.to_thread(_addressed, path, Path(folder) / "package.edxml", recipients)
            try:
                answer = await self._call("POST", "/v1/sendEdoc", data={"messageType": message_type}, file=body)
            except (AxisRefused, AxisUnavailable) as error:
                if already_there(error):
                    return SendReceipt("", duplicate=True)
                raise
        data = answer.get("data")
        axis_id = str(answer.get("docId") or (data.get("docId") if isinstance(data, dict) else "") or "").strip()
        if not axis_id:
            raise AxisUnavailable("câu trả lời lạ: thiếu docId")
        return SendReceipt(axis_id)

    async def list_sent(self, message_type: MessageType, axis_id: str | None = None) -> list[SentItem]:
        """This form of axis cannot be asked: the receiver's own check for duplicates is what there is."""
        return []

    # Receiving

    async def list_received(self, message_type: MessageType) -> list[ReceivedItem]:
        """syncReceivedEdocList over the last weeks: what is not yet done or failed."""
        since = today() - timedelta(days=self._account.window_days)
        until = today() + timedelta(days=1)  # its clock may be ahead of ours
        window = {"fromDate": f"{since:%Y/%m/%d}", "toDate": f"{until:%Y/%m/%d}"}
        answer = await self._call("GET", "/v1/syncReceivedEdocList", params={"messageType": message_type, **window})
        found: dict[str, ReceivedItem] = {}
        for entry in rows(answer):
            item = received_item(entry, message_type)
            if item.status.lower() in OPEN_STATUSES:
                found.setdefault(item.axis_id, item)
        return list(found.values())

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        """getEdoc: the package is a text in the JSON answer, which is read as a stream."""
        part = path.with_name(path.name + ".part")
        try:
            async with self._authorised("GET", "/v1/getEdoc", params={"docId": item.axis_id}) as response:
                with part.open("wb") as out:
                    rest, found = await extract(_texts(response), "edxml", out)
                    answer = judge(rest, response.status_code)
                    out.flush()
                    await asyncio.to_thread(os.fsync, out.fileno())
            if not found:
                raise AxisUnavailable("câu trả lời lạ: không có gói tin")
            if not await asyncio.to_thread(complete, part, answer):
                await asyncio.to_thread(self._cut_short.check, item.axis_id, part)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return await asyncio.to_thread(_measured, path)

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        """updateStatus done or fail."""
        body = {"docId": item.axis_id, "status": "done" if ok else "fail"}
        await self._call("POST", "/v1/updateStatus", json_body=body)

    # Register

    async def register_office(self, office: OfficeRegistration) -> None:
        raise AxisRefused("", "unknown", NO_REGISTER)

    async def delete_office(self, code: str) -> None:
        raise AxisRefused("", "unknown", NO_REGISTER)

    async def agencies(self) -> AsyncIterator[AgencyEntry]:
        """getAgenciesList."""
        for entry in rows(await self._call("GET", "/v1/getAgenciesList")):
            yield AgencyEntry(
                code=first(entry, "orgCode", "code"),
                name=first(entry, "orgName", "name"),
                parent=first(entry, "parentCode", "pid"),
                mail=first(entry, "email", "mail"),
            )

    async def changes(self) -> AsyncIterator[AgencyEntry]:
        """There is no list of changes: the whole register."""
        async for entry in self.agencies():
            yield entry

    async def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        """There is no such list."""
        for entry in _NONE:
            yield entry

    # Calls

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json_body: Any = None,
        file: Path | None = None,
    ) -> dict[str, Any]:
        """The answer's object; a bare array becomes its `data`."""
        async with self._authorised(method, path, params=params, data=data, json_body=json_body, file=file) as response:
            return judge(await response.aread(), response.status_code)

    @asynccontextmanager
    async def _authorised(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json_body: Any = None,
        file: Path | None = None,
    ) -> AsyncIterator[httpx.Response]:
        """A call with a token, once more with a new one where the old has ended. A file is sent with its length."""
        url = self._account.endpoint + path
        for attempt in (1, 2):
            headers = await self._headers()
            name = f"{self._account.system_id}.edxml"
            opened = file.open("rb") if file else None
            try:
                parts = {"edocFile": (name, opened, "application/xml")} if opened else None
                request = self._client.build_request(
                    method, url, params=params, headers=headers, data=data, json=json_body, files=parts
                )
                async with _answered(self._client, request) as response:
                    if response.status_code != 401 or attempt == 2:
                        yield response
                        return
            finally:
                if opened:
                    opened.close()
            self._token = ""

    async def _headers(self) -> dict[str, str]:
        async with self._logging_in:
            if not self._token or time.monotonic() > self._token_until:
                self._token = await self._log_in()
                self._token_until = time.monotonic() + self._account.token_minutes * 60
        secret = self._account.secret_key.get_secret_value()
        return {
            "Authorization": f"Bearer {self._token}",
            "X-SystemId": self._account.system_id,
            "X-SecretKey": secret,
        }

    async def _log_in(self) -> str:
        account = self._account
        body = {
            "username": account.username,
            "password": account.password.get_secret_value(),
            "applicationCode": account.application_code,
            "otp": None,
            "twoFactorProvider": None,
            "typeObjs": [0, 1],
        }
        request = self._client.build_request("POST", account.endpoint + account.login_path, json=body)
        async with _answered(self._client, request) as response:
            if response.status_code in (400, 401, 403):
                raise AxisRefused("15", "credentials", "Trục từ chối: sai tên đăng nhập hoặc mật khẩu")
            answer = judge(await response.aread(), response.status_code)
        data = answer.get("data")
        token = answer.get("token") or answer.get("access_token") or (data or {}).get("token")
        if not isinstance(token, str) or not token:
            raise AxisUnavailable("câu trả lời lạ: đăng nhập không có token")
        return token


@asynccontextmanager
async def _answered(client: httpx.AsyncClient, request: httpx.Request) -> AsyncIterator[httpx.Response]:
    """Every failure of the network, also while the body is read, is an outage."""
    try:
        response = await client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
        raise AxisUnavailable(f"lỗi kết nối ({type(error).__name__})") from error


async def _texts(response: httpx.Response) -> AsyncGenerator[str, None]:
    async for text in response.aiter_text(CHUNK):
        yield text


def _addressed(path: Path, copy: Path, recipients: Sequence[str]) -> Path:
    if not recipients:
        return path
    try:
        with_receivers(path, copy, recipients)
    except NotEditable as error:
        raise AxisRefused("22", "file", "Gói tin không ghi nơi nhận này nên không gửi được qua trục tỉnh.") from error
    return copy


def _measured(path: Path) -> Downloaded:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Downloaded(path, path.stat().st_size, digest)


def _connect(account: LgspAccount, _seat: Seat) -> LgspAxis:
    return LgspAxis(account)


KIND = Kind(
    name="lgsp",
    title="Trục liên thông của tỉnh (LGSP)",
    settings=LgspAccount,
    connect=_connect,
    capabilities=Capabilities(lists_sent=False, directory="whole"),
)
