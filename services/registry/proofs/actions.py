"""Prove an issued document: its stored files against what was sent, its signatures judged anew, on one sheet."""

from __future__ import annotations

import asyncio

from contracts.client import Problem
from contracts.gateway.api import SentPackage
from contracts.gateway.client import GatewayClient
from contracts.message import FileRef
from contracts.signing.api import VerdictView
from contracts.signing.client import SigningClient
from services.registry.access import find
from services.registry.documents.typeset import compiled
from services.registry.outgoing.tables import Outgoing
from services.registry.proofs import rules
from shared.auth import Principal
from shared.blobs import Damaged
from shared.clock import VN, now
from shared.problems import NotFound
from shared.service import Runtime

FORM, PDF = "proof_sheet", "application/pdf"


async def sheet(runtime: Runtime, caller: Principal, key: str) -> bytes:
    """The verification sheet as PDF. NotFound, NotIssued; a service that does not answer is a Problem."""
    async with runtime.work(caller, reading=True) as work:
        document = await find(work, Outgoing, key)
    rules.check_state(document.state)
    sent = await _sent(runtime, str(document.id))
    files = [FileRef.model_validate(one) for one in document.files]
    rows, words, verdicts = [], [], []
    for file in files:
        word, verdict = await _proven(runtime, file, sent)
        words.append(word)
        verdicts.append(verdict)
        facts = {"name": file.display_name or file.name, "sha256": file.sha256, "size": file.size, "stored": word}
        rows.append({**facts, "verdict": rules.told(verdict)})
    good, moment = rules.holds(words, verdicts), now()
    values = {
        "code": document.code, "type_name": document.type_name, "subject": document.subject,
        "issued_date": f"{document.issued_date:%d/%m/%Y}" if document.issued_date else "",
        "identifier": document.identifier or "", "good": good, "files": rows,
        "package": sent.package_sha256 if sent else "", "made_by": caller.name,
        "made_at": f"{moment.astimezone(VN):%H:%M:%S ngày %d/%m/%Y}",
    }  # fmt: skip
    async with runtime.work(caller) as work:
        work.audit("document.proven", key, good=good, files=words)
    return await asyncio.to_thread(compiled, FORM, values)


async def _sent(runtime: Runtime, document_id: str) -> SentPackage | None:
    """What left, as gateway reads it from the package that it keeps; None where nothing was sent."""
    try:
        return await runtime.client(GatewayClient).get_sent_package(document_id)
    except Problem as problem:
        if problem.status == NotFound.status:
            return None
        raise


async def _proven(runtime: Runtime, file: FileRef, sent: SentPackage | None) -> tuple[str, VerdictView | None]:
    """What the stored file's hash says, and the verdict of this moment on a PDF."""
    try:
        content = await runtime.blobs.get(file.sha256)  # its hash is worked out anew
    except (Damaged, NotFound):
        return rules.against_sent(file, None, sent), None
    word = rules.against_sent(file, file.sha256, sent)
    if file.content_type != PDF or file.role == "reference":
        return word, None
    return word, await runtime.client(SigningClient).validate_file(content, anew=True, annex=file.role == "annex")
