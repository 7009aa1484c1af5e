"""Log in, renew, change the password. Hashing happens between two short transactions, never inside one."""

from __future__ import annotations

import hmac
from dataclasses import replace
from uuid import UUID

from contracts.identity import api
from services.identity.accounts import actions, passwords, rules, tokens
from services.identity.accounts.tables import LoginSession
from services.identity.people import queries as people
from services.identity.people import rules as names
from services.identity.people.tables import Person
from shared.auth import Principal, service_principal
from shared.clock import now
from shared.problems import Conflict, Unauthorised
from shared.service import Runtime, service_secret
from shared.work import Work

SERVICES = frozenset({"identity", "registry", "workflow", "signing", "gateway", "portal"})


class PasswordChangedMeanwhile(Conflict):
    kind = "password-changed"
    message = "Mật khẩu vừa được đổi ở nơi khác. Hãy đăng nhập lại bằng mật khẩu mới."


async def log_in(runtime: Runtime, body: api.Credentials, address: str, device: str) -> api.Tokens:
    """Raises WrongCredentials or AccountLocked; neither tells whether the name exists."""
    typed = names.key(body.user_name)
    async with runtime.work(reading=True) as work:
        person = await people.by_user_name(work, typed)
        account = await actions.account_of(work, person.id) if person else None
    right = await passwords.fits(body.password, account.password_hash if account else None)
    key = str(person.id) if person else tokens.digest(typed)
    async with runtime.work() as work:
        if (await actions.failures(work, key, lock=True)).locked(now()):
            outcome: api.Tokens | rules.WrongCredentials | rules.AccountLocked = rules.AccountLocked()
        elif right and person and person.active:
            await actions.forget_failures(work, [key])
            outcome = await _opened(work, person.id, address, device)
        else:
            outcome = await _refused(work, key, person)
    if isinstance(outcome, Exception):
        raise outcome
    return outcome


async def _refused(work: Work, key: str, person: Person | None) -> rules.WrongCredentials | rules.AccountLocked:
    failures = await actions.fail(work, key, now())
    if failures.locked_until is None:
        return rules.WrongCredentials()
    if person:
        work.audit("account.locked-out", str(person.id), until=failures.locked_until)
    return rules.AccountLocked()


async def _opened(work: Work, person_id: UUID, address: str, device: str) -> api.Tokens:
    session = await actions.open_session(work, person_id, address, device)
    work.audit("session.opened", str(session.id), person_id=str(person_id), address=address)
    return await _tokens(work, session)


async def _tokens(work: Work, session: LoginSession) -> api.Tokens:
    view = await people.view(work, await people.by_id(work, str(session.person_id)))
    account = await actions.account_of(work, session.person_id)
    refresh = tokens.refresh_token()
    await actions.keep_refresh(work, session, tokens.digest(refresh))
    due = account is not None and (
        account.must_change or rules.expired(account.changed_at, now(), is_admin=_is_admin(view))
    )
    return api.Tokens(
        access_token=tokens.access_token(
            work.runtime, replace(principal_of(view), must_change_password=due), str(session.id)
        ),
        refresh_token=refresh,
        expires_in=rules.ACCESS_SECONDS,
        person=view,
        must_change_password=due,
    )


async def refresh(runtime: Runtime, token: str) -> api.Tokens:
    """New tokens for an unused refresh token; the roles are those of now. Raises SessionEnded."""
    renewed: api.Tokens | None = None
    async with runtime.work() as work:
        session = await actions.use_refresh(work, tokens.digest(token))
        person = await people.by_id(work, str(session.person_id)) if session else None
        if session and person and person.active:
            renewed = await _tokens(work, session)
    if renewed is None:
        raise rules.SessionEnded
    return renewed


async def change_password(runtime: Runtime, caller: Principal, body: api.PasswordChange, session_id: str) -> None:
    """Wrong old passwords count towards the lock-out. Every other session ends."""
    async with runtime.work(caller, reading=True) as work:
        person = await people.by_id(work, caller.id)
        account = await actions.account_of(work, person.id)
        locked = (await actions.failures(work, caller.id)).locked(now())
    if locked or account is None:
        raise rules.AccountLocked
    old_hash, former = account.password_hash, list(account.former_hashes)
    if not await passwords.fits(body.old, old_hash):
        async with runtime.work(caller) as work:
            refusal = await _refused(work, caller.id, person)
        raise refusal
    rules.check_password(body.new, user_name=person.user_name, full_name=person.full_name)
    await _not_used_before(body.new, [old_hash, *former] if _is_admin(caller) else [old_hash])
    new_hash = await passwords.hashed(body.new)
    async with runtime.work(caller) as work:
        row = await actions.account_of(work, person.id, lock=True)
        if row is None or row.password_hash != old_hash:
            raise PasswordChangedMeanwhile
        row.password_hash, row.former_hashes = new_hash, [old_hash, *former][: rules.ADMIN_HISTORY - 1]
        row.must_change, row.changed_at = False, now()
        await actions.end_other_sessions(work, person.id, session_id)
        work.audit("password.changed", str(person.id))


async def _not_used_before(new: str, hashes: list[str]) -> None:
    for hash_ in hashes:
        if await passwords.fits(new, hash_):
            raise rules.WeakPassword(reason="mật khẩu này đã dùng trước đây")


def service_token(runtime: Runtime, body: api.ServiceCredentials) -> api.ServiceToken:
    """A token for another service of this deployment, which knows the common secret."""
    right = hmac.compare_digest(body.secret.encode(), service_secret(runtime.settings).encode())
    if not right or body.service not in SERVICES:
        raise Unauthorised
    token = tokens.access_token(runtime, service_principal(body.service))
    return api.ServiceToken(access_token=token, expires_in=rules.ACCESS_SECONDS)


def principal_of(person: api.Person) -> Principal:
    return Principal(
        id=person.id,
        name=person.full_name,
        kind="person",
        office_id=person.office_id,
        unit_id=person.unit_id,
        roles=frozenset(person.roles),
    )


def _is_admin(who: api.Person | Principal) -> bool:
    return bool({"unit_admin", "system_admin"}.intersection(who.roles))
