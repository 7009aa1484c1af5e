"""What the upload fields of forms speak with: a file goes to registry in pieces, and on from where the line broke."""

from __future__ import annotations

import hmac
from typing import Annotated
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Header, Response
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from contracts.client import Problem
from services.portal.visits import StaleForm, Visit, Visitor

router = APIRouter(include_in_schema=False)
OFFSET = "Upload-Offset"


async def _from_our_page(visit: Visitor, x_csrf: Annotated[str, Header()] = "") -> Visit:
    if not hmac.compare_digest(x_csrf, visit.session.csrf):
        raise StaleForm
    return visit


Sending = Annotated[Visit, Depends(_from_our_page)]


@router.post("/tai-len")
async def begin(
    visit: Sending, x_file_name: Annotated[str, Header()] = "", upload_length: Annotated[int, Header(ge=0)] = 0
) -> Response:
    try:
        key = await visit.services.registry.begin_upload(unquote(x_file_name), upload_length)
    except Problem as problem:
        return _refused(problem)
    return JSONResponse({"id": key}, 201)


@router.head("/tai-len/{upload_id}")
async def ask(visit: Visitor, upload_id: str) -> Response:
    """How much has arrived."""
    try:
        offset = await visit.services.registry.upload_offset(upload_id)
    except Problem as problem:
        return Response(status_code=problem.status)
    return Response(headers={OFFSET: str(offset)})


@router.patch("/tai-len/{upload_id}")
async def send(visit: Sending, upload_id: str, upload_offset: Annotated[int, Header(ge=0)]) -> Response:
    """A piece, straight on to registry as it comes."""
    try:
        offset = await visit.services.registry.send_piece(upload_id, upload_offset, visit.request.stream())
    except Problem as problem:
        return _refused(problem)
    except ClientDisconnect:
        return Response(status_code=400)  # nobody hears it: the line is broken
    return Response(status_code=204, headers={OFFSET: str(offset)})


@router.post("/tai-len/{upload_id}/xong")
async def finish(visit: Sending, upload_id: str) -> Response:
    try:
        found = await visit.services.registry.finish_upload(upload_id)
    except Problem as problem:
        return _refused(problem)
    return JSONResponse(found.model_dump(mode="json"), 201)


@router.delete("/tai-len/{upload_id}")
async def give_up(visit: Sending, upload_id: str) -> Response:
    try:
        await visit.services.registry.give_up_upload(upload_id)
    except Problem as problem:
        return _refused(problem)
    return Response(status_code=204)


def _refused(problem: Problem) -> JSONResponse:
    return JSONResponse({"kind": problem.kind, "detail": problem.message}, problem.status)
