"""Chains from a certificate up to a trusted root: only their addresses are ever asked for anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from shared.problems import Refusal

LONGEST = 6


class ChainUnknown(Refusal):
    kind, status = "chain-unknown", 422
    message = (
        "Chứng thư của {name} không dẫn về tổ chức chứng thực được tin cậy. Hãy nạp chứng thư gốc của nhà cung cấp vào "
        "danh sách tin cậy rồi thử lại."
    )


def chain(
    certificate: x509.Certificate, others: Iterable[x509.Certificate], roots: Sequence[x509.Certificate]
) -> tuple[x509.Certificate, ...]:
    """The certificate, its issuers, a root: each signed by the next one. ChainUnknown."""
    pool = [*roots, *others]
    found = [certificate]
    while found[-1] not in roots:
        above = next((one for one in pool if one not in found and _issued(found[-1], one)), None)
        if above is None or len(found) > LONGEST:
            raise ChainUnknown(name=certificate.subject.rfc4514_string())
        found.append(above)
    return tuple(found)


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if certificate.issuer != issuer.subject or not is_authority(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether the certificate may issue others."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
