"""Hand over assigning and supervising for a time; end it early; both sides see it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy import or_, select

from contracts.workflow import api
from services.workflow.delegations.tables import Delegation
from services.workflow.organisation.queries import colleagues
from shared.clock import now
from shared.problems import Invalid, NotFound
from shared.web import Transaction

router = APIRouter(tags=["delegations"])


class DelegationDates(Invalid):
    kind = "delegation-dates"
    message = "Thời gian ủy quyền chưa đúng: ngày kết thúc phải từ ngày bắt đầu trở đi. Hãy sửa lại."


class DelegationToSelf(Invalid):
    kind = "delegation-to-self"
    message = "Không ủy quyền cho chính mình. Hãy chọn người khác."


@router.get("/v1/delegations")
async def list_delegations(work: Transaction) -> list[api.Delegation]:
    me = work.principal.id
    rows = await work.all(
        select(Delegation)
        .where(or_(Delegation.from_person_id == me, Delegation.to_person_id == me))
        .order_by(Delegation.id.desc())
    )
    return [view(row) for row in rows]


@router.post("/v1/delegations", status_code=201)
async def delegate(work: Transaction, body: api.NewDelegation) -> api.Delegation:
    me = work.principal
    me.require("leader", "deputy", "unit_head")
    starts, ends = _day(body.valid_from), _day(body.valid_to)
    if ends < starts:
        raise DelegationDates
    if body.to_person_id == me.id:
        raise DelegationToSelf
    [other] = await colleagues(work, [body.to_person_id], me.office_id)
    row = Delegation(
        office_id=me.office_id,
        from_person_id=me.id,
        from_name=me.name,
        to_person_id=other.id,
        to_name=other.full_name,
        valid_from=starts,
        valid_to=ends,
        scopes=list(dict.fromkeys(body.scopes)),
        authority_document=body.authority_document,
    )
    work.save(row)
    await work.flush()
    work.audit("delegation.given", str(row.id), to=other.id, scopes=row.scopes, document=row.authority_document)
    return view(row)


@router.delete("/v1/delegations/{delegation_id}")
async def end_delegation(work: Transaction, delegation_id: UUID) -> api.Delegation:
    row = await work.locked(Delegation, delegation_id)
    if row.from_person_id != work.principal.id:
        raise NotFound
    row.ended_at = row.ended_at or now()
    work.audit("delegation.ended", str(row.id))
    return view(row)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DelegationDates from error


def view(row: Delegation) -> api.Delegation:
    return api.Delegation(
        id=str(row.id),
        from_person_id=row.from_person_id,
        from_name=row.from_name,
        to_person_id=row.to_person_id,
        to_name=row.to_name,
        valid_from=row.valid_from.isoformat(),
        valid_to=row.valid_to.isoformat(),
        scopes=list(row.scopes),
        authority_document=row.authority_document,
        ended_at=row.ended_at,
    )
