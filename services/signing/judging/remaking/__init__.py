"""Files of our own shape, judged by making them again.

1. `prepared`: the first revision is what `normalise.written` writes, with our form and nothing that acts.
2. `revisions`: every later one is written again by the signing library, from what the file itself tells of it (signer,
   moment, pictures, evidence), and compared byte for byte; so is the CMS in its hole (`messages`).
3. `chains`: the certificates were good at the moment that the time stamp proves.

`judge.judge` says "valid" or nothing. Whatever is not exactly so is a `Doubt`, and pyHanko judges the file. The cost is
that of the hashes, of the changed objects and of one look over the objects of the first revision.
"""

from __future__ import annotations


class Doubt(Exception):
    """This file may be good, but it is not for this judge to say."""
