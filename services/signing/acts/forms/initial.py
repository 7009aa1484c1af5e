"""The initial of who answers for the content: a signature beside the draft, over exactly its bytes."""

from __future__ import annotations

from contracts.message import FileRef
from services.signing.acts.forms.form import Opening, Proof, Waiting
from services.signing.acts.tables import Act, Signature
from services.signing.certificates import queries as certificates
from services.signing.judging.verdict import REFERENCE_ONLY
from services.signing.pdf import beside
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from shared.clock import now
from shared.service import Runtime


class InitialForm:
    completed = False

    def named(self, source: FileRef) -> FileRef:
        """The name of the draft with .p7s behind it."""
        more = {"name": f"{source.name}.p7s", "role": "reference", "content_type": "application/pkcs7-signature"}
        return source.model_copy(update=more | {"display_name": f"Ký nháy {source.display_name or source.name}"})

    async def others(self, runtime: Runtime, act: Act) -> tuple[Owner, ...]:
        return ()

    async def open(self, runtime: Runtime, act: Act, part: Signature, owner: Owner, evidence: Evidence) -> Opening:
        content = await runtime.blobs.get(part.source["sha256"])
        waiting = beside.open_beside(content, owner)
        return Opening(content, beside.saved(waiting), waiting)

    def restored(self, part: Signature, base: bytes) -> Waiting:
        assert part.opening is not None
        return beside.restored(part.opening, base)

    def filled(self, waiting: Waiting, value: bytes, token: bytes | None) -> bytes:
        assert isinstance(waiting, beside.Beside)
        return beside.filled(waiting, value, token)

    async def prove(self, runtime: Runtime, act: Act, part: Signature, pdf: bytes, evidence: Evidence) -> Proof:
        """The certificate was proven when the act began; here only that file and signature belong together."""
        async with runtime.work(reading=True) as work:
            row = await certificates.by_fingerprint(work, part.fingerprint)
        assert row is not None
        beside.check(await runtime.blobs.get(part.source["sha256"]), pdf, certificates.key_place(row).certificate)
        report = {"valid": True, "signer": act.actor_name, "at": now().isoformat(), "content": part.source["sha256"]}
        return Proof(report, True, REFERENCE_ONLY)


FORM = InitialForm()
