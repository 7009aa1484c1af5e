"""The test authority of a demonstration: a root, an issuing CA, a time stamper. Made once, under the secrets folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Pkcs12Key
from shared.clock import now

YEARS = timedelta(days=365)
PLACE = "http://127.0.0.1:8400/api/signing/v1/pki"


@dataclass(frozen=True)
class Made:
    """A new private key with its certificate."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def name(common: str, *, office: str = "", organ_id: str = "", title: str = "") -> x509.Name:
    """A subject: an office has its organ code, a person has a title."""
    pairs = [(NameOID.COUNTRY_NAME, "VN"), (NameOID.ORGANIZATION_NAME, office[:64])]
    pairs += [(NameOID.ORGANIZATION_IDENTIFIER, organ_id), (NameOID.TITLE, title[:64])]
    pairs += [(NameOID.COMMON_NAME, common[:64])]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs if value])


def make(subject: x509.Name, above: Made | None, *, ca: bool = False, stamper: bool = False) -> Made:
    """A P-256 key and its certificate, by `above` or by itself."""
    private = ec.generate_private_key(ec.SECP256R1())
    signer, issuer = (above.private, above.certificate.subject) if above else (private, subject)
    public, begin = private.public_key(), now().replace(microsecond=0) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + (10 if ca else 3) * YEARS)
        .add_extension(x509.BasicConstraints(ca, None), True)
        .add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )
    if above:
        list_at = x509.UniformResourceIdentifier(f"{PLACE}/crl/{'root' if ca else 'ca'}")
        builder = builder.add_extension(
            x509.CRLDistributionPoints([x509.DistributionPoint([list_at], None, None, None)]), False
        )
    if not ca:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{PLACE}/ocsp")
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), False)
    if stamper:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    return Made(private, builder.sign(signer, hashes.SHA256()))


class Authority:
    """Reads the authority from `folder`, or makes it there. Every key lies encrypted with `password`."""

    def __init__(self, folder: Path, password: str) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._password = password
        content = once(folder / "root.p12", lambda: self._packed(make(name("QLVB Thử nghiệm Root CA"), None, ca=True)))
        self.root = self._read(content)
        content = once(folder / "ca.p12", lambda: self._packed(make(name("QLVB Thử nghiệm CA G1"), self.root, ca=True)))
        self.ca = self._read(content)
        content = once(
            folder / "tsa.p12", lambda: self._packed(make(name("QLVB Thử nghiệm TSA"), self.ca, stamper=True))
        )
        self.tsa = Pkcs12Key(content, password)
        once(folder / "root.pem", lambda: self.root.certificate.public_bytes(Encoding.PEM))

    def _packed(self, made: Made) -> bytes:
        chain = [self.ca.certificate] if hasattr(self, "ca") else []
        return packed(made, chain, self._password)

    def _read(self, content: bytes) -> Made:
        private, certificate, _ = pkcs12.load_key_and_certificates(content, self._password.encode())
        if not isinstance(private, ec.EllipticCurvePrivateKey) or certificate is None:
            raise ValueError("not a key of this authority")
        return Made(private, certificate)

    def issue(self, subject: x509.Name, password: str) -> bytes:
        """PKCS#12 of a new key, encrypted with `password`."""
        return packed(make(subject, self.ca), [self.ca.certificate], password)

    def answer(self, serial_of: x509.Certificate, at: datetime) -> bytes:
        """OCSP: every certificate of this authority is good (DER of the OCSPResponse)."""
        builder = ocsp.OCSPResponseBuilder().add_response(
            serial_of, self.ca.certificate, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, at, at + timedelta(hours=1),  # noqa: S303 - names, proves nothing
            None, None,
        )  # fmt: skip
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, self.ca.certificate)
        return builder.sign(self.ca.private, hashes.SHA256()).public_bytes(Encoding.DER)

    def crl(self, of: Made, at: datetime) -> bytes:
        """The (empty) list of revoked certificates of the root or of the issuing CA."""
        builder = x509.CertificateRevocationListBuilder().issuer_name(of.certificate.subject)
        builder = builder.last_update(at).next_update(at + timedelta(days=7))
        builder = builder.add_extension(x509.CRLNumber(int(at.timestamp())), False)
        return builder.sign(of.private, hashes.SHA256()).public_bytes(Encoding.DER)

    def evidence(self, certificate: x509.Certificate) -> Evidence:
        """What a B-LT signature by this key carries: answers on key and time stamper, the root's list."""
        at = now().replace(microsecond=0) - timedelta(minutes=1)
        signers = tuple(dict.fromkeys((certificate, self.tsa.certificate)))
        answers = tuple(self.answer(one, at) for one in signers)
        chain = (*signers, self.ca.certificate, self.root.certificate)
        return Evidence(answers, (self.crl(self.root, at),), chain)


def packed(made: Made, chain: list[x509.Certificate], password: str) -> bytes:
    """PKCS#12, encrypted."""
    return pkcs12.serialize_key_and_certificates(
        b"key", made.private, made.certificate, chain, BestAvailableEncryption(password.encode())
    )


def once(path: Path, content: Callable[[], bytes]) -> bytes:
    """The file's content; made if missing. Of replicas that make it together the first one wins."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{uuid4().hex}")
        draft.touch(0o600)
        draft.write_bytes(content())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_bytes()
