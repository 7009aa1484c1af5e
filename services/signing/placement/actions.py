"""Find, keep and forget the places of a draft."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass

from services.signing.certificates import people
from services.signing.images.actions import NoImage, seal_of
from services.signing.pdf.byhand import Marked
from services.signing.placement import finding, rules
from services.signing.placement.tables import Placement
from services.signing.workers import pool as workers
from shared.auth import Principal
from shared.clock import now
from shared.problems import Forbidden
from shared.service import Runtime
from shared.work import Work

Boxes = dict[str, Marked]
SEAL_MM = 36.0
HAND, KEPT, WORDS, USUAL = "hand", "type", "words", "usual"


@dataclass(frozen=True)
class Placed:
    """`source`: marked by hand for this file, kept for its type, found by its words, or only where they usually are."""

    sha256: str
    source: str
    pages: tuple[tuple[float, float], ...]
    boxes: Boxes
    why: str = ""


async def find(runtime: Runtime, caller: Principal, pdf: bytes, signer_name: str, type_name: str) -> Placed:
    """What would be used if the draft were signed now."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    async with runtime.work(caller, reading=True) as work:
        mine = await kept(work, caller.office_id, sha256)
        of_type = await kept_for_type(work, caller.office_id, type_name)
    seen = await workers.run(finding.look, pdf, signer_name, await seal_mm(runtime, caller.office_id))
    if mine:
        return Placed(sha256, HAND, seen.pages, mine, seen.why)
    if not seen.why:
        return Placed(sha256, WORDS, seen.pages, seen.boxes)
    if of_type:
        return Placed(sha256, KEPT, seen.pages, of_type, seen.why)
    return Placed(sha256, USUAL, seen.pages, seen.boxes, seen.why)


async def seal_mm(runtime: Runtime, office_id: str) -> float:
    """The true diameter of the office's seal; a usual one where no picture of it is approved yet."""
    async with runtime.work(reading=True) as work:
        office = await people.office(work, office_id)
    try:
        return (await seal_of(runtime, office_id, office.name if office else "", "")).width_mm
    except NoImage:
        return SEAL_MM


async def keep(work: Work, sha256: str, boxes: Boxes, type_name: str) -> None:
    """For this file, and with `type_name` for the office's later files of this type whose words tell nothing."""
    me = work.principal
    if me.is_service or not me.office_id:
        raise Forbidden
    rules.check(boxes)
    facts = {name: asdict(box) for name, box in boxes.items()}
    for of in (_of_file(sha256), *([_of_type(type_name)] if type_name.strip() else [])):
        row = Placement(office_id=me.office_id, of=of, boxes=facts, by_id=me.id, by_name=me.name, at=now())
        await work.session.merge(row)
    work.audit("placement.kept", sha256, boxes=facts, type_name=type_name)


async def forget(work: Work, sha256: str) -> None:
    """Back to what the words tell."""
    row = await work.get(Placement, (work.principal.office_id, _of_file(sha256)))
    if row is not None:
        await work.session.delete(row)
        work.audit("placement.forgotten", sha256)


async def kept(work: Work, office_id: str, sha256: str) -> Boxes | None:
    return _boxes(await work.get(Placement, (office_id, _of_file(sha256))))


async def kept_for_type(work: Work, office_id: str, type_name: str) -> Boxes | None:
    return _boxes(await work.get(Placement, (office_id, _of_type(type_name)))) if type_name.strip() else None


def _boxes(row: Placement | None) -> Boxes | None:
    return {name: Marked(**box) for name, box in row.boxes.items()} if row else None


def _of_file(sha256: str) -> str:
    return f"file {sha256.lower()}"[:120]


def _of_type(type_name: str) -> str:
    return f"type {type_name.strip().casefold()}"[:120]
