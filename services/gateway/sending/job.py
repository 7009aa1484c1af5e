"""Send what waits: a line of its own for every partner, so that one which is slow or dead holds nobody else back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from services.gateway.connections import axes_of, capabilities, refresh, settings_of
from services.gateway.deliveries.actions import transport_changed
from services.gateway.lamps.actions import all_well, note_sent, report
from services.gateway.mailbox.items import settle as settle_item
from services.gateway.mailbox.tables import DONE, FAIL
from services.gateway.patience.rules import patience
from services.gateway.sending import circuit, circuits, queue
from services.gateway.sending.attempt import Outcome, attempt, draw, first_delay
from services.gateway.sending.lookup import Ledger
from services.gateway.sending.rules import Delivered, NeedsPerson, Retry, StopQueue, given_up
from services.gateway.sending.tables import AGAIN, FAILED, SENT, WAITING, Shipment
from shared.clock import now
from shared.service import Runtime
from shared.work import Work

Claimed = tuple[Shipment, bool]  # and whether it may already have been sent
Trying = Callable[[Shipment, bool, datetime], Awaitable[Outcome]]
AT_ONCE = 500


async def keep_sending(runtime: Runtime) -> None:
    """The job: never ends by itself. Every replica sends for every partner, whatever it claims of each line."""
    lines: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            await refresh(runtime)
            for name in list(axes_of(runtime)):
                if name not in lines or lines[name].done():
                    lines[name] = asyncio.create_task(_line(runtime, name), name=f"line:{name}")
            await asyncio.sleep(settings_of(runtime).axis_send_seconds)
    finally:
        for line in lines.values():
            line.cancel()
        await asyncio.gather(*lines.values(), return_exceptions=True)


async def send_due(runtime: Runtime) -> None:
    """Everything that may leave now, once."""
    await refresh(runtime)
    await asyncio.gather(*(_line(runtime, name) for name in list(axes_of(runtime))))


async def _line(runtime: Runtime, name: str) -> None:
    """Until nothing may leave: as many at a time as the window has room for, one at a time to each receiver."""
    axis, window = axes_of(runtime)[name], settings_of(runtime).axis_send_batch
    ledger = Ledger(runtime, axis, lists_sent=capabilities(runtime, name).lists_sent)
    trying: Trying = partial(attempt, runtime, axis, ledger)
    flying: dict[asyncio.Task[None], int] = {}
    try:
        while True:
            moment, room = now(), window - sum(flying.values())
            worth_it = not flying or room * 4 >= window  # a claim costs a commit
            for turn in _by_receiver(await _claim(runtime, name, room) if worth_it else []):
                task = asyncio.create_task(_in_turn(runtime, name, trying, turn, moment))
                flying[task] = len(turn)
            if not flying:
                return
            done, _ = await asyncio.wait(flying, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del flying[task]
                task.result()
    finally:
        for task in flying:
            task.cancel()
        await asyncio.gather(*flying, return_exceptions=True)


async def _claim(runtime: Runtime, name: str, room: int) -> Sequence[Claimed]:
    lease = timedelta(seconds=settings_of(runtime).axis_lease_seconds)
    async with runtime.work(reading=True) as work:
        if not await queue.waits(work, name):
            return []
    async with runtime.work() as work:
        admitted = await circuits.admit(work, name, room, lease)
        claimed = await queue.claim(work, name, admitted, lease) if admitted else []
        if admitted and not claimed and (await circuits.circuit_of(work, name)).state != circuit.CLOSED:
            if await queue.bring_forward(work, name):
                claimed = await queue.claim(work, name, admitted, lease)
            if not claimed:
                await circuits.turn(work, name, partial(circuit.untold, at=now()))
    return claimed


def _by_receiver(claimed: Sequence[Claimed]) -> list[list[Claimed]]:
    turns: dict[str, list[Claimed]] = {}
    for row, maybe_sent in claimed:
        turns.setdefault(row.to_code, []).append((row, maybe_sent))
    return list(turns.values())


async def _in_turn(runtime: Runtime, name: str, trying: Trying, turn: Sequence[Claimed], moment: datetime) -> None:
    """Packages to one receiver, one after the other; where one has to be tried again, those behind it wait for it."""
    for place, (row, maybe_sent) in enumerate(turn):
        outcome = await trying(row, maybe_sent, moment)
        async with runtime.work() as work:
            await _settle(work, row, outcome)
            await _judge_partner(work, name, outcome, first_delay(runtime))
        if isinstance(outcome.decision, Delivered):
            await note_sent(runtime, name)
        if isinstance(outcome.decision, Retry | StopQueue):
            async with runtime.work() as work:
                for behind, before in turn[place + 1 :]:
                    await queue.release(work, behind.id, before)
            return


async def _settle(work: Work, claimed: Shipment, outcome: Outcome) -> None:
    decision = outcome.decision
    if isinstance(decision, Delivered):
        await queue.sent(work, claimed, outcome.external_id)
        await _tell(work, claimed, "", False)
        return
    row = await work.locked(Shipment, claimed.id)
    down, sure = outcome.partner in ("failed", "locked"), outcome.sure
    if isinstance(decision, NeedsPerson):
        error = decision.reason
        if outcome.error and outcome.error != error:
            error = f"{error} ({outcome.error})"
        queue.settle(row, FAILED, error=error, reason_code=decision.code, down=down, sure=sure)
    else:
        error = outcome.error
        queue.settle(row, AGAIN, error=error, next_at=now() + decision.delay, down=down, sure=sure)
    await _tell(work, row, error, row.state == FAILED)


async def _tell(work: Work, row: Shipment, error: str, person: bool) -> None:
    """The delivery hears how far its copy has come; statuses of arrivals have no delivery of their own here.

    Of a package that is passed on, whoever handed it in hears it.
    """
    if row.is_relay and row.state in (SENT, FAILED):
        text = error or f"Đã chuyển tiếp qua {row.axis}"
        await settle_item(work, row.subject_id, DONE if row.state == SENT else FAIL, text)
    if row.is_document:
        state = WAITING if row.state == AGAIN else row.state
        next_at = row.next_at if row.state == AGAIN else None
        await transport_changed(
            work, row.subject_id, state=state, attempts=row.attempts, next_at=next_at, error=error, person=person
        )


async def _judge_partner(work: Work, name: str, outcome: Outcome, first: float) -> None:
    """Turn the breaker and the lamp. Where all is well and was well, nothing is written."""
    if outcome.partner == "answered" and await all_well(work, name):
        return
    before = await circuits.circuit_of(work, name)
    if outcome.partner == "answered":
        if before != circuit.WHOLE:
            await circuits.turn(work, name, circuit.answered)
        await report(work, name, up=True)
        return
    if outcome.partner == "untold":
        await circuits.turn(work, name, partial(circuit.untold, at=now()))
        return
    pause = first if settings_of(work.runtime).axis_retry_seconds else patience().first_pause_seconds
    failed = partial(
        circuit.failed,
        at=now(),
        reason=outcome.error,
        patience=patience(),
        first=pause,
        draw=draw(),
        at_once=outcome.partner == "locked",
    )
    await circuits.turn(work, name, failed)
    await report(work, name, up=False, error=outcome.error)


async def give_up_old(runtime: Runtime) -> None:
    """The job: what could not be sent for longer than the patience goes to a person, a bounded number at a time."""
    while True:
        async with runtime.work() as work:
            rows = await queue.too_old(work, now() - patience().give_up, AT_ONCE)
            for row in rows:
                decision = given_up(row.attempts, row.last_error, patience())
                queue.settle(row, FAILED, error=decision.reason, reason_code=decision.code, sure=not row.maybe_sent)
                await _tell(work, row, decision.reason, True)
        if len(rows) < AT_ONCE:
            return
