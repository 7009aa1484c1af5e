"""Number, date and the office's seal on what a leader has signed."""

from __future__ import annotations

import asyncio
from datetime import date

from services.signing.acts.tables import Act, Signature
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import drawings
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import Opened
from services.signing.pdf.sealing import open_seal
from shared.clock import now
from shared.service import Runtime


async def open_file(runtime: Runtime, act: Act, part: Signature, owner: Owner) -> tuple[bytes, Opened]:
    signed = await runtime.blobs.get(part.source["sha256"])
    image = await asyncio.to_thread(drawings.seal, act.order["office_name"], act.order["parent_name"])
    held, number, issued = vault(runtime), act.order["number_text"], date.fromisoformat(act.order["issued_date"])
    evidence, stamped = held.evidence(owner), held.stamper is not None
    waiting = await asyncio.to_thread(
        lambda: open_seal(
            signed, number=number, issued=issued, key=owner, seal_image=image, evidence=evidence, at=now(),
            stamped=stamped,
        )
    )  # fmt: skip
    return signed, waiting


def expected(act: Act, part: Signature) -> Expected:
    return Expected(
        own_shape=True, office_fingerprint=part.fingerprint, number=act.order["number_text"],
        issued=date.fromisoformat(act.order["issued_date"]), leader_fingerprint=act.order.get("leader_fingerprint"),
    )  # fmt: skip
