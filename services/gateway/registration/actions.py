"""Keep the registers of the partners in step with identity's offices (registerAgency, deleteAgency)."""

from __future__ import annotations

import structlog
from sqlalchemy import func, select

from services.gateway.axes.protocol import Axis, AxisRefused, AxisUnavailable, OfficeRegistration
from services.gateway.connections import axes_of, capabilities, connected, refresh
from services.gateway.partners.queries import named
from services.gateway.registration.rules import Step, pause, steps
from services.gateway.registration.tables import FAILED, REGISTERED, Registration
from services.gateway.routing.tables import KnownOffice, OfficeCode
from shared.clock import now
from shared.service import Runtime
from shared.work import Work

log = structlog.get_logger()


async def register_due(runtime: Runtime) -> None:
    """The job: every partner with a register. What fails is tried again later and shows on the lamp."""
    await refresh(runtime)
    for name in connected(runtime):
        if capabilities(runtime, name).registers:
            await register_at(runtime, name, axes_of(runtime)[name])


async def register_at(runtime: Runtime, name: str, axis: Axis) -> None:
    """Everything that this partner's register has to hear, unless it does not answer at all."""
    async with runtime.work(reading=True) as work:
        centre = await _centre(work, name)
        wanted = await _wanted(work)
        rows = {row.code: row for row in await work.all(select(Registration).where(Registration.partner == name))}
    waiting = {code for code, row in rows.items() if row.state == FAILED and row.next_at > now()}
    announced = {code: row.name for code, row in rows.items() if row.state == REGISTERED}
    gone = {code: "" for code, row in rows.items() if row.state == FAILED and code not in wanted}
    for step in steps(wanted, {**gone, **announced}):
        if step.code not in waiting and not await _say(runtime, name, axis, centre, step):
            return


async def _wanted(work: Work) -> dict[str, str]:
    """Every code by which an active office of ours may be addressed, old ones included: they must go on arriving."""
    statement = select(OfficeCode.code, KnownOffice.name).join(
        KnownOffice, KnownOffice.office_id == OfficeCode.office_id
    )
    rows = (await work.execute(statement.where(KnownOffice.active.is_(True)))).all()
    return {row[0]: row[1] for row in rows}


async def _centre(work: Work, name: str) -> str:
    """Under which code our units hang there: the connection centre of our account."""
    partner = await named(work, name)
    return str(partner.settings.get("system_id", "")) if partner else ""


async def _say(runtime: Runtime, name: str, axis: Axis, centre: str, step: Step) -> bool:
    """False where the partner does not answer: the others can wait too."""
    error, silent = "", False
    try:
        if step.name:
            await axis.register_office(OfficeRegistration(step.code, step.name, centre))
        else:
            await axis.delete_office(step.code)
    except AxisUnavailable as problem:
        error, silent = problem.message_vi, True
    except AxisRefused as problem:
        error = "" if problem.kind == "receiver" and not step.name else problem.message_vi  # gone there already
    async with runtime.work() as work:
        await _settle(work, name, step, error)
    return not silent


async def _settle(work: Work, name: str, step: Step, error: str) -> None:
    row = await work.get(Registration, (name, step.code), lock=True)
    if not error and not step.name:
        if row is not None:
            await work.session.delete(row)
        work.audit("gateway.office-unregistered", step.code, partner=name)
        return
    if row is None:
        row = Registration(partner=name, code=step.code, name="", state="", attempts=0)
        work.save(row)
    if error:
        row.state, row.attempts, row.last_error = FAILED, row.attempts + 1, error
        row.next_at = now() + pause(row.attempts)
        log.warning("registration.failed", partner=name, code=step.code, error=error)
        return
    row.name, row.state, row.attempts, row.last_error = step.name, REGISTERED, 0, ""
    work.audit("gateway.office-registered", step.code, partner=name, name=step.name)


async def failures(work: Work) -> dict[str, tuple[int, str]]:
    """Partner → how many of our codes its register could not be told, and the last reason."""
    counted = select(Registration.partner, func.count(), func.max(Registration.last_error))
    rows = (await work.execute(counted.where(Registration.state == FAILED).group_by(Registration.partner))).all()
    return {partner: (count, error) for partner, count, error in rows}
