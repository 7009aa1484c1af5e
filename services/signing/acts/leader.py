"""The leader's signature: one for each approved content of a draft, whatever is asked twice or killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from weakref import WeakValueDictionary

from contracts.message import FileRef
from contracts.registry.events import DraftSubmittedV1
from contracts.signing.api import ActResult, LeaderSign
from contracts.signing.events import LeaderSignedV1
from contracts.workflow.events import DraftApprovedV1
from services.signing.acts import rules
from services.signing.acts.tables import Act, Approval, Submitted
from services.signing.certificates import actions as certificates
from services.signing.certificates.tables import Office, Person
from services.signing.keys.vault import vault
from services.signing.pdf import drawings
from services.signing.pdf.keys import Key
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from services.signing.workers import pool as workers
from shared.auth import Principal
from shared.clock import now
from shared.problems import NotFound
from shared.service import Runtime
from shared.work import Work

_busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()


async def draft_submitted(work: Work, message: DraftSubmittedV1) -> None:
    main = next((f for f in message.files if f.role == "main"), None)
    if main is not None:
        await work.session.merge(
            Submitted(draft_id=message.draft_id, content_hash=message.content_hash, main_sha256=main.sha256)
        )


async def draft_approved(work: Work, message: DraftApprovedV1) -> None:
    """The newest approval counts; an older one that comes late does not."""
    known = await work.get(Approval, message.draft_id, lock=True)
    if known is None or known.at <= message.at:
        await work.session.merge(
            Approval(
                draft_id=message.draft_id, content_hash=message.content_hash, office_id=message.office_id,
                signer_id=message.signer_id, at=message.at,
            )
        )  # fmt: skip


async def sign(runtime: Runtime, caller: Principal, wanted: LeaderSign) -> ActResult:
    """Check, sign outside any transaction, then keep the file and tell it in one transaction.

    Killed before that transaction, nothing has been signed for anybody; after it, the same request gives the same file.
    Refusals: NotFound, NotTheSigner, NotApproved, WrongPin, NoKey, those of `prepare`, TimeStampUnavailable.
    """
    lock = _busy.setdefault(f"{wanted.draft_id} {wanted.content_hash}", asyncio.Lock())
    async with lock:
        async with runtime.work(caller, reading=True) as work:
            done = await _allowed(work, wanted)
            person, office = await work.get(Person, caller.id), await work.get(Office, caller.office_id)
        position, name = (person.position if person else ""), (office.name if office else "")
        # The PIN is asked for again even when the act is done: the answer is for its signer only.
        key = await vault(runtime).person(caller.id, wanted.pin, caller.name, name, position)
        if done is not None:
            return _result(done)
        at = now()
        file = await _signed(runtime, caller, key, wanted.main_file, at)
        async with runtime.work(caller) as work:
            return await _keep(work, wanted, file, at, position, key)


async def _allowed(work: Work, wanted: LeaderSign) -> Act | None:
    """Raises unless the caller may sign this content. The act, if it is done already."""
    approval = await work.get(Approval, wanted.draft_id)
    if approval is None or approval.office_id != work.principal.office_id:
        raise NotFound
    if approval.signer_id != work.principal.id:
        raise rules.NotTheSigner
    submitted = await work.get(Submitted, (wanted.draft_id, wanted.content_hash))
    fits = approval.content_hash == wanted.content_hash and submitted is not None
    if not fits or submitted is None or submitted.main_sha256 != wanted.main_file.sha256:
        raise rules.NotApproved
    return await work.get(Act, ("leader", wanted.draft_id, wanted.content_hash))


async def _signed(runtime: Runtime, caller: Principal, key: Key, draft: FileRef, at: datetime) -> FileRef:
    held, source = vault(runtime), await runtime.blobs.get(draft.sha256)
    image = await asyncio.to_thread(drawings.signature, caller.name)
    ready = await workers.run(prepare, source, signer_name=caller.name, signature_image=image)
    evidence = held.evidence(key)  # type: ignore[arg-type]
    pdf = await _apart(
        lambda: sign_leader(ready.pdf, key, tsa=held.stamper, evidence=evidence, at=at, known=ready.plan)
    )
    ref = await runtime.blobs.put(pdf)
    return draft.model_copy(update={"sha256": ref.sha256, "size": ref.size, "role": "main"})


async def _apart(act: Callable) -> bytes:  # type: ignore[type-arg]
    """Signing is work of the processor: on a thread, with an event loop of its own."""
    return await asyncio.to_thread(lambda: asyncio.run(act()))


async def _keep(work: Work, wanted: LeaderSign, file: FileRef, at: datetime, position: str, key: Key) -> ActResult:
    approval = await work.locked(Approval, wanted.draft_id)
    done = await _allowed(work, wanted)  # once more: approval may have moved on, another replica may have signed
    if done is not None:
        return _result(done)
    done = Act(
        kind="leader", object_id=wanted.draft_id, of=wanted.content_hash, office_id=approval.office_id,
        actor_id=work.principal.id, files=[file.model_dump(mode="json")], done_at=at,
    )  # fmt: skip
    work.save(done)
    await certificates.enter(work, key, kind="person", owner_id=work.principal.id, office_id=approval.office_id)
    work.emit(
        LeaderSignedV1(
            draft_id=wanted.draft_id, office_id=approval.office_id, signer_id=work.principal.id,
            signer_name=work.principal.name, signer_position=position, content_hash=wanted.content_hash,
            main_file=file, signed_at=at,
        ),
        key=wanted.draft_id,
    )  # fmt: skip
    work.audit("draft.signed", wanted.draft_id, content_hash=wanted.content_hash, sha256=file.sha256)
    return _result(done)


def _result(act: Act) -> ActResult:
    return ActResult(state="done", file=FileRef.model_validate(act.files[0]))
