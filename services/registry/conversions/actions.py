"""An archivist converts a file of a document to the archival format; the original stays, and what happened is kept."""

from __future__ import annotations

import httpx
from sqlalchemy import select

from contracts.client import Problem
from contracts.message import FileRef
from contracts.registry import api
from contracts.signing.api import VerdictView
from contracts.signing.client import SigningClient
from services.registry.access import identifier
from services.registry.conversions import archival, rules
from services.registry.conversions.tables import Conversion
from services.registry.documents import convert
from services.registry.files.actions import hold, readable
from services.registry.files.names import safe_name
from services.registry.incoming import queries as incoming
from services.registry.outgoing import queries as outgoing
from services.registry.timeline.actions import record
from shared.auth import Principal
from shared.clock import VN, now
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work


async def make(runtime: Runtime, caller: Principal, form: api.NewConversion) -> Conversion:
    """Converted already with the same tool: the same conversion again. No transaction is open while it is made.

    Raises NotFound, NotOnRecord, NotToConvert, ToolMissing, NotConverted, ConverterMissing, StateUnknown.
    """
    async with runtime.work(caller, reading=True) as work:
        facts, file = await _source(work, form)
    way, tool = rules.way(file), await archival.tool()
    if way == "office":
        tool = f"{await convert.version(file.name)}; {tool}"
    async with runtime.work(caller, reading=True) as work:
        if (earlier := await _earlier(work, form, file, tool)) is not None:
            return earlier
    content = await runtime.blobs.get(file.sha256)
    verdict = await _before(runtime, file, content) if way == "pdf" else None
    made = await _converted(content, way, file, facts)
    stored = await runtime.blobs.put(made)
    name = rules.result_name(file.display_name or file.name)
    result = FileRef(
        sha256=stored.sha256, size=stored.size, name=safe_name(name), display_name=name, content_type=rules.PDF
    )
    async with runtime.work(caller) as work:
        await work.alone(f"conversion:{form.object_id}:{file.sha256}")
        await _source(work, form)  # its content may have been destroyed meanwhile
        return await _earlier(work, form, file, tool) or await _kept(work, form, file, result, tool, verdict)


async def _source(work: Work, form: api.NewConversion) -> tuple[api.Citation, FileRef]:
    """The document and its file, as the caller's office holds them."""
    work.principal.require("archivist")
    queries = incoming if form.kind == "incoming" else outgoing
    facts = await queries.citation(work, form.object_id)
    if not facts.on_record:
        raise rules.NotOnRecord
    for file in facts.files:
        if file.sha256 == form.sha256:
            await readable(work, file.sha256)
            return facts, file
    raise NotFound


async def _earlier(work: Work, form: api.NewConversion, file: FileRef, tool: str) -> Conversion | None:
    found: Conversion | None = await work.one(
        select(Conversion).where(
            Conversion.object_id == identifier(form.object_id),
            Conversion.source_sha256 == file.sha256,
            Conversion.format == rules.FORMAT,
            Conversion.tool == tool,
        )
    )
    return found


async def _before(runtime: Runtime, file: FileRef, content: bytes) -> VerdictView:
    """The kept verdict on the file, or one of this moment. Raises StateUnknown."""
    signing = runtime.client(SigningClient)
    try:
        try:
            return await signing.get_verdict(file.sha256)
        except Problem as problem:
            if problem.status != NotFound.status:
                raise
        return await signing.validate_file(content, annex=file.role == "annex")
    except (Problem, httpx.HTTPError) as error:
        raise rules.StateUnknown from error


async def _converted(content: bytes, way: str, file: FileRef, facts: api.Citation) -> bytes:
    name = file.display_name or file.name
    if way == "office":
        content, way = await convert.to_pdf(content, file.name), "pdf"
    mark = rules.mark(file.sha256, f"{now().astimezone(VN):%d/%m/%Y}")
    title = f"{facts.code} {facts.subject}".strip()
    return await archival.converted(content, way, name, mark=mark, title=title, source=file.sha256)


async def _kept(
    work: Work, form: api.NewConversion, file: FileRef, result: FileRef, tool: str, verdict: VerdictView | None
) -> Conversion:
    state = rules.signature_state(verdict)
    row = Conversion(
        office_id=work.principal.office_id, kind=form.kind, object_id=identifier(form.object_id),
        source=file.model_dump(mode="json"), source_sha256=file.sha256, result=result.model_dump(mode="json"),
        format=rules.FORMAT, tool=tool, verdict=verdict.model_dump(mode="json") if verdict else None,
        signature_state=state, by_id=work.principal.id, by_name=work.principal.name,
    )  # fmt: skip
    work.save(row)
    await hold(work, [row.office_id], [result])
    words = f"Chuyển “{file.display_name or file.name}” sang {rules.FORMAT} bằng {tool}. {rules.STATES[state]}"
    record(
        work, row.object_id, "format-converted", words, tool=tool, before=file.sha256, after=result.sha256,
        format=rules.FORMAT, signature_state=state,
    )  # fmt: skip
    await work.flush()
    return row
