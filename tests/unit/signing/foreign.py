"""Signed files as other people's software makes them: with pyHanko's signer, approval signatures, no locks of ours."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import crl as asn1_crl
from asn1crypto import keys as asn1_keys
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.signing.pdf.keys import SoftKey
from tests.unit.signing import pki

TEXT = "Ký bởi: %(signer)s\nNgày ký: %(ts)s"  # the block of text that the national tool draws


def asn1_of(certificate) -> asn1.Certificate:
    return asn1.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


def signer_of(key: SoftKey, digest: str = "sha256") -> signers.SimpleSigner:
    """The same key in pyHanko's hands."""
    private = key._private.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()
    store.register_multiple(map(asn1_of, key.chain))
    return signers.SimpleSigner(asn1_of(key.certificate), asn1_keys.PrivateKeyInfo.load(private), store)


class Stamper(timestamps.TimeStamper):
    """A time stamper of the test authority in pyHanko's shape."""

    def __init__(self, stamper: pki.LocalStamper) -> None:
        super().__init__()
        self._stamper = stamper

    async def async_request_tsa_response(self, req):
        digest = req["message_imprint"]["hashed_message"].native
        token = await self._stamper.token(digest, req["nonce"].native)
        from asn1crypto import cms, tsp

        return tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)})


@dataclass(frozen=True)
class Style:
    """How the other software signs."""

    visible: bool = True
    stamped: bool = True
    subfilter: SigSeedSubFilter = SigSeedSubFilter.PADES
    certify: bool = False
    digest: str = "sha256"


def sign(
    pdf: bytes, key: SoftKey, world: pki.World, name: str, *, at: datetime | None = None, style: Style = Style(),
    place: int = 0, page: int = 0,
) -> bytes:  # fmt: skip
    """One more signature in a revision of its own, in a field that is made with it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    left, bottom = 40 + 130 * (place % 4), 40 + 26 * (place // 4 % 28)
    box = (left, bottom, left + 120, bottom + 24) if style.visible else None
    meta = signers.PdfSignatureMetadata(
        field_name=name, md_algorithm=style.digest, subfilter=style.subfilter, name=None, certify=style.certify,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )  # fmt: skip
    pdf_signer = signers.PdfSigner(
        meta, signer_of(key), timestamper=Stamper(world.stamper(at)) if style.stamped else None,
        stamp_style=TextStampStyle(stamp_text=TEXT, background=None) if style.visible else None,
        new_field_spec=fields.SigFieldSpec(name, on_page=page, box=box),
    )  # fmt: skip
    target = io.BytesIO()
    _run(pdf_signer.async_sign_pdf(writer, output=target, bytes_reserved=16384))
    return target.getvalue()


def with_evidence(pdf: bytes, world: pki.World, *keys: SoftKey, at: datetime | None = None) -> bytes:
    """A security store added after the signatures, in a revision of its own (B-LT as most software makes it)."""
    evidence = world.evidence(*keys, world.tsa, at=at)
    target = io.BytesIO(pdf)
    DocumentSecurityStore.add_dss(
        target, sig_contents=None, certs=[asn1_of(c) for c in evidence.certificates],
        ocsps=[asn1_ocsp.OCSPResponse.load(one) for one in evidence.ocsps],
        crls=[asn1_crl.CertificateList.load(one) for one in evidence.crls],
    )  # fmt: skip
    return target.getvalue()


def many(pdf: bytes, world: pki.World, count: int, *, stamped: bool = False, visible: bool = True) -> bytes:
    """A file that `count` times one or the other has signed, with the evidence on both at the end."""
    for number in range(count):
        key = (world.leader, world.office)[number % 2]
        pdf = sign(pdf, key, world, f"Sig{number}", style=Style(stamped=stamped, visible=visible), place=number)
    return with_evidence(pdf, world, world.leader, world.office)


def _run(work: Coroutine) -> None:
    """On a thread with an event loop of its own: the tests have theirs."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()
