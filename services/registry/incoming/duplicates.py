"""The same document twice: see both side by side, link the second to the first, or register it with a reason (R11.5).

The same means: the same identifier; or the same number and notation of the same issuer in the same year, whether it
came over the axis or on paper.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, or_, select

from contracts.message import FileRef
from contracts.registry import api
from contracts.registry.events import IncomingLinkedV1
from services.registry.access import find
from services.registry.incoming import rules
from services.registry.incoming.arriving import arrival_of, office_ref
from services.registry.incoming.tables import Incoming
from services.registry.timeline.actions import record
from shared.clock import now
from shared.problems import NotFound
from shared.work import Work

SHOWN = {
    "code": "Số, ký hiệu",
    "sender_name": "Cơ quan ban hành",
    "type_name": "Tên loại",
    "subject": "Trích yếu",
    "promulgation_date": "Ngày ban hành",
    "signer_name": "Người ký",
    "identifier": "Mã định danh văn bản",
    "arrived_at": "Thời điểm đến",
    "medium": "Hình thức",
}


async def of(work: Work, row: Incoming) -> Sequence[Incoming]:
    """The office's other copies of this document, the oldest first."""
    same = []
    if row.identifier:
        same.append(Incoming.identifier == row.identifier)
    if row.code_key:
        issuers = [Incoming.issuer_key == row.issuer_key]
        if row.sender_organ_id:
            issuers.append(Incoming.sender_organ_id == row.sender_organ_id)
        year = (row.promulgation_date or "")[:4]
        unless_other_year = or_(Incoming.promulgation_date.is_(None), Incoming.promulgation_date.startswith(year))
        same.append(and_(Incoming.code_key == row.code_key, or_(*issuers), unless_other_year))
    if not same:
        return []
    statement = select(Incoming).where(Incoming.office_id == row.office_id, Incoming.id != row.id, or_(*same))
    return await work.all(statement.order_by(Incoming.id).limit(20))


async def registered_before(work: Work, row: Incoming) -> int | None:
    """The arrival number of the first other copy that has one."""
    return next((o.arrival_number for o in await of(work, row) if o.arrival_number is not None), None)


def view(row: Incoming, other: Incoming) -> api.DuplicateView:
    same = "identifier" if row.identifier and row.identifier == other.identifier else "number"
    fields = ["arrival_number", "arrived_at", "code", "subject", "state", "sender_name", "medium"]
    return api.DuplicateView(id=str(other.id), same=same, **{f: getattr(other, f) for f in fields})


async def compare(work: Work, key: str, other_key: str) -> api.Comparison:
    """Field by field and file by file. Raises NotFound unless the two are copies of one document."""
    row, other = await _pair(work, key, other_key)
    fields = [
        api.ComparedField(name=name, title=title, this=_text(row, name), other=_text(other, name))
        for name, title in SHOWN.items()
    ]
    mine, theirs = _files(row), _files(other)
    files = [
        api.ComparedFile(name=f.display_name or f.name, sha256=sha, in_this=sha in mine, in_other=sha in theirs)
        for sha, f in (mine | theirs).items()
    ]
    return api.Comparison(this=view(other, row), other=view(row, other), fields=fields, files=files)


async def link(work: Work, key: str, other_key: str, note: str) -> Incoming:
    """The second copy belongs to the first: no number of its own, its sender hears the first one's (03)."""
    work.principal.require("clerk")
    row, other = await _pair(work, key, other_key, lock=True)
    if row.state == rules.LINKED and row.linked_to_id == other.id:
        return row
    rules.require(row.state, {rules.CHECKED}, "gắn với bản đã có")
    if other.arrival_number is None:
        raise rules.FirstNotRegistered
    row.state, row.linked_to_id, row.note = rules.LINKED, other.id, note.strip()
    row.registered_at, row.clerk_name = now(), work.principal.name
    work.emit(
        IncomingLinkedV1(
            incoming_id=str(row.id),
            arrival_id=arrival_of(row),
            office=office_ref(row),
            first_incoming_id=str(other.id),
            arrival_number=other.arrival_number,
            clerk_id=work.principal.id,
            clerk_name=work.principal.name,
            linked_at=row.registered_at,
        ),
        key=str(row.id),
    )
    text = f"Gắn với văn bản đã vào sổ, số đến {other.arrival_number}"
    record(work, row.id, "linked", text, status="03", first=str(other.id))
    record(work, other.id, "copy-linked", f"Có thêm một bản của văn bản này đến {_way(row)}", second=str(row.id))
    return row


async def _pair(work: Work, key: str, other_key: str, *, lock: bool = False) -> tuple[Incoming, Incoming]:
    row, other = await find(work, Incoming, key, lock=lock), await find(work, Incoming, other_key)
    if other.id not in {found.id for found in await of(work, row)}:
        raise NotFound
    return row, other


def _way(row: Incoming) -> str:
    return "bằng giấy" if row.medium == rules.PAPER else "qua trục liên thông"


def _files(row: Incoming) -> dict[str, FileRef]:
    return {f["sha256"]: FileRef.model_validate(f) for f in row.files}


def _text(row: Incoming, name: str) -> str:
    if name == "medium":
        return "Giấy" if row.medium == rules.PAPER else "Điện tử"
    value = getattr(row, name)
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
