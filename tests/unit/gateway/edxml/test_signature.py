"""XML signatures: placeholders seen through, real ones verified, every way of wrapping refused (edxml §7)."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from lxml import etree
from signxml import DigestAlgorithm, SignatureMethod, XMLSigner, methods

from infra.conformance.packages.dialects import d1, placeholder_signature
from infra.conformance.packages.documents import document
from infra.conformance.packages.tree import Element, Style, write
from services.gateway.edxml import Organ, Outgoing, Package, Trust, read
from services.gateway.edxml import write as write_package
from services.gateway.edxml.signature.sign import Signer
from services.gateway.edxml.signature.verify import mark
from tests.unit.gateway.edxml.making import codes_of, document_of, package

DSIG = "http://www.w3.org/2000/09/xmldsig#"
NOW = datetime.now(UTC)
PDF = b"%PDF-1.7\nnoi dung"


def _certificate(
    key: Any, name: str, issuer: Any = None, *, ca: bool = False, days: tuple[int, int] = (-1, 30)
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer_key, issuer_name = issuer or (key, subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False), critical=True)
    )
    return builder.sign(issuer_key, hashes.SHA256())


KEY, CA_KEY = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
CERTIFICATE = _certificate(KEY, "Hệ thống H36")
CA = _certificate(CA_KEY, "CA", ca=True)
ISSUED = _certificate(KEY, "Hệ thống H36", (CA_KEY, CA.subject))
SENDER = "000.00.01.H36"
TRUST = Trust({SENDER: frozenset({mark(CERTIFICATE)})})


def _signed(certificate: x509.Certificate = CERTIFICATE, key: Any = KEY, **changes: Any) -> bytes:
    out = io.BytesIO()
    files = [Outgoing("a.pdf", lambda: io.BytesIO(PDF)), Outgoing("b.txt", lambda: io.BytesIO(b"bang"))]
    write_package(package(**changes), files, out, signer=Signer(key, [certificate]))
    return out.getvalue()


def _read(data: bytes, folder: Path, trust: Trust = TRUST) -> Package:
    found = read(io.BytesIO(data), folder, trust=trust)
    assert isinstance(found, Package)
    return found


@pytest.mark.parametrize("key", [KEY, ec.generate_private_key(ec.SECP256R1())], ids=["rsa", "ec"])
def test_what_we_sign_is_valid_and_means_the_same(key: Any, tmp_path: Path) -> None:
    certificate = _certificate(key, "Hệ thống H36")
    data = _signed(certificate, key)
    found = _read(data, tmp_path, Trust({SENDER: frozenset({mark(certificate)})}))
    assert (found.signature.state, found.signature.reason, found.signature.sha1) == ("valid", "", False)
    assert found.signature.signer == "CN=Hệ thống H36"
    assert (found.other, found.readings, found.problems) == ((), (), ())
    assert replace(found, attachments=(), signature=package().signature) == package()
    assert f'xmlns="{DSIG}"'.encode() in data
    assert data.count(b"ContentDigest ") == 2


def test_a_certificate_of_a_trusted_ca_is_enough(tmp_path: Path) -> None:
    assert _read(_signed(ISSUED), tmp_path, Trust(anchors=(CA,))).signature_state == "valid"


UNTRUSTED = {
    "nobody is trusted": (CERTIFICATE, Trust()),
    "registered by another organ": (CERTIFICATE, Trust({"H60": frozenset({mark(CERTIFICATE)})})),
    "another CA": (CERTIFICATE, Trust(anchors=(CA,))),
    "expired": (CERTIFICATE, replace(TRUST, at=NOW + timedelta(days=31))),
    "not yet": (CERTIFICATE, replace(TRUST, at=NOW - timedelta(days=2))),
    "CA, expired": (ISSUED, Trust(anchors=(CA,), at=NOW + timedelta(days=31))),
}


@pytest.mark.parametrize("case", UNTRUSTED)
def test_a_whole_signature_that_nobody_vouches_for_is_unverifiable(case: str, tmp_path: Path) -> None:
    certificate, trust = UNTRUSTED[case]
    found = _read(_signed(certificate), tmp_path, trust)
    assert (found.signature.state, found.signature.reason) == ("unverifiable", "S.Trust")
    assert codes_of(found) == ["SIGNATURE_TRUST"]


def test_without_a_signature_or_with_the_vendors_placeholder(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir(), (tmp_path / "c").mkdir()
    assert document_of(document(), tmp_path / "a").signature_state == "absent"
    found = document_of(d1(), tmp_path / "b")
    assert (found.signature_state, codes_of(found)) == ("placeholder", [])
    root = document()
    root.find("edXMLEnvelope/edXMLHeader").children.append(Element("DigitalSignature"))
    assert document_of(root, tmp_path / "c").signature_state == "placeholder"


def test_a_signature_that_lost_its_namespace_is_unverifiable(tmp_path: Path) -> None:
    """What the axis leaves of a real one: its xmlns is gone, so it lies in the namespace of QCVN 102."""
    root = document()
    signature = placeholder_signature()
    signature.find("SignedInfo/Reference").set("DigestValue", "AAAAqsSYJshUS2+wlOM61L+q7Aw=")
    signature.find("KeyInfo/X509Data").set("X509Certificate", "MIIC" * 100)
    root.find("edXMLEnvelope/edXMLHeader").children.append(signature)
    found = document_of(root, tmp_path)
    assert (found.signature.state, found.signature.reason) == ("unverifiable", "S.Namespace")


def test_any_change_under_the_signature_makes_it_invalid(tmp_path: Path) -> None:
    data = _signed()
    changes = {
        "subject": data.replace("báo cáo".encode(), b"bao cao"),
        "receiver": data.replace(b"<edXML:OrganId>000.00.02.H36<", b"<edXML:OrganId>000.00.03.H36<"),
        "digest": data.replace(b'sha256">', b'sha256">0', 1).replace(
            b"</edXML:ContentDigest>", b"</edXML:ContentDigest>"
        ),
        "more": data.replace(b"<edXML:Content", b"<edXML:Note>x</edXML:Note><edXML:Content", 1),
    }
    for name, changed in changes.items():
        assert changed != data, name
        (tmp_path / name).mkdir()
        found = _read(changed, tmp_path / name)
        assert (name, found.signature_state) == (name, "invalid")


def test_a_file_that_was_exchanged_makes_it_invalid(tmp_path: Path) -> None:
    import base64

    data = _signed().replace(base64.b64encode(PDF), base64.b64encode(PDF[:-1] + b"X"))
    found = _read(data, tmp_path)
    assert (found.signature_state, found.signature.reason) == ("invalid", "S.Files")
    assert "HASH_MISMATCH" in codes_of(found)


def _tree(data: bytes) -> Any:
    return etree.fromstring(data)


def _names(root: Any, name: str) -> list[Any]:
    return [e for e in root.iter() if isinstance(e.tag, str) and etree.QName(e).localname == name]


def _forged(envelope: Any, *, signature: bool) -> Any:
    """The attacker's envelope: another subject, no manifest (two of them would be refused already)."""
    forged = etree.fromstring(etree.tostring(envelope))
    _names(forged, "Subject")[0].text = "Chuyển tiền"
    for name in ("edXMLBody",) if signature else ("edXMLBody", "Signature"):
        element = _names(forged, name)[0]
        element.getparent().remove(element)
    return forged


