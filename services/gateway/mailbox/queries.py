"""What lies in a box, and what became of what was handed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, select

from services.gateway.mailbox.tables import DONE, FAIL, LOCAL, OPEN, MailItem, MailPackage
from services.gateway.wire.mailbox import SentCopy, Waiting
from shared.clock import VN, now
from shared.work import Work

LONGEST_LIST = 2000  # of waiting packages at a time: those behind come when these are fetched
REMEMBERED = timedelta(days=60)  # how far back a sender's list goes


def in_box(box: str, sender: str | None, message_type: str | None) -> Select[MailItem, MailPackage]:
    """Open items of a box, oldest first; `sender`: only what that partner handed in."""
    statement = select(MailItem, MailPackage).join(MailPackage, MailPackage.id == MailItem.package_id)
    statement = statement.where(MailItem.box == box, MailItem.status.in_(OPEN))
    if sender is not None:
        statement = statement.where(MailPackage.partner == sender)
    if message_type is not None:
        statement = statement.where(MailPackage.message_type == message_type)
    return statement.order_by(MailItem.id)


async def waiting(work: Work, box: str, message_type: str, sender: str | None = None) -> list[Waiting]:
    rows = (await work.execute(in_box(box, sender, message_type).limit(LONGEST_LIST))).all()
    return [_waiting(item, package) for item, package in rows]


async def count(work: Work, box: str, message_type: str) -> int:
    return int(await work.scalar(select(func.count()).select_from(in_box(box, None, message_type).subquery())) or 0)


async def keeps(work: Work, sha256: str) -> bool:
    """Whether somebody else has still to fetch this package here."""
    waiting = (MailItem.sha256 == sha256, MailItem.status.in_(OPEN), MailItem.box != LOCAL)
    return await work.one(select(MailItem.id).where(*waiting).limit(1)) is not None


async def item_of(work: Work, box: str, doc_id: str, sender: str | None = None) -> MailItem | None:
    """An item of this box, open or not. Another box's does not exist."""
    try:
        key = UUID(doc_id)
    except ValueError:
        return None
    item = await work.get(MailItem, key)
    if item is None or item.box != box:
        return None
    if sender is not None:
        package = await work.get(MailPackage, item.package_id)
        if package is None or package.partner != sender:
            return None
    return item


async def sent(
    work: Work, partner: str, message_type: str, doc_id: str | None, box: str | None = None
) -> list[SentCopy]:
    """What a partner (or, with `box`, this deployment to one partner) handed in during the last weeks."""
    statement = (
        select(MailItem, MailPackage)
        .join(MailPackage, MailPackage.id == MailItem.package_id)
        .where(MailPackage.partner == partner, MailPackage.message_type == message_type)
    )
    if doc_id:
        try:
            statement = statement.where(MailPackage.id == UUID(doc_id))
        except ValueError:
            return []
    else:
        statement = statement.where(MailPackage.sent_at >= now() - REMEMBERED)
    if box is not None:
        statement = statement.where(MailItem.box == box)
    rows = (await work.execute(statement.order_by(MailItem.id))).all()
    return [_sent(item, package) for item, package in rows]


async def same(work: Work, key: str) -> MailPackage | None:
    """The package handed in before, unless every receiver of it failed: then it may be sent anew."""
    rows: Sequence[MailPackage] = await work.all(
        select(MailPackage).where(MailPackage.same_key == key).order_by(MailPackage.id.desc()).limit(1)
    )
    for row in rows:
        states = await work.all(select(MailItem.status).where(MailItem.package_id == row.id))
        if any(state != FAIL for state in states):
            return row
    return None


async def by_key(work: Work, partner: str, key: str) -> MailPackage | None:
    statement = select(MailPackage).where(MailPackage.partner == partner, MailPackage.idempotency_key == key)
    found: MailPackage | None = await work.one(statement)
    return found


def _text(moment: datetime) -> str:
    return moment.astimezone(VN).strftime("%Y-%m-%d %H:%M:%S")


def _waiting(item: MailItem, package: MailPackage) -> Waiting:
    return Waiting(
        doc_id=str(item.id),
        message_type=package.message_type,
        sender=package.from_code,
        receiver=item.to_code,
        status=item.status,
        status_desc=item.status_desc,
        created=_text(item.created_at),
        updated=_text(item.updated_at),
    )


def _sent(item: MailItem, package: MailPackage) -> SentCopy:
    return SentCopy(
        doc_id=str(package.id),
        receiver_doc_id=str(item.id),
        message_type=package.message_type,
        title=package.title,
        notation=package.notation,
        sender=package.from_code,
        receiver=item.to_code,
        sent=_text(package.sent_at),
        received=_text(item.updated_at) if item.status in (DONE, FAIL) else "",
        send_status=DONE,
        receive_status=item.status,
        receive_desc=item.status_desc,
    )
