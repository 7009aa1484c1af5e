"""Chains, revocation and time: the contexts in which pyHanko proves that a certificate was good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from asn1crypto import cms, core, crl, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import InsufficientRevinfoError, PathError, ValidationError
from pyhanko_certvalidator.path import ValidationPath

from services.signing.pdf.evidence import Evidence

SKEW = timedelta(minutes=5)  # how far the clocks of a time stamper and of this machine may differ


def asn1_of(certificate: x509.Certificate) -> asn1.Certificate:
    """The certificate as pyHanko wants it."""
    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))


class Proofs:
    """The evidence in one file, and what the caller has besides, each read once."""

    def __init__(
        self,
        reader: PdfFileReader,
        trust: Sequence[x509.Certificate],
        moment: datetime,
        evidence: Evidence,
        since: datetime | None = None,
    ) -> None:
        self.moment = moment
        self.existed = min(since or moment, moment)  # by this time the whole file was there
        self._roots = [asn1_of(one) for one in trust]
        self._more_ocsps = [ocsp.OCSPResponse.load(one) for one in evidence.ocsps]
        self._more_crls = [crl.CertificateList.load(one) for one in evidence.crls]
        self._certificates = [asn1_of(one) for one in evidence.certificates]
        self._ocsps: list[ocsp.OCSPResponse] = []
        self._crls: list[crl.CertificateList] = []
        self._read_store(reader)

    def _read_store(self, reader: PdfFileReader) -> None:
        try:
            store = DocumentSecurityStore.read_dss(reader)
        except NoDSSFoundError:
            return
        self._ocsps += [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
        self._crls += [crl.CertificateList.load(one.get_object().data) for one in store.crls]
        self._certificates += list(store.load_certs())

    @property
    def more(self) -> bool:
        """Whether the caller has evidence that the file has not."""
        return bool(self._more_ocsps or self._more_crls)

    def context(self, at: datetime, signer: cms.SignerInfo | None = None, *, alone: bool = False) -> ValidationContext:
        """Proves chains as of `at`. Every certificate below the root needs an answer about its revocation.

        `signer`: its own evidence counts too. `alone`: only what is in the file.
        """
        crls, ocsps = _archived(signer) if signer is not None else ([], [])
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=self._certificates,
            moment=at,
            crls=self._crls + crls + ([] if alone else self._more_crls),
            ocsps=self._ocsps + ocsps + ([] if alone else self._more_ocsps),
            revocation_mode="require",
            retroactive_revinfo=True,
            allow_fetching=False,
        )


def _archived(signer: cms.SignerInfo) -> tuple[list[crl.CertificateList], list[ocsp.OCSPResponse]]:
    """Evidence that Adobe's kind of signature carries as a signed attribute."""
    for attribute in signer["signed_attrs"] if signer["signed_attrs"] is not core.VOID else ():
        if attribute["type"].native == "adobe_revocation_info_archival":
            value = attribute["values"][0]
            return list(value["crl"] or ()), list(value["ocsp"] or ())
    return [], []


async def only_revocation_unknown(
    certificate: asn1.Certificate, others: Sequence[asn1.Certificate], context: ValidationContext
) -> bool:
    """Whether the chain stands, but nothing tells whether one of its certificates was revoked."""
    try:
        validator: Any = CertificateValidator(certificate, others, validation_context=context)
        await validator.async_validate_usage(set())
    except InsufficientRevinfoError:
        return True
    except (ValidationError, PathError, ValueError):
        return False
    return False


def expired_by(path: ValidationPath | None, moment: datetime) -> bool:
    """Whether a certificate of this chain (below the root) had expired by then."""
    chain = path.iter_certs(include_root=False) if path is not None else ()
    return any(one.not_valid_after < moment for one in chain)


def stamped_at(signer: cms.SignerInfo) -> datetime | None:
    """The time in the signature's time stamp, not yet proven."""
    for token in extract_tst_data_iter(signer, signed=False):
        return document_stamped_at(token)
    return None


def carried_by_stamp(signer: cms.SignerInfo) -> list[asn1.Certificate]:
    """The certificate of the one who stamped the signature, then the others in the stamp."""
    token = next(extract_tst_data_iter(signer, signed=False))
    found = extract_certificate_info(token)
    return [found.signer_cert, *found.other_certs]


def document_stamped_at(token: cms.SignedData) -> datetime:
    """The time in a time stamp."""
    moment = token["encap_content_info"]["content"].parsed["gen_time"].native
    if not isinstance(moment, datetime):
        raise ValueError("time stamp without time")
    return moment
