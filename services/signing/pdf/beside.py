"""A signature beside a file (CMS, detached; CAdES-B with time stamp): the file itself is not touched."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

from asn1crypto import cms as asn1
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf import cms
from services.signing.pdf.cms import SignatureWrong
from services.signing.pdf.keys import Owner, OwnerElsewhere
from services.signing.pdf.signable import FileChanged


@dataclass(frozen=True)
class Beside:
    """Waits for its signature: `attributes` is what the key signs."""

    who: cms.Identity
    attributes: bytes


def open_beside(content: bytes, owner: Owner) -> Beside:
    who = cms.identity(owner)
    return Beside(who, cms.attributes(who, hashlib.sha256(content).digest()))


def saved(waiting: Beside) -> str:
    chain = [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in waiting.who.chain]
    return json.dumps({"chain": chain, "attributes": base64.b64encode(waiting.attributes).decode()})


def restored(facts: str, content: bytes) -> Beside:
    """FileChanged if it is another file."""
    read = json.loads(facts)
    own, *chain = (x509.load_der_x509_certificate(base64.b64decode(one)) for one in read["chain"])
    waiting = open_beside(content, OwnerElsewhere(own, tuple(chain)))
    if waiting.attributes != base64.b64decode(read["attributes"]):
        raise FileChanged
    return waiting


def filled(waiting: Beside, value: bytes, token: bytes | None) -> bytes:
    """The CMS. SignatureWrong."""
    cms.verify(waiting.who, waiting.attributes, value)
    return cms.signed_data(waiting.who, waiting.attributes, value, token)


def check(content: bytes, signature: bytes, certificate: x509.Certificate) -> None:
    """The signature is over this file, by this certificate's key. SignatureWrong."""
    try:
        data = asn1.ContentInfo.load(signature, strict=True)["content"]
        (signer,) = data["signer_infos"]
        told = {one["type"].native: one["values"][0].native for one in signer["signed_attrs"]}
        attributes, value = signer["signed_attrs"].untag().dump(), signer["signature"].native
    except (ValueError, KeyError, TypeError) as error:
        raise SignatureWrong from error
    if told.get("message_digest") != hashlib.sha256(content).digest():
        raise SignatureWrong
    cms.verify(cms.identity(OwnerElsewhere(certificate)), attributes, value)
