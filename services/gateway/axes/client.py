"""The client side of the axis' operations (axis.md §1), whatever the way of saying who calls."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, Self, cast

import httpx
from anyio import to_thread

from services.gateway.axes.answers import already_there, data_list, looks_like_error, not_understood, parse_envelope
from services.gateway.axes.cut_short import CutShort, has_end
from services.gateway.axes.protocol import (
    AgencyEntry,
    AxisRefused,
    AxisUnavailable,
    Downloaded,
    MessageType,
    OfficeRegistration,
    ReceivedItem,
    SendReceipt,
    SentItem,
)
from services.gateway.axes.register_stream import entries
from services.gateway.wire.headers import hash_file

CHUNK = 262144
ERROR_LIMIT = 65536
JSON_TYPE = "application/json"
BINARY_TYPE = "application/octet-stream"
FILE_PATH = "edoc"
OPEN_STATUSES = {"", "initial", "processing"}
FINAL_BYTES = b"\r\n"

Authoriser = Callable[[Mapping[str, str], str], Awaitable[dict[str, str]]]
"""From a call's parameters and its content type to its headers; ValueError for what a header cannot carry."""


class WireAxis:
    """An `Axis` that speaks the operations of the national axis; use as an async context manager or call `close`."""

    def __init__(self, endpoint: str, authoriser: Authoriser, client: httpx.AsyncClient) -> None:
        """The client belongs to this axis from now on."""
        self._endpoint = endpoint.rstrip("/")
        self._authorise = authoriser
        self._client = client
        self._cut_short = CutShort()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    # Sending

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: MessageType
    ) -> SendReceipt:
        """sendEdoc: the file followed by CR LF; without recipients the package's own To decides."""
        parameters = {
            "servicetype": "eDoc",
            "messagetype": message_type,
            "hash-file": hash_file(sha256),
            "from": sender,
        }
        if recipients:
            parameters["to"] = json.dumps(list(recipients), separators=(",", ":"), ensure_ascii=False)
        length = str(_size(path) + len(FINAL_BYTES))
        request = await self._request("POST", "sendEdoc", parameters, BINARY_TYPE, _file_body(path), length)
        try:
            answer = await self._envelope(request)
        except (AxisRefused, AxisUnavailable) as error:
            if already_there(error):
                return SendReceipt("", duplicate=True)
            raise
        axis_id = str(answer.get("DocId") or "").strip()
        if not axis_id:
            raise AxisUnavailable("câu trả lời lạ: thiếu DocId")
        return SendReceipt(axis_id)

    async def list_sent(self, message_type: MessageType, axis_id: str | None = None) -> list[SentItem]:
        """getSentEdocList, to learn before a retry whether an earlier send arrived (§1.7)."""
        parameters = {"servicetype": "eDoc", "messagetype": message_type}
        if axis_id:
            parameters["docId"] = axis_id
        answer = await self._post("getSentEdocList", parameters)
        return [_sent_item(entry, message_type) for entry in data_list(answer)]

    # Receiving

    async def list_received(self, message_type: MessageType) -> list[ReceivedItem]:
        """getReceivedEdocList: each waiting item once, whatever the axis repeats."""
        answer = await self._post("getReceivedEdocList", {"servicetype": "eDoc", "messagetype": message_type})
        found: dict[str, ReceivedItem] = {}
        for entry in data_list(answer):
            item = _received_item(entry, message_type)
            if item.status.lower() in OPEN_STATUSES:
                found.setdefault(item.axis_id, item)
        return list(found.values())

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        """downloadEdoc into `path`; a JSON error, a web page or a broken stream is never stored as a package."""
        part = path.with_name(path.name + ".part")
        parameters = {"docId": item.axis_id, "filePath": FILE_PATH}
        request = await self._request("GET", "downloadEdoc", parameters, JSON_TYPE)
        try:
            async with self._stream(request) as response:
                size, digest, whole = await _store(response, part)
            if not whole:
                await to_thread.run_sync(self._cut_short.check, item.axis_id, part)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return Downloaded(path, size, digest)

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        """updateStatus done or fail; the parameter is spelled `docid` here (§1.6)."""
        await self._post("updateStatus", {"docid": item.axis_id, "status": "done" if ok else "fail"}, b"{}")

    # Register

    async def register_office(self, office: OfficeRegistration) -> None:
        """registerAgency: create or update."""
        body = {
            "id": "",
            "pcode": office.parent_code,
            "code": office.code,
            "name": office.name,
            "mail": office.mail,
            "mobile": office.mobile,
            "fax": office.fax,
        }
        content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        await self._post("registerAgency", {}, content)

    async def delete_office(self, code: str) -> None:
        """deleteAgency."""
        await self._post("deleteAgency", {"AgencyCode": code}, b"{}")

    async def agencies(self) -> AsyncIterator[AgencyEntry]:
        """getAgenciesList."""
        async with aclosing(self._register("getAgenciesList")) as found:
            async for entry in found:
                yield entry

    async def changes(self) -> AsyncIterator[AgencyEntry]:
        """getSynchronizeUnit."""
        async with aclosing(self._register("getSynchronizeUnit")) as found:
            async for entry in found:
                yield entry

    async def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        """getAgenciesListQD20."""
        async with aclosing(self._register("getAgenciesListQD20", {"level": "1"})) as found:
            async for entry in found:
                yield entry

    async def _register(
        self, operation: str, parameters: Mapping[str, str] | None = None
    ) -> AsyncGenerator[AgencyEntry, None]:
        request = await self._request("POST", operation, parameters or {}, JSON_TYPE, b"")
        async with self._stream(request) as response, aclosing(_texts(response)) as texts:
            async for entry in entries(texts, response.status_code):
                yield _agency(entry)

    # Calls

    async def _request(
        self,
        method: str,
        operation: str,
        parameters: Mapping[str, str],
        content_type: str,
        content: bytes | AsyncIterator[bytes] | None = None,
        length: str | None = None,
    ) -> httpx.Request:
        try:
            headers = await self._authorise(parameters, content_type)
        except ValueError as error:
            raise AxisRefused("", "unknown", "Mã đơn vị hoặc tham số chứa ký tự không được phép") from error
        if length is not None:
            headers["Content-Length"] = length
        return self._client.build_request(method, f"{self._endpoint}/{operation}", headers=headers, content=content)

    async def _post(self, operation: str, parameters: Mapping[str, str], content: bytes = b"") -> dict[str, Any]:
        return await self._envelope(await self._request("POST", operation, parameters, JSON_TYPE, content))

    async def _envelope(self, request: httpx.Request) -> dict[str, Any]:
        async with self._stream(request) as response:
            return parse_envelope(await response.aread(), response.status_code)

    @asynccontextmanager
    async def _stream(self, request: httpx.Request) -> AsyncIterator[httpx.Response]:
        """Every failure of the network, also while the body is read, is an outage."""
        try:
            response = await self._client.send(request, stream=True)
            try:
                yield response
            finally:
                await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise AxisUnavailable(f"lỗi kết nối ({type(error).__name__})") from error


