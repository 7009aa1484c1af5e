"""What the OpenAPI description says of each operation: data, one entry an operation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MESSAGE_TYPE = ("messagetype", True, "edoc (văn bản) hoặc status (trạng thái)", ["edoc", "status"])
DOC_ID = ("docId", True, "DocId trong danh sách nhận", None)


@dataclass(frozen=True)
class Described:
    """A parameter is (name, needed, what it is, the values there are)."""

    method: str
    summary: str
    parameters: tuple[tuple[str, bool, str, list[str] | None], ...] = ()
    body: str = ""  # media type
    answer: str = "Envelope"


OPERATIONS: dict[str, Described] = {
    "sendEdoc": Described(
        "POST",
        "Gửi một gói tin edXML. Gửi lại đúng gói đó (hoặc cùng Idempotency-Key) nhận lại biên nhận đầu tiên.",
        (
            ("from", True, "Mã định danh đơn vị gửi, thuộc phạm vi của đối tác", None),
            MESSAGE_TYPE,
            ("to", False, 'Mảng JSON mã đơn vị nhận, ví dụ ["H60.10"]; không có thì theo To/ResponseFor của gói', None),
            ("hash-file", False, "SHA-256 của gói, dạng hex; bắt buộc với lời gọi có chữ ký", None),
        ),
        "application/octet-stream",
        "Receipt",
    ),
    "getReceivedEdocList": Described("POST", "Gói tin đang chờ nhận, cũ trước.", (MESSAGE_TYPE,), answer="List"),
    "getEdoc": Described("POST", "Nội dung một gói tin, base64 trong JSON.", (DOC_ID,), answer="Content"),
    "downloadEdoc": Described("GET", "Nội dung một gói tin, nguyên dạng.", (DOC_ID,), answer="File"),
    "updateStatus": Described(
        "POST",
        "Xác nhận đã nhận xong (done) hoặc không xử lý được (fail); gói tin rời khỏi danh sách chờ.",
        (
            ("docid", True, "DocId trong danh sách nhận", None),
            ("status", True, "Kết quả", ["processing", "done", "fail"]),
            ("description", False, "Lý do khi fail", None),
        ),
    ),
    "getSentEdocList": Described(
        "POST",
        "Gói tin đã gửi trong 60 ngày và trạng thái truyền tới từng nơi nhận.",
        (MESSAGE_TYPE, ("docId", False, "Chỉ một gói, theo DocId khi gửi", None)),
        answer="List",
    ),
    "countReceiveEdoc": Described("POST", "Số văn bản đang chờ nhận.", answer="Count"),
    "countReceiveStatus": Described("POST", "Số trạng thái đang chờ nhận.", answer="Count"),
    "getAgenciesList": Described("POST", "Đơn vị có thể gửi đến.", answer="List"),
    "getAgenciesListQD20": Described("POST", "Như trên, mã QĐ 20 kèm mã QCVN 102.", answer="List"),
    "getSynchronizeUnit": Described("POST", "Như trên, cả đơn vị đã xóa, có phiên bản.", answer="List"),
    "registerAgency": Described(
        "POST", "Khai báo hoặc sửa một đơn vị trong phạm vi của đối tác.", body="application/json"
    ),
    "deleteAgency": Described("POST", "Xóa một đơn vị của đối tác.", (("AgencyCode", True, "Mã đơn vị", None),)),
}
TEXT = {"type": "string"}
ENVELOPE = {"status": TEXT, "ErrorCode": TEXT, "ErrorDesc": TEXT}
AGENCY = dict.fromkeys(("id", "pcode", "code", "name", "mail", "mobile", "fax"), TEXT)
PROBLEM = {
    "type": TEXT, "title": TEXT, "status": {"type": "integer"}, "detail": TEXT, "instance": TEXT, **ENVELOPE,
}  # fmt: skip
ANSWERS: dict[str, dict[str, Any]] = {
    "Envelope": ENVELOPE,
    "Receipt": {**ENVELOPE, "DocId": TEXT},
    "List": {**ENVELOPE, "data": {"type": "array", "items": {"type": "object", "additionalProperties": TEXT}}},
    "Content": {**ENVELOPE, "data": {"type": "string", "format": "byte"}},
    "Count": {**ENVELOPE, "count": {"type": "integer"}},
}


def described(operation: Described) -> dict[str, Any]:
    """The parts of the description that the code of a route cannot tell."""
    found: dict[str, Any] = {
        "parameters": [_parameter(*parameter) for parameter in operation.parameters],
        "responses": {
            "200": {"description": "Thành công", "content": _content(operation.answer)},
            "4XX": {"description": "Bị từ chối (RFC 9457)", "content": {"application/problem+json": _object(PROBLEM)}},
        },
        "security": [{"oauth2": []}, {"mutualTLS": []}, {"signedHeaders": []}],
    }
    if operation.body == "application/json":
        found["requestBody"] = {"required": True, "content": {operation.body: _object(AGENCY)}}
    elif operation.body:
        schema = {"schema": {"type": "string", "format": "binary"}}
        found["requestBody"] = {"required": True, "content": {operation.body: schema}}
        key = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": TEXT}
        found["parameters"].append({**key, "description": "Cùng khóa, cùng gói: cùng biên nhận"})
    return found


def _parameter(name: str, needed: bool, text: str, values: list[str] | None) -> dict[str, Any]:
    schema = {**TEXT, "enum": values} if values else dict(TEXT)
    text = f"{text}. Cũng nhận ở tiêu đề XroadVnpt-{name}."
    return {"name": name, "in": "query", "required": needed, "schema": schema, "description": text}


def _content(answer: str) -> dict[str, Any]:
    if answer == "File":
        return {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    return {"application/json": _object(ANSWERS[answer])}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"schema": {"type": "object", "properties": properties}}


SECURITY = {
    "oauth2": {
        "type": "oauth2",
        "flows": {
            "clientCredentials": {
                "tokenUrl": "oauth2/token",
                "scopes": {
                    "send": "Gửi gói tin",
                    "receive": "Nhận và xác nhận gói tin",
                    "directory": "Đọc danh mục đơn vị",
                    "register": "Khai báo đơn vị của mình",
                },
            }
        },
    },
    "mutualTLS": {"type": "mutualTLS", "description": "Chứng thư của đối tác, dấu vân tay SHA-256 được khai báo trước"},
    "signedHeaders": {
        "type": "apiKey",
        "in": "header",
        "name": "XroadVnpt-hash-header",
        "description": "Tiêu đề có chữ ký HMAC-SHA256 như trục quốc gia: client có sẵn của trục dùng được ngay",
    },
}
