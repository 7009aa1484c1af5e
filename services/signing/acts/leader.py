"""The leader's signature: one for each approved content of a draft, whatever is asked twice or killed."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from contracts.signing.api import ActResult, DraftOrder, LeaderSign
from services.signing.acts import batch, permission, queries, rules
from services.signing.acts.tables import Act, Signature
from services.signing.keys.protocol import Consent
from shared.auth import Principal
from shared.clock import now
from shared.service import Runtime
from shared.work import Work


@dataclass(frozen=True)
class LeaderOrder:
    """The competent person signs exactly this draft."""

    wanted: DraftOrder

    @property
    def object_id(self) -> str:
        return self.wanted.draft_id

    async def check(self, work: Work) -> None:
        """Refusals: NotFound, NotTheSigner, NotApproved, NoCapacity, CapacityOver, CapacityNotForThis."""
        wanted = self.wanted
        await permission.to_sign(work, work.principal, wanted.draft_id, wanted.content_hash, wanted.main_file.sha256)
        await permission.rights(work, work.principal, wanted.draft_id)

    async def begin(self, work: Work) -> Act:
        wanted, me = self.wanted, work.principal
        approval = await permission.to_sign(work, me, wanted.draft_id, wanted.content_hash, wanted.main_file.sha256)
        rights = await permission.rights(work, me, wanted.draft_id)
        key = ("leader", wanted.draft_id, rules.content_key(wanted.content_hash, approval.version))
        act = await work.get(Act, key, lock=True)
        if act is None:
            order = {"content_hash": wanted.content_hash, "rights": [_plain(asdict(one)) for one in rights]}
            act = Act(
                kind=key[0], object_id=key[1], of=key[2], office_id=approval.office_id, actor_id=me.id,
                actor_name=me.name, owner_kind="person", owner_id=me.id, order=order, begun_at=now(), state=rules.OPEN,
            )  # fmt: skip
            work.save(act)
            await work.flush()
            source = wanted.main_file.model_copy(update={"role": "main"}).model_dump(mode="json")
            work.save(Signature(act_id=act.id, place=0, form="leader", source=source))
        elif act.state == rules.FAILED:
            act.state, act.reason = rules.OPEN, ""
        return act


def _plain(right: dict[str, object]) -> dict[str, object]:
    """What the printed capacity is compared with; dates are checked already."""
    return {name: right[name] for name in ("capacity", "of", "position")}


async def sign(runtime: Runtime, caller: Principal, wanted: LeaderSign) -> ActResult:
    """With a key that opens by PIN. Asked again, it goes on where it stopped and gives the same file.

    Refusals: those of `LeaderOrder`, of the key, of `prepare`, NotProven.
    """
    consent = Consent(wanted.pin, wanted.otp)
    (line,) = await batch.run(runtime, caller, [LeaderOrder(wanted)], consent, wanted.certificate)
    if line.refusal is not None:
        raise line.refusal
    assert line.act is not None
    return queries.result(line.act)
