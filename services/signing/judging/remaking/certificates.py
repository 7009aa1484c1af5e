"""Single certificates: of a plain kind, read once, and what they are fit for."""

from __future__ import annotations

import functools
from datetime import datetime
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, ExtensionOID

from services.signing.judging.remaking import Doubt

KNOWN = {
    ExtensionOID.BASIC_CONSTRAINTS, ExtensionOID.KEY_USAGE, ExtensionOID.EXTENDED_KEY_USAGE,
    ExtensionOID.SUBJECT_KEY_IDENTIFIER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.CRL_DISTRIBUTION_POINTS,
    ExtensionOID.AUTHORITY_INFORMATION_ACCESS, ExtensionOID.CERTIFICATE_POLICIES,
    ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.OCSP_NO_CHECK,
}  # fmt: skip
RSA: dict[str, type[HashAlgorithm]] = {
    "1.2.840.113549.1.1.11": SHA256, "1.2.840.113549.1.1.12": SHA384, "1.2.840.113549.1.1.13": SHA512,
}  # fmt: skip
ECDSA: dict[str, type[HashAlgorithm]] = {
    "1.2.840.10045.4.3.2": SHA256, "1.2.840.10045.4.3.3": SHA384, "1.2.840.10045.4.3.4": SHA512,
}  # fmt: skip
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
SHORTEST_RSA = 2048
T = TypeVar("T", bound=x509.ExtensionType)


class Certificate:
    """A certificate with what chains are built of. Doubt about anything unusual in it."""

    def __init__(self, found: x509.Certificate) -> None:
        self.x509, self.subject, self.issuer = found, found.subject.public_bytes(), found.issuer.public_bytes()
        try:
            self._extensions = {one.oid: one.value for one in found.extensions}
            self.public = found.public_key()
        except (ValueError, UnsupportedAlgorithm) as error:
            raise Doubt("certificate") from error
        if found.version != x509.Version.v3 or not self._extensions.keys() <= KNOWN:
            raise Doubt("kind of certificate")
        points = self._extension(x509.CRLDistributionPoints) or ()
        if any(one.crl_issuer or one.reasons or one.relative_name for one in points):
            raise Doubt("distribution points")

    def _extension(self, kind: type[T]) -> T | None:
        found = self._extensions.get(kind.oid)
        return found if isinstance(found, kind) else None

    @functools.cached_property
    def key_bits(self) -> bytes:
        """The public key as the BIT STRING of the certificate has it; OCSP names issuers by its hash."""
        if isinstance(self.public, rsa.RSAPublicKey):
            return self.public.public_bytes(Encoding.DER, PublicFormat.PKCS1)
        if isinstance(self.public, ec.EllipticCurvePublicKey):
            return self.public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        raise Doubt("kind of key")

    def valid(self, at: datetime) -> None:
        """Doubt unless its time has begun and not ended."""
        if not self.x509.not_valid_before_utc <= at <= self.x509.not_valid_after_utc:
            raise Doubt("validity")

    def signs_documents(self) -> None:
        """Doubt unless it binds its holder to a content, and is no authority."""
        usage, limits = self._extension(x509.KeyUsage), self._extension(x509.BasicConstraints)
        if usage is None or not usage.content_commitment or (limits is not None and limits.ca):
            raise Doubt("usage of the signer's certificate")

    def has_purpose(self, *wanted: x509.ObjectIdentifier) -> None:
        """Doubt unless it was issued for just these extended usages, and for no authority."""
        purposes, limits = self._extension(x509.ExtendedKeyUsage), self._extension(x509.BasicConstraints)
        if purposes is None or set(purposes) != set(wanted) or (limits is not None and limits.ca):
            raise Doubt("purpose")

    def issues(self, below: int) -> None:
        """Doubt unless it may issue certificates and lists, with `below` authorities between it and the last one."""
        usage, limits = self._extension(x509.KeyUsage), self._extension(x509.BasicConstraints)
        if usage is None or not (usage.key_cert_sign and usage.crl_sign) or limits is None or not limits.ca:
            raise Doubt("not an authority")
        if limits.path_length is not None and limits.path_length < below:
            raise Doubt("length of the chain")

    @property
    def names_responder(self) -> bool:
        """Whether OCSP answers count for it."""
        access = self._extension(x509.AuthorityInformationAccess) or ()
        return any(one.access_method == AuthorityInformationAccessOID.OCSP for one in access)

    def answers_for(self, issuer: Certificate, at: datetime) -> None:
        """Doubt unless it may sign OCSP answers in the name of this issuer, and need not be asked about itself."""
        self.valid(at)
        self.has_purpose(ExtendedKeyUsageOID.OCSP_SIGNING)
        if self._extension(x509.OCSPNoCheck) is None:
            raise Doubt("responder may be revoked")
        self.issued_by(issuer)

    def identified_by(self, named: x509.AuthorityKeyIdentifier | None) -> bool:
        """Whether its key is the one that is named, if one is."""
        if named is None:
            return True
        if named.authority_cert_issuer is not None or named.authority_cert_serial_number is not None:
            return False
        own = self._extension(x509.SubjectKeyIdentifier)
        return named.key_identifier is None or (own is not None and own.digest == named.key_identifier)

    def issued_by(self, above: Certificate) -> None:
        """Doubt unless the other one is named as issuer, by name and key, and its key has signed this one."""
        if self.issuer != above.subject or self.subject == self.issuer:
            raise Doubt("issuer")
        if not above.identified_by(self._extension(x509.AuthorityKeyIdentifier)):
            raise Doubt("issuer's key")
        if not _issued(self.x509, above.x509):
            raise Doubt("certificate's signature")


@functools.lru_cache(2048)
def read(found: x509.Certificate) -> Certificate:
    """The certificate; the same ones come again and again."""
    return Certificate(found)


@functools.lru_cache(4096)
def loaded(der: bytes) -> x509.Certificate:
    """Parsed. Doubt."""
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError as error:
        raise Doubt("certificate") from error


@functools.lru_cache(4096)
def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    algorithm = below.signature_algorithm_oid.dotted_string
    return verifies(read(above), algorithm, below.signature, below.tbs_certificate_bytes)


def verifies(of: Certificate, algorithm: str, signature: bytes, data: bytes) -> bool:
    """Whether the key of this certificate made the signature, by an algorithm that is beyond doubt."""
    try:
        if isinstance(of.public, rsa.RSAPublicKey) and algorithm in RSA and of.public.key_size >= SHORTEST_RSA:
            of.public.verify(signature, data, padding.PKCS1v15(), RSA[algorithm]())
            return True
        if isinstance(of.public, ec.EllipticCurvePublicKey) and isinstance(of.public.curve, CURVES):
            of.public.verify(signature, data, ec.ECDSA(ECDSA[algorithm]()))
            return True
    except (InvalidSignature, KeyError):
        pass
    return False
