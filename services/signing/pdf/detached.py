"""A signature that is made elsewhere and comes back later, perhaps to another process: what waits is plain JSON."""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.pdf import cms
from services.signing.pdf.content import Content, hashed, size_of
from services.signing.pdf.keys import OwnerElsewhere
from services.signing.pdf.opening import Opened
from services.signing.pdf.revision import Tail
from services.signing.pdf.signable import FileChanged


def saved(waiting: Opened) -> str:
    """Everything but the file itself, for a database."""
    facts = {
        "size": waiting.tail.size,
        "data": base64.b64encode(waiting.tail.data).decode(),
        "hole": waiting.tail.hole,
        "chain": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in waiting.who.chain],
        "attributes": base64.b64encode(waiting.attributes).decode(),
    }
    return json.dumps(facts)


def restored(facts: str, content: Content) -> Opened:
    """What was `saved` over this file. FileChanged if it is another one, or if what was saved has been changed."""
    read: dict[str, Any] = json.loads(facts)
    own, *chain = (x509.load_der_x509_certificate(base64.b64decode(one)) for one in read["chain"])
    who = cms.identity(OwnerElsewhere(own, tuple(chain)))
    data, (start, end) = bytearray(base64.b64decode(read["data"])), read["hole"]
    tail = Tail(read["size"], data, (start, end))
    if size_of(content) != tail.size:
        raise FileChanged
    before = hashed(content)
    attributes = cms.attributes(who, tail.digest(before))
    if attributes != base64.b64decode(read["attributes"]):
        raise FileChanged
    return Opened(content, before, tail, who, attributes)
