"""Time stamp tokens (RFC 3161): what they say, and whether they say it about this digest, by a fit certificate."""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

DIGESTS: dict[str, type[hashes.HashAlgorithm]] = {
    "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512,
}  # fmt: skip


class TokenWrong(ValueError):
    """The token is not what was asked for, or nobody fit signed it."""


@dataclass(frozen=True)
class Token:
    """A time stamp whose signature has been checked against its own certificate; the chain is the judge's matter."""

    der: bytes
    digest: bytes  # what it stamps
    at: datetime
    nonce: int | None
    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]

    @property
    def chain(self) -> tuple[x509.Certificate, ...]:
        """The authority's own certificate and its issuers, as far as the token carries them."""
        found = [self.certificate]
        while above := next((c for c in self.others if c.subject == found[-1].issuer and c not in found), None):
            found.append(above)
        return tuple(found)


def read(der: bytes) -> Token:
    """The token. TokenWrong unless its signature is that of a certificate for time stamping that it carries."""
    try:
        return _read(der)
    except (ValueError, TypeError, KeyError, IndexError, UnsupportedAlgorithm) as error:
        raise error if isinstance(error, TokenWrong) else TokenWrong("not a time stamp token") from error


def checked(der: bytes, digest: bytes, nonce: int | None = None) -> Token:
    """The token, if it stamps this SHA-256 digest (and answers the request with this nonce). TokenWrong."""
    token = read(der)
    if token.digest != digest:
        raise TokenWrong("over another digest")
    if nonce is not None and token.nonce != nonce:
        raise TokenWrong("answer to another request")
    return token


def _read(der: bytes) -> Token:
    whole = cms.ContentInfo.load(der, strict=True)
    if whole["content_type"].native != "signed_data":
        raise TokenWrong("not a time stamp token")
    data: cms.SignedData = whole["content"]
    if data["encap_content_info"]["content_type"].native != "tst_info":
        raise TokenWrong("not a time stamp token")
    content = data["encap_content_info"]["content"]
    info: tsp.TSTInfo = content.parsed
    (signer,) = data["signer_infos"]
    own, others = _signer(signer["sid"].dump(), data["certificates"].dump())
    _verify(signer, own, bytes(content))
    imprint = info["message_imprint"]
    if imprint["hash_algorithm"]["algorithm"].native != "sha256":
        raise TokenWrong("imprint is not SHA-256")
    return Token(
        der=der,
        digest=imprint["hashed_message"].native,
        at=info["gen_time"].native,
        nonce=info["nonce"].native,
        certificate=own,
        others=others,
    )


@functools.lru_cache(64)
def _signer(identifier: bytes, certificates: bytes) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The signer's certificate and the others: the same in all tokens of a server, so read once."""
    wanted, carried = cms.SignerIdentifier.load(identifier), cms.CertificateSet.load(_as_set(certificates))
    if wanted.name != "issuer_and_serial_number":
        raise TokenWrong("signer is not named by issuer and number")
    serial, issuer = wanted.chosen["serial_number"].native, wanted.chosen["issuer"].dump()
    found = [x509.load_der_x509_certificate(one.chosen.dump()) for one in carried]
    own = next((c for c in found if c.serial_number == serial and c.issuer.public_bytes() == issuer), None)
    if own is None:
        raise TokenWrong("without its signer's certificate")
    _fit(own)
    return own, tuple(one for one in found if one != own)


def _as_set(tagged: bytes) -> bytes:
    """[0] IMPLICIT SET as the SET that it stands for."""
    return b"\x31" + tagged[1:]


def _verify(signer: cms.SignerInfo, own: x509.Certificate, content: bytes) -> None:
    """The signed attributes name this content, and the certificate's key signed them."""
    name = signer["digest_algorithm"]["algorithm"].native
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    digest = hashlib.new(name, content).digest() if name in DIGESTS else b""
    if attributes["message_digest"][0].native != digest or attributes["content_type"][0].native != "tst_info":
        raise TokenWrong("content and signature differ")
    signed, signature = signer["signed_attrs"].untag().dump(), signer["signature"].native
    method = DIGESTS[_digest_of(signer["signature_algorithm"]) or name]()
    public = own.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, signed, padding.PKCS1v15(), method)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, signed, ec.ECDSA(method))
        else:
            raise TokenWrong("kind of key")
    except InvalidSignature as error:
        raise TokenWrong("signature does not fit") from error


def _digest_of(algorithm: Any) -> str | None:
    """The digest that a signature algorithm names; plain RSA leaves it to the digest algorithm."""
    plain = algorithm["algorithm"].native in ("rsassa_pkcs1v15", "rsaes_pkcs1v15")
    return None if plain else str(algorithm.hash_algo)


def _fit(own: x509.Certificate) -> None:
    try:
        usage = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound as error:
        raise TokenWrong("certificate is not for time stamping") from error
    if ExtendedKeyUsageOID.TIME_STAMPING not in usage:
        raise TokenWrong("certificate is not for time stamping")
