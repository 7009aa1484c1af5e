"""People over HTTP."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.identity import api
from services.identity.accounts import passwords
from services.identity.people import actions, queries
from shared.web import Caller, Here, OwnTransaction, Transaction

router = APIRouter(tags=["people"])


@router.get("/v1/me")
async def me(work: OwnTransaction) -> api.Person:
    return await queries.me(work)


@router.get("/v1/offices/{office_id}/people")
async def list_people(
    work: Transaction, office_id: str, role: str | None = None, unit_id: str | None = None
) -> list[api.Person]:
    return await queries.people(work, office_id, role, unit_id)


@router.post("/v1/offices/{office_id}/people", status_code=201)
async def create_person(runtime: Here, caller: Caller, office_id: str, body: api.NewPerson) -> api.CreatedPerson:
    """The answer holds the first password, this once; hashing it is done before the transaction begins."""
    password = passwords.first_password()
    hashed = await passwords.hashed(password)
    async with runtime.work(caller) as work:
        person = await actions.create_person(work, office_id, body, hashed)
        view = await queries.view(work, person)
    return api.CreatedPerson(**view.model_dump(), first_password=password)


@router.post("/v1/people/{person_id}/transfer")
async def transfer(work: Transaction, person_id: str, body: api.Transfer) -> api.Person:
    return await queries.view(work, await actions.transfer(work, person_id, body))


@router.post("/v1/people/{person_id}/lock")
async def lock_person(work: Transaction, person_id: str, body: api.LockRequest | None = None) -> api.Person:
    return await queries.view(work, await actions.lock(work, person_id, body.reason if body else ""))


@router.post("/v1/people/{person_id}/unlock")
async def unlock_person(work: Transaction, person_id: str) -> api.Person:
    return await queries.view(work, await actions.unlock(work, person_id))


@router.post("/v1/user-names:propose")
async def propose_user_name(work: Transaction, body: api.NameRequest) -> api.NameProposal:
    return await actions.propose(work, body.full_name, body.unit_abbreviation)
