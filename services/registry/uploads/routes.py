"""The tus protocol over HTTP, and the one step beyond it: the whole file is checked and taken in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from contracts.message import FileRef
from services.registry.files.rules import LIMIT
from services.registry.uploads import actions, rules
from services.registry.uploads.tables import Upload
from shared.problems import Refusal, answer_of
from shared.web import Caller, Here, Transaction

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class TusRoute(APIRoute):
    """Every answer says which protocol it speaks; a request of another one is refused."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()

        async def tus(request: Request) -> Response:
            try:
                if request.method != "OPTIONS" and request.headers.get("tus-resumable") != rules.VERSION:
                    raise rules.OtherVersion
                answer = await handle(request)
            except Refusal as refusal:
                answer = answer_of(request, refusal)
            answer.headers.update({"Tus-Resumable": rules.VERSION, "Tus-Version": rules.VERSION})
            return answer

        return tus


router = APIRouter(tags=["uploads"])
tus = APIRouter(tags=["uploads"], route_class=TusRoute)
PATH = "/v1/uploads"
Text = Annotated[str, Header(max_length=2000)]


@tus.options(PATH, status_code=204, response_class=Response)
async def what_uploads_may_be() -> Response:
    headers = {"Tus-Extension": rules.EXTENSIONS, "Tus-Max-Size": str(LIMIT)}
    return Response(status_code=204, headers=headers | {"Tus-Checksum-Algorithm": ",".join(rules.HASHES)})


@tus.post(PATH, status_code=201, response_class=Response)
async def begin_upload(work: Transaction, upload_length: Text = "", upload_metadata: Text = "") -> Response:
    """`Upload-Metadata` names the file: "filename <base64>"."""
    name = rules.metadata(upload_metadata).get("filename", "")
    upload = await actions.begin(work, name, rules.length_of(upload_length))
    return Response(status_code=201, headers={"Location": f"{PATH}/{upload.id}", **_state(upload)})


@tus.head(f"{PATH}/{{upload_id}}", response_class=Response)
async def ask_upload(work: Transaction, upload_id: str) -> Response:
    """How much has arrived."""
    upload = await actions.find(work, upload_id)
    return Response(headers={"Upload-Length": str(upload.size), "Cache-Control": "no-store", **_state(upload)})


@tus.patch(f"{PATH}/{{upload_id}}", status_code=204, response_class=Response)
async def send_piece(
    request: Request,
    runtime: Here,
    caller: Caller,
    upload_id: str,
    upload_offset: Text = "",
    upload_checksum: Text = "",
) -> Response:
    """Bytes from `Upload-Offset` on. A line that breaks loses at most what has not arrived."""
    if request.headers.get("content-type", "") != "application/offset+octet-stream":
        raise rules.NotAPiece
    offset, checksum = rules.length_of(upload_offset), rules.checksum(upload_checksum)
    upload = await actions.receive(runtime, caller, upload_id, offset, checksum, _as_far_as_it_comes(request))
    return Response(status_code=204, headers=_state(upload))


@tus.delete(f"{PATH}/{{upload_id}}", status_code=204, response_class=Response)
async def give_up_upload(runtime: Here, caller: Caller, upload_id: str) -> Response:
    await actions.drop(runtime, caller, upload_id)
    return Response(status_code=204)


@router.post(f"{PATH}/{{upload_id}}/file", status_code=201)
async def finish_upload(runtime: Here, caller: Caller, upload_id: str) -> FileRef:
    """All bytes are here: the file is checked and scanned like every other. Again: the same file."""
    return await actions.finish(runtime, caller, upload_id)


def _state(upload: Upload) -> dict[str, str]:
    return {"Upload-Offset": str(upload.received), "Upload-Expires": format_datetime(upload.ends_at, usegmt=True)}


async def _as_far_as_it_comes(request: Request) -> AsyncIterator[bytes]:
    """A broken line ends the stream: what came before it stays."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        return
