"""Nothing forged gets through, and the honest files do."""

from __future__ import annotations

import asyncio

import pytest

from services.signing.judging.judge import judged
from tests.unit.signing import pki, tampering


@pytest.fixture(scope="module")
def honest() -> tampering.Honest:
    return asyncio.run(tampering.Honest(pki.world()).make())


async def test_every_forgery_is_refused_with_its_reason(honest: tampering.Honest) -> None:
    forged = await tampering.corpus(honest)
    assert len(forged) >= 80 and len({one.name for one in forged}) == len(forged)
    wrong = []
    for one in forged:
        verdict = await judged(one.pdf, trust=honest.world.trust)
        codes = {reason.code for reason in verdict.reasons}
        if verdict.valid or verdict.legal_state == "ORIGINAL" or not codes & one.codes:
            wrong.append((one.name, verdict.valid, sorted(codes), sorted(one.codes)))
    assert not wrong, "\n".join(map(str, wrong))


async def test_honest_files_are_accepted(honest: tampering.Honest) -> None:
    for pdf in (honest.sealed, honest.archived):
        verdict = await judged(pdf, trust=honest.world.trust)
        assert verdict.valid and verdict.legal_state == "ORIGINAL", verdict.reasons
