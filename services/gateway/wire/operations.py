"""The operations of the axis, each from an authenticated call to its answer (axis.md §1.2 and §1.3)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.gateway.wire.bodies import CHUNK, base64_json, receive
from services.gateway.wire.envelope import listing, success
from services.gateway.wire.failures import BAD_FILE, BAD_PACKAGE, NO_RECEIVER, WireFailure
from services.gateway.wire.mailbox import Agency, Mailbox, Parcel, SentCopy, Waiting
from services.gateway.wire.signature import Call
from services.gateway.wire.summary import Summary, peek

MESSAGE_TYPES = ("edoc", "status")
TRANSPORT_STATES = ("processing", "done", "fail")
Operation = Callable[[Request, Call], Awaitable[Response]]


class Operations:
    """One method for each path. `folder` is where bodies are received, `limit` their largest size in bytes."""

    def __init__(self, mailbox: Mailbox, folder: Path, *, limit: int | None = None, needs_hash: bool = True) -> None:
        self._mailbox, self._folder, self._limit, self._needs_hash = mailbox, folder, limit, needs_hash

    def posts(self) -> dict[str, Operation]:
        """The operations called by POST, by name; `downloadEdoc` alone is a GET."""
        return {
            "sendEdoc": self.send_edoc,
            "getReceivedEdocList": self.received_list,
            "getEdoc": self.get_edoc,
            "updateStatus": self.update_status,
            "getSentEdocList": self.sent_list,
            "countReceiveEdoc": self.count_edoc,
            "countReceiveStatus": self.count_status,
            "getAgenciesList": self.agencies,
            "getAgenciesListQD20": self.agencies_qd20,
            "getSynchronizeUnit": self.synchronize_unit,
            "registerAgency": self.register_agency,
            "deleteAgency": self.delete_agency,
        }

    async def send_edoc(self, request: Request, call: Call) -> Response:
        """sendEdoc."""
        message_type, sender = message_type_of(call), call.required("from")
        hash_file = call.required("hash-file") if self._needs_hash else call.parameter("hash-file")
        body = await receive(request.stream(), self._folder, hash_file, self._limit)
        try:
            summary = peek(body.path)
            to = receivers(summary, message_type, call.parameter("to"))
            title, notation = described(summary, message_type)
            parcel = Parcel(body, sender, message_type, to, title, notation, summary)
            return success(DocId=await self._mailbox.deposit(call, parcel))
        finally:
            body.path.unlink(missing_ok=True)

    async def received_list(self, _request: Request, call: Call) -> Response:
        """getReceivedEdocList: everything not yet done or failed."""
        found = await self._mailbox.waiting(call, message_type_of(call))
        return success(data=[_received(item) for item in found])

    async def get_edoc(self, _request: Request, call: Call) -> Response:
        """getEdoc: base64 inside JSON."""
        body = await self._mailbox.body(call, call.required("docId"), "getEdoc")
        return StreamingResponse(base64_json(body), media_type="application/json")

    async def download_edoc(self, _request: Request, call: Call) -> Response:
        """downloadEdoc: the raw package."""
        body = await self._mailbox.body(call, call.required("docId"), "downloadEdoc")
        if body.size <= CHUNK:  # at once: a stream is watched by tasks of its own
            return Response(b"".join([piece async for piece in body.pieces]), media_type="application/octet-stream")
        headers = {"Content-Length": str(body.size)}
        return StreamingResponse(body.pieces, media_type="application/octet-stream", headers=headers)

    async def update_status(self, _request: Request, call: Call) -> Response:
        """updateStatus: the transport's acknowledgement; `docid` or `docId` (§1.6)."""
        status = call.required("status")
        if status not in TRANSPORT_STATES:
            raise WireFailure(BAD_FILE, f"Trạng thái không hợp lệ: {status[:40]}")
        await self._mailbox.acknowledge(call, call.required("docid"), status, call.parameter("description") or "")
        return success()

    async def sent_list(self, _request: Request, call: Call) -> Response:
        """getSentEdocList; with `docId` only that document."""
        found = await self._mailbox.sent(call, message_type_of(call), call.parameter("docId"))
        return success(data=[_sent(copy) for copy in found])

    async def count_edoc(self, _request: Request, call: Call) -> Response:
        """countReceiveEdoc."""
        return success(count=await self._mailbox.count(call, "edoc"))

    async def count_status(self, _request: Request, call: Call) -> Response:
        """countReceiveStatus."""
        return success(count=await self._mailbox.count(call, "status"))

    async def agencies(self, _request: Request, call: Call) -> Response:
        """getAgenciesList."""
        return listing(_shaped(self._mailbox.agencies(call, with_deleted=False), _agency))

    async def agencies_qd20(self, _request: Request, call: Call) -> Response:
        """getAgenciesListQD20."""
        return listing(_shaped(self._mailbox.agencies(call, with_deleted=False), _agency_qd20))

    async def synchronize_unit(self, _request: Request, call: Call) -> Response:
        """getSynchronizeUnit: deleted units too."""
        return listing(_shaped(self._mailbox.agencies(call, with_deleted=True), _unit))

    async def register_agency(self, request: Request, call: Call) -> Response:
        """registerAgency: create or update a unit of the caller's."""
        try:
            body = json.loads(await request.body())
        except ValueError as error:
            raise WireFailure(BAD_FILE, "Nội dung không phải JSON") from error
        if not isinstance(body, dict):
            raise WireFailure(BAD_FILE, "Nội dung không phải đối tượng JSON")
        keys = ("code", "pcode", "name", "mail", "mobile", "fax")
        code, parent, name, mail, mobile, fax = (str(body.get(key) or "").strip() for key in keys)
        if not code or not name:
            raise WireFailure(BAD_FILE, "Thiếu mã hoặc tên đơn vị")
        await self._mailbox.register(call, Agency(code, parent, name, mail, mobile, fax))
        return success()

    async def delete_agency(self, _request: Request, call: Call) -> Response:
        """deleteAgency: only a unit of the caller's."""
        await self._mailbox.unregister(call, call.required("AgencyCode"))
        return success()


