"""Verifying an XML signature: accepting is a list of allowed things, the rest is doubted by name.

One signature at its place, one reference to the envelope around it, known algorithms and transforms, data that are
those of the verified node, a certificate that there is a ground to trust.
"""

from __future__ import annotations

import base64
from binascii import Error
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import verification
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from services.gateway.edxml.model import Attachment
from services.gateway.edxml.reading.target import Node
from services.gateway.edxml.signature.verdict import Doubt, Trust, below, text_of
from services.gateway.edxml.values import clean

# SHA-1: signed by old systems, read but flagged.
_METHODS = frozenset(
    m for m in SignatureMethod if m.name.startswith(("RSA_SHA", "ECDSA_SHA", "SHA256_RSA", "SHA384_RSA", "SHA512_RSA"))
)
_DIGESTS = frozenset({DigestAlgorithm.SHA1, DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512})
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_TRANSFORMS = frozenset(
    {ENVELOPED, EXCLUSIVE, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"}
)


def certificate_of(signature: Node) -> x509.Certificate:
    try:
        data = base64.b64decode("".join(text_of(signature, "X509Certificate").split()), validate=True)
        found = x509.load_der_x509_certificate(data)
        found.subject.rfc4514_string()
        return found
    except (Error, ValueError, TypeError) as error:
        raise Doubt("unverifiable", "SIGNATURE_UNREADABLE", "X509Certificate") from error


def mark(certificate: x509.Certificate) -> str:
    """The SHA-256 of the certificate, by which a partner registers it."""
    return certificate.fingerprint(SHA256()).hex()


def check(
    found: Sequence[Node],
    nodes: Sequence[Node],
    header: list[bytes] | None,
    attachments: Sequence[Attachment],
    certificate: x509.Certificate,
) -> None:
    """The signature is whole, and what was read is what it signs; else the doubt."""
    envelope = _place(found, nodes)
    whole = _check_policy(found[0], envelope)
    if header is None:
        raise Doubt("unverifiable", "SIGNATURE_UNREADABLE", "phần được ký quá lớn")
    _verify(b"".join(header), whole, certificate, envelope)
    if not whole:
        _check_files(attachments, envelope)


def _place(found: Sequence[Node], nodes: Sequence[Node]) -> Node:
    """The envelope around the only signature: child of the header, header of the only envelope, under the root."""
    header = found[0].parent
    envelope = header.parent if header and header.name == "edXMLHeader" else None
    envelopes = [n for n in nodes if n.name == "edXMLEnvelope" and not n.hidden]
    at_root = envelope is not None and (envelope.parent is None or envelope.parent.parent is None)
    if len(found) != 1 or envelope is None or envelopes != [envelope] or not at_root:
        raise Doubt("invalid", "SIGNATURE_PLACE")
    return envelope


def _check_policy(signature: Node, envelope: Node) -> bool:
    """One reference to this very envelope (or the whole package: true), allowed algorithms and transforms."""
    references = [n for n in below(signature) if n.name == "Reference"]
    if len(references) != 1:
        raise Doubt("invalid", "SIGNATURE_REFERENCE", f"{len(references)} Reference")
    uri = (references[0].attributes or {}).get("URI")
    own = [value for key, value in (envelope.attributes or {}).items() if key == "Id"]
    if uri is None or (uri and uri != f"#{own[0] if own else ''}"):
        raise Doubt("invalid", "SIGNATURE_REFERENCE", f"URI={uri}")
    transforms = [(n.attributes or {}).get("Algorithm", "") for n in below(signature) if n.name == "Transform"]
    for algorithm in transforms:
        if algorithm not in _TRANSFORMS:
            raise Doubt("invalid", "SIGNATURE_ALGORITHM", algorithm)
    if ENVELOPED not in transforms:
        raise Doubt("invalid", "SIGNATURE_REFERENCE", "thiếu enveloped-signature")
    for name, allowed in (("SignatureMethod", _METHODS), ("DigestMethod", _DIGESTS)):
        node = next((n for n in below(signature) if n.name == name), None)
        algorithm = (node.attributes or {}).get("Algorithm", "") if node else ""
        if algorithm not in {a.value for a in allowed}:
            raise Doubt("invalid", "SIGNATURE_ALGORITHM", algorithm)
    return not uri


def _verify(data: bytes, whole: bool, certificate: x509.Certificate, envelope: Node) -> None:
    """The signature over the signed node; what was read must be what is in that node and nothing else."""
    root = _dom(data, whole)
    config = SignatureConfiguration(
        location=f"./{_name(envelope)}/{_header_name(envelope)}/" if whole and envelope.parent else _inner(envelope),
        expect_references=1,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        verification_time=certificate.not_valid_before_utc + timedelta(seconds=1),  # trust in it is judged apart
    )
    try:
        result: Any = XMLVerifier().verify(root, x509_cert=certificate, expect_config=config)
    except (SignXMLException, etree.LxmlError, ValueError, TypeError) as error:
        raise Doubt("invalid", "SIGNATURE_BROKEN", str(error)) from error
    signed = result.signed_xml
    if signed is None or not _same(signed, envelope if not whole else _top(envelope)):
        raise Doubt("invalid", "SIGNATURE_REFERENCE", "dữ liệu đọc khác dữ liệu đã ký")


def _inner(envelope: Node) -> str:
    return f"./{_header_name(envelope)}/"


def _name(node: Node) -> str:
    return f"{{{node.namespace}}}{node.raw}" if node.namespace else node.raw


def _header_name(envelope: Node) -> str:
    return _name(next(c for c in envelope.children if c.name == "edXMLHeader"))


def _top(node: Node) -> Node:
    while node.parent:
        node = node.parent
    return node


def _dom(data: bytes, whole: bool) -> Any:
    """The envelope (or the whole package) as libxml2 sees it: the same bytes that were read."""
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
    )
    try:
        parser.feed(data)
        events: Any = parser.read_events()
        for _, element in events:
            if not whole and etree.QName(element).localname == "edXMLEnvelope":
                element.tail = None
                return element
        if whole:
            return parser.close()
    except etree.XMLSyntaxError as error:
        raise Doubt("unverifiable", "SIGNATURE_UNREADABLE", str(error)) from error
    raise Doubt("unverifiable", "SIGNATURE_UNREADABLE", "edXMLEnvelope")


