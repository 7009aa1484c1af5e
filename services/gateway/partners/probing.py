"""Does the partner answer? Asked by an administrator before a configuration is trusted."""

from __future__ import annotations

import time
from uuid import UUID

from contracts.gateway.partners import PartnerTest
from services.gateway.axes.kinds import Seat, kind_of
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable
from services.gateway.partners.actions import ADMINISTRATOR
from services.gateway.partners.tables import Partner
from services.gateway.partners.vault import vault
from shared.auth import Principal
from shared.problems import NotFound
from shared.service import Runtime

GOOD = "Kết nối được: đối tác trả lời và chấp nhận tài khoản. Đang có {count} gói tin chờ nhận."


async def probe(runtime: Runtime, caller: Principal, partner_id: UUID) -> PartnerTest:
    """Lists what waits, with an adapter of its own; changes nothing on either side."""
    caller.require(ADMINISTRATOR)
    async with runtime.work(caller, reading=True) as work:
        row = await work.get(Partner, partner_id)
        if row is None:
            raise NotFound
    kind = kind_of(row.kind)
    values = {**row.settings, **vault(runtime).open(row.name, row.sealed)}
    axis = kind.connect(kind.check(values), Seat(runtime, row.name))
    started = time.monotonic()
    try:
        waiting = await axis.list_received("edoc")
        ok, explanation = True, GOOD.format(count=len(waiting))
    except (AxisUnavailable, AxisRefused) as error:
        ok, explanation = False, error.message_vi
    finally:
        close = getattr(axis, "close", None)
        if close is not None:
            await close()
    async with runtime.work(caller) as work:
        work.audit("gateway.partner-tested", str(row.id), name=row.name, ok=ok)
    return PartnerTest(ok=ok, seconds=round(time.monotonic() - started, 3), explanation=explanation)
