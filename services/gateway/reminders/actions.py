"""Notice that an answer is late; remind receivers by whatever their way carries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from contracts.gateway import answers as api
from contracts.gateway.events import AnswerOverdueV1, AnswerRemindedV1, LateCopy
from services.gateway.deliveries.tables import Delivery, OutPackage
from services.gateway.patience.rules import patience
from services.gateway.reminders import rules
from services.gateway.reminders.queries import DECIDERS, owed, wanted
from services.gateway.routing.rules import LOCAL
from services.gateway.webhooks.actions import tell as tell_partner
from shared.clock import VN, now
from shared.work import Work

DOCUMENTS = 50  # in one transaction


async def mark_late(work: Work, began_before: datetime) -> int:
    """The next documents with late answers: their senders are told and the receivers reminded. Gives how many."""
    late = (Delivery.owed_since < began_before, Delivery.late_at.is_(None))
    first = await work.all(select(Delivery.document_id).where(*late).order_by(Delivery.owed_since).limit(DOCUMENTS))
    statement = select(Delivery).where(*late, Delivery.document_id.in_(set(first))).order_by(Delivery.id)
    documents: dict[str, list[Delivery]] = defaultdict(list)
    for row in await work.all(statement.with_for_update(skip_locked=True)):
        row.late_at = now()
        documents[row.document_id].append(row)
    for rows in documents.values():
        package = await work.get(OutPackage, rows[0].package_id)
        assert package is not None
        work.emit(_overdue(package, rows), key=package.document_id)
        for row in rows:
            await _remind(work, row, package, "")
    return len(documents)


def _overdue(package: OutPackage, rows: Sequence[Delivery]) -> AnswerOverdueV1:
    by_name = sorted(rows, key=lambda row: (row.name, row.organ_id))
    late = (LateCopy(organ_id=row.organ_id, name=row.name, since=row.owed_since or now()) for row in by_name)
    return AnswerOverdueV1(
        document_id=package.document_id,
        office_id=package.office_id,
        code=package.code,
        subject=str(package.content.get("subject") or ""),
        drafter_id=str(package.content.get("drafter_id") or ""),
        clerk_id=str(package.content.get("clerk_id") or ""),
        receivers=tuple(late),
        working_days=patience().reply_within_working_days,
        at=now(),
    )


async def remind(work: Work, body: api.RemindRequest) -> list[api.Reminded]:
    """A person reminds receivers that owe an answer. Others' copies do not exist. Raises NothingOwed."""
    work.principal.require(*DECIDERS)
    rows = await work.all(owed(work).where(wanted(body)).order_by(Delivery.id).with_for_update())
    if not rows:
        raise rules.NothingOwed
    packages = {key: await work.get(OutPackage, key) for key in {row.package_id for row in rows}}
    done = []
    for row in rows:
        package = packages[row.package_id]
        assert package is not None
        done.append(_said(row, await _remind(work, row, package, work.principal.name)))
    work.audit("gateway.remind", rows[0].document_id, receivers=[row.organ_id for row in rows])
    return done


async def _remind(work: Work, row: Delivery, package: OutPackage, by_name: str) -> str:
    """How it was done."""
    if not rules.may_remind(row.reminded_at, now(), patience().remind_again):
        return rules.TOO_SOON
    how = await _reach(work, row, package, by_name)
    if how == rules.TOLD:
        row.reminded_at, row.reminders = now(), row.reminders + 1
    return how


async def _reach(work: Work, row: Delivery, package: OutPackage, by_name: str) -> str:
    since = row.owed_since or now()
    sender = str(package.content.get("office", {}).get("name") or "")
    if row.channel == LOCAL and row.arrival_id:
        message = AnswerRemindedV1(
            arrival_id=str(row.arrival_id),
            sender_name=sender,
            code=package.code,
            since=since,
            by_name=by_name,
            at=now(),
        )
        work.emit(message, key=str(row.arrival_id))
        return rules.TOLD
    facts = {
        "documentId": package.identifier,
        "notation": package.code,
        "from": str(package.content.get("office", {}).get("organ_id") or ""),
        "to": row.organ_id,
        "since": since.isoformat(),
        "reminders": row.reminders + 1,
    }
    return rules.TOLD if await tell_partner(work, row.channel, "answer.overdue", facts) else rules.BY_HAND


def _said(row: Delivery, how: str) -> api.Reminded:
    at = row.reminded_at.astimezone(VN).strftime("%H:%M %d/%m/%Y") if row.reminded_at else ""
    words = rules.WORDS[how].format(name=row.name, at=at, hours=patience().remind_again_hours)
    return api.Reminded(delivery_id=str(row.id), organ_id=row.organ_id, name=row.name, how=how, message=words)
