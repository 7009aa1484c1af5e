"""The office's signature on a copy, as the clerk numbered it (NĐ 30 Đ25, Đ33)."""

from __future__ import annotations

from contracts.registry.events import CopyNumberedV1
from services.signing.acts import permission, rules, seal, telling
from services.signing.acts.tables import Act, Signature
from shared.auth import Principal
from shared.clock import now
from shared.problems import Refusal
from shared.service import Runtime
from shared.work import Work


def _key(message: CopyNumberedV1) -> tuple[str, str, str]:
    return rules.COPY, message.copy_id, rules.copy_key(message.file.sha256, message.code)


async def copy_numbered(work: Work, message: CopyNumberedV1) -> None:
    """The order is written down; `carry_out` works on it after the commit. Asked again, the same file is told again."""
    act = await work.get(Act, _key(message), lock=True)
    if act is not None and act.state == rules.DONE:
        telling.copied(work, act)
        return
    office = message.office
    clerk = Principal(message.clerk_id, message.clerk_name, "person", office.office_id)
    try:
        await permission.to_seal(work, clerk, office.office_id)
    except Refusal as refusal:
        telling.not_copied(work, message.copy_id, office.office_id, refusal.text, message.clerk_id)
        return
    if act is None:
        act = await _ordered(work, message)
    elif act.state in (rules.FAILED, rules.WAITING_KEY):
        act.state, act.reason = rules.OPEN, ""
    act.actor_id, act.actor_name = message.clerk_id, message.clerk_name


async def _ordered(work: Work, message: CopyNumberedV1) -> Act:
    kind, copy_id, of = _key(message)
    office = message.office
    order = {
        "office_name": office.name, "organ_id": office.organ_id, "form": message.form, "code": message.code,
    }  # fmt: skip
    act = Act(
        kind=kind, object_id=copy_id, of=of, office_id=office.office_id, actor_id=message.clerk_id,
        actor_name=message.clerk_name, owner_kind="office", owner_id=office.office_id, order=order, begun_at=now(),
        state=rules.OPEN,
    )  # fmt: skip
    work.save(act)
    await work.flush()
    work.save(Signature(act_id=act.id, place=0, form=rules.COPY, source=message.file.model_dump(mode="json")))
    return act


async def carry_out(runtime: Runtime, message: CopyNumberedV1) -> None:
    """The work on the order, outside any transaction."""
    async with runtime.work(reading=True) as work:
        act = await work.get(Act, _key(message))
    await seal.work_on(runtime, act)
