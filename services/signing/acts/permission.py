"""Who may sign what now. Asked when an act begins, when its key is used, and when a signature comes back."""

from __future__ import annotations

from collections.abc import Sequence

from services.signing.acts import rules
from services.signing.acts.approvals import counts
from services.signing.acts.tables import Act, Approval, Draft, Signature
from services.signing.capacities import queries as capacities
from services.signing.capacities.rules import Right, usable
from services.signing.certificates import people
from services.signing.certificates import queries as certificates
from services.signing.endings import queries as endings
from shared.auth import Principal
from shared.clock import today
from shared.problems import NotFound
from shared.work import Work


async def to_sign(work: Work, who: Principal, draft_id: str, content_hash: str, main_sha256: str | None) -> Approval:
    """The approval by which this person signs exactly this content. NotFound, NotTheSigner, NotApproved."""
    approval = await work.get(Approval, draft_id)
    if approval is None or approval.office_id != who.office_id:
        raise NotFound
    if approval.signer_id != who.id:
        raise rules.NotTheSigner
    draft = await work.get(Draft, draft_id)
    fits = approval.content_hash == content_hash and counts(approval, draft)
    if not fits or draft is None or main_sha256 not in (None, draft.main_sha256):
        raise rules.NotApproved
    return approval


async def rights(work: Work, who: Principal, draft_id: str) -> Sequence[Right]:
    """The person's rights that cover this document today. NoCapacity, CapacityOver, CapacityNotForThis."""
    draft = await work.get(Draft, draft_id)
    assert draft is not None
    held = await capacities.rights_of(work, who.id, who.office_id)
    return usable(held, today(), draft.type_name, draft.unit_id, who.name)


async def to_initial(work: Work, who: Principal, draft_id: str, content_hash: str, main_sha256: str | None) -> Draft:
    """A draft of the office that is on its way, in exactly this content. Whose turn it is, workflow knows."""
    draft = await work.get(Draft, draft_id)
    if draft is None or draft.office_id != who.office_id:
        raise NotFound
    if not draft.open or draft.content_hash != content_hash or main_sha256 not in (None, draft.main_sha256):
        raise rules.NotApproved
    return draft


async def to_seal(work: Work, who: Principal, office_id: str) -> None:
    """NĐ 30 Đ32, 33: the clerk who holds the office's key by a hand-over record. Not of an office that has
    ended (QĐ 51 Đ23). NotFound, KeyNotHeld, OfficeEnded.
    """
    if office_id != who.office_id:
        raise NotFound
    if not await people.holds_key(work, office_id, who.id):
        raise rules.KeyNotHeld(clerk=who.name)
    office = await people.office(work, office_id)
    await endings.check(work, office.organ_id if office is not None else "")


async def still(work: Work, act: Act, parts: Sequence[Signature]) -> None:
    """What was allowed when the act began is allowed now, and nobody has reported the certificate meanwhile."""
    who = Principal(act.actor_id, act.actor_name, "person", act.office_id)
    if act.kind == "leader":
        await to_sign(work, who, act.object_id, str(act.order["content_hash"]), None)
        await rights(work, who, act.object_id)
    elif act.kind == "initial":
        await to_initial(work, who, act.object_id, str(act.order["content_hash"]), None)
    else:
        await to_seal(work, who, act.office_id)
    for fingerprint in {part.fingerprint for part in parts if part.fingerprint}:
        row = await certificates.by_fingerprint(work, fingerprint)
        if row is not None:
            certificates.require_usable(row)
