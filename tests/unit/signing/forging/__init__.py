"""Ways to forge a signed document, by subject: the 31 measured ones and more. Each takes honest files.

`honest` the files and what a forgery is; `edits` changes of a document; `after` changes at every moment; `files` bytes
and tables; `shadows` drafts that wait; `messages` inside the CMS; `people` keys and certificates. All: `all_of`.
"""

from __future__ import annotations

from tests.unit.signing.forging.honest import Forgery, Honest


async def all_of(honest: Honest, *, thin: int = 1) -> list[Forgery]:
    """Every forgery; with `thin` only each n-th of those that repeat the same changes at other moments."""
    from tests.unit.signing.forging import after, files, messages, people, shadows

    made = await after.forgeries(honest, thin=thin)
    for subject in (files, shadows, messages, people):
        made += await subject.forgeries(honest)
    return made
