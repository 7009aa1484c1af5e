"""Number, date and seal on what a leader has signed; the office's signature on separate annexes."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from contracts.message import FileRef
from contracts.registry.events import NumberAssignedV1
from services.signing.acts import finishing, rules, sequence, telling
from services.signing.acts.tables import Act, Signature
from services.signing.certificates import actions as certificates
from services.signing.certificates.tables import Office
from services.signing.keys.vault import vault
from shared.auth import Principal
from shared.clock import now
from shared.problems import Refusal
from shared.service import Runtime
from shared.work import Work


def _key(message: NumberAssignedV1) -> tuple[str, str, str]:
    return "seal", message.document_id, rules.seal_key(message.main_file.sha256, message.code, message.issued_date)


async def number_assigned(work: Work, message: NumberAssignedV1) -> None:
    """The order is written down; `carry_out` works on it after the commit. Asked again, the same files are told again.
    What may not be sealed is told with its reason."""
    act = await work.get(Act, _key(message), lock=True)
    if act is not None and act.state == rules.DONE:
        telling.sealed(work, act)
        return
    try:
        leader = await _allowed(work, message)
    except Refusal as refusal:
        office_id = message.office.office_id
        telling.not_sealed(work, message.document_id, office_id, message.clerk_id, refusal)
        return
    if act is None:
        act = await _ordered(work, message, leader)
    elif act.state == rules.FAILED:
        act.state, act.reason = rules.OPEN, ""
    act.actor_id, act.actor_name = message.clerk_id, message.clerk_name
    await _set_files(work, act, (message.main_file, *message.annexes))


async def _allowed(work: Work, message: NumberAssignedV1) -> Act:
    """The clerk holds the key; the file is one that a leader signed here. That leader's act."""
    office_id = message.office.office_id
    if not await certificates.holds_key(work, office_id, message.clerk_id):
        raise rules.KeyNotHeld(clerk=message.clerk_name)
    done = select(Act).where(Act.kind == "leader", Act.object_id == message.document_id, Act.state == rules.DONE)
    for act in await work.all(done):
        if act.office_id == office_id and act.files[0]["sha256"] == message.main_file.sha256:
            found: Act = act
            return found
    raise rules.LeaderActMissing


async def _ordered(work: Work, message: NumberAssignedV1, leader: Act) -> Act:
    kind, document_id, of = _key(message)
    office, copy = message.office, await work.get(Office, message.office.office_id)
    parts = await sequence.signatures(work, leader.id)
    order = {
        "office_name": office.name, "organ_id": office.organ_id, "parent_name": copy.parent_name if copy else "",
        "number_text": message.number_text, "code": message.code, "issued_date": message.issued_date,
        "leader_fingerprint": parts[0].fingerprint if parts else None,
    }  # fmt: skip
    act = Act(
        kind=kind, object_id=document_id, of=of, office_id=office.office_id, actor_id=message.clerk_id,
        actor_name=message.clerk_name, owner_kind="office", owner_id=office.office_id, order=order, begun_at=now(),
        state=rules.OPEN,
    )  # fmt: skip
    work.save(act)
    await work.flush()
    return act


async def _set_files(work: Work, act: Act, files: Sequence[FileRef]) -> None:
    """One signature a file. Files that nothing was signed of yet may still be exchanged (an annex made into a PDF)."""
    known = {part.place: part for part in await sequence.signatures(work, act.id)}
    for place, file in enumerate(files):
        source, part = file.model_copy(update={"role": "annex" if place else "main"}), known.get(place)
        if part is not None and part.source["sha256"] == file.sha256:
            continue
        if part is None or part.value is None:
            form = "annex" if place else "seal"
            await work.execute(delete(Signature).where(Signature.act_id == act.id, Signature.place == place))
            work.save(Signature(act_id=act.id, place=place, form=form, source=source.model_dump(mode="json")))
    gone = [place for place in known if place >= len(files) and known[place].value is None]
    await work.execute(delete(Signature).where(Signature.act_id == act.id, Signature.place.in_(gone)))


async def carry_out(runtime: Runtime, message: NumberAssignedV1) -> None:
    """The work on the order: no transaction is open while the key, the stamper and the processor are busy."""
    async with runtime.work(reading=True) as work:
        act = await work.get(Act, _key(message))
    if act is None or act.state not in (rules.OPEN, rules.PENDING):
        return
    clerk = Principal(message.clerk_id, message.clerk_name, "person", act.office_id)
    try:
        office = message.office
        key = await vault(runtime).office(office.office_id, office.name, office.organ_id)
        async with runtime.work(clerk) as work:
            await certificates.enter(work, key, kind="office", owner_id=act.office_id, office_id=act.office_id)
        await sequence.prepare(runtime, act.id, key)
        await sequence.sign(runtime, [act.id], key)
        await finishing.soon(runtime, act.id)
    except Refusal as refusal:
        await _not_done(runtime, clerk, act.id, refusal)


async def _not_done(runtime: Runtime, clerk: Principal, act_id: str, refusal: Refusal) -> None:
    async with runtime.work(clerk) as work:
        act = await sequence.locked_act(work, act_id)
        if act.state in (rules.OPEN, rules.WAITING_KEY):
            act.state, act.reason = rules.FAILED, refusal.text[:500]
            await telling.failed(work, act, refusal)
