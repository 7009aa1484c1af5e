"""An outgoing document as it leaves: to whom, what is told of it, and what outside systems ask of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from contracts.message import FileRef
from contracts.registry.events import DocumentIssuedV1, Recipient
from services.registry.incoming.queries import reply_to
from services.registry.numbering import rules as numbers
from services.registry.offices import queries as offices
from services.registry.outgoing import changing, rules
from services.registry.outgoing.tables import Outgoing, RecipientRow
from shared.clock import now, today
from shared.statements import Prepared
from shared.work import Work

RECIPIENTS = Prepared(
    select(RecipientRow.organ_key, RecipientRow.organ_id, RecipientRow.name, RecipientRow.office_id)
    .where(RecipientRow.document_id == bindparam("document"))
    .order_by(RecipientRow.place)
)


async def recipients_of(work: Work, document: Outgoing) -> Sequence[Any]:
    return await work.rows(RECIPIENTS, document=document.id)


async def check_notation(work: Work, document: Outgoing) -> None:
    """What goes outside needs one. Raises NotationMissing."""
    if not document.notation.strip():
        outside = [r.name for r in await recipients_of(work, document) if r.office_id is None]
        rules.check_notation(outside, numbered=document.number is not None)


async def fact(work: Work, document: Outgoing, recipients: Sequence[Any], large_files: str = "") -> DocumentIssuedV1:
    """The document as it is told when it is issued; before its number as far as it is known."""
    question, office = document.in_reply_to_incoming_id, await offices.office_ref(work, document.office_id)
    changed = await changing.meant(work, document, office)
    return DocumentIssuedV1(
        document_id=str(document.id),
        identifier=document.identifier or "",
        office=office,
        code_number=numbers.number_text(document.number) if document.number is not None else "",
        code_notation=document.notation,
        code=document.code,
        type_name=document.type_name,
        subject=document.subject,
        urgency=document.urgency,
        place=document.place,
        issued_date=(document.issued_date or today()).isoformat(),
        issued_at=document.issued_at or now(),
        signer_name=document.signer_name,
        signer_position=document.signer_position,
        signer_capacity=document.signer_capacity,
        drafter_id=document.drafter_id,
        clerk_id=document.clerk_id,
        due_date=document.due_date,
        files=tuple(FileRef.model_validate(f) for f in document.files if f["role"] != "reference"),
        recipients=tuple(Recipient(organ_id=r.organ_id, name=r.name, office_id=r.office_id) for r in recipients),
        reply_to=changed or (await reply_to(work, question) if question else None),
        business_type=rules.BUSINESS_TYPES.get(document.change, 0),
        business_reason=document.subject if changed else "",
        large_files=large_files,
    )
