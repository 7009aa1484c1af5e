"""Ký nháy with a key: a signature over exactly this draft, kept beside it and never part of the issued file."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.signing.api import DraftOrder
from services.signing.acts import permission, rules
from services.signing.acts.tables import Act, Signature
from shared.clock import now
from shared.work import Work


@dataclass(frozen=True)
class InitialOrder:
    """Who answers for the content initials it before the leader signs (NĐ 30 Đ12, QĐ 28 Đ12 k1c)."""

    wanted: DraftOrder

    @property
    def object_id(self) -> str:
        return self.wanted.draft_id

    async def check(self, work: Work) -> None:
        """NotFound, NotApproved."""
        wanted = self.wanted
        await permission.to_initial(work, work.principal, wanted.draft_id, wanted.content_hash, wanted.main_file.sha256)

    async def begin(self, work: Work) -> Act:
        wanted, me = self.wanted, work.principal
        draft = await permission.to_initial(work, me, wanted.draft_id, wanted.content_hash, wanted.main_file.sha256)
        key = ("initial", wanted.draft_id, rules.initial_key(wanted.content_hash, draft.version, me.id))
        act = await work.get(Act, key, lock=True)
        if act is None:
            act = Act(
                kind=key[0], object_id=key[1], of=key[2], office_id=draft.office_id, actor_id=me.id, actor_name=me.name,
                owner_kind="person", owner_id=me.id, order={"content_hash": wanted.content_hash}, begun_at=now(),
                state=rules.OPEN,
            )  # fmt: skip
            work.save(act)
            await work.flush()
            source = wanted.main_file.model_dump(mode="json")
            work.save(Signature(act_id=act.id, place=0, form="initial", source=source))
        elif act.state == rules.FAILED:
            act.state, act.reason = rules.OPEN, ""
        return act
