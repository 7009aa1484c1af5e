"""The office's signature on a copy in electronic form: sao y, sao lục, trích sao (NĐ 30 PL I, part II)."""

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
    source = FileRef.model_validate(part.source)
    if source.content_type != "application/pdf":
        raise rules.NotPdf(name=source.display_name or source.name)
    form, office = str(act.order["form"]), str(act.order["office_name"])
    ready = await workers.run(_prepared, await runtime.blobs.get(source.sha256), form, office)
    line, stamped = corner.copy(form, office), vault(runtime).stamper is not None
    waiting = await asyncio.to_thread(
        lambda: corner.open_corner(
            ready.pdf, owner, shown=line, evidence=evidence, at=now(), stamped=stamped, known=ready.known
        )
    )
    return ready.pdf, waiting, ""


def _prepared(source: bytes, form: str, office: str) -> corner.Prepared:
    """In a child process, to which a line of text cannot be sent as a function."""
    return corner.prepare(source, corner.copy(form, office))


def _expected(act: Act, part: Signature) -> Expected:
    return Expected(own_shape=True, annex=True, office_fingerprint=part.fingerprint)


FORM = PdfForm(_open, _expected, "annex")
