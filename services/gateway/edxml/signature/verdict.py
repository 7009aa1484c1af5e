"""What an XML signature of a package is worth: `absent`, `placeholder`, `unverifiable`, `valid`, `invalid`.

It is reported and never decides: the axis rewrites packages, so hardly any survives; legal value comes from the PDF.
"""

from __future__ import annotations

import base64
import hashlib
from binascii import Error
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from services.gateway.edxml.dialects import DSIG, PLACEHOLDER_DIGESTS
from services.gateway.edxml.model import Attachment, SignatureState, SignatureVerdict
from services.gateway.edxml.reading.fields import Fields
from services.gateway.edxml.reading.target import Node
from services.gateway.edxml.values import clean

if TYPE_CHECKING:
    from cryptography import x509

_SHORTEST_CERTIFICATE = 200


@dataclass(frozen=True)
class Trust:
    """Whose signatures count: certificates that partners registered (organ code → SHA-256 of each), and CAs."""

    certificates: Mapping[str, frozenset[str]] = field(default_factory=dict)
    anchors: tuple[x509.Certificate, ...] = ()
    at: datetime | None = None


class Doubt(Exception):
    """Why a signature is not valid: the state and the reason's code."""

    def __init__(self, state: SignatureState, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.state, self.code, self.detail = state, code, detail


def judge(
    fields: Fields, header: list[bytes] | None, attachments: Sequence[Attachment], trust: Trust
) -> SignatureVerdict:
    """The verdict; its reason and an outdated digest are problems of the package."""
    found = [n for n in fields.named("Signature") if not (n.parent and n.parent.hidden)]
    if not found:
        return SignatureVerdict()
    signature, mark = found[0], _fingerprint(found)
    if _is_placeholder(signature):
        fields.note("SIGNATURE_PLACEHOLDER", "info", signature)
        return SignatureVerdict("placeholder", "S.Placeholder", fingerprint=mark)
    if signature.namespace != DSIG:
        fields.note("SIGNATURE_NAMESPACE", "info", signature)
        return SignatureVerdict("unverifiable", "S.Namespace", fingerprint=mark)
    from services.gateway.edxml.signature import verify  # cryptography only where there is something to verify

    sha1 = any("sha1" in (n.attributes or {}).get("Algorithm", "").lower() for n in below(signature))
    if sha1:
        fields.note("SIGNATURE_SHA1", "warning", signature)
    signer, certificate_mark = "", ""
    try:
        certificate = verify.certificate_of(signature)
        signer, certificate_mark = certificate.subject.rfc4514_string(), verify.mark(certificate)
        verify.check(found, fields.nodes, header, attachments, certificate)
        verify.check_trust(certificate, found[0], trust)
    except Doubt as doubt:
        fields.note(doubt.code, "warning", signature, doubt.detail)
        reason = fields.problems[-1].rule
        return SignatureVerdict(doubt.state, reason, signer, certificate_mark, sha1, mark)
    return SignatureVerdict("valid", "", signer, certificate_mark, sha1, mark)


def below(node: Node) -> Iterator[Node]:
    """The element and all below it."""
    yield node
    for child in node.children:
        yield from below(child)


def text_of(node: Node, name: str) -> str:
    """The text of the first element of that name."""
    return next((clean(n.text) for n in below(node) if n.name == name), "")


def _fingerprint(found: Sequence[Node]) -> str:
    """Everything that stands in the signatures."""
    digest = hashlib.sha256()
    for signature in found:
        for node in below(signature):
            told = sorted((node.attributes or {}).items())
            digest.update(repr((node.namespace, node.raw, node.text.strip(), told)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _is_placeholder(signature: Node) -> bool:
    """The vendor's template, or nothing that could be a signature."""
    if len(text_of(signature, "X509Certificate")) < _SHORTEST_CERTIFICATE:
        return True
    if text_of(signature, "DigestValue") in PLACEHOLDER_DIGESTS:
        return True
    try:
        return not base64.b64decode("".join(text_of(signature, "SignatureValue").split()), validate=True)
    except (Error, ValueError):
        return True
