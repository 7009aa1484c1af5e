"""The operations of the axis, each from an authenticated call to its answer (axis.md §1.2 and §1.3)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from infra.axis_simulator.bodies import base64_json, raw, receive
from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.faults import Faults
from infra.axis_simulator.model import BAD_FILE, NO_RECEIVER, NO_SENDER, NOT_FOUND, AxisFailure
from infra.axis_simulator.signature import Call

MESSAGE_TYPES = ("edoc", "status")
SUCCESS = '{"status":"OK","ErrorCode":"0","ErrorDesc":"Success"'


def success(**fields: Any) -> JSONResponse:
    """The envelope of a good answer."""
    return JSONResponse({"status": "OK", "ErrorCode": "0", "ErrorDesc": "Success", **fields})


class Operations:
    """One method for each path."""

    def __init__(self, exchange: Exchange, faults: Faults) -> None:
        self.exchange = exchange
        self.store = exchange.store
        self.faults = faults

    async def send_edoc(self, request: Request, call: Call) -> Response:
        """sendEdoc."""
        message_type = _message_type(call)
        hash_file, sender = call.required("hash-file"), call.required("from")
        path, sha256 = await receive(request, self.store.incoming, hash_file)
        try:
            if self.faults.take("wrong_hash", "sendEdoc"):
                raise AxisFailure(BAD_FILE, "File không hợp lệ: sai mã băm hash-file")
            doc_id = self.exchange.deposit(path, sha256, call.system_id, sender, message_type, call.parameter("to"))
        finally:
            path.unlink(missing_ok=True)
        return success(DocId=doc_id)

    async def received_list(self, _request: Request, call: Call) -> Response:
        """getReceivedEdocList: everything not yet done or failed."""
        data = [_received(row) for row in self.store.waiting(call.system_id, _message_type(call))]
        if data and self.faults.take("duplicate", "getReceivedEdocList"):
            data.append(dict(data[0]))
        if len(data) > 1 and self.faults.take("out_of_order", "getReceivedEdocList"):
            data.reverse()
        return success(data=data)

    async def get_edoc(self, _request: Request, call: Call) -> Response:
        """getEdoc: base64 inside JSON."""
        row = self._item(call, "getEdoc")
        truncated = self.faults.take("truncated", "getEdoc") is not None
        spoiled = self.faults.take("wrong_hash", "getEdoc") is not None
        pieces = raw(self.store.package_path(row["package_id"]), truncated=truncated, spoiled=spoiled)
        return StreamingResponse(base64_json(pieces, truncated=truncated), media_type="application/json")

    async def download_edoc(self, _request: Request, call: Call) -> Response:
        """downloadEdoc: the raw package."""
        row = self._item(call, "downloadEdoc")
        truncated = self.faults.take("truncated", "downloadEdoc") is not None
        spoiled = self.faults.take("wrong_hash", "downloadEdoc") is not None
        path = self.store.package_path(row["package_id"])
        size = path.stat().st_size
        headers = {"Content-Length": str(size // 2 if truncated else size)}
        pieces = raw(path, truncated=truncated, spoiled=spoiled)
        return StreamingResponse(pieces, media_type="application/octet-stream", headers=headers)

    def _item(self, call: Call, operation: str) -> sqlite3.Row:
        row = self.store.item(call.system_id, call.required("docId"))
        if row is None or self.faults.take("vanish", operation):
            raise AxisFailure(NOT_FOUND, "Không tìm thấy văn bản")
        return row

    async def update_status(self, _request: Request, call: Call) -> Response:
        """updateStatus: the transport's acknowledgement; `docid` or `docId` (§1.6)."""
        status = call.required("status")
        if status not in ("processing", "done", "fail"):
            raise AxisFailure(BAD_FILE, f"Trạng thái không hợp lệ: {status}")
        description = call.parameter("description") or ""
        if not self.store.set_status(call.system_id, call.required("docid"), status, description):
            raise AxisFailure(NOT_FOUND, "Không tìm thấy văn bản")
        return success()

    async def sent_list(self, _request: Request, call: Call) -> Response:
        """getSentEdocList; with `docId` only that document."""
        rows = self.store.sent(call.system_id, _message_type(call), call.parameter("docId"))
        return success(data=[_sent(row) for row in rows])

    async def count_edoc(self, _request: Request, call: Call) -> Response:
        """countReceiveEdoc."""
        return success(count=len(self.store.waiting(call.system_id, "edoc")))

    async def count_status(self, _request: Request, call: Call) -> Response:
        """countReceiveStatus."""
        return success(count=len(self.store.waiting(call.system_id, "status")))

    async def agencies(self, _request: Request, _call: Call) -> Response:
        """getAgenciesList."""
        return _listing(_agency(row) for row in self.store.agencies())

    async def agencies_qd20(self, _request: Request, _call: Call) -> Response:
        """getAgenciesListQD20."""
        return _listing(_agency_qd20(row) for row in self.store.agencies())

    async def synchronize_unit(self, _request: Request, _call: Call) -> Response:
        """getSynchronizeUnit: deleted units too."""
        return _listing(_unit(row) for row in self.store.agencies(with_deleted=True))

    async def register_agency(self, request: Request, call: Call) -> Response:
        """registerAgency: create or update a unit of the caller's centre."""
        try:
            body = json.loads(await request.body())
        except ValueError as error:
            raise AxisFailure(BAD_FILE, "Nội dung không phải JSON") from error
        if not isinstance(body, dict):
            raise AxisFailure(BAD_FILE, "Nội dung không phải đối tượng JSON")
        given = {key: str(body.get(key) or "").strip() for key in ("code", "pcode", "name", "mail", "mobile", "fax")}
        if not given["code"] or not given["name"]:
            raise AxisFailure(BAD_FILE, "Thiếu mã hoặc tên đơn vị")
        held = self.store.agency(given["code"])
        if held is not None and held["centre"] != call.system_id:
            raise AxisFailure(NO_SENDER, f"Mã {given['code']} thuộc trung tâm khác")
        self.store.put_agency(centre=call.system_id, **given)
        return success()

    async def delete_agency(self, _request: Request, call: Call) -> Response:
        """deleteAgency: only a unit of the caller's centre."""
        code = call.required("AgencyCode")
        held = self.store.agency(code)
        if held is None or held["centre"] != call.system_id:
            raise AxisFailure(NO_RECEIVER, f"Không có đơn vị {code} trong trung tâm này")
        self.store.delete_agency(code)
        return success()


