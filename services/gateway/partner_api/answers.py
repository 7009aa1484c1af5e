"""A failure told in the way the caller speaks: the axis' envelope, or a problem (RFC 9457) with the axis' code."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateway.wire import failures
from services.gateway.wire.envelope import SEND, failed
from services.gateway.wire.failures import WireFailure
from services.gateway.wire.signature import is_signed

HTTP = {
    failures.BAD_FILE: 422,
    failures.BAD_CREDENTIALS: 401,
    failures.NO_RECEIVER: 422,
    failures.NO_SENDER: 403,
    failures.AXIS_ERROR: 503,
    failures.BAD_PACKAGE: 422,
    failures.LOCKED_RECEIVER: 409,
    failures.NOT_FOUND: 404,
    failures.TOO_MANY: 429,
}
TITLES = {
    failures.BAD_FILE: "Tệp hoặc tham số không hợp lệ",
    failures.BAD_CREDENTIALS: "Chưa đăng nhập hoặc không có quyền",
    failures.NO_RECEIVER: "Đơn vị nhận không tồn tại",
    failures.NO_SENDER: "Đơn vị gửi chưa đăng ký",
    failures.AXIS_ERROR: "Hệ thống chưa sẵn sàng",
    failures.BAD_PACKAGE: "Gói tin sai chuẩn",
    failures.LOCKED_RECEIVER: "Đơn vị nhận đang bị khóa",
    failures.NOT_FOUND: "Không tìm thấy",
    failures.TOO_MANY: "Quá nhiều yêu cầu",
}
TRANSPORT = (401, 413, 429, 503)  # what a client of the axis must see in the status too


def refusal(request: Request, operation: str, failure: WireFailure) -> Response:
    """Clients of the axis read the body of a 200 only; who comes with a token gets the proper status."""
    if is_signed(request.headers) or operation == "downloadEdoc2":
        http = failure.http if failure.http in TRANSPORT else 200
        return failed(operation, WireFailure(failure.code, failure.text, http, failure.retry_after))
    status = failure.http if failure.http != 200 else HTTP.get(failure.code, 422)
    content = {
        "type": f"urn:qlvb:problem:axis-{failure.code}",
        "title": TITLES.get(failure.code, "Yêu cầu bị từ chối"),
        "status": status,
        "detail": failure.text,
        "instance": request.url.path,
        "ErrorCode": failure.code,
        "ErrorDesc": failure.text,
    }
    if operation == SEND:
        content["DocId"] = ""
    headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after is not None else {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="qlvb-partner-api"'
    return JSONResponse(content, status, headers, media_type="application/problem+json")
