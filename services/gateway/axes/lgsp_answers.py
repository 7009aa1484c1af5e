"""Reading the answers of provincial axes, in every form that was seen (axis.md §2)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from services.gateway.axes.answers import coded_error, looks_like_error, not_understood
from services.gateway.axes.cut_short import has_end
from services.gateway.axes.protocol import AxisUnavailable, MessageType, ReceivedItem

GOOD = {"0", "200", "ok", "success", "true"}


def judge(text: str | bytes, http_status: int) -> dict[str, Any]:
    """Every form of envelope that was seen: success, code 200, status OK with ErrorCode, a bare array."""
    try:
        answer = json.loads(text)
    except ValueError as error:
        raise not_understood(http_status, "không phải JSON") from error
    if isinstance(answer, list):
        answer = {"success": True, "data": answer}
    if not isinstance(answer, dict):
        raise not_understood(http_status, "không phải đối tượng JSON")
    code, description = _error(answer)
    if code and code != "0":
        raise coded_error(code, description)
    signs = [str(answer[name]).lower() for name in ("success", "code", "status", "ErrorCode") if name in answer]
    if http_status >= 400 or not signs or not all(sign in GOOD for sign in signs):
        raise not_understood(http_status, str(answer.get("message") or "không rõ kết quả")[:200])
    return answer


def _error(answer: Mapping[str, Any]) -> tuple[str, str]:
    """Code and description, from the answer itself or from its `data`."""
    data = answer.get("data")
    places = [data, answer] if isinstance(data, dict) else [answer]
    for place in places:
        code = place.get("errorCode", place.get("ErrorCode"))
        if code is not None and str(code).strip():
            description = place.get("errorDesc") or place.get("ErrorDesc") or answer.get("message") or ""
            return str(code).strip(), str(description)
    return "", ""


def rows(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    data = answer.get("data")
    if data is None and str(answer.get("count", "")) == "0":
        return []
    if not isinstance(data, list) or not all(isinstance(entry, dict) for entry in data):
        raise AxisUnavailable("câu trả lời lạ: thiếu danh sách data")
    return data


def first(entry: Mapping[str, Any], *names: str) -> str:
    return next((str(entry[name]) for name in names if entry.get(name) is not None), "")


def received_item(entry: Mapping[str, Any], asked: MessageType) -> ReceivedItem:
    axis_id = first(entry, "docId", "id").strip()
    if not axis_id:
        raise AxisUnavailable("câu trả lời lạ: mục không có docId")
    return ReceivedItem(
        axis_id=axis_id,
        message_type=asked,
        sender=first(entry, "from"),
        receiver=first(entry, "to"),
        status=first(entry, "status"),
        created=first(entry, "createdTime", "created_time"),
    )


def complete(part: Path, answer: Mapping[str, Any]) -> bool:
    """Whether what came has an end; in base64 it is unpacked, attachments that came beside it are put in."""
    with part.open("rb") as file:
        head = file.read(65536)
        file.seek(max(part.stat().st_size - 64, 0))
        last = file.read()
    if looks_like_error(head):
        raise AxisUnavailable("câu trả lời lạ: không phải gói tin")
    if b"<" not in head[:1024]:
        try:
            content = base64.b64decode(part.read_bytes(), validate=False)
        except binascii.Error:
            return False
        part.write_bytes(content)
        last = content[-64:]
    data = answer.get("data")
    beside = data.get("attachments") if isinstance(data, dict) else None
    if has_end(last) and isinstance(beside, list) and beside:
        _attach(part, [entry for entry in beside if isinstance(entry, dict)])
    return has_end(last)


def _attach(part: Path, files: Sequence[Mapping[str, Any]]) -> None:
    """Some axes give the files beside the package and not in it."""
    content = part.read_bytes()
    if b"AttachmentEncoded" in content or b"<Attachment" in content or b":Attachment" in content:
        return
    end = content.rfind(b"</")
    made = "".join(_attachment(index, file) for index, file in enumerate(files))
    part.write_bytes(content[:end] + f"<AttachmentEncoded>{made}</AttachmentEncoded>".encode() + content[end:])


def _attachment(index: int, file: Mapping[str, Any]) -> str:

    name, text = str(file.get("fileName") or f"tep-{index + 1}"), "".join(str(file.get("fileContent") or "").split())
    return (
        f"<Attachment><ContentId>cid:beside-{index}</ContentId><AttachmentName>{escape(name)}</AttachmentName>"
        f"<ContentTransferEncoded>{escape(text)}</ContentTransferEncoded></Attachment>"
    )
