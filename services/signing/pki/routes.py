"""The demonstration's authority over HTTP: its root, lists, OCSP and time stamps. Absent outside a demonstration."""

from __future__ import annotations

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from fastapi import APIRouter, Request, Response

from services.signing.keys.vault import vault
from services.signing.pki.authority import Authority
from services.signing.pki.stamping import OwnStamper
from shared.clock import now
from shared.problems import Invalid, NotFound
from shared.service import Runtime
from shared.web import Here

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
async def answer_ocsp(request: Request, runtime: Here) -> Response:
    """Good for what this authority issued to the register; "unauthorised" for anything else."""
    authority = _authority(runtime)
    try:
        asked = ocsp.load_der_ocsp_request(await _body(request))
    except ValueError as error:
        raise Invalid from error
    found = next((one for one in _known(runtime, authority) if one.serial_number == asked.serial_number), None)
    if found is None:
        refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
        return Response(refused.public_bytes(Encoding.DER), media_type="application/ocsp-response")
    at = now().replace(microsecond=0)
    builder = ocsp.OCSPResponseBuilder().add_response(
        found, authority.ca.certificate, asked.hash_algorithm, ocsp.OCSPCertStatus.GOOD, at, at + timedelta(hours=1),
        None, None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, authority.ca.certificate)
    answer = builder.sign(authority.ca.private, hashes.SHA256())
    return Response(answer.public_bytes(Encoding.DER), media_type="application/ocsp-response")


def _known(runtime: Runtime, authority: Authority) -> list[x509.Certificate]:
    return [authority.tsa.certificate, *vault(runtime).offices_loaded()]
