"""What the other services are told when an act is done, or cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from contracts.message import FileRef
from contracts.signing.events import (
    CopyNotSignedV1,
    CopySignedV1,
    InitialledV1,
    LeaderSignedV1,
    SealedV1,
    SealingFailedV1,
    SealWaitsV1,
)
from services.signing.acts import rules
from services.signing.acts.tables import Act, Signature
from services.signing.keys.places import DEVICES
from shared.clock import now
from shared.problems import Refusal
from shared.work import Work


async def done(work: Work, act: Act, parts: Sequence[Signature]) -> None:
    """In the transaction that keeps the files."""
    signed_at = parts[0].signed_at or now()
    if act.kind == "leader":
        _leader_signed(work, act, signed_at)
    elif act.kind == "initial":
        _initialled(work, act, signed_at)
    elif act.kind == rules.COPY:
        copied(work, act)
    else:
        sealed(work, act)


def _leader_signed(work: Work, act: Act, signed_at: datetime) -> None:
    file, content_hash = FileRef.model_validate(act.files[0]), str(act.order["content_hash"])
    work.emit(
        LeaderSignedV1(
            draft_id=act.object_id, office_id=act.office_id, signer_id=act.actor_id, signer_name=act.actor_name,
            signer_position=_position(act), content_hash=content_hash, main_file=file, signed_at=signed_at,
        ),
        key=act.object_id,
    )  # fmt: skip
    work.audit("draft.signed", act.object_id, content_hash=content_hash, sha256=file.sha256, signer=act.actor_id)


def _position(act: Act) -> str:
    rights = act.order.get("rights") or [{}]
    return str(rights[0].get("position") or act.order.get("position", ""))


def _initialled(work: Work, act: Act, signed_at: datetime) -> None:
    content_hash = str(act.order["content_hash"])
    work.emit(
        InitialledV1(
            draft_id=act.object_id, office_id=act.office_id, by=act.actor_id, by_name=act.actor_name,
            content_hash=content_hash, signature=FileRef.model_validate(act.files[0]), at=signed_at,
        ),
        key=act.object_id,
    )  # fmt: skip
    work.audit("draft.initialled", act.object_id, content_hash=content_hash, by=act.actor_id)


def waits_for_key(work: Work, act: Act, device: str) -> None:
    """The clerk learns that the document or copy is numbered and what it waits for."""
    work.audit("act.waits-for-key", act.object_id, device=device)
    reason = f"Chờ văn thư ký bằng khóa của cơ quan ({DEVICES.get(device, device)})."
    if act.kind == rules.COPY:
        work.emit(CopyNotSignedV1(copy_id=act.object_id, office_id=act.office_id, reason=reason), key=act.object_id)
        return
    work.emit(
        SealWaitsV1(
            document_id=act.object_id, office_id=act.office_id, act_id=act.id, device=device,
            reason=reason,
        ),
        key=act.object_id,
    )  # fmt: skip


def copied(work: Work, act: Act) -> None:
    """Also told again when the same copy is asked for again."""
    file = FileRef.model_validate(act.files[0])
    work.emit(
        CopySignedV1(copy_id=act.object_id, office_id=act.office_id, file=file, signed_at=act.done_at or now()),
        key=act.object_id,
    )
    work.audit("copy.signed", act.object_id, code=act.order.get("code"), sha256=file.sha256, clerk=act.actor_id)


def not_copied(work: Work, copy_id: str, office_id: str, reason: str, clerk_id: str) -> None:
    work.emit(CopyNotSignedV1(copy_id=copy_id, office_id=office_id, reason=reason), key=copy_id)
    work.audit("copy.not-signed", copy_id, reason=reason, clerk=clerk_id)


def sealed(work: Work, act: Act) -> None:
    """Also told again when the same seal is asked for again."""
    main, *annexes = [FileRef.model_validate(one) for one in act.files]
    work.emit(
        SealedV1(
            document_id=act.object_id, office_id=act.office_id, main_file=main, annexes=tuple(annexes),
            legal_state=act.legal_state, sealed_at=act.done_at or now(),
        ),
        key=act.object_id,
    )  # fmt: skip
    work.audit("document.sealed", act.object_id, code=act.order.get("code"), sha256=main.sha256, clerk=act.actor_id)


async def failed(work: Work, act: Act, refusal: Refusal) -> None:
    if act.kind == rules.COPY:
        not_copied(work, act.object_id, act.office_id, refusal.text, act.actor_id)
    elif act.kind == "seal":
        not_sealed(work, act.object_id, act.office_id, act.actor_id, refusal)
    else:
        work.audit("draft.not-signed", act.object_id, reason=refusal.kind, signer=act.actor_id)


def not_sealed(work: Work, document_id: str, office_id: str, clerk_id: str, refusal: Refusal) -> None:
    """The clerk sees the reason where the document waits."""
    work.emit(SealingFailedV1(document_id=document_id, office_id=office_id, reason=refusal.text), key=document_id)
    work.audit("document.not-sealed", document_id, reason=refusal.kind, clerk=clerk_id)
