"""An administrator's acts on the directory: a list of codes, a succession. What identity tells of organs outside."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from sqlalchemy import select

from contracts.gateway import directory as api
from contracts.identity.events import OrganRegisteredV1
from services.gateway.directory import importing, lists
from services.gateway.directory.importing import FILE
from services.gateway.directory.rules import Listed, tidy
from services.gateway.directory.tables import CodeSuccession, DirectoryChange, DirectoryImport, ExternalOrgan, OrganWord
from services.gateway.directory.words import words_of
from services.gateway.routing.codes import is_well_formed, normal
from shared.auth import Principal
from shared.problems import Invalid, NotFound
from shared.service import Runtime
from shared.work import Work

ADMINISTRATOR = "system_admin"
LIST, IDENTITY = "list", "identity"  # sources beside the partners


class BadSuccession(Invalid):
    kind = "bad-succession"
    message = "Mã cũ và mã mới phải đúng mẫu và khác nhau. Hãy kiểm tra lại."


async def take_list(
    runtime: Runtime, caller: Principal, content: bytes, name: str, *, apply: bool
) -> api.CodeListReport:
    """Read a list of codes; take it over when asked to and no line is wrong: half a list helps nobody."""
    caller.require(ADMINISTRATOR)
    lines = lists.read(content, name)
    wrong = tuple(line for line in lines if line.problems)
    mapped = [line for line in lines if line.old_code and not line.problems]
    report = api.CodeListReport(lines=len(lines), good=len(lines) - len(wrong), wrong=wrong[:500], mapped=len(mapped))
    if not apply or wrong:
        return report
    run = await importing.begin(runtime, LIST, FILE)
    await importing.take(runtime, run, _units(lines))
    async with runtime.work(caller) as work:
        for line in mapped:
            await _succeed(work, line.old_code, line.code, line)
        work.audit("gateway.code-list-imported", str(run.id), name=name[:200], lines=len(lines), mapped=len(mapped))
    await importing.end(runtime, run)
    return report.model_copy(update={"import_id": str(run.id)})


async def _units(lines: Sequence[api.CodeLine]) -> AsyncIterator[Listed]:
    for line in lines:
        yield tidy(line.code, line.name, line.parent, line.old_code)


async def _succeed(work: Work, old: str, new: str, line: api.CodeLine | api.Succession) -> None:
    row = await work.get(CodeSuccession, normal(old), lock=True)
    if row is None:
        row = CodeSuccession(old_code=normal(old))
        work.save(row)
    row.new_code, row.since, row.legal_basis = normal(new), line.since, line.legal_basis


async def succeed(work: Work, body: api.Succession) -> CodeSuccession:
    """An administrator says that one code stands for another."""
    work.principal.require(ADMINISTRATOR)
    if not (is_well_formed(body.old_code) and is_well_formed(body.new_code)) or normal(body.old_code) == normal(
        body.new_code
    ):
        raise BadSuccession
    await _succeed(work, body.old_code, body.new_code, body)
    work.audit("gateway.code-succeeded", normal(body.old_code), by=normal(body.new_code), basis=body.legal_basis)
    return await work.locked(CodeSuccession, normal(body.old_code))


async def organ_registered(work: Work, message: OrganRegisteredV1) -> None:
    """A person entered an organ outside: its codes count as known."""
    codes = [normal(code) for code in message.organ_ids]
    first, others = codes[0], codes[1:]
    row = await work.one(select(ExternalOrgan).where(ExternalOrgan.source == IDENTITY, ExternalOrgan.code == first))
    if row is None:
        row = ExternalOrgan(source=IDENTITY, code=first, parent="", mail="", version="", malformed=False)
        work.save(row)
    row.name, row.other_code, row.closed = message.name, others[0] if others else "", not message.active
    await work.flush()
    known = set(await work.all(select(OrganWord.word).where(OrganWord.organ_id == row.id)))
    wanted = words_of(message.name, codes) if message.active else set()
    work.save(*(OrganWord(word=word, organ_id=row.id) for word in sorted(wanted - known)))


async def imports(work: Work) -> Sequence[DirectoryImport]:
    work.principal.require(ADMINISTRATOR)
    return await work.all(select(DirectoryImport).order_by(DirectoryImport.id.desc()).limit(100))


async def changes(work: Work, import_id: UUID, what: str) -> Sequence[DirectoryChange]:
    work.principal.require(ADMINISTRATOR)
    if await work.get(DirectoryImport, import_id) is None:
        raise NotFound
    statement = select(DirectoryChange).where(DirectoryChange.import_id == import_id)
    return await work.all(
        (statement.where(DirectoryChange.what == what) if what else statement).order_by(DirectoryChange.id)
    )


async def successions(work: Work) -> Sequence[CodeSuccession]:
    work.principal.require(ADMINISTRATOR)
    return await work.all(select(CodeSuccession).order_by(CodeSuccession.old_code).limit(5000))


def import_view(row: DirectoryImport) -> api.DirectoryImport:
    return api.DirectoryImport(
        id=str(row.id),
        source=row.source,
        kind=row.kind,
        started_at=row.started_at,
        ended_at=row.ended_at,
        complete=row.complete,
        counts={name: int(count) for name, count in row.counts.items()},
        error=row.error,
    )


def succession_view(row: CodeSuccession) -> api.Succession:
    return api.Succession(
        old_code=row.old_code, new_code=row.new_code, since=row.since, legal_basis=row.legal_basis or "–"
    )
