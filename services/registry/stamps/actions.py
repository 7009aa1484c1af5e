"""The arrival stamp of a registered document: as a label to print, and on a copy of its first page.

The file that arrived stays as it is: a stamp in it would break its signatures.
"""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import pikepdf
from pikepdf import Rectangle

from contracts.message import FileRef
from services.registry.documents import paper
from services.registry.documents.typeset import compiled
from services.registry.incoming import queries as incoming
from services.registry.layout import apart
from services.registry.layout.sheet import MM
from services.registry.stamps import blanks, rules
from shared.auth import Principal
from shared.service import Runtime

FORM = "arrival_stamp"


async def label(runtime: Runtime, caller: Principal, key: str) -> bytes:
    """The stamp alone, 50 × 35 mm. Raises NotFound, NotRegistered."""
    values, _ = await _facts(runtime, caller, key)
    return await asyncio.to_thread(compiled, FORM, values)


async def stamped(runtime: Runtime, caller: Principal, key: str) -> bytes:
    """A copy for printing with the stamp on page 1. Raises NotFound, NotRegistered, NothingToStamp, NotMeasured."""
    values, main = await _facts(runtime, caller, key)
    if main is None:
        raise rules.NothingToStamp
    source = await runtime.blobs.get(main.sha256)
    told = await apart.run(blanks.__name__, source, main.display_name or main.name)
    place = rules.place(blanks.loaded(json.loads(told)))
    made = await asyncio.to_thread(compiled, FORM, values)
    return await asyncio.to_thread(_laid, source, made, place)


async def _facts(runtime: Runtime, caller: Principal, key: str) -> tuple[dict[str, Any], FileRef | None]:
    async with runtime.work(caller, reading=True) as work:
        facts = await incoming.arrival(work, key)
    if facts is None:
        raise rules.NotRegistered
    main = next((f for f in facts.files if f.role == "main" and f.content_type == "application/pdf"), None)
    return facts.shown, main


def _laid(source: bytes, stamp: bytes, place: tuple[float, float]) -> bytes:
    left, top = place
    with paper.flattened(source) as whole, pikepdf.open(io.BytesIO(stamp)) as form:
        page = whole.pages[0]
        x0, y0, _, y1 = (float(v) for v in page.cropbox)
        x, y = x0 + left * MM, y1 - top * MM
        box = Rectangle(x, max(y - rules.HEIGHT * MM, y0), x + rules.WIDTH * MM, y)
        page.add_overlay(form.pages[0], box)
        return paper.written(whole)
