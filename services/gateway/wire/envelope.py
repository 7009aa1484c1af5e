"""Answers in the axis' spelling (axis.md §1.3)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

from starlette.responses import JSONResponse, StreamingResponse

from services.gateway.wire.failures import WireFailure

SUCCESS = '{"status":"OK","ErrorCode":"0","ErrorDesc":"Success"'
SEND = "sendEdoc"
BATCH = 65536


def success(**fields: Any) -> JSONResponse:
    """The envelope of a good answer."""
    return JSONResponse({"status": "OK", "ErrorCode": "0", "ErrorDesc": "Success", **fields})


def failed(operation: str, failure: WireFailure) -> JSONResponse:
    """FAIL; sendEdoc always carries DocId, else the stock client makes an object of nulls (§1.4)."""
    body = {"status": "FAIL", "ErrorCode": failure.code, "ErrorDesc": failure.text}
    if operation == SEND:
        body["DocId"] = ""
    headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after is not None else None
    return JSONResponse(body, status_code=failure.http, headers=headers)


def listing(items: AsyncIterator[dict[str, str]]) -> StreamingResponse:
    """A long list, written piece by piece."""

    async def pieces() -> AsyncIterator[str]:
        held, first = SUCCESS + ',"data":[', True
        async for item in items:
            held += ("" if first else ",") + json.dumps(item, ensure_ascii=False, separators=(",", ":"))
            first = False
            if len(held) > BATCH:
                yield held
                held = ""
        yield held + "]}"

    return StreamingResponse(pieces(), media_type="application/json")
