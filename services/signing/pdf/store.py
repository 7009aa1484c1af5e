"""The security store (DSS) of a file: evidence written in the same revision as the signature it serves."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf import objects
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.revision import Revision


def add(revision: Revision, evidence: Evidence) -> None:
    """Adds what is not in the store yet. Nothing is ever taken out."""
    if not evidence:
        return
    catalog = revision.dictionary(revision.reader.root)
    known = objects.dictionary(revision.reader.resolved(catalog[b"/DSS"]))[0] if b"/DSS" in catalog else {}
    content = {
        b"/Certs": tuple(one.public_bytes(Encoding.DER) for one in evidence.certificates),
        b"/OCSPs": evidence.ocsps,
        b"/CRLs": evidence.crls,
    }
    entries = {key: value for key, value in known.items() if key not in content}
    for key, things in content.items():
        references = objects.items(revision.reader.resolved(known[key])) if key in known else []
        seen = {_digest_at(revision, reference) for reference in references}
        for thing in things:
            if hashlib.sha256(thing).digest() not in seen:
                references.append(b"%d 0 R" % revision.stream(b"", thing))
        if references:
            entries[key] = b"[%s]" % b" ".join(references)
    if b"/DSS" in catalog and catalog[b"/DSS"].endswith(b"R"):
        revision.changed[objects.reference(catalog[b"/DSS"])] = entries
    else:
        revision.set(revision.reader.root, DSS=b"%d 0 R" % revision.new(objects.written(entries)))


def _digest_at(revision: Revision, reference: bytes) -> bytes:
    return hashlib.sha256(revision.reader.stream(objects.reference(reference))[1]).digest()
