"""What proves later that a certificate was good when it signed: answers of OCSP responders, CRLs, certificates."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography import x509


@dataclass(frozen=True)
class Evidence:
    """DER of OCSP responses (the whole OCSPResponse) and CRLs, and certificates of their signers and of chains."""

    ocsps: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    certificates: tuple[x509.Certificate, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ocsps or self.crls)

    def __add__(self, other: Evidence) -> Evidence:
        """The union, each thing once, in the order of arrival."""
        return Evidence(
            tuple(dict.fromkeys(self.ocsps + other.ocsps)),
            tuple(dict.fromkeys(self.crls + other.crls)),
            tuple(dict.fromkeys(self.certificates + other.certificates)),
        )


NOTHING = Evidence()
