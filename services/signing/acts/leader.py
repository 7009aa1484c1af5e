"""The leader's signature: one for each approved content of a draft, whatever is asked twice or killed."""

from __future__ import annotations

from contracts.message import FileRef
from contracts.signing.api import ActResult, LeaderSign
from services.signing.acts import finishing, rules, sequence
from services.signing.acts.approvals import counts
from services.signing.acts.tables import Act, Approval, Draft, Signature
from services.signing.certificates import actions as certificates
from services.signing.certificates.tables import Office, Person
from services.signing.keys.vault import vault
from shared.auth import Principal
from shared.clock import now
from shared.problems import NotFound, Refusal
from shared.service import Runtime
from shared.work import Work


async def sign(runtime: Runtime, caller: Principal, wanted: LeaderSign) -> ActResult:
    """With a key that opens by PIN. Asked again, it goes on where it stopped and gives the same file.

    Refusals: NotFound, NotTheSigner, NotApproved, WrongPin, NoKey, those of `prepare`, NotProven.
    """
    try:
        async with runtime.work(caller, reading=True) as work:
            await allowed(work, wanted)
            person, office = await work.get(Person, caller.id), await work.get(Office, caller.office_id)
        position, name = (person.position if person else ""), (office.name if office else "")
        # The PIN is asked for again even when the act is done: the answer is for its signer only.
        key = await vault(runtime).person(caller.id, wanted.pin, caller.name, name, position)
        async with runtime.work(caller) as work:
            act = await begin(work, wanted, position)
            await certificates.enter(work, key, kind="person", owner_id=caller.id, office_id=act.office_id)
        if act.state != rules.DONE:
            await sequence.prepare(runtime, act.id, key)
            await sequence.sign(runtime, [act.id], key)
            act = await finishing.soon(runtime, act.id)
    except Refusal as refusal:
        await refused(runtime, caller, wanted.draft_id, refusal)
        raise
    return result(act)


async def refused(runtime: Runtime, caller: Principal, draft_id: str, refusal: Refusal) -> None:
    """Who tried to sign what and was not let is on record too (QĐ 28 Đ12)."""
    async with runtime.work(caller) as work:
        work.audit("draft.signing-refused", draft_id, reason=refusal.kind)


async def allowed(work: Work, wanted: LeaderSign) -> Approval:
    """The approval by which the caller may sign exactly this content now."""
    approval = await work.get(Approval, wanted.draft_id)
    if approval is None or approval.office_id != work.principal.office_id:
        raise NotFound
    if approval.signer_id != work.principal.id:
        raise rules.NotTheSigner
    draft = await work.get(Draft, wanted.draft_id)
    fits = approval.content_hash == wanted.content_hash and counts(approval, draft)
    if not fits or draft is None or draft.main_sha256 != wanted.main_file.sha256:
        raise rules.NotApproved
    return approval


async def begin(work: Work, wanted: LeaderSign, position: str) -> Act:
    """The act as it stands, or a new one."""
    approval = await allowed(work, wanted)
    key = ("leader", wanted.draft_id, rules.leader_key(wanted.content_hash, approval.version))
    act = await work.get(Act, key, lock=True)
    if act is None:
        me, order = work.principal, {"content_hash": wanted.content_hash, "position": position}
        act = Act(
            kind=key[0], object_id=key[1], of=key[2], office_id=approval.office_id, actor_id=me.id, actor_name=me.name,
            owner_kind="person", owner_id=me.id, order=order, begun_at=now(), state=rules.OPEN,
        )  # fmt: skip
        work.save(act)
        await work.flush()
        source = wanted.main_file.model_copy(update={"role": "main"}).model_dump(mode="json")
        work.save(Signature(act_id=act.id, place=0, form="leader", source=source))
    elif act.state == rules.FAILED:
        act.state, act.reason = rules.OPEN, ""
    return act


def result(act: Act) -> ActResult:
    done = act.state == rules.DONE
    return ActResult(state="done" if done else "pending", file=FileRef.model_validate(act.files[0]) if done else None)
