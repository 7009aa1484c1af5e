"""The PDF for the hand seal, envelopes, labels. The values of forms/envelope.typ and forms/labels.typ."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pikepdf

from contracts.signing.fields import ANNEX, SEAL
from services.registry.documents import paper
from services.registry.documents.typeset import compiled
from services.registry.layout.sheet import MM
from services.registry.paper_issues import rules

DIGITAL_SEALS = (SEAL, ANNEX)
EDGE, TOP, HIGH = 15 * MM, 8 * MM, 6 * MM


def for_seal(main: bytes, annexes: Sequence[bytes], note: str) -> bytes:
    """Main file and annexes as the leader signed them, with number and date, without the office's digital seal.

    On an annex number and date stood in that seal: `note` says instead to which document it belongs.
    Raises NotSignedByLeader, NotPrintable.
    """
    try:
        rules.check_signed(paper.filled(main))
        return _joined(main, annexes, note)
    except pikepdf.PdfError as error:
        raise rules.NotPrintable from error


def _joined(main: bytes, annexes: Sequence[bytes], note: str) -> bytes:
    with paper.flattened(main, without=DIGITAL_SEALS) as whole:
        for content in annexes:
            with paper.flattened(content, without=DIGITAL_SEALS) as annex:
                _noted(annex.pages[0], note)
                made = paper.written(annex)
            with pikepdf.open(io.BytesIO(made)) as annex:
                whole.pages.extend(annex.pages)
        return paper.written(whole)


def _noted(page: pikepdf.Page, note: str) -> None:
    """In the upper margin, on the right."""
    x0, _, x1, y1 = (float(v) for v in page.cropbox)
    with pikepdf.open(io.BytesIO(compiled("annex_note", {"note": note}))) as stamp:
        page.add_overlay(stamp.pages[0], pikepdf.Rectangle(x0 + EDGE, y1 - TOP - HIGH, x1 - EDGE, y1 - TOP))


def envelopes(sender: dict[str, str], addressed: list[dict[str, Any]], form: rules.Envelope) -> bytes:
    """A page an envelope, in its true size."""
    return compiled("envelope", {"sender": sender, "addressed": addressed, **form.model_dump()})


def labels(sender: dict[str, str], addressed: list[dict[str, Any]], first: int, form: rules.Labels) -> bytes:
    """Sheets of labels; `first`: the place (from 1) of the first unused label of the sheet."""
    return compiled("labels", {"sender": sender, "addressed": addressed, "first": first, **form.model_dump()})
