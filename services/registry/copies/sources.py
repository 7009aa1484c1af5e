"""What a copy is made from: a document or a copy on record here, whose facts nobody types again, or a paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from contracts.registry import api
from services.registry.access import find, identifier
from services.registry.copies import rules
from services.registry.copies.tables import CertifiedCopy
from services.registry.incoming import queries as incoming
from services.registry.outgoing import queries as outgoing
from shared.problems import NotFound
from shared.work import Work


@dataclass(frozen=True)
class Source:
    """`legal_state` None: a paper, which the clerk has seen."""

    kind: str
    id: UUID | None
    form: str
    code: str
    issuer: str
    date: str
    type_name: str
    subject: str
    file: dict[str, Any] | None
    legal_state: str | None


async def source_of(work: Work, form: api.NewCopy) -> Source:
    """Raises NotFound for what is not on record in the caller's office."""
    if form.copy_id:
        return _of_copy(await find(work, CertifiedCopy, form.copy_id), form)
    if form.incoming_id:
        return _of_document("incoming", form.incoming_id, await incoming.citation(work, form.incoming_id), form)
    if form.document_id:
        return _of_document("outgoing", form.document_id, await outgoing.citation(work, form.document_id), form)
    return Source(
        "paper", None, form.source_form, form.code, form.issuer, form.issued_date or "", form.type_name, form.subject,
        None, None if form.source_medium == rules.PAPER else "REFERENCE_ONLY",
    )  # fmt: skip


def _of_document(kind: str, key: str, facts: api.Citation, form: api.NewCopy) -> Source:
    on_paper = form.source_medium == rules.PAPER  # its paper master is copied: no signature to look at
    main = next((file.model_dump(mode="json") for file in facts.files if file.role == "main"), None)
    return Source(
        kind, identifier(key), form.source_form, facts.code, facts.issuer, facts.issued_date, facts.type_name,
        facts.subject, None if on_paper else main, None if on_paper else facts.legal_state,
    )  # fmt: skip


def _of_copy(row: CertifiedCopy, form: api.NewCopy) -> Source:
    """A copy of ours which is out. Only a sao y may be copied again, as sao lục."""
    if row.state != rules.DONE or row.kind != "SY" or row.target_medium != form.source_medium:
        raise NotFound
    return Source(
        "copy", row.id, "certified_copy", row.source_code, row.source_issuer, row.source_date, row.type_name,
        row.subject, row.result, None,
    )  # fmt: skip
