"""The security store (DSS) of a file: evidence written in the same revision as the signature it serves."""

from __future__ import annotations

import functools
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf import objects
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.revision import Revision
from services.signing.pdf.signable import STORE_KINDS


def add(revision: Revision, evidence: Evidence) -> None:
    """Adds what is not in the store yet. Nothing is ever taken out."""
    if not evidence:
        return
    file = revision.file
    entries, kept = dict(file.store), file.evidence()
    certificates = tuple(map(_encoded, evidence.certificates))
    for kind, things in zip(STORE_KINDS, (certificates, evidence.ocsps, evidence.crls), strict=True):
        references = objects.items(entries[kind]) if kind in entries else []
        for thing in things:
            digest = hashlib.sha256(thing).digest()
            if digest not in kept:
                kept.add(digest)
                references.append(b"%d 0 R" % revision.stream(b"", thing))
        if references:
            entries[kind] = b"[%s]" % b" ".join(references)
    catalog = revision.dictionary(file.root)
    if b"/DSS" in catalog:
        revision.changed[objects.reference(catalog[b"/DSS"])] = entries
    else:
        revision.set(file.root, DSS=b"%d 0 R" % revision.new(objects.written(entries)))


@functools.lru_cache(1024)
def _encoded(certificate: x509.Certificate) -> bytes:
    """Its DER, written once: the same few certificates go into every document."""
    return certificate.public_bytes(Encoding.DER)
