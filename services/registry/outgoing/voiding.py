"""Give up a number before its document is issued (QĐ 28 Đ12 k3): the register shows it with the reason, for ever."""

from __future__ import annotations

from contracts.registry.events import NumberVoidedV1
from services.registry.access import find
from services.registry.offices import queries as offices
from services.registry.outgoing import rules
from services.registry.outgoing.tables import Outgoing
from services.registry.timeline.actions import record
from shared.clock import now
from shared.work import Work


async def void_number(work: Work, key: str, reason: str) -> Outgoing:
    """The document ends here and nobody gets its number. Voided already: nothing happens. Forbidden, WrongState,
    Frozen once it is issued (then it is recalled, replaced or corrected)."""
    work.principal.require("clerk")
    document = await find(work, Outgoing, key, lock=True)
    if document.state == rules.VOIDED:
        return document
    rules.require(document.state, {rules.NUMBERED, rules.SEALED}, "hủy số")
    document.state, document.void_reason = rules.VOIDED, reason
    document.sealing_error = document.waiting_for = ""
    work.emit(
        NumberVoidedV1(
            document_id=str(document.id),
            office=await offices.office_ref(work, document.office_id),
            code=document.code,
            reason=reason,
            by=work.principal.id,
            by_name=work.principal.name,
            voided_at=now(),
        ),
        key=str(document.id),
    )
    record(work, document.id, "number-voided", f"Hủy số {document.code}: {reason}", code=document.code)
    return document
