"""Number, date and seal on what a leader has signed; the office's signature on separate annexes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from contracts.message import FileRef
from contracts.registry.events import NumberAssignedV1
from contracts.signing.events import SealedV1, SealingFailedV1
from services.signing.acts import rules
from services.signing.acts.tables import Act
from services.signing.certificates import actions as certificates
from services.signing.certificates.tables import Office
from services.signing.keys.vault import vault
from services.signing.pdf import drawings
from services.signing.pdf.corner import sign_annex
from services.signing.pdf.keys import Pkcs12Key
from services.signing.pdf.sealing import number_and_seal
from services.signing.verdicts import actions as verdicts
from shared.clock import now
from shared.problems import Refusal
from shared.work import Work


async def number_assigned(work: Work, message: NumberAssignedV1) -> None:
    """Seal once; asked again, tell the same files again. What cannot be sealed is told with its reason."""
    key = ("seal", message.document_id, f"{message.main_file.sha256} {message.code} {message.issued_date}"[:200])
    done = await work.get(Act, key)
    if done is None:
        try:
            done = await _sealed(work, message, key)
        except Refusal as refusal:
            _failed(work, message, refusal)
            return
    main, *annexes = [FileRef.model_validate(one) for one in done.files]
    work.emit(
        SealedV1(
            document_id=message.document_id, office_id=message.office.office_id, main_file=main,
            annexes=tuple(annexes), legal_state=done.legal_state, sealed_at=done.done_at,
        ),
        key=message.document_id,
    )  # fmt: skip


def _failed(work: Work, message: NumberAssignedV1, refusal: Refusal) -> None:
    office_id = message.office.office_id
    work.emit(
        SealingFailedV1(document_id=message.document_id, office_id=office_id, reason=refusal.text),
        key=message.document_id,
    )
    work.audit("document.not-sealed", message.document_id, reason=refusal.kind, clerk=message.clerk_id)


async def _sealed(work: Work, message: NumberAssignedV1, key: tuple[str, str, str]) -> Act:
    office = message.office
    await _allowed(work, message)
    own = await vault(work.runtime).office(office.office_id, office.name, office.organ_id)
    main = await _main(work, message, own)
    annexes = [await _annex(work, one, message.code, own) for one in message.annexes]
    report = await verdicts.within(work, main.sha256)
    done = Act(
        kind=key[0], object_id=key[1], of=key[2], office_id=office.office_id, actor_id=message.clerk_id,
        files=[one.model_dump(mode="json") for one in (main, *annexes)], legal_state=report.report["legal_state"],
        done_at=now(),
    )  # fmt: skip
    work.save(done)
    await certificates.enter(work, own, kind="office", owner_id=office.office_id, office_id=office.office_id)
    work.audit("document.sealed", message.document_id, code=message.code, sha256=main.sha256, clerk=message.clerk_id)
    return done


async def _allowed(work: Work, message: NumberAssignedV1) -> None:
    """The clerk holds the key; the file is the one that the leader signed here."""
    office_id = message.office.office_id
    if not await certificates.holds_key(work, office_id, message.clerk_id):
        raise rules.KeyNotHeld(clerk=message.clerk_name)
    acts = await work.all(select(Act).where(Act.kind == "leader", Act.object_id == message.document_id))
    if not any(a.office_id == office_id and a.files[0]["sha256"] == message.main_file.sha256 for a in acts):
        raise rules.LeaderActMissing


async def _main(work: Work, message: NumberAssignedV1, key: Pkcs12Key) -> FileRef:
    held, signed = vault(work.runtime), await work.runtime.blobs.get(message.main_file.sha256)
    copy = await work.get(Office, message.office.office_id)
    seal = await asyncio.to_thread(drawings.seal, message.office.name, copy.parent_name if copy else "")
    issued, evidence = date.fromisoformat(message.issued_date), held.evidence(key)
    pdf = await _apart(
        lambda: number_and_seal(
            signed, number=message.number_text, issued=issued, key=key, seal_image=seal, tsa=held.stamper,
            evidence=evidence,
        )
    )  # fmt: skip
    return await _stored(work, message.main_file, pdf, "main")


async def _annex(work: Work, annex: FileRef, code: str, key: Pkcs12Key) -> FileRef:
    if annex.content_type != "application/pdf":
        raise rules.AnnexNotPdf(name=annex.display_name or annex.name)
    held, content = vault(work.runtime), await work.runtime.blobs.get(annex.sha256)
    evidence = held.evidence(key)
    pdf = await _apart(lambda: sign_annex(content, key, code=code, tsa=held.stamper, evidence=evidence))
    return await _stored(work, annex, pdf, "annex")


async def _stored(work: Work, of: FileRef, pdf: bytes, role: str) -> FileRef:
    ref = await work.runtime.blobs.put(pdf)
    return of.model_copy(update={"sha256": ref.sha256, "size": ref.size, "role": role})


async def _apart(act: Callable) -> bytes:  # type: ignore[type-arg]
    """On a thread, with an event loop of its own."""
    return await asyncio.to_thread(lambda: asyncio.run(act()))