def _size(path: Path) -> int:
    return path.stat().st_size


async def _file_body(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            yield piece
    yield FINAL_BYTES


async def _texts(response: httpx.Response) -> AsyncGenerator[str, None]:
    async for text in response.aiter_text(CHUNK):
        yield text


async def _store(response: httpx.Response, part: Path) -> tuple[int, str, bool]:
    """Write the body to `part`; gives its size, its SHA-256, and whether it has an end."""
    hasher, size, head, last = hashlib.sha256(), 0, b"", b""
    with part.open("wb") as file:  # a piece is small and goes to the cache of the system: a thread would cost more
        async for piece in response.aiter_bytes(CHUNK):
            if len(head) < ERROR_LIMIT:
                head += piece[: ERROR_LIMIT - len(head)]
            hasher.update(piece)
            size += file.write(piece)
            last = (last + piece)[-64:]
    if response.status_code != 200 or looks_like_error(head):
        parse_envelope(head, response.status_code)
        raise not_understood(response.status_code, "không phải gói tin")
    return size, hasher.hexdigest(), has_end(last)


def _message_type(entry: Mapping[str, str], asked: MessageType) -> MessageType:
    value = entry.get("messageType", "").lower()
    return cast(MessageType, value) if value in ("edoc", "status") else asked


def _received_item(entry: Mapping[str, str], asked: MessageType) -> ReceivedItem:
    axis_id = entry.get("docId", "").strip()
    if not axis_id:
        raise AxisUnavailable("câu trả lời lạ: mục không có docId")
    return ReceivedItem(
        axis_id=axis_id,
        message_type=_message_type(entry, asked),
        sender=entry.get("from", ""),
        receiver=entry.get("to", ""),
        status=entry.get("status", ""),
        created=entry.get("created_time", ""),
    )


def _sent_item(entry: Mapping[str, str], asked: MessageType) -> SentItem:
    return SentItem(
        axis_id=entry.get("senderDocId", ""),
        receiver_axis_id=entry.get("receiverDocId", ""),
        message_type=_message_type(entry, asked),
        title=entry.get("title", ""),
        notation=entry.get("notation", ""),
        sender=entry.get("fromCode", ""),
        receiver=entry.get("toCode", ""),
        sent=entry.get("sentTime", ""),
        received=entry.get("receivedTime", ""),
        send_status=entry.get("sendStatus", ""),
        receive_status=entry.get("receiveStatus", ""),
    )


def _agency(entry: Mapping[str, Any]) -> AgencyEntry:
    value = {key: "" if found is None else str(found) for key, found in entry.items()}
    return AgencyEntry(
        code=value.get("code", ""),
        name=value.get("name", ""),
        parent=value.get("pid", ""),
        mail=value.get("mail", ""),
        centre=value.get("centerCode", ""),
        version=value.get("version", ""),
        deleted=value.get("deleted", "").lower() in ("true", "1"),
        modified=value.get("modifyDate", ""),
        other_code=value.get("code102") or value.get("oldCode", ""),
        key=value.get("id", ""),
    )
