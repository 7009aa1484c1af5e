"""Signing the envelope of a package: XML-DSig, SHA-256, one reference, however large the files are.

The files are covered by the digests in the manifest, so that they stream and the signature costs the same for any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from services.gateway.edxml.dialects import DSIG

_END = b"</edXML:edXMLHeader>"


class Signer:
    """The exchange key of this deployment; not a person's key, nor an office's seal."""

    def __init__(
        self, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, certificates: Sequence[x509.Certificate]
    ) -> None:
        self._key, self._certificates = key, list(certificates)
        elliptic = isinstance(key, ec.EllipticCurvePrivateKey)
        self._method = SignatureMethod.ECDSA_SHA256 if elliptic else SignatureMethod.RSA_SHA256

    def sign(self, head: bytes, tail: bytes, envelope_id: str) -> bytes:
        """The head of a package with its Signature as the last child of edXMLHeader; not a byte else changes."""
        signer = XMLSigner(
            signature_algorithm=self._method,
            digest_algorithm=DigestAlgorithm.SHA256,
            c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
        )
        signer.namespaces = {None: DSIG}  # type: ignore[dict-item]
        root: Any = etree.fromstring(head + tail, etree.XMLParser(resolve_entities=False, no_network=True))
        envelope = root[0]
        envelope.tail = None
        signed: Any = signer.sign(
            envelope, key=self._key, cert=self._certificates, reference_uri=f"#{envelope_id}", id_attribute="Id"
        )
        text = etree.tostring(signed[-1], with_tail=False)
        at = head.rindex(_END)
        return head[:at] + text + head[at:]
