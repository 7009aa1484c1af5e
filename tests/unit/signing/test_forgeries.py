"""Nothing forged gets through, each with its reason; and the honest files do."""

from __future__ import annotations

import asyncio

import pytest

from services.signing.judging.judge import judged
from tests.unit.signing import forging, pki
from tests.unit.signing.forging.honest import Honest


@pytest.fixture(scope="module")
def honest() -> Honest:
    return asyncio.run(Honest(pki.world()).make())


async def test_every_forgery_is_refused_with_its_reason(honest: Honest) -> None:
    forged = await forging.all_of(honest, thin=4)
    assert len(forged) >= 250 and len({one.name for one in forged}) == len(forged)
    verdicts = await asyncio.gather(*(judged(one.pdf, trust=honest.world.trust) for one in forged))
    wrong = []
    for one, verdict in zip(forged, verdicts, strict=True):
        codes = {reason.code for reason in verdict.reasons}
        if verdict.valid or verdict.legal_state == "ORIGINAL" or not codes & one.codes:
            wrong.append((one.name, verdict.valid, sorted(codes), sorted(one.codes)))
    assert not wrong, "\n".join(map(str, wrong))


async def test_honest_files_are_accepted(honest: Honest) -> None:
    for pdf in (honest.sealed, honest.other, honest.archived, honest.foreign):
        verdict = await judged(pdf, trust=honest.world.trust)
        assert verdict.valid and verdict.legal_state == "ORIGINAL", verdict.reasons
