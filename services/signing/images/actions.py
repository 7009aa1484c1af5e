"""A picture counts when its holder and the unit have approved it (Quy chế Đ21 k1b)."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from services.signing.certificates import people
from services.signing.images import rules
from services.signing.images.tables import Image
from services.signing.pdf import drawings
from shared.auth import Principal
from shared.clock import now
from shared.problems import Forbidden, NotFound, Refusal
from shared.service import Runtime
from shared.work import Work

PROPOSED, ACTIVE, REFUSED, REPLACED = "proposed", "active", "refused", "replaced"
UNIT = ("unit_admin", "leader")


class NoImage(Refusal):
    kind, status = "no-image", 422
    message = "Chưa có ảnh {what} được duyệt của {name}. Hãy tải ảnh .png nền trong suốt lên và duyệt trước khi ký."


class AlreadyDecided(Refusal):
    kind = "image-decided"
    message = "Ảnh này đã được duyệt hoặc bị từ chối trước đó. Hãy tải lại trang để xem trạng thái."


@dataclass(frozen=True)
class Shown:
    """The picture as it goes into a document."""

    png: bytes
    width_mm: float
    height_mm: float


async def propose(
    runtime: Runtime, caller: Principal, png: bytes, kind: str, owner_id: str, width_mm: float | None
) -> Image:
    """A new picture. The holder's own proposal is the holder's approval. ImageUnusable and those of `rules`."""
    size = await asyncio.to_thread(rules.check, png, kind, width_mm)
    async with runtime.work(caller, reading=True) as work:
        name = await _owner_name(work, kind, owner_id)
    stored = await runtime.blobs.put(png)
    async with runtime.work(caller) as work:
        row = Image(
            owner_kind=kind, owner_id=owner_id, owner_name=name, office_id=caller.office_id, sha256=stored.sha256,
            width_mm=size.width, height_mm=size.height, proposed_at=now(), proposed_by=caller.name,
        )  # fmt: skip
        work.save(row)
        await work.flush()
        if await _is_holder(work, row):
            row.holder_at, row.holder_by = now(), caller.name
        work.audit("image.proposed", str(row.id), owner=owner_id, sha256=stored.sha256, width_mm=size.width)
        return row


async def _owner_name(work: Work, kind: str, owner_id: str) -> str:
    """Of a colleague, or of the own office. NotFound; Forbidden for who is neither holder nor speaks for the unit."""
    me = work.principal
    person = await people.person(work, owner_id) if kind == "person" else None
    office = await people.office(work, me.office_id)
    if office is None or (person is None and owner_id != office.id) or (person and person.office_id != office.id):
        raise NotFound
    if not (owner_id == me.id or me.has(*UNIT) or (person is None and me.has("clerk"))):
        raise Forbidden
    return person.full_name if person else office.name


async def _is_holder(work: Work, row: Image) -> bool:
    """The person; of a seal the clerk who holds the office's key."""
    if row.owner_kind == "person":
        return row.owner_id == work.principal.id
    return await people.holds_key(work, row.office_id, work.principal.id)


async def approve(work: Work, image_id: UUID) -> Image:
    """As holder, as unit, or as both where one person is both. With both approvals it replaces the one before."""
    row = await _proposed(work, image_id)
    me, holder, unit = work.principal, await _is_holder(work, row), work.principal.has(*UNIT)
    if not (holder or unit):
        raise Forbidden
    if holder and row.holder_at is None:
        row.holder_at, row.holder_by = now(), me.name
    if unit and row.unit_at is None:
        row.unit_at, row.unit_by = now(), me.name
    work.audit("image.approved", str(row.id), holder=holder, unit=unit)
    if row.holder_at and row.unit_at:
        await _replace(work, row)
    return row


async def refuse(work: Work, image_id: UUID, reason: str) -> Image:
    row = await _proposed(work, image_id)
    if not (await _is_holder(work, row) or work.principal.has(*UNIT)):
        raise Forbidden
    row.state, row.note = REFUSED, reason[:500]
    work.audit("image.refused", str(row.id), reason=reason)
    return row


async def _proposed(work: Work, image_id: UUID) -> Image:
    row = await work.locked(Image, image_id)
    if row.office_id != work.principal.office_id:
        raise NotFound
    if row.state != PROPOSED:
        raise AlreadyDecided
    return row


async def _replace(work: Work, row: Image) -> None:
    for before in await work.all(_of(row.owner_kind, row.owner_id).where(Image.state == ACTIVE)):
        before.state = REPLACED
    row.state = ACTIVE


def _of(kind: str, owner_id: str):  # type: ignore[no-untyped-def]  # the select's type says nothing here
    return select(Image).where(Image.owner_kind == kind, Image.owner_id == owner_id)


async def listed(work: Work) -> list[Image]:
    """Of the caller's office, the newest first."""
    rows = select(Image).where(Image.office_id == work.principal.office_id).order_by(Image.id.desc())
    return list(await work.all(rows))


async def readable(work: Work, image_id: UUID) -> Image:
    row = await work.get(Image, image_id)
    if row is None or row.office_id != work.principal.office_id:
        raise NotFound
    return row


async def signature_of(runtime: Runtime, person_id: str, name: str) -> Shown:
    """The person's approved picture; in a demonstration a drawn one where there is none. NoImage."""
    found = await _active(runtime, "person", person_id)
    if found is None and runtime.settings.demo:
        png = await asyncio.to_thread(drawings.signature, name)
        found = Shown(png, 50.0, 23.0)
    if found is None:
        raise NoImage(what="chữ ký", name=name)
    return found


async def seal_of(runtime: Runtime, office_id: str, name: str, parent_name: str) -> Shown:
    """The same of the office's seal."""
    found = await _active(runtime, "office", office_id)
    if found is None and runtime.settings.demo:
        png = await asyncio.to_thread(drawings.seal, name, parent_name)
        found = Shown(png, 36.0, 36.0)
    if found is None:
        raise NoImage(what="con dấu", name=name)
    return found


async def _active(runtime: Runtime, kind: str, owner_id: str) -> Shown | None:
    async with runtime.work(reading=True) as work:
        row = await work.one(_of(kind, owner_id).where(Image.state == ACTIVE))
    if row is None:
        return None
    png = await runtime.blobs.get(row.sha256)
    assert hashlib.sha256(png).hexdigest() == row.sha256
    return Shown(png, row.width_mm, row.height_mm)
