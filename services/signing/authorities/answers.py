"""What an OCSP responder or a list says of a certificate: believed only when signed by the right one, and in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.authorities.chains import is_authority
from services.signing.pdf.opening import common_name
from shared.problems import Refusal

SKEW = timedelta(minutes=5)  # between our clock and the authority's
UNDATED = timedelta(minutes=10)  # how long an answer counts that names no next update
STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class CertificateRevoked(Refusal):
    kind, status = "certificate-revoked", 422
    message = "Chứng thư của {name} đã bị thu hồi ngày {day} nên không dùng để ký được. Hãy liên hệ nơi cấp chứng thư."


class Useless(ValueError):
    """The answer proves nothing: why, for the log."""


@dataclass(frozen=True)
class Told:
    """A proof that a certificate is not revoked, or (`refusal`) that it is. `responder`: the delegate's certificate
    that signed it, if one did."""

    der: bytes
    until: datetime
    responder: x509.Certificate | None = None
    refusal: CertificateRevoked | None = None


def ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """DER of the request. SHA-1 only names the issuer, as every responder understands it."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303 - see above
    return builder.build().public_bytes(Encoding.DER)


def ocsp_answer(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Told:
    """Useless unless it proves at this moment whether the certificate is good."""
    try:
        answer = ocsp.load_der_ocsp_response(der)
        if answer.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Useless(f"responder says {answer.response_status.name}")
        single = next((one for one in answer.responses if _is_about(one, certificate, issuer)), None)
        if single is None:
            raise Useless("about another certificate")
        responder = _responder(answer, issuer, at)
    except (ValueError, UnsupportedAlgorithm, x509.UnsupportedGeneralNameType) as error:
        raise error if isinstance(error, Useless) else Useless(str(error)) from error
    if single.certificate_status == ocsp.OCSPCertStatus.REVOKED:
        return Told(der, at, responder, revoked(certificate, single.revocation_time_utc))
    if single.certificate_status != ocsp.OCSPCertStatus.GOOD:
        raise Useless("unknown to its authority")
    until = single.next_update_utc or single.this_update_utc + UNDATED
    _in_time(single.this_update_utc, until, at)
    return Told(der, until, responder)


def crl_answer(der: bytes, certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> Told:
    """The same of a list (DER)."""
    try:
        revoked_ones = x509.load_der_x509_crl(der)
        if revoked_ones.issuer != issuer.subject or not isinstance(revoked_ones.signature_hash_algorithm, STRONG):
            raise Useless("of another issuer, or weakly signed")
        if not revoked_ones.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            raise Useless("signature does not fit")
        _whole(revoked_ones, certificate)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise error if isinstance(error, Useless) else Useless(str(error)) from error
    entry = revoked_ones.get_revoked_certificate_by_serial_number(certificate.serial_number)
    if entry is not None:
        return Told(der, at, refusal=revoked(certificate, entry.revocation_date_utc))
    until = revoked_ones.next_update_utc or revoked_ones.last_update_utc + UNDATED
    _in_time(revoked_ones.last_update_utc, until, at)
    return Told(der, until)


def revoked(certificate: x509.Certificate, when: datetime | None) -> CertificateRevoked:
    day = f"{when:%d/%m/%Y}" if when else "không rõ"
    name = certificate.fingerprint(hashes.SHA256()).hex()
    return CertificateRevoked(name=common_name(certificate), day=day, fingerprint=name)


def _in_time(since: datetime, until: datetime, at: datetime) -> None:
    if not since - SKEW <= at <= until:
        raise Useless(f"counts from {since:%d/%m/%Y %H:%M} to {until:%d/%m/%Y %H:%M} only")


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if single.serial_number != certificate.serial_number:
        return False
    digest = hashes.Hash(single.hash_algorithm)
    digest.update(issuer.subject.public_bytes())
    return single.issuer_name_hash == digest.finalize()


def _responder(answer: ocsp.OCSPResponse, issuer: x509.Certificate, at: datetime) -> x509.Certificate | None:
    """Who signed: the issuer (None), or a certificate which the issuer made for that. Useless if neither."""
    if not isinstance(answer.signature_hash_algorithm, STRONG):
        raise Useless("weakly signed")
    if _signed_by(answer, issuer):
        return None
    for one in answer.certificates:
        if _is_delegate(one, issuer, at) and _signed_by(answer, one):
            return one
    raise Useless("signature does not fit")


def _is_delegate(certificate: x509.Certificate, issuer: x509.Certificate, at: datetime) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    in_time = certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc
    return ExtendedKeyUsageOID.OCSP_SIGNING in usage and in_time


def _signed_by(answer: ocsp.OCSPResponse, certificate: x509.Certificate) -> bool:
    public, method = certificate.public_key(), answer.signature_hash_algorithm
    assert method is not None
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), method)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(method))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _whole(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> None:
    """A list of part of the certificates, of some reasons, or of changes since another list proves nothing alone."""
    for one in found.extensions:
        if isinstance(one.value, x509.DeltaCRLIndicator):
            raise Useless("changes only")
        if isinstance(one.value, x509.IssuingDistributionPoint):
            point = one.value
            authority = is_authority(certificate)
            if (
                point.indirect_crl or point.only_some_reasons or point.only_contains_attribute_certs
                or (point.only_contains_user_certs and authority) or (point.only_contains_ca_certs and not authority)
            ):  # fmt: skip
                raise Useless("part of the certificates only")
        elif one.critical:
            raise Useless(f"extension {one.oid.dotted_string}")
