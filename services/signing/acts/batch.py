"""Many documents under one PIN: each has its own outcome, and one that is refused does not hold up the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from services.signing.acts import finishing, rules, sequence
from services.signing.acts.orders import Order
from services.signing.acts.tables import Act
from services.signing.authorities.answers import CertificateRevoked
from services.signing.certificates import actions as certificates
from services.signing.certificates import opening
from services.signing.keys.protocol import Consent, SigningKey
from services.signing.pdf.keys import Owner
from shared.auth import Principal
from shared.problems import Refusal
from shared.service import Runtime

AT_ONCE = 4  # documents that are prepared or finished at the same time


@dataclass
class Line:
    """One document of the batch and what becomes of it."""

    order: Order
    act: Act | None = None
    refusal: Refusal | None = None


async def run(
    runtime: Runtime, caller: Principal, orders: Sequence[Order], consent: Consent, certificate: str = "",
    *, office: bool = False,
) -> list[Line]:  # fmt: skip
    """Signs what may be signed. The PIN is asked for even where everything is done: the answer is for its owner only.

    A refusal of the key itself (WrongPin, NoKey, …) is raised when nothing has been begun.
    """
    lines = [Line(one) for one in orders]
    await begin(runtime, caller, lines, only_check=True)
    if going(lines):
        open_key = opening.of_office if office else opening.of_person
        try:
            key = await open_key(runtime, caller, consent, certificate)
        except Refusal as refusal:
            await _on_record(runtime, caller, lines, refusal)
            raise
        await begin(runtime, caller, lines)
        await prepare(runtime, caller, lines, key)
        await _sign(runtime, caller, lines, key)
        await finish(runtime, caller, lines)
    return lines


def going(lines: Sequence[Line]) -> list[Line]:
    """Those that are neither refused nor done."""
    return [one for one in lines if one.refusal is None and (one.act is None or one.act.state != rules.DONE)]


async def begin(runtime: Runtime, caller: Principal, lines: Sequence[Line], *, only_check: bool = False) -> None:
    async def one(line: Line) -> None:
        async with runtime.work(caller, reading=only_check) as work:
            if only_check:
                await line.order.check(work)
            else:
                line.act = await line.order.begin(work)

    for line in going(lines):
        await _tried(runtime, caller, line, one)


async def prepare(runtime: Runtime, caller: Principal, lines: Sequence[Line], owner: Owner) -> None:
    await each(runtime, caller, lines, lambda line: sequence.prepare(runtime, _id(line), owner))


async def _sign(runtime: Runtime, caller: Principal, lines: Sequence[Line], key: SigningKey) -> None:
    """One authorisation for all of them; what the key's owner or service refuses, it refuses for all."""
    waiting = going(lines)
    for line in waiting:
        await _tried(runtime, caller, line, lambda one: sequence.recheck(runtime, _id(one)))
    try:
        await sequence.sign(runtime, [_id(line) for line in going(waiting)], key)
    except Refusal as refusal:
        for line in going(waiting):
            line.refusal = refusal
        await _on_record(runtime, caller, waiting, refusal)


async def finish(runtime: Runtime, caller: Principal, lines: Sequence[Line]) -> None:
    async def one(line: Line) -> None:
        line.act = await finishing.soon(runtime, _id(line))

    await each(runtime, caller, lines, one)


def _id(line: Line) -> str:
    assert line.act is not None
    return line.act.id


async def each(
    runtime: Runtime, caller: Principal, lines: Sequence[Line], do: Callable[[Line], Coroutine[Any, Any, None]]
) -> None:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(line: Line) -> None:
        async with limit:
            await _tried(runtime, caller, line, do)

    await asyncio.gather(*map(one, going(lines)))


async def _tried(
    runtime: Runtime, caller: Principal, line: Line, do: Callable[[Line], Coroutine[Any, Any, None]]
) -> None:
    try:
        await do(line)
    except Refusal as refusal:
        line.refusal = refusal
        await _on_record(runtime, caller, [line], refusal)


async def _on_record(runtime: Runtime, caller: Principal, lines: Sequence[Line], refusal: Refusal) -> None:
    """Who tried to sign what and was not let is on record too (QĐ 28 Đ12)."""
    async with runtime.work(caller) as work:
        for line in lines:
            work.audit("draft.signing-refused", line.order.object_id, reason=refusal.kind)
        if isinstance(refusal, CertificateRevoked):
            await certificates.found_revoked(work, str(refusal.data.get("fingerprint", "")), refusal.text)