def _wrapped_in_a_dummy(root: Any) -> None:
    """The signed envelope moves into a dummy; the attacker's own stands in its place."""
    envelope = root[0]
    forged = _forged(envelope, signature=False)
    forged.attrib.pop("Id")
    dummy = etree.SubElement(root, f"{{{etree.QName(root).namespace}}}Dummy")
    dummy.append(envelope)
    root.insert(0, forged)


def _wrapped_beside(root: Any) -> None:
    """The attacker's envelope carries the signature too; the signed one stands behind it."""
    forged = _forged(root[0], signature=True)
    forged.set("Id", "forged")
    root.insert(0, forged)


def _same_id_twice(root: Any) -> None:
    root.append(_forged(root[0], signature=False))


def _signature_moved(root: Any) -> None:
    root[0].append(_names(root, "Signature")[0])


def _two_signatures(root: Any) -> None:
    signature = _names(root, "Signature")[0]
    signature.addnext(etree.fromstring(etree.tostring(signature)))


def _header_beside(root: Any) -> None:
    """A second header, which a reader might take first."""
    header = _names(root, "edXMLHeader")[0]
    forged = etree.fromstring(etree.tostring(header))
    _names(forged, "Subject")[0].text = "Chuyển tiền"
    root.insert(0, forged)


def _reference_dropped(root: Any) -> None:
    info = _names(root, "SignedInfo")[0]
    info.remove(_names(info, "Reference")[0])


def _reference_doubled(root: Any) -> None:
    info = _names(root, "SignedInfo")[0]
    info.append(etree.fromstring(etree.tostring(_names(info, "Reference")[0])))


def _other_target(root: Any) -> None:
    _names(_names(root, "SignedInfo")[0], "Reference")[0].set("URI", "#elsewhere")


def _external_target(root: Any) -> None:
    _names(_names(root, "SignedInfo")[0], "Reference")[0].set("URI", "http://example.invalid/x")


def _xslt(root: Any) -> None:
    transforms = _names(root, "Transforms")[0]
    etree.SubElement(transforms, f"{{{DSIG}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116")


