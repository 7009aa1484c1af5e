"""The register of certificates and the hand-over of the office's key."""

from __future__ import annotations

from fastapi import APIRouter
from sqlalchemy import select

from contracts.signing import api
from services.signing.certificates import actions
from services.signing.certificates.tables import Certificate
from shared.web import Transaction

router = APIRouter(tags=["certificates"])


@router.get("/v1/certificates")
async def list_certificates(work: Transaction) -> list[api.CertificateView]:
    """Those of the caller's own office."""
    rows = await work.all(select(Certificate).where(Certificate.office_id == work.principal.office_id))
    return [
        api.CertificateView(
            fingerprint=row.fingerprint, owner_kind=row.owner_kind, owner_id=row.owner_id, subject=row.subject,
            valid_from=row.valid_from, valid_to=row.valid_to,
        )
        for row in rows
    ]  # fmt: skip


@router.post("/v1/key-holdings", status_code=204)
async def hand_over_key(work: Transaction, body: api.NewKeyHolding) -> None:
    await actions.hand_over(work, body.person_id, body.basis)


@router.delete("/v1/key-holdings/{person_id}", status_code=204)
async def take_key_back(work: Transaction, person_id: str) -> None:
    await actions.take_back(work, person_id)
