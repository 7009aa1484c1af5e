"""The forms of signature that stand in a PDF."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from contracts.message import FileRef
from services.signing.acts import rules
from services.signing.acts.forms.form import Opening, Proof, Waiting
from services.signing.acts.tables import Act, Signature
from services.signing.judging.judge import judged
from services.signing.judging.reasons import UNANSWERED
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import detached
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import Opened, finished
from shared.service import Runtime

Opener = Callable[[Runtime, Act, Signature, Owner, Evidence], Awaitable[tuple[bytes, Opened, str]]]


async def nobody(runtime: Runtime, act: Act) -> tuple[Owner, ...]:
    return ()


@dataclass(frozen=True)
class PdfForm:
    """`role`: under which the judge reports the signature; `expected`: what the file has to be."""

    opener: Opener
    expected: Callable[[Act, Signature], Expected]
    role: str
    completed: bool = True
    others: Callable[[Runtime, Act], Awaitable[tuple[Owner, ...]]] = nobody

    def named(self, source: FileRef) -> FileRef:
        return source

    async def open(self, runtime: Runtime, act: Act, part: Signature, owner: Owner, evidence: Evidence) -> Opening:
        base, waiting, said = await self.opener(runtime, act, part, owner, evidence)
        return Opening(base, await asyncio.to_thread(detached.saved, waiting), waiting, said)

    def restored(self, part: Signature, base: bytes) -> Waiting:
        assert part.opening is not None
        return detached.restored(part.opening, base)

    def filled(self, waiting: Waiting, value: bytes, token: bytes | None) -> bytes:
        assert isinstance(waiting, Opened)
        return asyncio.run(finished(waiting, value, _Given(token) if token is not None else None))

    async def prove(self, runtime: Runtime, act: Act, part: Signature, pdf: bytes, evidence: Evidence) -> Proof:
        verdict = await judged(
            pdf, trust=vault(runtime).trust, expected=self.expected(act, part), evidence=evidence
        )  # fmt: skip
        own = [one for one in verdict.signatures if one.role == self.role and one.fingerprint == part.fingerprint]
        if len(own) == 1 and own[0].valid:
            return Proof(verdict.as_json(), verdict.valid, verdict.legal_state)
        reasons = [reason for one in own for reason in one.reasons] or list(verdict.reasons)
        if reasons and all(reason.code in UNANSWERED for reason in reasons):
            raise rules.ProofMissing
        raise rules.NotProven(why=" ".join(reason.message for reason in reasons))


class _Given:
    """A stamper that has its token already."""

    def __init__(self, token: bytes) -> None:
        self._token = token

    async def token(self, digest: bytes) -> bytes:
        return self._token
