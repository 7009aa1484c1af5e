"""A specialist's acts on a draft: create, change, submit."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, insert

from contracts.message import FileRef
from contracts.registry import api
from contracts.registry.events import DraftChangedV1, DraftSubmittedV1, Recipient
from services.registry import links
from services.registry.access import find, identifier
from services.registry.annexes.mentions import Named
from services.registry.files.actions import held
from services.registry.files.names import plain
from services.registry.incoming.queries import exists as incoming_exists
from services.registry.numbering.rules import notation
from services.registry.offices import queries as offices
from services.registry.outgoing import annexes, changing, leaving, rules
from services.registry.outgoing.tables import Outgoing, RecipientRow, Version
from services.registry.timeline.actions import record
from shared.clock import now
from shared.problems import Forbidden
from shared.work import Work


async def create_draft(work: Work, form: api.NewDraft, named: Named | None = None) -> Outgoing:
    """A new draft of the caller's office. `named`: annexes that the text of its main file names."""
    me = work.principal
    document = Outgoing(
        office_id=me.office_id, unit_id=me.unit_id, drafter_id=me.id, drafter_name=me.name, state=rules.DRAFT, version=1
    )
    await _write(work, document, form, named)
    work.save(document)
    await work.flush()
    await _set_recipients(work, document, form.recipients)
    if document.in_reply_to_incoming_id:
        await links.join(work, document.office_id, document.id, document.in_reply_to_incoming_id)
    keep_version(work, document, "draft", form.model_dump(mode="json"))
    record(work, document.id, "draft-created", "Tạo dự thảo", version=1)
    return document


async def change_draft(work: Work, key: str, form: api.NewDraft, etag: str, named: Named | None = None) -> Outgoing:
    """Save the draft anew. Raises ChangedMeanwhile when somebody saved since `etag` was read."""
    document = await _mine(work, key)
    rules.require(document.state, rules.EDITABLE, "sửa")
    if not etag:
        raise rules.EtagMissing
    if etag.removeprefix("W/").strip('"') != str(document.version):
        raise rules.ChangedMeanwhile(current=document.version)
    before, answered = document.state, document.in_reply_to_incoming_id
    await _write(work, document, form, named)
    await _set_recipients(work, document, form.recipients)
    if document.in_reply_to_incoming_id and document.in_reply_to_incoming_id != answered:
        await links.join(work, document.office_id, document.id, document.in_reply_to_incoming_id)
    document.version += 1
    document.state = rules.after_edit(before, changed=True)
    keep_version(work, document, "draft", form.model_dump(mode="json"))
    if before in rules.APPROVAL:
        document.approved_hash = ""
        _tell_changed(work, document)
    record(work, document.id, "draft-changed", f"Lưu phiên bản {document.version}", version=document.version)
    return document


async def submit_draft(work: Work, key: str) -> Outgoing:
    """Hand the draft in for approval. Handed in already: nothing happens."""
    document = await _mine(work, key)
    if document.state in rules.APPROVAL:
        return document
    rules.require(document.state, rules.WITH_DRAFTER, "trình")
    files = [FileRef.model_validate(f) for f in document.files]
    rules.check_complete(files=[f.role for f in files], signer_id=document.signer_id, subject=document.subject)
    annexes.check(document)
    await leaving.check_notation(work, document)
    document.state, document.returned_reason = rules.CONSULTING, ""
    office = await offices.office_ref(work, document.office_id)
    work.emit(
        DraftSubmittedV1(
            draft_id=str(document.id),
            version=document.version,
            office=office,
            unit_id=document.unit_id,
            drafter_id=document.drafter_id,
            drafter_name=document.drafter_name,
            type_name=document.type_name,
            subject=document.subject,
            urgency=document.urgency,
            signer_id=document.signer_id,
            files=tuple(files),
            content_hash=document.content_hash,
            submitted_at=now(),
        ),
        key=str(document.id),
        urgent=document.urgency > 0,
    )
    record(work, document.id, "draft-submitted", f"Trình phiên bản {document.version}", hash=document.content_hash)
    return document


async def _mine(work: Work, key: str) -> Outgoing:
    """A draft is written by its drafter or somebody of the same unit."""
    document = await find(work, Outgoing, key, lock=True)
    me = work.principal
    same_unit = me.unit_id is not None and me.unit_id == document.unit_id
    if not (me.is_service or me.id == document.drafter_id or same_unit):
        raise Forbidden
    return document


async def _write(work: Work, document: Outgoing, form: api.NewDraft, named: Named | None) -> None:
    office = await offices.office(work, document.office_id)
    files = await held(work, document.office_id, form.files)
    simple = {"recipients", "files", "in_reply_to_incoming_id", "notation", "place", "changes_document_id", "change"}
    for name, value in form.model_dump(exclude=simple).items():
        setattr(document, name, value)
    document.notation = form.notation or notation(form.type_name, office.abbreviation)
    document.place = form.place or office.place
    document.files = [f.model_dump(mode="json") for f in files]
    document.annexes_named = asdict(named) if named else None
    document.content_hash = rules.content_hash(f.sha256 for f in files)
    document.searched = plain(form.subject).lower()
    document.in_reply_to_incoming_id = None
    if form.in_reply_to_incoming_id:
        document.in_reply_to_incoming_id = identifier(form.in_reply_to_incoming_id)
        await incoming_exists(work, document.office_id, document.in_reply_to_incoming_id)
    await changing.point_at(work, document, form)
    await _fill_signer(work, document)


async def _fill_signer(work: Work, document: Outgoing) -> None:
    signer = await offices.person(work, document.signer_id) if document.signer_id else None
    if signer is not None and signer.office_id == document.office_id:
        document.signer_name = document.signer_name or signer.full_name
        document.signer_position = document.signer_position or signer.position
        document.signer_capacity = document.signer_capacity or signer.capacity


async def _set_recipients(work: Work, document: Outgoing, recipients: list[Recipient]) -> None:
    """A set, written in bulk: a circular may go to every commune of the province."""
    unique = {offices.normal(r.organ_id): r for r in recipients if r.organ_id.strip()}
    local = await offices.owners(work, unique)
    rows: list[dict[str, Any]] = [
        {
            "document_id": document.id,
            "organ_key": organ_key,
            "place": place,
            "organ_id": r.organ_id.strip(),
            "name": r.name,
            "office_id": local.get(organ_key),
        }
        for place, (organ_key, r) in enumerate(unique.items())
    ]
    await work.execute(delete(RecipientRow).where(RecipientRow.document_id == document.id))
    if rows:
        await work.execute(insert(RecipientRow), rows)
    document.recipient_count = len(rows)


def keep_version(work: Work, document: Outgoing, reason: str, form: dict[str, Any], by: str | None = None) -> None:
    """Every version is kept, with its files and its fields (R12.2)."""
    work.save(
        Version(
            document_id=document.id,
            version=document.version,
            by_name=by if by is not None else work.principal.name,
            reason=reason,
            content_hash=document.content_hash,
            files=document.files,
            form=form,
        )
    )


def _tell_changed(work: Work, document: Outgoing) -> None:
    work.emit(
        DraftChangedV1(
            draft_id=str(document.id),
            version=document.version,
            content_hash=document.content_hash,
            by=work.principal.id,
        ),
        key=str(document.id),
    )
