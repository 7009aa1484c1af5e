"""May this person sign this draft now? Every reason that speaks against it, so that the page can say so beforehand."""

from __future__ import annotations

from contracts.signing import api
from services.signing.acts import permission
from services.signing.acts.tables import Approval
from services.signing.certificates import queries as certificates
from services.signing.certificates.tables import Certificate
from services.signing.keys import places
from services.signing.keys.refusals import NoKey
from services.signing.keys.vault import vault
from shared.auth import Principal
from shared.problems import NotFound, Refusal
from shared.service import Runtime
from shared.work import Work


async def of_draft(runtime: Runtime, caller: Principal, draft_id: str) -> api.CanSign:
    """NotFound where the caller may not even know of the draft."""
    found: list[Refusal] = []
    capacity, row = "", None
    async with runtime.work(caller, reading=True) as work:
        approval = await work.get(Approval, draft_id)
        if approval is None or approval.office_id != caller.office_id:
            raise NotFound
        try:
            await permission.to_sign(work, caller, draft_id, approval.content_hash, None)
        except Refusal as refusal:
            found.append(refusal)
        try:
            capacity = ", ".join(one.printed for one in await permission.rights(work, caller, draft_id))
        except Refusal as refusal:
            found.append(refusal)
        try:
            row = await _certificate(work, caller)
        except Refusal as refusal:
            found.append(refusal)
    return api.CanSign(
        can=not found, capacity=capacity, certificate=row.fingerprint if row else "", device=row.device if row else "",
        obstacles=[api.Obstacle(code=one.kind, message=one.text) for one in found],
    )  # fmt: skip


async def _certificate(work: Work, caller: Principal) -> Certificate | None:
    """None: a key file that stands in the register from its first use on. NoKey and what forbids the certificate."""
    row = await certificates.choose(work, "person", caller.id, devices=places.DEVICES)
    if row is None and not vault(work.runtime).has_key_file("person", caller.id):
        raise NoKey(owner=caller.name)
    return row
