"""The recipients picker, the check before issue, and the administration of the directory."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from contracts.gateway import directory as api
from services.gateway.connections import refresh
from services.gateway.directory import actions, checking, search
from services.gateway.directory.importing import CHANGES, WHOLE
from services.gateway.directory.syncing import synchronise
from shared.blobs import TooLarge
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["directory"])
LARGEST_LIST_MB = 20


@router.get("/v1/organs")
async def find_organs(
    work: Transaction, q: Annotated[str, Query(max_length=200)], limit: Annotated[int, Query(ge=1, le=100)] = 20
) -> list[api.FoundOrgan]:
    """By the beginnings of words, by initials, by any code; accents do not matter."""
    return await search.find(work, q, limit)


@router.post("/v1/organs:check")
async def check_organs(work: Transaction, body: api.OrgansToCheck) -> list[api.CheckedOrgan]:
    return await checking.check(work, body.organ_ids)


@router.get("/v1/directory/imports")
async def list_imports(work: Transaction) -> list[api.DirectoryImport]:
    return [actions.import_view(row) for row in await actions.imports(work)]


@router.get("/v1/directory/imports/{import_id}/changes")
async def list_changes(
    work: Transaction, import_id: UUID, what: Annotated[str, Query(max_length=20)] = ""
) -> list[api.DirectoryChange]:
    rows = await actions.changes(work, import_id, what)
    return [api.DirectoryChange(what=row.what, code=row.code, before=row.before, after=row.after) for row in rows]


@router.post("/v1/directory/partners/{name}/synchronise")
async def synchronise_directory(runtime: Here, caller: Caller, name: str, whole: bool = True) -> api.DirectoryImport:
    """Read the register of a partner now."""
    caller.require(actions.ADMINISTRATOR)
    await refresh(runtime)
    return actions.import_view(await synchronise(runtime, name, WHOLE if whole else CHANGES))


@router.post("/v1/directory/lists")
async def import_list(
    runtime: Here,
    caller: Caller,
    request: Request,
    name: Annotated[str, Query(max_length=200)] = "",
    apply: bool = False,
) -> api.CodeListReport:
    """A list of codes (CSV, TSV, XLSX) as the body: judged line by line, and with `apply` taken over."""
    caller.require(actions.ADMINISTRATOR)
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST_LIST_MB * 2**20:
            raise TooLarge(limit_mb=LARGEST_LIST_MB)
    return await actions.take_list(runtime, caller, bytes(content), name, apply=apply)


@router.get("/v1/directory/successions")
async def list_successions(work: Transaction) -> list[api.Succession]:
    return [actions.succession_view(row) for row in await actions.successions(work)]


@router.put("/v1/directory/successions")
async def put_succession(work: Transaction, body: api.Succession) -> api.Succession:
    return actions.succession_view(await actions.succeed(work, body))
