"""An outgoing document as people see it."""

from __future__ import annotations

from sqlalchemy import select

from contracts.message import FileRef
from contracts.registry import api
from contracts.registry.events import Recipient
from services.registry import links
from services.registry.incoming import queries as incoming
from services.registry.offices import queries as offices
from services.registry.outgoing import annexes, changing, recalling
from services.registry.outgoing.leaving import recipients_of
from services.registry.outgoing.tables import Copy, Outgoing, Version
from services.registry.timeline.actions import entries
from shared.work import Work


async def document(work: Work, d: Outgoing) -> api.Document:
    await work.flush()
    question = d.in_reply_to_incoming_id
    office = await offices.office(work, d.office_id)
    same = {
        name: getattr(d, name)
        for name in [
            "state",
            "version",
            "office_id",
            "type_name",
            "subject",
            "urgency",
            "notation",
            "place",
            "code",
            "number",
            "issued_at",
            "due_date",
            "drafter_id",
            "drafter_name",
            "unit_id",
            "signer_id",
            "signer_name",
            "signer_position",
            "signer_capacity",
            "content_hash",
            "content",
            "annex_count",
            "legal_state",
            "returned_reason",
            "void_reason",
            "sealing_error",
            "waiting_for",
            "changed_note",
            "paper_sent_at",
            "paper_reason",
            "created_at",
            "updated_at",
        ]
    }
    return api.Document(
        **same,
        id=str(d.id),
        etag=str(d.version),
        office_name=office.name,
        identifier=d.identifier or "",
        issued_date=d.issued_date.isoformat() if d.issued_date else None,
        recipients=[
            Recipient(organ_id=r.organ_id, name=r.name, office_id=r.office_id) for r in await recipients_of(work, d)
        ],
        files=[FileRef.model_validate(f) for f in d.files],
        versions=await _versions(work, d),
        deliveries=await _deliveries(work, d),
        timeline=await entries(work, d.id),
        changes=await changing.changes(work, d),
        changed_by=await changing.of(work, d),
        recall=await recalling.view(work, d),
        warnings=annexes.warnings(d),
        annexes_doubt=annexes.doubt(d),
        in_reply_to_incoming_id=str(question) if question else None,
        in_reply_to=next(iter(await incoming.brief(work, [question])), None) if question else None,
        replies=await incoming.brief(work, await links.answers_of(work, d.id)),
    )


async def _versions(work: Work, d: Outgoing) -> list[api.VersionView]:
    rows = await work.all(select(Version).where(Version.document_id == d.id).order_by(Version.version))
    return [
        api.VersionView(
            version=v.version,
            at=v.at,
            by_name=v.by_name,
            reason=v.reason,
            content_hash=v.content_hash,
            files=[FileRef.model_validate(f) for f in v.files],
            subject=str(v.form.get("subject", "")),
        )
        for v in rows
    ]


async def _deliveries(work: Work, d: Outgoing) -> list[api.DeliveryView]:
    rows = await work.all(select(Copy).where(Copy.document_id == d.id).order_by(Copy.organ_key))
    fields = ["organ_id", "name", "channel", "state", "status_code", "description", "staff", "at"]
    return [api.DeliveryView(**{f: getattr(c, f) for f in fields}) for c in rows]
