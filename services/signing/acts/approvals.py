"""Facts of registry and workflow: which content of a draft is the newest, and which is approved for whose signature."""

from __future__ import annotations

from contracts.registry.events import DraftChangedV1, DraftSubmittedV1
from contracts.workflow.events import DraftApprovedV1, DraftReturnedV1
from services.signing.acts.tables import Approval, Draft
from shared.work import Work


async def draft_submitted(work: Work, message: DraftSubmittedV1) -> None:
    main = next((f for f in message.files if f.role == "main"), None)
    known = await work.get(Draft, message.draft_id, lock=True)
    if main is None or (known is not None and known.version > message.version):
        return
    await work.session.merge(
        Draft(
            draft_id=message.draft_id, version=message.version, content_hash=message.content_hash,
            main_sha256=main.sha256, office_id=message.office.office_id, unit_id=message.unit_id or "",
            type_name=message.type_name, open=True,
        )
    )  # fmt: skip


async def draft_changed(work: Work, message: DraftChangedV1) -> None:
    """Whatever was approved before does not count for it (NĐ 30 Đ11 k2)."""
    known = await work.get(Draft, message.draft_id, lock=True)
    if known is not None and known.version < message.version:
        known.version, known.content_hash, known.open = message.version, message.content_hash, False


async def draft_approved(work: Work, message: DraftApprovedV1) -> None:
    """The newest approval counts; an older one that comes late does not."""
    known = await work.get(Approval, message.draft_id, lock=True)
    if known is None or known.at <= message.at:
        await work.session.merge(
            Approval(
                draft_id=message.draft_id, content_hash=message.content_hash, version=message.version,
                office_id=message.office_id, signer_id=message.signer_id, at=message.at,
            )
        )  # fmt: skip


async def draft_returned(work: Work, message: DraftReturnedV1) -> None:
    """Given back: the approval is gone until the way has been gone again."""
    known = await work.get(Approval, message.draft_id, lock=True)
    if known is not None and known.at <= message.at:
        await work.session.delete(known)


def counts(approval: Approval, draft: Draft | None) -> bool:
    """Whether the approval is for the newest content, and that content is still the one handed in."""
    if draft is None or not draft.open or approval.content_hash != draft.content_hash:
        return False
    return approval.version in (0, draft.version)
