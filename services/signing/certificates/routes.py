"""The register of certificates and the hand-over of the office's key."""

from __future__ import annotations

from fastapi import APIRouter

from contracts.signing import api
from services.signing.certificates import actions, people, queries
from shared.web import Caller, Here, Transaction

router = APIRouter(tags=["certificates"])


@router.get("/v1/certificates")
async def list_certificates(work: Transaction) -> list[api.CertificateView]:
    """Those of the caller's own office and its people."""
    return await queries.listed(work)


@router.post("/v1/certificates", status_code=201)
async def register_certificate(runtime: Here, caller: Caller, body: api.NewCertificate) -> api.CertificateView:
    """The caller's own, or (administrator) one of the office or of its people."""
    return queries.view(await actions.register(runtime, caller, body))


@router.post("/v1/certificates/{fingerprint}/lost")
async def report_lost(work: Transaction, fingerprint: str, body: api.Reason) -> api.CertificateView:
    """The device is lost, or somebody else may know its PIN: nothing is signed with it from now on."""
    return queries.view(await actions.report_lost(work, fingerprint, body.reason))


@router.get("/v1/certificates/{fingerprint}/renewal-letter")
async def get_renewal_letter(work: Transaction, fingerprint: str) -> api.RenewalLetter:
    return await queries.renewal_letter(work, fingerprint)


@router.post("/v1/key-holdings", status_code=204)
async def hand_over_key(work: Transaction, body: api.NewKeyHolding) -> None:
    await people.hand_over(work, body.person_id, body.basis)


@router.delete("/v1/key-holdings/{person_id}", status_code=204)
async def take_key_back(work: Transaction, person_id: str) -> None:
    await people.take_back(work, person_id)
