"""The key is in its owner's hand: digests go to the browser, signatures come back, perhaps to another process."""

from __future__ import annotations

import base64
import binascii
from collections import defaultdict
from collections.abc import Sequence

from contracts.signing import api
from services.signing.acts import batch, permission, rules, sequence
from services.signing.acts.batch import Line
from services.signing.acts.initial import InitialOrder
from services.signing.acts.leader import LeaderOrder
from services.signing.acts.orders import Order
from services.signing.acts.seal import SealOrder
from services.signing.acts.tables import Act, Signature
from services.signing.certificates import opening
from services.signing.pdf.cms import SignatureWrong
from shared.auth import Principal
from shared.clock import now
from shared.problems import NotFound, Refusal
from shared.service import Runtime
from shared.work import Work


async def prepare(runtime: Runtime, caller: Principal, wanted: api.TokenOrder) -> tuple[list[api.ToSign], list[Line]]:
    """Everything that this device has to sign, and the lines with what was refused.

    Raises what forbids the certificate itself: CertificateNotYours, ChainUnknown, CertificateBlocked, …
    """
    orders: list[Order] = [*map(LeaderOrder, wanted.drafts), *map(InitialOrder, wanted.initials)]
    lines = [Line(one) for one in orders]
    seals = [Line(SealOrder(act_id)) for act_id in wanted.act_ids]
    for found, owner_kind in ((lines, "person"), (seals, "office")):
        await batch.begin(runtime, caller, found, only_check=True)
        if batch.going(found):
            owner = await opening.of_browser(runtime, caller, owner_kind, wanted.chain)
            await batch.begin(runtime, caller, found)
            await batch.prepare(runtime, caller, found, owner)
    whole = [*lines, *seals]
    return await _handed_out(runtime, batch.going(whole)), whole


async def _handed_out(runtime: Runtime, lines: Sequence[Line]) -> list[api.ToSign]:
    ids = {line.act.id: line.act for line in lines if line.act is not None}
    parts = await sequence.hand_out(runtime, list(ids))
    return [
        api.ToSign(
            act_id=part.act_id, place=part.place, object_id=ids[part.act_id].object_id, digest=part.to_sign,
            file_name=part.source.get("display_name") or part.source.get("name", ""),
            until=(part.prepared_at or now()) + rules.PREPARATION,
        )
        for part in parts
    ]  # fmt: skip


async def finish(runtime: Runtime, caller: Principal, values: Sequence[api.TokenValue]) -> list[Line]:
    """Each act is finished when all its signatures are there; a wrong one harms none of the others."""
    by_act: dict[str, list[api.TokenValue]] = defaultdict(list)
    for value in values:
        by_act[value.act_id].append(value)
    lines = []
    for act_id, of_act in by_act.items():
        line = Line(_Known(act_id))
        lines.append(line)
        try:
            line.act = await _mine(runtime, caller, act_id)
            for value in of_act:
                await _receive(runtime, value)
        except Refusal as refusal:
            line.refusal = refusal
            async with runtime.work(caller) as work:
                work.audit("act.signature-refused", act_id, reason=refusal.kind)
    await batch.finish(runtime, caller, lines)
    return lines


class _Known:
    """An act that has begun; its permission is asked in `_mine`."""

    def __init__(self, act_id: str) -> None:
        self.object_id = act_id

    async def check(self, work: Work) -> None: ...

    async def begin(self, work: Work) -> Act:
        return await sequence.act_of(work, self.object_id)


async def _mine(runtime: Runtime, caller: Principal, act_id: str) -> Act:
    """The caller's own act, which is still allowed. NotFound and what forbids it."""
    async with runtime.work(caller, reading=True) as work:
        act = await sequence.act_of(work, act_id)
        if act.actor_id != caller.id or act.office_id != caller.office_id:
            raise NotFound
        if act.state != rules.DONE:
            await permission.still(work, act, await sequence.signatures(work, act_id))
        return act


async def _receive(runtime: Runtime, value: api.TokenValue) -> None:
    """PreparationOver, SignatureWrong."""
    async with runtime.work(reading=True) as work:
        part = await work.get(Signature, (value.act_id, value.place))
    if part is None:
        raise NotFound
    if part.value is not None or part.file is not None:
        return  # it came twice
    if part.opening is None or part.prepared_at is None or now() > part.prepared_at + rules.PREPARATION:
        raise rules.PreparationOver
    try:
        signature = base64.b64decode(value.value, validate=True)
    except binascii.Error as error:
        raise SignatureWrong from error
    await sequence.receive(runtime, part, await sequence.waiting_of(runtime, part), signature)