def _same(signed: Any, node: Node) -> bool:
    """The signed element holds what was read, all of it, and nothing more (its signature is no part of it)."""
    children = [c for c in node.children if c.name != "Signature"]
    elements = [e for e in signed if isinstance(e.tag, str)]
    if signed.tag != _name(node) or dict(signed.attrib) != dict(node.attributes or {}):
        return False
    if len(children) != len(elements):
        return False
    own = "".join([signed.text or "", *(e.tail or "" for e in signed)])
    if node.stored is None and own.split() != node.text.split():
        return False
    return all(_same(e, c) for e, c in zip(elements, children, strict=True))


def _check_files(attachments: Sequence[Attachment], envelope: Node) -> None:
    """The signature covers the files by the digests in the signed manifest."""
    digests = {clean(n.text).lower() for n in below(envelope) if n.name == "ContentDigest"}
    for attachment in attachments:
        if attachment.sha256 not in digests:
            raise Doubt("invalid", "SIGNATURE_FILES", attachment.name)


def check_trust(certificate: x509.Certificate, signature: Node, trust: Trust) -> None:
    """Registered by the sender, or issued by a trusted CA; and in force."""
    at = trust.at or datetime.now(UTC)
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise Doubt("unverifiable", "SIGNATURE_TRUST", "chứng thư hết hạn")
    header = signature.parent
    sender = next((n for n in below(header) if n.name == "From"), None) if header else None
    if sender and mark(certificate) in trust.certificates.get(text_of(sender, "OrganId"), frozenset()):
        return
    if not trust.anchors:
        raise Doubt("unverifiable", "SIGNATURE_TRUST", "chưa đăng ký")
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(trust.anchors)))
        .extension_policies(
            ca_policy=verification.ExtensionPolicy.webpki_defaults_ca(),
            ee_policy=verification.ExtensionPolicy.permit_all(),
        )
        .time(at)
        .build_client_verifier()
    )
    try:
        verifier.verify(certificate, [])
    except verification.VerificationError as error:
        raise Doubt("unverifiable", "SIGNATURE_TRUST", str(error)) from error