def _hmac(root: Any) -> None:
    _names(root, "SignatureMethod")[0].set("Algorithm", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")


ATTACKS = {
    "wrapped in a dummy": (_wrapped_in_a_dummy, "S.Place"),
    "wrapped beside": (_wrapped_beside, "S.Place"),
    "the same id twice": (_same_id_twice, "S.Place"),
    "signature moved": (_signature_moved, "S.Place"),
    "two signatures": (_two_signatures, "S.Place"),
    "reference dropped": (_reference_dropped, "S.Reference"),
    "reference doubled": (_reference_doubled, "S.Reference"),
    "another target": (_other_target, "S.Reference"),
    "a target outside": (_external_target, "S.Reference"),
    "a transform that computes": (_xslt, "S.Algorithm"),
    "a key as a password": (_hmac, "S.Algorithm"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_every_attack_is_refused_by_name(attack: str, tmp_path: Path) -> None:
    act, reason = ATTACKS[attack]
    root = _tree(_signed())
    act(root)
    found = _read(etree.tostring(root, xml_declaration=True, encoding="UTF-8"), tmp_path)
    assert (found.signature.state, found.signature.reason) == ("invalid", reason)
    assert found.signature.signer == "CN=Hệ thống H36"


def test_a_header_beside_the_signed_one_is_never_read_as_signed(tmp_path: Path) -> None:
    root = _tree(_signed())
    _header_beside(root)
    found = _read(etree.tostring(root), tmp_path)
    assert found.signature_state == "invalid" or found.subject == package().subject
    assert "DUPLICATE_ELEMENT" in codes_of(found)


class _OldSigner(XMLSigner):
    """Signs with SHA-1 as old systems do."""

    def check_deprecated_methods(self) -> None:
        pass


def _foreign(root: Any, uri: str = "", **options: Any) -> bytes:
    """The whole package signed as the vendor's template means it: Reference URI="" at the end of the header."""
    header = _names(root, "edXMLHeader")[0]
    place = etree.SubElement(header, f"{{{DSIG}}}Signature", Id="placeholder")
    assert place is not None
    signer = options.pop("signer", XMLSigner)(method=methods.enveloped, **options)
    signed = signer.sign(root, key=KEY, cert=[CERTIFICATE], reference_uri=uri or None)
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")


def _base() -> Any:
    return _tree(write(document(sender=SENDER), Style(indent=False)))


def test_a_signature_over_the_whole_package_is_verified(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir()
    data = _foreign(_base())
    found = _read(data, tmp_path / "a")
    assert (found.signature.state, found.signature.reason) == ("valid", "")
    changed = _read(data.replace(b"JVBERi0", b"JVBERi1"), tmp_path / "b")
    assert (changed.signature.state, changed.signature.reason) == ("invalid", "S.Broken")


def test_sha1_is_read_and_flagged(tmp_path: Path) -> None:
    data = _foreign(
        _base(), signer=_OldSigner, signature_algorithm=SignatureMethod.RSA_SHA1, digest_algorithm=DigestAlgorithm.SHA1
    )
    found = _read(data, tmp_path)
    assert (found.signature.state, found.signature.sha1) == ("valid", True)
    assert codes_of(found) == ["SIGNATURE_SHA1"]


def test_a_whole_package_too_large_to_hold_is_unverifiable(tmp_path: Path) -> None:
    from services.gateway.edxml import Limits

    found = read(io.BytesIO(_foreign(_base())), tmp_path, Limits(header_bytes=3000), TRUST)
    assert isinstance(found, Package)
    assert (found.signature.state, found.signature.reason) == ("unverifiable", "S.Unreadable")


def test_a_certificate_that_is_none_is_unreadable(tmp_path: Path) -> None:
    root = _tree(_signed())
    _names(root, "X509Certificate")[0].text = "MIIC" * 100
    found = _read(etree.tostring(root), tmp_path)
    assert (found.signature.state, found.signature.reason) == ("unverifiable", "S.Unreadable")


def test_the_same_signature_in_another_package_is_known_again(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(), (tmp_path / "b").mkdir(), (tmp_path / "c").mkdir()
    one, other = document_of(d1(), tmp_path / "a"), document_of(d1(), tmp_path / "b")
    assert one.signature.fingerprint == other.signature.fingerprint
    assert _read(_signed(), tmp_path / "c").signature.fingerprint != one.signature.fingerprint


def test_nothing_is_signed_where_no_agreement_demands_it() -> None:
    out = io.BytesIO()
    write_package(package(sender=Organ(SENDER, "Sở Nội vụ")), [], out)
    assert b"Signature" not in out.getvalue()
    assert b"Id=" not in out.getvalue()
