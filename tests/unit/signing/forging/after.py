"""Forgeries by updates: after the seal, between leader and seal, after the archive's time stamp, on files of others."""

from __future__ import annotations

import re
from collections.abc import Callable
from unittest.mock import patch

from services.signing.pdf.fonts import face
from services.signing.pdf.revision import Revision
from shared.problems import Refusal
from tests.unit.signing import documents, flow, foreign
from tests.unit.signing.forging import edits
from tests.unit.signing.forging.honest import Forgery, Honest

SEALED = {k: v for k, v in edits.OURS.items() if k not in ("number", "number-drawing", "number-drawing-in-place")}


async def forgeries(honest: Honest, *, thin: int = 1) -> list[Forgery]:
    """Every change at every moment; with `thin` only each n-th after the archive, without locks and between."""
    made: list[Forgery] = []

    def some(changes: dict[str, edits.Change]) -> dict[str, edits.Change]:
        return {name: changes[name] for name in list(changes)[::thin]}

    every = edits.ANYWHERE | edits.OURS

    def add(when: str, files: dict[str, bytes], *codes: str) -> None:
        made.extend(Forgery(f"{when}/{name}", pdf, frozenset(codes or edits.REFUSED)) for name, pdf in files.items())

    add("after-seal", edits.of(honest.sealed, every))
    add("after-seal-unlocked", edits.of(honest.unlocked_sealed, some(every)), "lock-missing", "office-missing")
    add("after-archive", edits.of(honest.archived, some(every)))
    add("after-foreign", edits.of(honest.foreign, edits.ANYWHERE), *edits.REFUSED)
    changed = edits.of(honest.signed, some(edits.ANYWHERE | SEALED))
    between = {name: await _seal_over(honest, pdf) for name, pdf in changed.items()}
    add("between", {name: pdf for name, pdf in between.items() if pdf is not None})
    add(
        "between-foreign",
        _signed_over(honest, some(edits.ANYWHERE)),
        "changed-later",
        "signature-malformed",
        "unreadable",
        "leader-missing",
    )
    add("insider", await _insiders(honest), "shown-differs", "changed-later", "fields-differ")
    return made


async def _seal_over(honest: Honest, changed: bytes) -> bytes | None:
    try:
        return await flow.sealed(honest.world, changed, number="123")
    except Refusal:
        return None


def _signed_over(honest: Honest, changes: dict[str, edits.Change]) -> dict[str, bytes]:
    """A foreign file that was changed between its two signatures."""
    world = honest.world
    first = foreign.sign(documents.draft(paragraphs=6), world.leader, world, "Sig0")
    made = {}
    for name, pdf in edits.of(first, changes).items():
        if name == "blank-signature-field":  # a place for somebody who will sign later: allowed
            continue
        try:
            signed = foreign.sign(pdf, world.office, world, "Sig1", place=1)
            made[name] = foreign.with_evidence(signed, world, world.leader, world.office)
        except Exception:
            continue
    return made


# The clerk's own system draws another thing than the value that it writes, then seals.
DRAWN: dict[str, Callable[[bytes], bytes]] = {
    "other-number": lambda drawn: drawn.replace(face().shown("123"), face().shown("999")),
    "white": lambda drawn: drawn.replace(b"BT 0 g", b"BT 1 g"),
    "literal": lambda drawn: drawn.replace(b"<%s>" % face().shown("123"), b"(123)"),
    "more": lambda drawn: drawn.replace(b" Tj ET", b" Tj 9 0 Td <0001> Tj ET"),
    "outside": lambda drawn: re.sub(rb"Tf [\d.]+ ", b"Tf 900 ", drawn),
    "clipped": lambda drawn: drawn.replace(b"q BT", b"q 0 0 1 1 re W n BT"),
    "nothing": lambda drawn: b"/Tx BMC EMC",
}
WRITTEN: dict[str, dict[str, bytes]] = {
    "hidden": {"F": b"2"},
    "other-font": {"QLVBFont": b"1 0 R"},
    "value-gone": {"V": b"()"},
    "more-states": {"AS": b"/Off"},
}


async def _insiders(honest: Honest) -> dict[str, bytes]:
    made = {}
    appearance, setting = Revision.appearance, Revision.set
    for name, change in DRAWN.items():

        def drawn(self, width, height, resources, content, change=change):
            return appearance(self, width, height, resources, change(content) if b"/Tx" in content else content)

        with patch.object(Revision, "appearance", drawn):
            made[f"drawn/{name}"] = await flow.sealed(honest.world, honest.signed, number="123")
    for name, more in WRITTEN.items():

        def written(self, number, more=more, **values):
            setting(self, number, **(values | (more if values.get("V") == b"(123)" else {})))

        with patch.object(Revision, "set", written):
            made[f"written/{name}"] = await flow.sealed(honest.world, honest.signed, number="123")
    return made
