"""An act step by step: prepared, handed out, signed. Each step is kept before the next one begins.

No step holds a transaction while it works. Killed anywhere, the same call goes on from what is kept: the revision that
was opened once is the only one that a key ever sees, and the value that a key gave is the only one that is used.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from weakref import WeakValueDictionary

from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import select

from services.signing.acts import permission, proofs, rules
from services.signing.acts.forms import FORMS
from services.signing.acts.forms.form import Opening, Waiting
from services.signing.acts.steps import AUTHORITY, SIGNED, log
from services.signing.acts.tables import Act, Signature
from services.signing.keys.protocol import SigningKey
from services.signing.pdf import cms
from services.signing.pdf.keys import Owner
from shared.auth import Principal
from shared.clock import now
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work

_busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


def alone(act_id: str) -> asyncio.Lock:
    """One at a time in this process; between processes the tables decide, and the first one wins."""
    return _busy.setdefault(act_id, asyncio.Lock())


async def signatures(work: Work, act_id: str) -> Sequence[Signature]:
    return await work.all(select(Signature).where(Signature.act_id == act_id).order_by(Signature.place))


async def act_of(work: Work, act_id: str) -> Act:
    found: Act | None = await work.one(select(Act).where(Act.id == act_id))
    if found is None:
        raise NotFound
    return found


async def locked_act(work: Work, act_id: str) -> Act:
    """The act, held until commit."""
    act = await act_of(work, act_id)
    return await work.locked(Act, (act.kind, act.object_id, act.of))


def actor(act: Act) -> Principal:
    """Whose act it is: what is done for it in the background is on record under that name."""
    return Principal(act.actor_id, act.actor_name, "person", act.office_id)


async def prepare(runtime: Runtime, act_id: str, owner: Owner) -> None:
    """Opens every revision that is not open yet for this owner's certificate. Raises what the forms raise."""
    async with runtime.work(reading=True) as work:
        act, parts = await act_of(work, act_id), await signatures(work, act_id)
    for part in parts:
        if not _ready(part, owner):
            form = FORMS[part.form]
            found = await proofs.before(runtime, owner, *(await form.others(runtime, act)))
            part.fingerprint = _print(owner)
            opening = await form.open(runtime, act, part, owner, found.evidence)
            await _keep_open(runtime, part, opening, owner, found)


def _print(owner: Owner) -> str:
    return owner.certificate.fingerprint(SHA256()).hex()


def _ready(part: Signature, owner: Owner) -> bool:
    """Signed already, or waiting for exactly this certificate, and not for too long."""
    if part.value is not None or part.file is not None:
        return True
    fresh = part.prepared_at is not None and now() < part.prepared_at + rules.PREPARATION
    return part.opening is not None and part.fingerprint == _print(owner) and fresh


async def _keep_open(runtime: Runtime, part: Signature, made: Opening, owner: Owner, found: proofs.Found) -> None:
    stored = await runtime.blobs.put(made.base)
    async with runtime.work() as work:
        row = await work.locked(Signature, (part.act_id, part.place))
        if _ready(row, owner):
            return  # another process was quicker: its revision is the one
        row.base_sha256, row.opening, row.state = stored.sha256, made.facts, rules.PREPARED
        row.to_sign = hashlib.sha256(made.waiting.attributes).hexdigest()
        row.fingerprint, row.prepared_at = _print(owner), now()
        for step, text in (*found.steps, *([(AUTHORITY, made.said)] if made.said else [])):
            log(row, step, text)


async def recheck(runtime: Runtime, act_id: str) -> None:
    """What was allowed at the beginning is allowed still. Raises what forbids it."""
    async with runtime.work(reading=True) as work:
        await permission.still(work, await act_of(work, act_id), await signatures(work, act_id))


async def sign(runtime: Runtime, act_ids: Sequence[str], key: SigningKey) -> None:
    """The key signs what waits in these acts, all at once, and every value is kept."""
    waiting = await hand_out(runtime, act_ids)
    if waiting:
        opened = [await waiting_of(runtime, part) for part in waiting]
        values = await key.sign_all([one.attributes for one in opened])
        for part, one, value in zip(waiting, opened, values, strict=True):
            await receive(runtime, part, one, value)


async def hand_out(runtime: Runtime, act_ids: Sequence[str]) -> list[Signature]:
    """What a key has to sign now."""
    async with runtime.work() as work:
        statement = select(Signature).where(Signature.act_id.in_(act_ids), Signature.value.is_(None))
        rows = await work.all(
            statement.where(Signature.opening.is_not(None), Signature.file.is_(None))
            .order_by(Signature.act_id, Signature.place)
            .with_for_update()
        )
        for row in rows:
            row.state = rules.HANDED_OUT
    return list(rows)


async def waiting_of(runtime: Runtime, part: Signature) -> Waiting:
    """The revision as it was opened. FileChanged if the prepared file is not the same any more."""
    base = await runtime.blobs.get(part.base_sha256)
    return await asyncio.to_thread(FORMS[part.form].restored, part, base)


async def receive(runtime: Runtime, part: Signature, opened: Waiting, value: bytes) -> None:
    """Keeps a value. SignatureWrong for one of another key: nothing is touched then. Of two the first stays."""
    cms.verify(opened.who, opened.attributes, value)
    async with runtime.work() as work:
        row = await work.locked(Signature, (part.act_id, part.place))
        if row.value is not None or row.to_sign != hashlib.sha256(opened.attributes).hexdigest():
            return
        row.value, row.state, row.signed_at = value.hex(), rules.SIGNED, now()
        log(row, SIGNED, "Đã ký bằng khóa riêng của chứng thư.")
        await work.flush()
        await when_signed(work, part.act_id)


async def when_signed(work: Work, act_id: str) -> None:
    """With its last signature an act waits for nobody any more: what is left is done without a person."""
    act = await locked_act(work, act_id)
    act.next_at = now() + rules.GRACE
    signed = all(part.value is not None or part.file is not None for part in await signatures(work, act_id))
    if signed and act.state == rules.WAITING_KEY:
        act.state = rules.OPEN