def _message_type(call: Call) -> str:
    value = call.required("messagetype").lower()
    if value not in MESSAGE_TYPES:
        raise AxisFailure(BAD_FILE, f"messagetype không hợp lệ: {value}")
    return value


def _listing(items: Iterator[dict[str, str]]) -> StreamingResponse:
    """A long list, written piece by piece."""

    def pieces() -> Iterator[str]:
        yield SUCCESS + ',"data":['
        for index, item in enumerate(items):
            yield ("," if index else "") + json.dumps(item, ensure_ascii=False, separators=(",", ":"))
        yield "]}"

    return StreamingResponse(pieces(), media_type="application/json")


def _received(row: sqlite3.Row) -> dict[str, str]:
    return {
        "docId": row["doc_id"],
        "serviceType": "eDoc",
        "messageType": row["message_type"],
        "created_time": row["created"],
        "updated_time": row["updated"],
        "from": row["from_code"],
        "to": row["to_code"],
        "status": row["status"],
        "status_desc": row["status_desc"],
    }


def _sent(row: sqlite3.Row) -> dict[str, str]:
    return {
        "serviceType": "eDoc",
        "messageType": row["message_type"],
        "title": row["title"],
        "notation": row["notation"],
        "fromCode": row["from_code"],
        "toCode": row["to_code"],
        "senderDocId": row["package_id"],
        "receiverDocId": row["doc_id"],
        "sentTime": row["sent"],
        "receivedTime": row["updated"] if row["status"] in ("done", "fail") else "",
        "sendStatus": "done",
        "sendStatusDesc": "",
        "receiveStatus": row["status"],
        "receiveStatusDesc": row["status_desc"],
    }


def _agency(row: sqlite3.Row) -> dict[str, str]:
    code = row["code"]
    return {"id": code, "pid": row["pcode"], "code": code, "name": row["name"], "mail": row["mail"], "oldCode": ""}


def _agency_qd20(row: sqlite3.Row) -> dict[str, str]:
    code = row["code"]
    return {"id": code, "code": code, "name": row["name"], "mail": row["mail"], "code102": ""}


def _unit(row: sqlite3.Row) -> dict[str, str]:
    return {
        "id": row["code"],
        "pid": row["pcode"],
        "code": row["code"],
        "name": row["name"],
        "mail": row["mail"],
        "centerCode": row["centre"],
        "version": str(row["version"]),
        "deleted": "true" if row["deleted"] else "false",
        "modifyDate": row["modified"],
        "isAgency": "true",
    }
