"""Units that partners register within their own codes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from services.gateway.mailbox.tables import PartnerAgency
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import normal, owner
from services.gateway.wire.failures import NO_RECEIVER, NO_SENDER, WireFailure
from services.gateway.wire.mailbox import Agency
from shared.clock import now
from shared.work import Work


async def register_agency(work: Work, partner: str, agency: Agency) -> None:
    """A unit of the partner's own tree. Raises WireFailure."""
    code = normal(agency.code)
    known = await ways(work, [code])
    if owner(code, known) != partner or code in known.local:
        raise WireFailure(NO_SENDER, f"Mã {agency.code[:64]} không thuộc phạm vi của đối tác này")
    row = await work.get(PartnerAgency, code, lock=True)
    if row is None:
        row = PartnerAgency(code=code, version=0, partner=partner)
        work.save(row)
    row.partner, row.parent, row.name = partner, normal(agency.parent)[:64], agency.name[:300]
    row.mail, row.mobile, row.fax = agency.mail[:200], agency.mobile[:40], agency.fax[:40]
    row.version, row.deleted, row.changed_at = row.version + 1, False, now()
    work.audit("gateway.agency-registered", code, partner=partner, name=row.name)


async def delete_agency(work: Work, partner: str, code: str) -> None:
    """Raises WireFailure."""
    row = await work.get(PartnerAgency, normal(code), lock=True)
    if row is None or row.partner != partner or row.deleted:
        raise WireFailure(NO_RECEIVER, f"Không có đơn vị {code[:64]} của đối tác này", http=404)
    row.version, row.deleted, row.changed_at = row.version + 1, True, now()
    work.audit("gateway.agency-deleted", row.code, partner=partner)


async def closed(work: Work, codes: Iterable[str]) -> set[str]:
    """Those of these codes which are units that their partner has closed."""
    found = select(PartnerAgency.code).where(PartnerAgency.code.in_({normal(code) for code in codes}))
    return set(await work.all(found.where(PartnerAgency.deleted)))
