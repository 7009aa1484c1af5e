"""The clerk's acts on a signed document: number, seal again, issue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select

from contracts.message import FileRef
from contracts.registry.events import NumberAssignedV1
from services.registry.access import find
from services.registry.files.names import plain
from services.registry.numbering import actions as numbering
from services.registry.numbering import rules as numbers
from services.registry.numbering import schemes
from services.registry.offices import queries as offices
from services.registry.outgoing import annexes, changing, leaving, rules
from services.registry.outgoing.tables import Copy, Outgoing
from services.registry.timeline.actions import record
from shared.clock import now, today
from shared.statements import Prepared
from shared.work import Work

COPIES = Prepared(insert(Copy))
SAME_CODE = Prepared(
    select(Outgoing.id)
    .where(
        Outgoing.office_id == bindparam("office"),
        Outgoing.issued_date.between(bindparam("first"), bindparam("last")),
        Outgoing.number == bindparam("number"),
        Outgoing.notation == bindparam("notation"),
        Outgoing.id != bindparam("own"),
    )
    .limit(1)
)


async def number_document(work: Work, key: str) -> Outgoing:
    """Number and date, after the signature (QĐ 28 Đ12 k3). Repeated, the document keeps the number it owns."""
    work.principal.require("clerk")
    document = await find(work, Outgoing, key, lock=True)
    if document.number is not None:
        return document
    rules.require(document.state, {rules.SIGNED}, "cấp số")
    office = await offices.office(work, document.office_id)
    document.notation = document.notation or numbers.notation(document.type_name, office.abbreviation)
    await leaving.check_notation(work, document)
    division = await schemes.division_on(work, document.office_id, today())
    series = numbers.series_of(division, document.type_name, document.notation)
    given = await numbering.give(work, document.office_id, series, document.id)
    document.number, document.issued_date = given.number, given.date
    document.code = numbers.code(given.number, document.notation)
    await _check_code(work, document)
    document.identifier = numbers.identifier(office.organ_id or document.office_id, given.date, document.code)
    document.searched = plain(f"{document.code} {document.subject}").lower()
    document.clerk_id, document.clerk_name = work.principal.id, work.principal.name
    document.state = rules.NUMBERED
    record(work, document.id, "number-assigned", f"Cấp số {document.code}", code=document.code)
    await _ask_for_seal(work, document)
    return document


async def _check_code(work: Work, document: Outgoing) -> None:
    """Series of their own may meet where people write notations by hand. Raises CodeTaken: the number is not given."""
    assert document.issued_date is not None
    year = document.issued_date.year
    same = {"office": document.office_id, "number": document.number, "notation": document.notation, "own": document.id}
    if await work.row(SAME_CODE, **same, first=date(year, 1, 1), last=date(year, 12, 31)) is not None:
        raise numbers.CodeTaken(code=document.code, year=year)


async def reseal_document(work: Work, key: str) -> Outgoing:
    """Ask for the seal again, with the same number."""
    work.principal.require("clerk")
    document = await find(work, Outgoing, key, lock=True)
    rules.require(document.state, {rules.NUMBERED}, "ký số cơ quan lại")
    document.sealing_error = ""
    record(work, document.id, "sealing-asked", "Thử ký số cơ quan lại", code=document.code)
    await _ask_for_seal(work, document)
    return document


async def _ask_for_seal(work: Work, document: Outgoing) -> None:
    files = [FileRef.model_validate(f) for f in document.files]
    assert document.number is not None and document.issued_date is not None
    work.emit(
        NumberAssignedV1(
            document_id=str(document.id),
            office=await offices.office_ref(work, document.office_id),
            number=document.number,
            code=document.code,
            number_text=numbers.number_text(document.number),
            issued_date=document.issued_date.isoformat(),
            clerk_id=work.principal.id,
            clerk_name=work.principal.name,
            main_file=next(f for f in files if f.role == "main"),
            annexes=tuple(f for f in files if f.role == "annex"),
        ),
        key=str(document.id),
        urgent=document.urgency > 0,
    )


async def issue_document(
    work: Work, key: str, annexes_confirmed: bool = False, by_link: Sequence[str] = ()
) -> Outgoing:
    """Freeze the document and send it to its recipients (NĐ 30 Đ18). Issued already: nothing happens.

    `by_link`: partners that take the largest annexes by link, as the clerk has chosen.
    """
    work.principal.require("clerk")
    document = await find(work, Outgoing, key, lock=True)
    if document.state == rules.ISSUED:
        return document
    rules.require(document.state, {rules.SEALED}, "phát hành")
    annexes.check(document)
    doubt = annexes.confirmed(document, annexes_confirmed)
    recipients = await leaving.recipients_of(work, document)
    await leaving.check_notation(work, document)
    document.state, document.issued_at = rules.ISSUED, now()
    document.clerk_id, document.clerk_name = work.principal.id, work.principal.name
    await work.run(COPIES, *(_copy(document, r) for r in recipients))
    await changing.issued(work, document)
    fact = await leaving.fact(work, document, recipients, large_files="link" if by_link else "")
    work.emit(fact, key=str(document.id), urgent=document.urgency > 0)
    if doubt:
        record(work, document.id, "annexes-confirmed", f"Xác nhận đã đủ phụ lục. {doubt}")
    if by_link:
        record(work, document.id, "files-by-link", f"Gửi tệp lớn qua liên kết có thời hạn đến {', '.join(by_link)}")
    record(work, document.id, "issued", f"Phát hành {document.code} đến {len(recipients)} nơi nhận", code=document.code)
    return document


def _copy(document: Outgoing, recipient: Any) -> dict[str, object]:
    return {
        "document_id": document.id,
        "organ_key": recipient.organ_key,
        "organ_id": recipient.organ_id,
        "name": recipient.name,
        "channel": "local" if recipient.office_id else "national",
        "state": "waiting",
        "at": document.issued_at,
    }
