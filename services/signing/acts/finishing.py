"""What follows the key's signature, without any person: time stamp, assembling, proof, keeping, telling.

Repeated as often as it takes: what does not answer now leaves the act "pending", and the job tries again.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select

from contracts.message import FileRef
from contracts.signing.events import TimestampPendingV1
from services.signing.acts import proofs, rules, telling
from services.signing.acts.forms import FORMS
from services.signing.acts.forms.form import Proof
from services.signing.acts.sequence import act_of, actor, alone, locked_act, signatures, waiting_of
from services.signing.acts.steps import SHOWN, STAMPED, log
from services.signing.acts.tables import Act, Signature
from services.signing.authorities.gathering import EvidenceUnavailable
from services.signing.certificates import queries as certificates
from services.signing.keys.vault import vault
from services.signing.pdf import pending
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.stamps import TimeStampUnavailable, digest_of
from services.signing.settings import SigningSettings
from shared.clock import now
from shared.problems import NotFound, Refusal
from shared.service import Runtime

out = structlog.get_logger()
AT_ONCE = 4  # time stamps asked for at the same time


async def soon(runtime: Runtime, act_id: str) -> Act:
    """Finishes now, or leaves it to the background when the time stamper takes longer than a person waits."""
    task = runtime.spawn(attempt(runtime, act_id), name=f"finish:{act_id}")
    await asyncio.wait({task}, timeout=SigningSettings().tsa_patience_seconds)
    if task.done():
        task.result()
    else:
        await _pending(runtime, act_id, TimeStampUnavailable().text, attempts=0)
    async with runtime.work(reading=True) as work:
        return await act_of(work, act_id)


async def attempt(runtime: Runtime, act_id: str) -> None:
    """One try. Raises what a person has to know (NotProven, FileChanged); a service that is down is waited for."""
    async with alone(act_id):
        try:
            await _finish(runtime, act_id)
        except (TimeStampUnavailable, EvidenceUnavailable, rules.ProofMissing) as error:
            await _pending(runtime, act_id, error.text)
        except Refusal as refusal:
            await _failed(runtime, act_id, refusal)
            raise


async def _finish(runtime: Runtime, act_id: str) -> None:
    async with runtime.work(reading=True) as work:
        act, parts = await act_of(work, act_id), await signatures(work, act_id)
    if act.state == rules.DONE or any(part.value is None and part.file is None for part in parts):
        return
    await asyncio.gather(*(_assemble(runtime, act, part) for part in parts if part.file is None))
    await _conclude(runtime, act_id)


async def _assemble(runtime: Runtime, act: Act, part: Signature) -> None:
    """The signed file, stored under its content; the row points to it, and the one of the first stays."""
    assert part.value is not None
    value, waiting = bytes.fromhex(part.value), await waiting_of(runtime, part)
    token = await _stamped(runtime, part, value)
    content = await asyncio.to_thread(FORMS[part.form].filled, waiting, value, token)
    file = await _stored(runtime, part, content)
    async with runtime.work() as work:
        row = await work.locked(Signature, (part.act_id, part.place))
        if row.file is None:
            row.file, row.state = file, rules.COMPLETE


async def _stored(runtime: Runtime, part: Signature, content: bytes) -> dict[str, Any]:
    stored = await runtime.blobs.put(content)
    name = FORMS[part.form].named(FileRef.model_validate(part.source))
    file = name.model_copy(update={"sha256": stored.sha256, "size": stored.size})
    return file.model_dump(mode="json")


async def _stamped(runtime: Runtime, part: Signature, value: bytes) -> bytes | None:
    """The time stamp over the value, kept before it is used: whatever happens, one file comes out of one signature."""
    stamper = vault(runtime).stamper
    if part.token is not None or stamper is None:
        return bytes.fromhex(part.token) if part.token else None
    token = await stamper.token(digest_of(value))
    async with runtime.work() as work:
        row = await work.locked(Signature, (part.act_id, part.place))
        if row.token is None:
            row.token = token.hex()
            log(row, STAMPED, "Đã có dấu thời gian.")
        return bytes.fromhex(row.token)


async def _conclude(runtime: Runtime, act_id: str) -> None:
    """The judge proves every file; then the act is done and told, in one transaction."""
    async with runtime.work(reading=True) as work:
        act, parts = await act_of(work, act_id), await signatures(work, act_id)
    found = await asyncio.gather(*(_proven(runtime, act, part) for part in parts))
    files = [part.file if proof.file is None else await _stored(runtime, part, proof.file)
             for part, proof in zip(parts, found, strict=True)]  # fmt: skip
    async with runtime.work(actor(act)) as work:
        act = await locked_act(work, act_id)
        if act.state == rules.DONE:
            return
        parts = await signatures(work, act_id)
        for part, proof, file in zip(parts, found, files, strict=True):
            part.verdict, part.file = proof.report, file
            log(part, SHOWN, f"Kết quả kiểm tra: {'hợp lệ' if proof.valid else 'chưa đủ căn cứ'}.")
            part.opening = None  # its file has everything
        act.files = files
        act.legal_state, act.state, act.reason = found[0].legal_state, rules.DONE, ""
        act.done_at, act.next_at = now(), None
        await telling.done(work, act, parts)


async def _proven(runtime: Runtime, act: Act, part: Signature) -> Proof:
    """With what the file carries; with what can be had now; put into the file where nobody will sign it any more."""
    assert part.file is not None
    form, content = FORMS[part.form], await runtime.blobs.get(part.file["sha256"])
    if part.value is None:  # a tool has made the file: it carries what the tool had at hand
        return await form.prove(runtime, act, part, content, await _evidence(runtime, act, part))
    try:
        return await form.prove(runtime, act, part, content, NOTHING)
    except rules.ProofMissing:
        evidence, stamper = await _evidence(runtime, act, part), vault(runtime).stamper
        if not form.completed or stamper is None:
            return await form.prove(runtime, act, part, content, evidence)
        whole = await pending.complete(content, evidence, stamper)
        return replace(await form.prove(runtime, act, part, whole, NOTHING), file=whole)


async def _evidence(runtime: Runtime, act: Act, part: Signature) -> Evidence:
    owner = await _owner(runtime, part)
    return await proofs.again(runtime, owner, *(await FORMS[part.form].others(runtime, act)))


async def _owner(runtime: Runtime, part: Signature) -> Owner:
    async with runtime.work(reading=True) as work:
        row = await certificates.by_fingerprint(work, part.fingerprint)
    if row is None:
        raise NotFound
    return certificates.key_place(row)


async def _pending(runtime: Runtime, act_id: str, reason: str, attempts: int = 1) -> None:
    """Signed, not finished: told once an outage, with the moment of the next try."""
    async with runtime.work() as work:
        act = await locked_act(work, act_id)
        if act.state == rules.DONE:
            return
        act.attempts += attempts
        wait = rules.delay(act.attempts) if attempts else timedelta(seconds=SigningSettings().tsa_seconds)
        act.next_at = now() + wait
        if act.state != rules.PENDING:
            act.state, act.reason = rules.PENDING, reason[:500]
            first = min(part.signed_at or act.begun_at for part in await signatures(work, act_id))
            work.emit(
                TimestampPendingV1(
                    object_id=act.object_id, office_id=act.office_id, act=act.kind, reason=reason, since=first,
                    next_try_at=act.next_at,
                ),
                key=act.object_id,
            )  # fmt: skip
            work.audit("act.pending", act.object_id, kind=act.kind, reason=reason)


async def _failed(runtime: Runtime, act_id: str, refusal: Refusal) -> None:
    """What was signed cannot be used: it is forgotten, never told, and the next request begins anew."""
    async with runtime.work() as work:
        act = await locked_act(work, act_id)
        if act.state == rules.DONE:
            return
        for part in await signatures(work, act_id):
            log(part, SHOWN, refusal.text)
            part.opening = part.value = part.token = part.file = part.signed_at = part.prepared_at = None
            part.state = rules.NEW
        act.state, act.reason, act.next_at = rules.FAILED, refusal.text[:500], None
        await telling.failed(work, act, refusal)


async def carry_on(runtime: Runtime) -> None:
    """The job: acts whose signatures are made and whose time has come, oldest first."""
    ready = select(Act.id).where(Act.state.in_([rules.OPEN, rules.PENDING]), Act.next_at <= now())
    async with runtime.work(reading=True) as work:
        due = list(await work.all(ready.order_by(Act.next_at).limit(50)))
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(act_id: str) -> None:
        async with limit:
            try:
                await attempt(runtime, act_id)
            except Refusal as refusal:
                out.warning("signing.act-failed", act=act_id, reason=refusal.kind)

    await asyncio.gather(*map(one, due))
