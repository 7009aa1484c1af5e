"""The registers' rows with the ten columns of NĐ 30 annex IV, parts I and VI."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from contracts.registry import api
from services.registry.incoming import queries as incoming
from services.registry.incoming.rules import PAPER
from services.registry.offices import queries as offices
from services.registry.outgoing import queries as outgoing
from shared.clock import VN
from shared.work import Work

OUTGOING_COLUMNS = [
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung văn bản",
    "Người ký",
    "Nơi nhận văn bản",
    "Đơn vị, người nhận bản lưu",
    "Số lượng bản",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
]
INCOMING_COLUMNS = [
    "Ngày đến",
    "Số đến",
    "Tác giả",
    "Số, ký hiệu văn bản",
    "Ngày tháng văn bản",
    "Tên loại và trích yếu nội dung văn bản",
    "Đơn vị hoặc người nhận",
    "Ngày chuyển",
    "Ký nhận",
    "Ghi chú",
]
MOST_NAMES = 10
REMARKS = {"REFERENCE_ONLY": "Để biết, tham khảo"}  # QĐ 28 Đ4: not signed by both, not in the place of the paper


def day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(VN).date()
    return value.strftime("%d/%m/%Y") if value else ""


async def outgoing_rows(work: Work, year: int) -> list[api.RegisterRow]:
    documents = await outgoing.numbered(work, year)
    names = await outgoing.recipient_names(work, documents)
    return [api.RegisterRow(id=str(d.id), number=d.number or 0, columns=_outgoing(d, names[d.id])) for d in documents]


def _outgoing(d: Any, names: list[str]) -> list[str]:
    rest = f" và {len(names) - MOST_NAMES} nơi khác" if len(names) > MOST_NAMES else ""
    notes = {
        "RECALLED": "Đã thu hồi",
        "NUMBERED": "Đã cấp số, chưa ký số cơ quan",
        "VOIDED": f"Hủy số: {d.void_reason}",
    }
    return [
        d.code,
        day(d.issued_date),
        f"{d.type_name} {d.subject}".strip(),
        d.signer_name,
        "; ".join(names[:MOST_NAMES]) + rest,
        "Văn thư",
        str(len(names)),
        day(d.issued_at),
        "Điện tử" if d.issued_at else "",
        "; ".join(part for part in (notes.get(d.state, ""), d.changed_note) if part),
    ]


async def incoming_rows(work: Work, year: int) -> list[api.RegisterRow]:
    rows = await incoming.registered(work, year)
    return [api.RegisterRow(id=str(r.id), number=r.arrival_number or 0, columns=await _incoming(work, r)) for r in rows]


async def _incoming(work: Work, r: Any) -> list[str]:
    receiver = await offices.person(work, r.presented_to) if r.presented_to else None
    issued = date.fromisoformat(r.promulgation_date) if r.promulgation_date else None
    return [
        day(r.registered_at),
        str(r.arrival_number),
        r.sender_name,
        r.code,
        day(issued),
        f"{r.type_name} {r.subject}".strip(),
        receiver.full_name if receiver else "",
        day(r.registered_at),
        "" if r.medium == PAPER else "Điện tử",
        "; ".join(part for part in (REMARKS.get(r.legal_state, ""), r.note, r.changed_note) if part),
    ]


async def book(work: Work, direction: str, year: int) -> dict[str, Any]:
    """The data of the printed register: cover, columns, rows (NĐ 30 Đ16 k2: printed with all fields, and bound)."""
    is_out = direction == "outgoing"
    rows = await (outgoing_rows if is_out else incoming_rows)(work, year)
    office = await offices.office(work, work.principal.office_id)
    return {
        "parent_name": office.parent_name,
        "office_name": office.name,
        "title": "SỔ ĐĂNG KÝ VĂN BẢN ĐI" if is_out else "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN",
        "direction": direction,
        "year": year,
        "from_date": f"01/01/{year}",
        "to_date": f"31/12/{year}",
        "from_number": str(rows[0].number) if rows else "",
        "to_number": str(rows[-1].number) if rows else "",
        "volume": "1",
        "columns": OUTGOING_COLUMNS if is_out else INCOMING_COLUMNS,
        "rows": [row.columns for row in rows],
    }
