"""The security store (DSS) of a file: evidence written in the same revision as the signature it serves."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf import objects
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.plan import STORE_KINDS
from services.signing.pdf.revision import Revision


def add(revision: Revision, evidence: Evidence) -> None:
    """Adds what is not in the store yet. Nothing is ever taken out."""
    if not evidence:
        return
    catalog = revision.dictionary(revision.plan.root)
    entries = dict(revision.dictionary(objects.reference(catalog[b"/DSS"]))) if b"/DSS" in catalog else {}
    certificates = tuple(one.public_bytes(Encoding.DER) for one in evidence.certificates)
    for kind, things in zip(STORE_KINDS, (certificates, evidence.ocsps, evidence.crls), strict=True):
        references = objects.items(entries[kind]) if kind in entries else []
        references += [b"%d 0 R" % made for thing in things if (made := _stored(revision, thing)) is not None]
        if references:
            entries[kind] = b"[%s]" % b" ".join(references)
    if b"/DSS" in catalog:
        revision.changed[objects.reference(catalog[b"/DSS"])] = entries
    else:
        made = revision.new(objects.written(entries), planned=True)
        revision.set(revision.plan.root, DSS=b"%d 0 R" % made)


def _stored(revision: Revision, thing: bytes) -> int | None:
    """The number of the new stream; None if the store holds it."""
    name = hashlib.sha256(thing).hexdigest()
    if name in revision.plan.evidence or name in revision.evidence:
        return None
    revision.evidence[name] = revision.stream(b"", thing)
    return revision.evidence[name]
