"""Reads of what left on paper: a document's paper issues, the postal register, what stands on envelopes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from contracts.registry import api
from services.registry.access import visible
from services.registry.offices import queries as offices
from services.registry.outgoing import queries as outgoing
from services.registry.paper_issues import rules
from services.registry.paper_issues.tables import PaperIssue, PaperReceiver
from shared.work import Work

URGENCIES = ("", "KHẨN", "THƯỢNG KHẨN", "HỎA TỐC")
CHUNK = 500


async def of_document(work: Work, key: str) -> api.PaperIssues:
    """What was printed of it and sent where, the youngest first, and the addresses that its receivers had last."""
    facts = await outgoing.paper_facts(work, key)
    statement = select(PaperIssue).where(PaperIssue.document_id == facts.id).order_by(PaperIssue.id.desc())
    issues = await work.all(statement)
    receivers = await _receivers(work, [one.id for one in issues])
    return api.PaperIssues(
        issues=[view(one, receivers.get(one.id, [])) for one in issues],
        addresses=await _last_addresses(work, facts.office_id, facts.recipients),
        not_printed=[f.display_name or f.name for f in facts.files if f.content_type != "application/pdf"],
        envelopes=[api.EnvelopeForm(key=one.key, name=one.name) for one in rules.forms_on().envelopes],
        labels_per_sheet=rules.forms_on().labels.columns * rules.forms_on().labels.rows,
        legal_basis=rules.forms_on().legal_basis,
    )


async def one(work: Work, issue: PaperIssue) -> api.PaperIssueView:
    receivers = await _receivers(work, [issue.id])
    return view(issue, receivers.get(issue.id, []))


def view(issue: PaperIssue, receivers: Sequence[PaperReceiver]) -> api.PaperIssueView:
    fields = ["code", "printed", "reason", "by_name", "recorded_at", "cancelled_reason"]
    return api.PaperIssueView(
        **{name: getattr(issue, name) for name in fields},
        id=str(issue.id),
        document_id=str(issue.document_id),
        sent_on=issue.sent_on.isoformat(),
        receivers=[
            api.PaperReceiver(name=r.name, address=r.address, copies=r.copies, way=r.way, envelopes=r.envelopes)  # type: ignore[arg-type]
            for r in receivers
        ],
    )


async def _receivers(work: Work, issues: Sequence[UUID]) -> dict[UUID, list[PaperReceiver]]:
    found: dict[UUID, list[PaperReceiver]] = {}
    statement = select(PaperReceiver).where(PaperReceiver.issue_id.in_(issues))
    for row in await work.all(statement.order_by(PaperReceiver.issue_id, PaperReceiver.place)) if issues else []:
        found.setdefault(row.issue_id, []).append(row)
    return found


async def went_on_paper(work: Work, document_id: UUID) -> bool:
    """Whether a record that counts sent it to somebody."""
    statement = (
        select(PaperReceiver.issue_id)
        .join(PaperIssue, PaperIssue.id == PaperReceiver.issue_id)
        .where(PaperIssue.document_id == document_id, PaperIssue.cancelled_reason == "")
    )
    return await work.one(statement.limit(1)) is not None


async def _last_addresses(work: Work, office_id: str, names: Sequence[str]) -> dict[str, str]:
    """Name → the address it was last sent to, so that nobody types it twice."""
    found: dict[str, str] = {}
    for start in range(0, len(names), CHUNK):
        part = PaperReceiver.name.in_(names[start : start + CHUNK])
        statement = select(PaperReceiver.name, PaperReceiver.address).where(PaperReceiver.office_id == office_id, part)
        rows = await work.execute(statement.where(PaperReceiver.address != "").order_by(PaperReceiver.issue_id))
        found |= dict(rows.all())
    return found


async def postal_rows(work: Work, year: int, month: int | None) -> list[api.RegisterRow]:
    """The six columns of NĐ 30 annex IV, part III: what went by post, in order of its day."""
    first, after = rules.months(year, month)
    mine = visible(work, PaperIssue).subquery()
    statement = (
        select(PaperReceiver, mine.c.document_id, mine.c.code, mine.c.cancelled_reason)
        .join(mine, mine.c.id == PaperReceiver.issue_id)
        .where(PaperReceiver.way == rules.POST, PaperReceiver.sent_on >= first, PaperReceiver.sent_on < after)
        .order_by(PaperReceiver.sent_on, PaperReceiver.issue_id, PaperReceiver.place)
    )
    rows = (await work.execute(statement)).all()
    return [
        api.RegisterRow(id=str(document), number=number, columns=_columns(row, code, cancelled))
        for number, (row, document, code, cancelled) in enumerate(rows, 1)
    ]


def _columns(row: PaperReceiver, code: str, cancelled: str) -> list[str]:
    notes = [
        f"{row.copies} bản" if row.copies > 1 else "",
        "" if row.envelopes else "Gửi chung bì",
        f"Đã hủy ghi: {cancelled}" if cancelled else "",
    ]
    note = "; ".join(one for one in notes if one)
    return [f"{row.sent_on:%d/%m/%Y}", code, row.name, str(row.envelopes), "", note]


async def postal_book(work: Work, year: int, month: int | None) -> dict[str, Any]:
    """The data of the printed postal register: cover, columns, rows."""
    rows = await postal_rows(work, year, month)
    office = await offices.office(work, work.principal.office_id)
    first, after = rules.months(year, month)
    return {
        "parent_name": office.parent_name, "office_name": office.name, "title": "SỔ GỬI VĂN BẢN ĐI BƯU ĐIỆN",
        "direction": "postal", "year": year, "from_date": f"{first:%d/%m/%Y}",
        "to_date": f"{date.fromordinal(after.toordinal() - 1):%d/%m/%Y}",
        "from_number": rows[0].columns[1] if rows else "", "to_number": rows[-1].columns[1] if rows else "",
        "volume": "1", "columns": list(rules.REGISTER_COLUMNS), "rows": [row.columns for row in rows],
    }  # fmt: skip


async def sender(work: Work, issue: PaperIssue) -> dict[str, str]:
    office = await offices.office(work, issue.office_id)
    return {"parent_name": office.parent_name, "office_name": office.name, "place": office.place}


async def addressed(work: Work, issue: PaperIssue) -> list[dict[str, Any]]:
    """An entry an envelope, with the codes of everything that goes to the same receiver on the same day (part II)."""
    receivers = (await _receivers(work, [issue.id])).get(issue.id, [])
    statement = (
        select(PaperReceiver.name, PaperIssue.code)
        .join(PaperIssue, PaperIssue.id == PaperReceiver.issue_id)
        .where(
            PaperReceiver.office_id == issue.office_id,
            PaperReceiver.sent_on == issue.sent_on,
            PaperReceiver.name.in_([one.name for one in receivers]),
            PaperIssue.cancelled_reason == "",
        )
        .order_by(PaperReceiver.issue_id)
    )
    codes: dict[str, list[str]] = {}
    for name, code in await work.execute(statement):
        if code not in codes.setdefault(name, []):
            codes[name].append(code)
    return [
        {"name": r.name, "address": r.address, "codes": codes[r.name], "urgency": URGENCIES[issue.urgency]}
        for r in receivers
        for _ in range(r.envelopes)
    ]
