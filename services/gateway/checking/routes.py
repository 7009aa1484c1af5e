"""The check of a package over HTTP: a stream with limits in, the report out, nothing kept."""

from __future__ import annotations

import asyncio
import tempfile
from typing import Any, BinaryIO, cast

from fastapi import APIRouter, Request

from contracts.gateway import api
from services.gateway.connections import settings_of
from services.gateway.edxml import Limits
from services.gateway.edxml.kit.check import Report, check_stream
from shared.blobs import TooLarge
from shared.web import Caller, Here

router = APIRouter(tags=["checking"])

_IN_MEMORY = 2**20
_AT_ONCE = 2  # reading is work of the processor: a crowd of checks must not stop the exchange

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/xml": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/v1/edxml/check", openapi_extra=_BODY)
async def check_package(runtime: Here, caller: Caller, request: Request) -> api.PackageReport:
    """Judge the raw edXML of the body as `qlvb edxml check` does; any caller who is known may ask."""
    limit = settings_of(runtime).package_limit_mb
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        await _receive(request, file, limit)
        async with runtime.state.setdefault("checks", asyncio.Semaphore(_AT_ONCE)):
            package = cast(BinaryIO, file)
            found = await asyncio.to_thread(check_stream, package, "", Limits(package_bytes=limit * 2**20))
    return _told(found)


async def _receive(request: Request, file: tempfile.SpooledTemporaryFile[bytes], limit_mb: int) -> None:
    """The body; one that says it is too large is refused before it is sent."""
    most = limit_mb * 2**20
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise TooLarge(limit_mb=limit_mb)
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise TooLarge(limit_mb=limit_mb)
        file.write(chunk)
    file.seek(0)


def _told(report: Report) -> api.PackageReport:
    return api.PackageReport(
        verdict="accepted" if report.ok else "refused",
        strict=report.strict,
        kind=report.kind,
        dialect=report.dialect,
        summary=report.summary,
        problems=[api.PackageProblem.model_validate(vars(problem)) for problem in report.problems],
        fields=report.fields,
        attachments=[api.PackageFile.model_validate(file) for file in report.attachments],
        readings=[api.PackageReading.model_validate(vars(reading)) for reading in report.readings],
        other=[api.PackageExtra.model_validate(vars(extra)) for extra in report.other],
        signature=report.signature,
    )
