"""The office's signature on a separate annex."""

from __future__ import annotations

import asyncio

from contracts.message import FileRef
from services.signing.acts import rules
from services.signing.acts.forms.pdfs import PdfForm
from services.signing.acts.tables import Act, Signature
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import corner
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import Opened
from services.signing.workers import pool as workers
from shared.clock import now
from shared.service import Runtime


async def _open(
    runtime: Runtime, act: Act, part: Signature, owner: Owner, evidence: Evidence
) -> tuple[bytes, Opened, str]:
    ready, line = await _ready(runtime, act, part), corner.annex(act.order["code"])
    stamped = vault(runtime).stamper is not None
    waiting = await asyncio.to_thread(
        lambda: corner.open_corner(
            ready.pdf, owner, shown=line, evidence=evidence, at=now(), stamped=stamped, known=ready.known
        )
    )
    return ready.pdf, waiting, ""


async def whole(runtime: Runtime, act: Act, part: Signature, evidence: Evidence) -> bytes:
    """The prepared file, for a tool that signs whole files."""
    return (await _ready(runtime, act, part)).pdf


async def _ready(runtime: Runtime, act: Act, part: Signature) -> corner.Prepared:
    """AnnexNotPdf, and what `corner.prepare` refuses."""
    annex = FileRef.model_validate(part.source)
    if annex.content_type != "application/pdf":
        raise rules.AnnexNotPdf(name=annex.display_name or annex.name)
    return await workers.run(_prepared, await runtime.blobs.get(annex.sha256), act.order["code"])


def _prepared(source: bytes, code: str) -> corner.Prepared:
    """In a child process, to which a line of text cannot be sent as a function."""
    return corner.prepare(source, corner.annex(code))


def _expected(act: Act, part: Signature) -> Expected:
    return Expected(own_shape=True, annex=True, office_fingerprint=part.fingerprint)


FORM = PdfForm(_open, _expected, "annex")
