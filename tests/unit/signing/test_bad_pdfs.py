"""Bad files get a clear word within their limits of time and memory, whether they are judged or prepared."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from services.signing.judging.judge import judged
from services.signing.pdf import anchors
from services.signing.pdf.normalise import Encrypted, TooLarge, Unreadable
from services.signing.pdf.prepare import prepare
from services.signing.workers.pool import Stopped, Workers
from shared.problems import Refusal
from tests.unit.signing import badly_made as bad
from tests.unit.signing import documents, flow, pki
from tests.unit.signing.forging import files as forged

SECONDS, SOON, MEMORY = 30, 4, 1024
NAMED = (Unreadable, Encrypted, TooLarge, Stopped, anchors.PlaceNotFound)


@pytest.fixture(scope="module")
def pools() -> dict[bool, Workers]:
    """Children with much time; and those with little, for what swells."""
    return {
        swells: Workers("bad", 1, seconds=SOON if swells else SECONDS, memory_mb=MEMORY) for swells in (False, True)
    }


@pytest.fixture(scope="module")
def issued() -> bytes:
    return asyncio.run(flow.issued(pki.world()))


Made = Callable[[bytes], bytes]
JUDGED: dict[str, tuple[Made, set[str]]] = {
    "nothing": (lambda _: b"", {"unreadable"}),
    "text": (lambda _: b"Kinh gui", {"unreadable"}),
    "truncated": (lambda pdf: pdf[: len(pdf) * 2 // 3], {"unreadable"}),
    "encrypted": (lambda _: bad.encrypted("secret"), {"encrypted"}),
    "hybrid": (forged.hybrid, {"hybrid"}),
    "circular pages": (lambda _: bad.circular_pages(), {"unreadable", "unsigned", "not-judged"}),
    "deep pages": (lambda _: bad.deep_pages(), {"unreadable", "unsigned", "not-judged"}),
    "bomb": (lambda _: bad.bomb(), {"unreadable", "unsigned", "not-judged"}),
    "bomb packed twice": (lambda _: bad.nested_bomb(), {"unreadable", "unsigned", "not-judged"}),
    "bomb as table": (lambda _: bad.packed_objects(), {"unreadable", "not-judged"}),
    "many pages": (lambda _: bad.pages(10_000), {"unsigned"}),
    "no meaning": (lambda _: bad.without_meaning(), {"unsigned"}),
    "scan": (lambda _: bad.scanned(), {"unsigned"}),
}


@pytest.mark.parametrize("name", JUDGED)
async def test_a_bad_file_is_judged_by_its_name(name: str, issued: bytes, pools: dict[bool, Workers]) -> None:
    made, codes = JUDGED[name]
    pdf = made(issued)
    async with asyncio.timeout(SECONDS * 2):  # a child's start and its end beside its work
        verdict = await judged(pdf, trust=pki.world().trust, pool=pools["bomb" in name])
    assert not verdict.valid and verdict.legal_state == "REFERENCE_ONLY"
    assert {one.code for one in verdict.reasons} <= codes and verdict.reasons, verdict.reasons


PREPARED: dict[str, tuple[Made, type[Refusal] | tuple[type[Refusal], ...]]] = {
    "nothing": (lambda _: b"", Unreadable),
    "text": (lambda _: b"Kinh gui", Unreadable),
    "encrypted": (lambda _: bad.encrypted("secret"), Encrypted),
    "circular pages": (lambda _: bad.circular_pages(), NAMED),
    "deep pages": (lambda _: bad.deep_pages(), NAMED),
    "bomb": (lambda _: bad.bomb(), NAMED),
    "bomb packed twice": (lambda _: bad.nested_bomb(), NAMED),
    "bomb as table": (lambda _: bad.packed_objects(), NAMED),
    "too many pages": (lambda _: bad.pages(10_001), TooLarge),
    "no meaning": (lambda _: bad.without_meaning(), anchors.PlaceNotFound),
    "scan": (lambda _: bad.scanned(), anchors.PlaceNotFound),
}


@pytest.mark.parametrize("name", PREPARED)
async def test_a_bad_draft_is_refused_by_its_name_or_asks_for_places_by_hand(
    name: str, pools: dict[bool, Workers]
) -> None:
    made, refusals = PREPARED[name]
    pdf = made(b"")
    async with asyncio.timeout(SECONDS * 2):
        with pytest.raises(refusals) as refused:
            await pools["bomb" in name].run(prepare, pdf, signer_name=documents.SIGNER)
    assert len(refused.value.text) > 40


async def test_after_all_of_them_the_children_work_on(issued: bytes, pools: dict[bool, Workers]) -> None:
    for pool in pools.values():
        verdict = await judged(issued + b"% more", trust=pki.world().trust, pool=pool)
        assert [one.code for one in verdict.reasons] == ["not-whole-file"]
