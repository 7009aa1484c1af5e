"""The competent person's signature on a draft: prepared here, with the image between position and name."""

from __future__ import annotations

import asyncio

from contracts.message import FileRef
from services.signing.acts import rules
from services.signing.acts.tables import Act, Signature
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import drawings
from services.signing.pdf.keys import Owner
from services.signing.pdf.leader import open_leader
from services.signing.pdf.opening import Opened
from services.signing.pdf.prepare import prepare
from services.signing.workers import pool as workers
from shared.clock import now
from shared.service import Runtime


async def open_file(runtime: Runtime, act: Act, part: Signature, owner: Owner) -> tuple[bytes, Opened]:
    draft = FileRef.model_validate(part.source)
    source = await runtime.blobs.get(draft.sha256)
    if b"%PDF-" not in source[:1024]:
        raise rules.NotPdf(name=draft.display_name or draft.name)
    image = await asyncio.to_thread(drawings.signature, act.actor_name)
    ready = await workers.run(prepare, source, signer_name=act.actor_name, signature_image=image)
    held = vault(runtime)
    evidence, stamped = held.evidence(owner), held.stamper is not None
    waiting = await asyncio.to_thread(
        lambda: open_leader(ready.pdf, owner, evidence=evidence, at=now(), stamped=stamped, known=ready.known)
    )
    return ready.pdf, waiting


def expected(act: Act, part: Signature) -> Expected:
    return Expected(own_shape=True, sealed=False, leader_fingerprint=part.fingerprint)
