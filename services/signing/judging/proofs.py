"""Chains, revocation and time: the contexts in which pyHanko proves that a certificate was good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from asn1crypto import cms, crl, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import ValidationContext

from services.signing.pdf.evidence import Evidence


def asn1_of(certificate: x509.Certificate) -> asn1.Certificate:
    """The certificate as pyHanko wants it."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


class Proofs:
    """The evidence of one file and of the caller together, read once."""

    def __init__(
        self, reader: PdfFileReader, trust: Sequence[x509.Certificate], moment: datetime, evidence: Evidence
    ) -> None:
        self.moment = moment
        self._roots = [asn1_of(one) for one in trust]
        self._ocsps = [ocsp.OCSPResponse.load(one) for one in evidence.ocsps]
        self._crls = [crl.CertificateList.load(one) for one in evidence.crls]
        self._certificates = [asn1_of(one) for one in evidence.certificates]
        self.stored = self._read_store(reader)

    def _read_store(self, reader: PdfFileReader) -> bool:
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return False
        self._ocsps += [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
        self._crls += [crl.CertificateList.load(one.get_object().data) for one in store.crls]
        self._certificates += list(store.load_certs())
        return bool(store.ocsps or store.crls)

    @property
    def known(self) -> bool:
        """Whether there is any answer about revocation at all."""
        return bool(self._ocsps or self._crls)

    def context(self, at: datetime) -> ValidationContext:
        """Proves chains as of `at`. Every certificate below the root needs an answer about its revocation."""
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=self._certificates,
            moment=at,
            crls=self._crls,
            ocsps=self._ocsps,
            revocation_mode="require",
            retroactive_revinfo=True,
            allow_fetching=False,
        )


def stamped_at(signer: cms.SignerInfo) -> datetime | None:
    """The time in the signature's time stamp, not yet proven."""
    for token in extract_tst_data_iter(signer, signed=False):
        return _time_of(token)
    return None


def _time_of(token: cms.SignedData) -> datetime:
    moment: Any = token["encap_content_info"]["content"].parsed["gen_time"].native
    if not isinstance(moment, datetime):
        raise ValueError("time stamp without time")
    return moment


def document_stamped_at(data: cms.SignedData) -> datetime:
    """The time in a document time stamp."""
    return _time_of(data)


__all__ = ["Proofs", "asn1_of", "document_stamped_at", "extract_certificate_info", "stamped_at"]
