"""Templates and drafts made from them, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from fastapi import APIRouter

from contracts.message import FileRef
from contracts.registry import api
from services.registry.documents import catalogue, convert, typeset
from services.registry.files import actions
from services.registry.numbering.rules import notation
from services.registry.offices import queries as offices
from shared.auth import Principal
from shared.service import Runtime
from shared.web import Caller, Here

router = APIRouter(tags=["documents"])
ANNEX = "annex"


@router.get("/v1/templates")
async def list_templates(caller: Caller, on: date | None = None) -> list[api.Template]:
    """The templates in force on a day (today), with what an editor starts with."""
    edition = catalogue.on(on)
    return [
        api.Template(
            key=item.key,
            name=item.type_name,
            type_name=item.type_name,
            abbreviation=item.abbreviation,
            layout=item.layout,
            legal_basis=f"{edition.legal_basis}, {item.basis}" if item.basis else edition.legal_basis,
            skeleton=item.skeleton,
        )
        for item in edition.templates
    ]


@router.post("/v1/drafts:render", status_code=201)
async def render_draft(runtime: Here, caller: Caller, body: api.RenderRequest) -> FileRef:
    """A PDF from a template; checked and stored like any file. What is not said comes from the caller's office."""
    known = await _known(runtime, caller, body.template)
    data = known | {name: value for name, value in body.data.items() if value not in (None, "")}
    pdf = await asyncio.to_thread(typeset.render, body.template, data)
    kind = "Phụ lục" if body.template == ANNEX else catalogue.entry(body.template).type_name
    title = f"{kind} {data.get('title') or data.get('subject') or ''}".strip()[:150]
    made = await actions.take_in(runtime, caller, f"{title.replace('/', ' ')}.pdf", _once(pdf))
    return made.model_copy(update={"role": "annex" if body.template == ANNEX else "main"})


@router.post("/v1/files/{sha256}/pdf", status_code=201)
async def convert_file(runtime: Here, caller: Caller, sha256: str) -> FileRef:
    """The PDF of an office file which the caller may read; it stands beside the file, which stays as it is."""
    async with runtime.work(caller, reading=True) as work:
        source = await actions.readable(work, sha256)
    made = await convert.to_pdf(await runtime.blobs.get(sha256), source.name)
    return await actions.take_in(runtime, caller, f"{source.name.rsplit('.', 1)[0]}.pdf", _once(made))


async def _known(runtime: Runtime, caller: Principal, template: str) -> dict[str, Any]:
    async with runtime.work(caller, reading=True) as work:
        office = await offices.office(work, caller.office_id)
    if template == ANNEX:
        return {"of": office.name}
    return {
        "office_name": office.name,
        "parent_name": office.parent_name,
        "place": office.place,
        "notation": notation(catalogue.entry(template).type_name, office.abbreviation),
    }


async def _once(content: bytes) -> AsyncIterator[bytes]:
    yield content
