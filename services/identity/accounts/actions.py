"""What accounts offer to the other subjects: open one, end its sessions, forget wrong passwords."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from services.identity.accounts import rules
from services.identity.accounts.tables import Account, LoginFailure, LoginSession, RefreshToken
from shared.clock import now
from shared.database import new_id
from shared.work import Work


async def open_account(work: Work, person_id: UUID, password_hash: str, *, must_change: bool = True) -> None:
    work.save(Account(person_id=person_id, password_hash=password_hash, must_change=must_change, former_hashes=[]))
    await work.flush()


async def keep_password(work: Work, person_id: UUID) -> None:
    """The first password may stay: for demo accounts only."""
    account = await work.locked(Account, person_id)
    account.must_change = False


async def account_of(work: Work, person_id: UUID, *, lock: bool = False) -> Account | None:
    return await work.get(Account, person_id, lock=lock)


async def failures(work: Work, key: str, *, lock: bool = False) -> rules.Failures:
    row = await work.get(LoginFailure, key, lock=lock)
    return rules.Failures(row.count, row.locked_until) if row else rules.Failures()


async def fail(work: Work, key: str, moment: datetime) -> rules.Failures:
    """Count one wrong password."""
    row = await work.get(LoginFailure, key, lock=True)
    if row is None:
        row = LoginFailure(key=key, count=0, at=moment)
        work.save(row)
    judged = rules.after_failure(rules.Failures(row.count, row.locked_until), moment)
    row.count, row.locked_until, row.at = judged.count, judged.locked_until, moment
    await work.flush()
    return judged


async def forget_failures(work: Work, keys: Collection[str]) -> None:
    await work.execute(delete(LoginFailure).where(LoginFailure.key.in_(keys)))


async def open_session(work: Work, person_id: UUID, address: str, device: str) -> LoginSession:
    moment = now()
    session = LoginSession(
        id=new_id(),
        person_id=person_id,
        opened_at=moment,
        seen_at=moment,
        ends_at=moment + rules.SESSION_LIFETIME,
        address=address[:64],
        device=device[:300],
    )
    work.save(session)
    await work.flush()
    return session


async def keep_refresh(work: Work, session: LoginSession, digest: str) -> None:
    work.save(RefreshToken(hash=digest, session_id=session.id))
    await work.flush()


async def use_refresh(work: Work, digest: str) -> LoginSession | None:
    """The open session of an unused refresh token. A token used twice ends its session and gives None."""
    token = await work.get(RefreshToken, digest, lock=True)
    if token is None:
        return None
    session = await work.locked(LoginSession, token.session_id)
    moment = now()
    if token.used_at is not None and session.ended_at is None:
        session.ended_at = moment
        work.audit("session.refresh-reused", str(session.id), person_id=str(session.person_id))
    if session.ended_at is not None or session.ends_at <= moment:
        return None
    token.used_at = session.seen_at = moment
    return session


async def sessions(work: Work, person_id: UUID) -> list[LoginSession]:
    """The open sessions of a person, newest first."""
    is_open = LoginSession.ended_at.is_(None) & (LoginSession.ends_at > now())
    statement = select(LoginSession).where(LoginSession.person_id == person_id, is_open)
    return list(await work.all(statement.order_by(LoginSession.seen_at.desc())))


async def end_sessions(work: Work, person_id: UUID, session_id: UUID | None = None) -> int:
    """End one open session of a person, or all. Returns how many."""
    statement = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    if session_id:
        statement = statement.where(LoginSession.id == session_id)
    ended = await work.execute(statement.values(ended_at=now()))
    return int(ended.rowcount)


async def end_other_sessions(work: Work, person_id: UUID, kept: str) -> None:
    """All but the one in which the person is."""
    others = update(LoginSession).where(LoginSession.person_id == person_id, LoginSession.ended_at.is_(None))
    if kept:
        others = others.where(LoginSession.id != UUID(kept))
    await work.execute(others.values(ended_at=now()))


async def clean_up(work: Work) -> None:
    """Forget what is over: sessions a day after their end, failures a day after the last."""
    limit = now() - rules.SESSION_LIFETIME * 2
    old = select(LoginSession.id).where(LoginSession.ends_at < limit)
    await work.execute(delete(RefreshToken).where(RefreshToken.session_id.in_(old)))
    await work.execute(delete(LoginSession).where(LoginSession.ends_at < limit))
    await work.execute(delete(LoginFailure).where(LoginFailure.at < limit))
