"""Number, date and the office's seal on what a leader has signed."""

from __future__ import annotations

import asyncio
from datetime import date

from services.signing.acts.forms.pdfs import PdfForm
from services.signing.acts.tables import Act, Signature
from services.signing.certificates import queries as certificates
from services.signing.images import actions as images
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import foreign_numbers
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import Opened
from services.signing.pdf.sealing import open_seal
from shared.clock import now
from shared.service import Runtime


async def _open(
    runtime: Runtime, act: Act, part: Signature, owner: Owner, evidence: Evidence
) -> tuple[bytes, Opened, str]:
    signed = await runtime.blobs.get(part.source["sha256"])
    image = await images.seal_of(runtime, act.office_id, act.order["office_name"], act.order["parent_name"])
    number, issued = act.order["number_text"], date.fromisoformat(act.order["issued_date"])
    stamped = vault(runtime).stamper is not None
    waiting = await asyncio.to_thread(
        lambda: open_seal(
            signed, number=number, issued=issued, key=owner, seal_image=image.png, evidence=evidence, at=now(),
            stamped=stamped,
        )
    )  # fmt: skip
    return signed, waiting, ""


async def whole(runtime: Runtime, act: Act, part: Signature, evidence: Evidence) -> bytes:
    """What the leader has signed with number and date in it, for a tool that signs whole files."""
    signed = await runtime.blobs.get(part.source["sha256"])
    number, issued = act.order["number_text"], date.fromisoformat(act.order["issued_date"])
    return await asyncio.to_thread(
        lambda: foreign_numbers.number(signed, number=number, issued=issued, evidence=evidence)
    )


def _expected(act: Act, part: Signature) -> Expected:
    return Expected(
        own_shape=True, office_fingerprint=part.fingerprint, number=act.order["number_text"],
        issued=date.fromisoformat(act.order["issued_date"]), leader_fingerprint=act.order.get("leader_fingerprint"),
    )  # fmt: skip


async def _leader(runtime: Runtime, act: Act) -> tuple[Owner, ...]:
    """The leader's proofs go into the file with the seal, also those that were not at hand when the leader signed."""
    async with runtime.work(reading=True) as work:
        row = await certificates.by_fingerprint(work, act.order.get("leader_fingerprint") or "")
    return (certificates.key_place(row),) if row is not None else ()


FORM = PdfForm(_open, _expected, "office", others=_leader)