def message_type_of(call: Call) -> str:
    value = call.required("messagetype").lower()
    if value not in MESSAGE_TYPES:
        raise WireFailure(BAD_FILE, f"messagetype không hợp lệ: {value[:40]}")
    return value


def receivers(summary: Summary, message_type: str, to_header: str | None) -> tuple[str, ...]:
    """The `to` header; without it To of a document, ResponseFor of a status."""
    if to_header:
        return _to_list(to_header)
    organs = [reference.organ_id for reference in summary.response_for] if message_type == "status" else summary.to
    found = tuple(dict.fromkeys(organ for organ in organs if organ))
    if not found:
        raise WireFailure(BAD_PACKAGE, "edXML sai chuẩn: không có đơn vị nhận")
    return found


def _to_list(header: str) -> tuple[str, ...]:
    """The `to` header: a JSON array of codes as text."""
    try:
        parsed = json.loads(header)
    except ValueError as error:
        raise WireFailure(NO_RECEIVER, "Tiêu đề to không phải mảng JSON") from error
    if not isinstance(parsed, list) or not all(isinstance(code, str) for code in parsed):
        raise WireFailure(NO_RECEIVER, "Tiêu đề to không phải mảng JSON của mã đơn vị")
    found = tuple(dict.fromkeys(code.strip() for code in parsed if code.strip()))
    if not found:
        raise WireFailure(NO_RECEIVER, "Tiêu đề to không có mã đơn vị nào")
    return found


def described(summary: Summary, message_type: str) -> tuple[str, str]:
    """Title and notation, by which a sender finds its package again (§1.7)."""
    if message_type == "status" and summary.response_for:
        return status_title(summary.status_code), summary.response_for[0].code
    return summary.subject, summary.code


def status_title(code: str) -> str:
    return f"Trạng thái {code}"


async def _shaped(
    agencies: AsyncIterator[Agency], shape: Callable[[Agency], dict[str, str]]
) -> AsyncIterator[dict[str, str]]:
    async for agency in agencies:
        yield shape(agency)


def _received(item: Waiting) -> dict[str, str]:
    return {
        "docId": item.doc_id,
        "serviceType": "eDoc",
        "messageType": item.message_type,
        "created_time": item.created,
        "updated_time": item.updated,
        "from": item.sender,
        "to": item.receiver,
        "status": item.status,
        "status_desc": item.status_desc,
    }


def _sent(copy: SentCopy) -> dict[str, str]:
    return {
        "serviceType": "eDoc",
        "messageType": copy.message_type,
        "title": copy.title,
        "notation": copy.notation,
        "fromCode": copy.sender,
        "toCode": copy.receiver,
        "senderDocId": copy.doc_id,
        "receiverDocId": copy.receiver_doc_id,
        "sentTime": copy.sent,
        "receivedTime": copy.received,
        "sendStatus": copy.send_status,
        "sendStatusDesc": "",
        "receiveStatus": copy.receive_status,
        "receiveStatusDesc": copy.receive_desc,
    }


def _agency(agency: Agency) -> dict[str, str]:
    return {
        "id": agency.code,
        "pid": agency.parent,
        "code": agency.code,
        "name": agency.name,
        "mail": agency.mail,
        "oldCode": agency.old_code,
    }


def _agency_qd20(agency: Agency) -> dict[str, str]:
    return {
        "id": agency.code,
        "code": agency.code,
        "name": agency.name,
        "mail": agency.mail,
        "code102": agency.old_code,
    }


def _unit(agency: Agency) -> dict[str, str]:
    return {
        "id": agency.code,
        "pid": agency.parent,
        "code": agency.code,
        "name": agency.name,
        "mail": agency.mail,
        "centerCode": agency.centre,
        "version": agency.version,
        "deleted": "true" if agency.deleted else "false",
        "modifyDate": agency.modified,
        "isAgency": "true",
    }
