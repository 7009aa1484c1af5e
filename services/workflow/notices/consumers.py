"""Facts of other services that become notices: no task of anybody's follows from them."""

from __future__ import annotations

from contracts.gateway.events import AnswerOverdueV1, PackageQuarantinedV1, QuarantineAgedV1
from contracts.registry.events import FileBlockedV1, IncomingUrgedV1, RecallOrderedV1
from contracts.signing.events import CertificateChangedV1, PreservationAlarmV1
from services.workflow.notices import actions, exchange
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


async def preservation_alarm(work: Work, message: PreservationAlarmV1) -> None:
    """The administrators and clerks of the office: they know whom to ask about the time stamper."""
    concerned = set[str]()
    for role in ("unit_admin", "clerk"):
        concerned |= {person.id for person in await people.holders(work, role, message.office_id)}
    actions.tell(work, sorted(concerned), "preservation-alarm", message.text, ("document", message.document_id))


async def file_blocked(work: Work, message: FileBlockedV1) -> None:
    """The administrators of the office, its contacts for security (Quy chế Đ17)."""
    contacts = await people.holders(work, "unit_admin", message.office_id)
    text = f"{message.person_name} vừa tải lên một tệp bị chặn. {message.reason}"
    actions.tell(work, [person.id for person in contacts], "file-blocked", text, ("person", message.person_id))


consumers = [
    Consumer(AnswerOverdueV1, exchange.answer_overdue),
    Consumer(CertificateChangedV1, certificate_changed),
    Consumer(FileBlockedV1, file_blocked),
    Consumer(IncomingUrgedV1, exchange.incoming_urged),
    Consumer(PackageQuarantinedV1, exchange.package_quarantined),
    Consumer(PreservationAlarmV1, preservation_alarm),
    Consumer(QuarantineAgedV1, exchange.quarantine_aged),
    Consumer(RecallOrderedV1, exchange.recall_ordered),
]
