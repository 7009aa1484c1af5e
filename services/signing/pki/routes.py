"""The demonstration's authority over HTTP: its root, lists, OCSP and time stamps. Absent outside a demonstration."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from fastapi import APIRouter, Request, Response

from services.signing.certificates import queries as certificates
from services.signing.keys.vault import vault
from services.signing.pki.authority import Authority
from services.signing.pki.stamping import OwnStamper
from shared.clock import now
from shared.problems import Invalid, NotFound
from shared.service import Runtime
from shared.web import Here, OpenTransaction
from shared.work import Work

router = APIRouter(prefix="/v1/pki", tags=["pki"])
LARGEST = 64 * 1024


def _authority(runtime: Runtime) -> Authority:
    found = vault(runtime).authority
    if found is None:
        raise NotFound
    return found


async def _body(request: Request) -> bytes:
    content = b""
    async for part in request.stream():
        content += part
        if len(content) > LARGEST:
            raise Invalid
    return content


@router.get("/root.pem")
async def get_root(runtime: Here) -> Response:
    pem = _authority(runtime).root.certificate.public_bytes(Encoding.PEM)
    return Response(pem, media_type="application/x-pem-file")


@router.get("/crl/{of}")
async def get_crl(runtime: Here, of: str) -> Response:
    authority = _authority(runtime)
    made = {"root": authority.root, "ca": authority.ca}.get(of)
    if made is None:
        raise NotFound
    return Response(authority.crl(made, now() - timedelta(minutes=1)), media_type="application/pkix-crl")


@router.post("/tsa")
async def stamp(request: Request, runtime: Here) -> Response:
    stamper = OwnStamper(_authority(runtime).tsa)
    try:
        answer = stamper.answered(await _body(request))
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid from error
    return Response(answer, media_type="application/timestamp-reply")


@router.post("/ocsp")
async def answer_ocsp(request: Request, runtime: Here, work: OpenTransaction) -> Response:
    """Of the certificates in the register: good, or revoked when reported; "unauthorised" for anything else."""
    authority = _authority(runtime)
    try:
        asked = ocsp.load_der_ocsp_request(await _body(request))
    except ValueError as error:
        raise Invalid from error
    found, lost = await _known(work, authority, asked.serial_number)
    if found is None:
        refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return Response(refused.public_bytes(Encoding.DER), media_type="application/ocsp-response")
    at = now().replace(microsecond=0)
    status = ocsp.OCSPCertStatus.REVOKED if lost else ocsp.OCSPCertStatus.GOOD
    builder = ocsp.OCSPResponseBuilder().add_response(
        found, authority.ca.certificate, asked.hash_algorithm, status, at, at + timedelta(hours=1), lost,
        x509.ReasonFlags.key_compromise if lost else None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, authority.ca.certificate)
    answer = builder.sign(authority.ca.private, hashes.SHA256())
    return Response(answer.public_bytes(Encoding.DER), media_type="application/ocsp-response")


async def _known(work: Work, authority: Authority, serial: int) -> tuple[x509.Certificate | None, datetime | None]:
    """The certificate with this number, and since when it is blocked."""
    if serial == authority.tsa.certificate.serial_number:
        return authority.tsa.certificate, None
    row = await certificates.by_serial(work, f"{serial:x}")
    if row is None:
        return None, None
    return certificates.key_place(row).certificate, row.blocked_at
