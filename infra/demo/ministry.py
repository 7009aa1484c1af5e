"""The demonstration's ministry: an authority of its own, which the province trusts, and the keys of its letters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from shared.clock import now

CODE, NAME = "G06", "Bộ Khoa học và Công nghệ"
SIGNER, POSITION = "Nguyễn Văn Mẫu", "Chánh Văn phòng"
PASSWORD = b"khoa-thu-nghiem"  # of invented keys, which guard nothing
YEARS, LISTS_LAST = timedelta(days=3650), timedelta(days=7)


@dataclass(frozen=True)
class Made:
    """A private key with its certificate."""

    private: rsa.RSAPrivateKey
    certificate: x509.Certificate


def keys(folder: Path, trust: Path) -> Path:
    """The folder of keys, made once; the lists of revoked certificates are made anew at every start.

    The root lies in `trust` before the services start: they read their roots then.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / "root.pem").exists():
        _make_all(folder)
    for issuer in ("root", "ca"):
        (folder / f"{issuer}.crl").write_bytes(_nobody_revoked(_read(folder / f"{issuer}.p12")))
    trust.mkdir(parents=True, exist_ok=True)
    (trust / "bo-thu-nghiem.pem").write_bytes((folder / "root.pem").read_bytes())
    return folder


def _make_all(folder: Path) -> None:
    root = _make(_name("Bộ thử nghiệm Root CA"), None, ca=True)
    ca = _make(_name("Bộ thử nghiệm CA"), root, ca=True)
    made = {
        "root": root,
        "ca": ca,
        "person": _make(_name(SIGNER, (NameOID.ORGANIZATION_NAME, NAME), (NameOID.TITLE, POSITION)), ca),
        "office": _make(_name(NAME, (NameOID.ORGANIZATION_NAME, NAME), (NameOID.ORGANIZATION_IDENTIFIER, CODE)), ca),
        "tsa": _make(_name("Bộ thử nghiệm TSA"), ca, stamps=True),
    }
    closed = BestAvailableEncryption(PASSWORD)
    for file, one in made.items():
        content = pkcs12.serialize_key_and_certificates(b"key", one.private, one.certificate, [ca.certificate], closed)
        (folder / f"{file}.p12").write_bytes(content)
    (folder / "password").write_bytes(PASSWORD)
    (folder / "root.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))  # last: now all is there


def _name(common: str, *more: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    pairs = [(NameOID.COUNTRY_NAME, "VN"), *more, (NameOID.COMMON_NAME, common)]
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in pairs])


def _make(subject: x509.Name, above: Made | None, *, ca: bool = False, stamps: bool = False) -> Made:
    private = rsa.generate_private_key(65537, 2048)
    signer, issuer = (above.private, above.certificate.subject) if above else (private, subject)
    begin = now().replace(microsecond=0) - timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + YEARS)
        .add_extension(x509.BasicConstraints(ca, None), True)
        .add_extension(x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(private.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    return Made(private, builder.sign(signer, hashes.SHA256()))


def _read(path: Path) -> Made:
    private, certificate, _ = pkcs12.load_key_and_certificates(path.read_bytes(), PASSWORD)
    assert isinstance(private, rsa.RSAPrivateKey) and certificate is not None
    return Made(private, certificate)


def _nobody_revoked(of: Made) -> bytes:
    at = now().replace(microsecond=0) - timedelta(minutes=5)
    builder = x509.CertificateRevocationListBuilder().issuer_name(of.certificate.subject)
    builder = builder.last_update(at).next_update(at + LISTS_LAST)
    builder = builder.add_extension(x509.CRLNumber(int(at.timestamp())), False)
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(of.private.public_key())
    return builder.add_extension(own, False).sign(of.private, hashes.SHA256()).public_bytes(Encoding.DER)
