"""How each form of signature is opened on its file, and what the judge has to find when it is done.

`open`: reads the source, prepares it, opens the revision for this owner's certificate. Returns the prepared file and
what waits. Work of the processor, outside any transaction; raises refusals of the PDF library and of authority.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.signing.acts.forms import annex, leader, seal
from services.signing.acts.tables import Act, Signature
from services.signing.judging.verdict import Expected
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import Opened
from shared.service import Runtime


@dataclass(frozen=True)
class Form:
    """`role`: under which the judge reports the signature."""

    open: Callable[[Runtime, Act, Signature, Owner], Awaitable[tuple[bytes, Opened]]]
    expected: Callable[[Act, Signature], Expected]
    role: str


FORMS = {
    "leader": Form(leader.open_file, leader.expected, "leader"),
    "seal": Form(seal.open_file, seal.expected, "office"),
    "annex": Form(annex.open_file, annex.expected, "annex"),
}
