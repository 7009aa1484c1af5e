"""Number, date and seal on what a leader has signed; the office's signature on separate annexes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from contracts.message import FileRef
from contracts.registry.events import NumberAssignedV1, NumberVoidedV1
from services.signing.acts import finishing, permission, rules, sequence, telling
from services.signing.acts.tables import Act, Signature
from services.signing.certificates import opening, people
from services.signing.keys.protocol import SigningKey
from shared.auth import Principal
from shared.clock import now
from shared.problems import NotFound, Refusal
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
    elif act.state in (rules.FAILED, rules.WAITING_KEY):
        act.state, act.reason = rules.OPEN, ""
    act.actor_id, act.actor_name = message.clerk_id, message.clerk_name
    await _set_files(work, act, (message.main_file, *message.annexes))


async def _allowed(work: Work, message: NumberAssignedV1) -> Act:
    """The clerk holds the key; the file is one that a leader signed here. That leader's act."""
    office_id = message.office.office_id
    await permission.to_seal(work, Principal(message.clerk_id, message.clerk_name, "person", office_id), office_id)
    done = select(Act).where(Act.kind == "leader", Act.object_id == message.document_id, Act.state == rules.DONE)
    for act in await work.all(done):
        if act.office_id == office_id and act.files[0]["sha256"] == message.main_file.sha256:
            found: Act = act
            return found
    raise rules.LeaderActMissing


async def _ordered(work: Work, message: NumberAssignedV1, leader: Act) -> Act:
    kind, document_id, of = _key(message)
    office, copy = message.office, await people.office(work, message.office.office_id)
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


async def number_voided(work: Work, message: NumberVoidedV1) -> None:
    """A seal that nothing was signed of is not wanted any more; one that is signed already ends as it is."""
    orders = select(Act.id).where(
        Act.kind == "seal", Act.object_id == message.document_id, Act.state.in_([rules.OPEN, rules.WAITING_KEY])
    )
    for act_id in await work.all(orders):
        act = await sequence.locked_act(work, act_id)
        if act.state in (rules.OPEN, rules.WAITING_KEY) and not await _any_value(work, act_id):
            act.state, act.reason = rules.FAILED, f"Hủy số {message.code}: {message.reason}"[:500]


async def carry_out(runtime: Runtime, message: NumberAssignedV1) -> None:
    """The work on the order: no transaction is open while the key, the stamper and the processor are busy.

    Where the office's key is in a device, the act waits until the clerk comes with it.
    """
    async with runtime.work(reading=True) as work:
        act = await work.get(Act, _key(message))
    await work_on(runtime, act)


async def work_on(runtime: Runtime, act: Act | None) -> None:
    """An order for the office's key, if it still has to be done."""
    if act is None or act.state not in (rules.OPEN, rules.PENDING):
        return
    clerk = sequence.actor(act)
    try:
        name, organ_id = act.order["office_name"], act.order["organ_id"]
        key, device = await opening.of_office_alone(runtime, clerk, act.office_id, name, organ_id)
        if key is None:
            await _wait_for_key(runtime, act.id, device)
        else:
            await _sealed(runtime, act.id, key)
    except Refusal as refusal:
        await _not_done(runtime, clerk, act.id, refusal)


async def _sealed(runtime: Runtime, act_id: str, key: SigningKey) -> None:
    await sequence.prepare(runtime, act_id, key)
    await sequence.recheck(runtime, act_id)
    await sequence.sign(runtime, [act_id], key)
    await finishing.soon(runtime, act_id)


async def _wait_for_key(runtime: Runtime, act_id: str, device: str) -> None:
    async with runtime.work() as work:
        act = await sequence.locked_act(work, act_id)
        if act.state == rules.OPEN and not await _any_value(work, act_id):
            act.state = rules.WAITING_KEY
            telling.waits_for_key(work, act, device)


async def _any_value(work: Work, act_id: str) -> bool:
    return any(part.value is not None or part.file is not None for part in await sequence.signatures(work, act_id))


async def _not_done(runtime: Runtime, clerk: Principal, act_id: str, refusal: Refusal) -> None:
    async with runtime.work(clerk) as work:
        act = await sequence.locked_act(work, act_id)
        if act.state in (rules.OPEN, rules.WAITING_KEY):
            act.state, act.reason = rules.FAILED, refusal.text[:500]
            await telling.failed(work, act, refusal)


@dataclass(frozen=True)
class SealOrder:
    """A seal that waits for the office's key; whoever holds it now may do it."""

    act_id: str
    document_id: str = ""

    @property
    def object_id(self) -> str:
        return self.document_id or self.act_id

    async def check(self, work: Work) -> None:
        """NotFound, KeyNotHeld."""
        act = await self._found(work)
        await permission.to_seal(work, work.principal, act.office_id)

    async def begin(self, work: Work) -> Act:
        await self.check(work)
        act = await sequence.locked_act(work, self.act_id)
        if act.state == rules.WAITING_KEY:
            act.actor_id, act.actor_name = work.principal.id, work.principal.name
        return act

    async def _found(self, work: Work) -> Act:
        """Somebody else's act does not exist (404)."""
        act = await sequence.act_of(work, self.act_id)
        if act.kind not in rules.OF_OFFICE or act.office_id != work.principal.office_id:
            raise NotFound
        return act


async def waiting(work: Work) -> list[Act]:
    """Seals of the caller's office that wait for its key, the oldest first. Forbidden, KeyNotHeld."""
    work.principal.require("clerk")
    await permission.to_seal(work, work.principal, work.principal.office_id)
    rows = select(Act).where(
        Act.kind.in_(rules.OF_OFFICE), Act.office_id == work.principal.office_id, Act.state == rules.WAITING_KEY
    )
    return list(await work.all(rows.order_by(Act.begun_at)))
