"""Who a certificate is about: a person or an office, and which one."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID, ObjectIdentifier

# Words with which names of offices begin (PL I.II.2 of NĐ 30); national certificates of offices carry no other mark.
OFFICE = re.compile(
    r"^(Ủy ban|UBND|Hội đồng nhân dân|HĐND|Bộ |Sở |Cục |Tổng cục|Vụ |Ban |Chi cục|Văn phòng|Thanh tra|Trung tâm|Viện |"
    r"Trường |Bệnh viện|Công ty|Kho bạc|Thuế |Công an|Tòa án|Phòng |Đoàn |Quỹ |Ngân hàng|Tập đoàn|Tổng công ty)",
    re.IGNORECASE,
)
ORGAN_CODE = re.compile(r"(?:^|[^A-Z0-9.])((?:[A-Z]\d{2}|\d{3})(?:\.\d{1,3}){0,5})$")

# Documents (RFC 9336, Microsoft, Adobe), mail and log-in of persons, as certificates of signers carry them.
SIGNING = frozenset(
    map(
        ObjectIdentifier,
        ("1.3.6.1.5.5.7.3.36", "1.3.6.1.4.1.311.10.3.12", "1.2.840.113583.1.1.5", "1.3.6.1.5.5.7.3.4",
         "1.3.6.1.5.5.7.3.2", "2.5.29.37.0"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Subject:
    """Name, whether an office, its organ code if the certificate has one, SHA-256 of the certificate, its issuer."""

    name: str
    office: bool
    organ_id: str | None
    fingerprint: str
    issuer: str
    signs: bool  # issued for purposes among which is signing documents


def subject(certificate: x509.Certificate) -> Subject:
    """Reads organizationIdentifier (2.5.4.97) or UID for the organ code; a person has a title, a given name or none."""
    name = _first(certificate, NameOID.COMMON_NAME) or certificate.subject.rfc4514_string()
    code = _organ(_first(certificate, NameOID.ORGANIZATION_IDENTIFIER)) or _organ(_first(certificate, NameOID.USER_ID))
    personal = any(_first(certificate, oid) for oid in (NameOID.GIVEN_NAME, NameOID.SURNAME, NameOID.TITLE))
    same = _first(certificate, NameOID.ORGANIZATION_NAME) == name
    office = not personal and (code is not None or same or bool(OFFICE.match(name)))
    issuers = certificate.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    issuer = str(issuers[0].value) if issuers else certificate.issuer.rfc4514_string()
    return Subject(
        name,
        office,
        code if office else None,
        certificate.fingerprint(hashes.SHA256()).hex(),
        issuer,
        _signs(certificate),
    )


def _signs(certificate: x509.Certificate) -> bool:
    """A certificate without extended usages is for any of its usages; else one must be of persons or documents."""
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return not SIGNING.isdisjoint(usages)


def _organ(value: str | None) -> str | None:
    match = ORGAN_CODE.search(value.strip()) if value else None
    return match[1] if match else None


def _first(certificate: x509.Certificate, oid: ObjectIdentifier) -> str | None:
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else None
