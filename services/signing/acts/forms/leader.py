"""The competent person's signature on a draft: prepared here, with the image between position and name."""

from __future__ import annotations

import asyncio

from contracts.message import FileRef
from services.signing.acts import rules
from services.signing.acts.forms.pdfs import PdfForm
from services.signing.acts.tables import Act, Draft, Signature
from services.signing.capacities.rules import Right, as_printed
from services.signing.certificates import people
from services.signing.images import actions as images
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import anchors, prepare, printed
from services.signing.pdf.byhand import ByHand
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.leader import open_leader
from services.signing.pdf.opening import Opened
from services.signing.placement import actions as placement
from services.signing.workers import pool as workers
from shared.clock import now
from shared.service import Runtime


async def _open(
    runtime: Runtime, act: Act, part: Signature, owner: Owner, evidence: Evidence
) -> tuple[bytes, Opened, str]:
    ready, said = await _ready(runtime, act, part)
    stamped = vault(runtime).stamper is not None
    waiting = await asyncio.to_thread(
        lambda: open_leader(ready.pdf, owner, evidence=evidence, at=now(), stamped=stamped, known=ready.known)
    )
    return ready.pdf, waiting, said


async def whole(runtime: Runtime, act: Act, part: Signature, evidence: Evidence) -> bytes:
    """The prepared file, for a tool that signs whole files."""
    return (await _ready(runtime, act, part))[0].pdf


async def _ready(runtime: Runtime, act: Act, part: Signature) -> tuple[prepare.Prepared, str]:
    """The prepared draft, and in which capacity it is signed.

    NotPdf, PrintedCapacityDiffers, NoImage, and what `prepare` refuses.
    """
    draft = FileRef.model_validate(part.source)
    source = await runtime.blobs.get(draft.sha256)
    if b"%PDF-" not in source[:1024]:
        raise rules.NotPdf(name=draft.display_name or draft.name)
    image = await images.signature_of(runtime, act.actor_id, act.actor_name)
    seal_mm = await _seal_mm(runtime, act.office_id)
    own, of_type = await _by_hand(runtime, act, draft.sha256, seal_mm)
    ready, lines = await workers.run(
        _prepared, source, act.actor_name, image.png, seal_mm=seal_mm, signature_mm=image.height_mm, own=own,
        of_type=of_type,
    )  # fmt: skip
    right = as_printed([Right(**one) for one in act.order.get("rights", [])], lines, act.actor_name)
    return ready, f"Ký với thẩm quyền: {right.printed}."


def _prepared(
    source: bytes, name: str, image: bytes, *, seal_mm: float, signature_mm: float, own: ByHand | None,
    of_type: ByHand | None,
) -> tuple[prepare.Prepared, tuple[str, ...]]:  # fmt: skip
    """In a child process: the prepared file, and the capacity that is printed in it.

    Boxes marked for this file come first; those kept for its type only where its words tell no places.
    """

    def with_places(places: ByHand | None) -> prepare.Prepared:
        return prepare.prepare(
            source, signer_name=name, places=places, signature_image=image, seal_mm=seal_mm, signature_mm=signature_mm
        )

    try:
        ready = with_places(own)
    except (anchors.PlaceNotFound, anchors.NoRoomToSign):
        if of_type is None:
            raise
        ready = with_places(of_type)
    return ready, printed.capacity_lines(ready.pdf, name)


async def _by_hand(runtime: Runtime, act: Act, sha256: str, seal_mm: float) -> tuple[ByHand | None, ByHand | None]:
    """What people marked: for this file, and for the office's drafts of its type."""
    async with runtime.work(reading=True) as work:
        draft = await work.get(Draft, act.object_id)
        own = await placement.kept(work, act.office_id, sha256)
        of_type = await placement.kept_for_type(work, act.office_id, draft.type_name if draft else "")
    return ByHand(own, seal_mm) if own else None, ByHand(of_type, seal_mm) if of_type else None


async def _seal_mm(runtime: Runtime, office_id: str) -> float:
    """The true diameter of the seal that will come later: its place is made now. NoImage."""
    async with runtime.work(reading=True) as work:
        office = await people.office(work, office_id)
    name, parent = (office.name, office.parent_name) if office else ("", "")
    return (await images.seal_of(runtime, office_id, name, parent)).width_mm


def _expected(act: Act, part: Signature) -> Expected:
    return Expected(own_shape=True, sealed=False, leader_fingerprint=part.fingerprint)


FORM = PdfForm(_open, _expected, "leader", completed=False)
