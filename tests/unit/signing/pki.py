"""A small public key infrastructure for tests: root, issuing CA, people, offices, OCSP answers, CRLs, time stamps."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from dataclasses import dataclass

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as ax
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import SoftKey

BEGIN, END = dt.datetime(2023, 1, 1, tzinfo=dt.UTC), dt.datetime(2036, 1, 1, tzinfo=dt.UTC)
DER = serialization.Encoding.DER


def key(kind: str = "ec") -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    return rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())


def name(cn: str, **more: str) -> x509.Name:
    oids = {
        "o": NameOID.ORGANIZATION_NAME, "organ": NameOID.ORGANIZATION_IDENTIFIER, "title": NameOID.TITLE,
        "uid": NameOID.USER_ID,
    }  # fmt: skip
    extra = [x509.NameAttribute(oids[k], v) for k, v in more.items()]
    return x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"), *extra, x509.NameAttribute(NameOID.COMMON_NAME, cn)]
    )


def usage(*, ca: bool = False, content: bool = False) -> x509.KeyUsage:
    return x509.KeyUsage(not ca, content, False, False, False, ca, ca, False, False)


@dataclass
class Authority:
    """A CA that issues certificates and says which are good."""

    certificate: x509.Certificate
    private: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    above: tuple[x509.Certificate, ...] = ()
    place: str = "http://ca.example"

    @classmethod
    def root(cls, cn: str = "Thử nghiệm Root CA", place: str = place) -> Authority:
        private = key()
        return cls(_issue(name(cn), name(cn), private.public_key(), private, ca=True), private, place=place)

    def below(self, cn: str = "Thử nghiệm CA G1") -> Authority:
        private = key()
        made = _issue(
            name(cn), self.certificate.subject, private.public_key(), self.private, ca=True, place=f"{self.place}/root"
        )
        return Authority(made, private, (self.certificate, *self.above), self.place)

    def issue(
        self, subject: x509.Name, kind: str = "ec", *, begin: dt.datetime = BEGIN, end: dt.datetime = END,
        purpose: x509.ObjectIdentifier | None = None, serial: int | None = None, content: bool = True,
        unchecked: bool = False,
    ) -> SoftKey:  # fmt: skip
        private = key(kind)
        made = _issue(
            subject, self.certificate.subject, private.public_key(), self.private, begin=begin, end=end,
            purpose=purpose, serial=serial, place=self.place, content=content,
            unchecked=unchecked,
        )  # fmt: skip
        return SoftKey(private, made, (self.certificate, *self.above))

    def ocsp(
        self, of: x509.Certificate, at: dt.datetime, *, revoked: dt.datetime | None = None, by: SoftKey | None = None
    ) -> bytes:
        """The answer, signed by the authority itself or by a responder in its name."""
        status = ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD
        builder = ocsp.OCSPResponseBuilder().add_response(
            of, self.certificate, hashes.SHA1(), status, at, at + dt.timedelta(hours=1), revoked,
            x509.ReasonFlags.key_compromise if revoked else None,
        )  # fmt: skip
        if by is not None:
            builder = builder.certificates([by.certificate])
        signer = by.certificate if by is not None else self.certificate
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, signer)
        return builder.sign(by._private if by is not None else self.private, hashes.SHA256()).public_bytes(DER)

    def crl(self, at: dt.datetime, revoked: dict[int, dt.datetime] | None = None) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.certificate.subject)
        builder = builder.last_update(at).next_update(at + dt.timedelta(days=7))
        builder = builder.add_extension(x509.CRLNumber(1), False)
        for serial, when in (revoked or {}).items():
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
            builder = builder.add_revoked_certificate(one)
        return builder.sign(self.private, hashes.SHA256()).public_bytes(DER)


def _issue(
    subject: x509.Name, issuer: x509.Name, public: object, signer: object, *, ca: bool = False,
    begin: dt.datetime = BEGIN, end: dt.datetime = END, purpose: x509.ObjectIdentifier | None = None,
    serial: int | None = None, place: str = Authority.place, content: bool = True, unchecked: bool = False,
) -> x509.Certificate:  # fmt: skip
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(public)
        .serial_number(serial or x509.random_serial_number()).not_valid_before(begin).not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca, None), True)
        .add_extension(usage(ca=ca, content=content and not ca), True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )  # fmt: skip
    if subject != issuer:
        lists = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{place}/crl")], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([lists]), False)
    if not ca:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{place}/ocsp")
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), False)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), True)
    if unchecked:
        builder = builder.add_extension(x509.OCSPNoCheck(), False)
    return builder.sign(signer, hashes.SHA256())


@dataclass
class LocalStamper:
    """A time stamping authority in this process; `clock` gives its time."""

    key: SoftKey
    clock: object
    asked: int = 0

    async def token(self, digest: bytes, nonce: int | None = None) -> bytes:
        self.asked += 1
        imprint = tsp.MessageImprint(
            {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
        )
        info = tsp.TSTInfo(
            {
                "version": "v1", "policy": "1.3.6.1.4.1.4146.2.2", "message_imprint": imprint,
                "serial_number": self.asked, "gen_time": self.clock(), "tsa": None, "nonce": nonce,
            }
        )  # fmt: skip
        content = info.dump()
        certificate = ax.Certificate.load(self.key.certificate.public_bytes(DER))
        chain = [ax.Certificate.load(c.public_bytes(DER)) for c in self.key.chain]
        essential = tsp.SigningCertificateV2(
            {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(certificate.dump()).digest()})]}
        )
        signed = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute({"type": "message_digest", "values": [hashlib.sha256(content).digest()]}),
                cms.CMSAttribute({"type": "signing_certificate_v2", "values": [essential]}),
            ]
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number",
                    cms.IssuerAndSerialNumber(
                        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
                    ),
                ),
                "digest_algorithm": {"algorithm": "sha256"}, "signed_attrs": signed,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self.key.sign_now(signed.untag().dump()),
            }
        )  # fmt: skip
        data = cms.SignedData(
            {
                "version": "v3", "digest_algorithms": [{"algorithm": "sha256"}],
                "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(content)},
                "certificates": [cms.CertificateChoices("certificate", c) for c in (certificate, *chain)],
                "signer_infos": [signer],
            }
        )  # fmt: skip
        return cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()


@dataclass(eq=False)
class World:
    """Everything that a test needs to sign and to judge."""

    root: Authority
    ca: Authority
    leader: SoftKey
    office: SoftKey
    tsa: SoftKey

    @property
    def trust(self) -> list[x509.Certificate]:
        return [self.root.certificate]

    def stamper(self, at: dt.datetime | None = None) -> LocalStamper:
        return LocalStamper(self.tsa, lambda: at or dt.datetime.now(dt.UTC).replace(microsecond=0))

    def evidence(self, *keys: SoftKey, at: dt.datetime | None = None, revoked: dict | None = None) -> Evidence:
        moment = at or dt.datetime.now(dt.UTC).replace(microsecond=0)
        moment -= dt.timedelta(minutes=1)
        asked = keys or (self.leader, self.office, self.tsa)
        answers = tuple(
            self.ca.ocsp(k.certificate, moment, revoked=(revoked or {}).get(k.certificate.serial_number)) for k in asked
        )
        chain = (*(k.certificate for k in asked), self.ca.certificate, self.root.certificate)
        return Evidence(answers, (self.root.crl(moment),), chain)


@functools.lru_cache(4)
def world(kind: str = "ec", place: str = Authority.place) -> World:
    """The usual cast: a leader and an office of Sở Khoa học và Công nghệ, organ code H60.10.

    `place`: where certificates say that their authority answers.
    """
    root = Authority.root(place=place)
    ca = root.below()
    office = "Sở Khoa học và Công nghệ"
    return World(
        root,
        ca,
        ca.issue(name("Nguyễn Văn Ước", o=office, title="Giám đốc"), kind),
        ca.issue(name(office, o=office, organ="H60.10"), kind),
        ca.issue(name("Thử nghiệm TSA"), purpose=ExtendedKeyUsageOID.TIME_STAMPING),
    )


@functools.lru_cache(2)
def short_rsa(of: World) -> tuple[SoftKey, SoftKey]:
    """The office with keys that are too short (1024 bits), and with a usual RSA key."""
    subject = of.office.certificate.subject
    weak = rsa.generate_private_key(65537, 1024)
    made = _issue(subject, of.ca.certificate.subject, weak.public_key(), of.ca.private)
    return SoftKey(weak, made, (of.ca.certificate, *of.ca.above)), of.ca.issue(subject, "rsa")


def second(of: World) -> SoftKey:
    """The leader of another office, who signs a joint document with this one's."""
    kind = "rsa" if isinstance(of.leader.certificate.public_key(), rsa.RSAPublicKey) else "ec"
    return of.ca.issue(name("Trần Thị Hòa", o="Hội Nông dân tỉnh", title="Chủ tịch"), kind)
