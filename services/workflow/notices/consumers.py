"""What other services have people told that is no task of theirs."""

from __future__ import annotations

from contracts.signing.events import CertificateChangedV1
from services.workflow.notices import actions
from services.workflow.organisation import queries as people
from shared.service import Consumer
from shared.work import Work


async def certificate_changed(work: Work, message: CertificateChangedV1) -> None:
    """Its holder and the administrators of the office; of an office's key also its clerks (Quy chế Đ21 k1b)."""
    concerned = {message.owner_id} if message.owner_kind == "person" else set()
    for role in ("unit_admin", *(("clerk",) if message.owner_kind == "office" else ())):
        concerned |= {person.id for person in await people.holders(work, role, message.office_id)}
    about = ("certificate", message.fingerprint)
    actions.tell(work, sorted(concerned), f"certificate-{message.what}", message.text, about)


consumers = [Consumer(CertificateChangedV1, certificate_changed)]
