"""`python -m tests.fuzz.judging --count 5000`: the quick judge of signed files against pyHanko with our policy.

Every forgery of the corpus; then documents of several originals, half of them made otherwise than they should be by
people whose keys are right, half of them changed when they were finished. Whatever the quick judge calls valid pyHanko
has to call valid in the same words. What broke is kept in var/fuzz with its seed. Exit 1 when anything did.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.signing.judging import examination
from services.signing.judging.remaking import judge as quick
from services.signing.judging.verdict import Expected
from services.signing.pdf.corner import sign_annex
from services.signing.pdf.evidence import NOTHING
from shared.telemetry import configure_logging
from tests.unit.signing import documents, flow, forging, pki
from tests.unit.signing.forging.honest import Honest
from tests.unit.signing.remaking.mutations import Workshop
from tests.unit.signing.remaking.tampering import Tamperer

KEPT = Path("var/fuzz")
SLOW_SECONDS, BATCH = 2.0, 50
EXPECTED = (Expected(), Expected(), Expected(sealed=False), Expected(annex=True))
DRAFTS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("ec", {}),
    ("rsa", {"paragraphs": 20, "standard": "a-2a"}),
    ("ec", {"table": 12, "alone": True}),
    ("ec", {"flipped": True, "paragraphs": 1}),
)


@dataclass(frozen=True)
class Originals:
    """Drafts of which documents are made, and finished files, each with its world."""

    shops: list[Workshop]
    files: list[tuple[pki.World, bytes]]

    @classmethod
    async def made(cls, drafts: int = len(DRAFTS)) -> Originals:
        shops = [Workshop.opened(pki.world(kind), **draft) for kind, draft in DRAFTS[:drafts]]
        files = []
        for shop in shops:
            led = await shop.led()
            sealed = await shop.sealed(led)
            files += [(shop.world, pdf) for pdf in (led, sealed, await shop.archived(sealed))]
        world = pki.world()
        joint = await flow.sealed(world, await flow.led_by_both(world))
        annex = await sign_annex(
            documents.draft(paragraphs=3),
            world.office,
            code="12/QĐ-UBND",
            tsa=world.stamper(),
            evidence=world.evidence(),
        )
        return cls(shops, [*files, (world, joint), (world, annex)])

    async def changed(self, seed: int) -> tuple[pki.World, bytes] | None:
        """The document of this seed; None where the signing library itself goes no further with it."""
        chance = random.Random(seed)
        if seed % 2:
            world, pdf = chance.choice(self.files)
            return world, Tamperer(seed, [other for _, other in self.files]).file(pdf)
        shop = chance.choice(self.shops)
        try:
            return shop.world, await shop.mutant(seed)
        except Exception:  # it refuses, or breaks off, before there is a file
            return None


def compare(world: pki.World, pdf: bytes, expected: Expected) -> tuple[str, str]:
    """What became of the file, and what is wrong with that."""
    moment, started = datetime.now(UTC), time.process_time()
    ours = quick.judge(pdf, world.trust, moment, expected)
    if time.process_time() - started > SLOW_SECONDS:
        return "slow", f"slow: {time.process_time() - started:.1f} s"
    if ours is None:
        return "handed over", ""
    theirs = examination.judge(pdf, world.trust, moment, NOTHING, expected)
    if replace(ours, judge=theirs.judge) == theirs:
        return "valid to both", ""
    return "broken", f"valid to one alone, or in other words: {[one.code for one in theirs.reasons]}"


def run(seed: int, count: int, found: Originals) -> tuple[Counter[str], list[str]]:
    """`count` documents from this seed on: what became of them, and what broke."""
    counted, broken = Counter[str](), list[str]()
    for number in range(seed, seed + count):
        changed = asyncio.run(found.changed(number))
        if changed is None:
            counted["not made"] += 1
            continue
        state, problem = compare(*changed, random.Random(number).choice(EXPECTED))
        counted[state] += 1
        if problem:
            broken.append(f"seed {number}: {problem}")
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"judge-{number}.pdf").write_bytes(changed[1])
    return counted, broken


def corpus() -> tuple[Counter[str], list[str]]:
    """Every forgery: none may be valid to the quick judge, whatever is expected."""
    honest = asyncio.run(Honest(pki.world()).make())
    made = asyncio.run(forging.all_of(honest))
    states = {one.name: compare(honest.world, one.pdf, Expected())[0] for one in made}
    broken = [f"forgery {name}: {state}" for name, state in states.items() if state != "handed over"]
    return Counter({"forgeries": len(states)}), broken


_found: list[Originals] = []


def _begin() -> None:
    configure_logging("error")
    _found.append(asyncio.run(Originals.made()))


def _worker(seed: int | None) -> tuple[Counter[str], list[str]]:
    return corpus() if seed is None else run(seed, BATCH, _found[0])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.judging")
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + options.count, BATCH)
    started, total, broken = time.monotonic(), Counter[str](), list[str]()
    with multiprocessing.get_context("spawn").Pool(options.processes, _begin) as pool:
        for counted, words in pool.imap_unordered(_worker, [None, *seeds]):
            total += counted
            broken += words
            for line in words:
                print(line, flush=True)
            if counted["forgeries"] or total.total() % 500 < BATCH:
                print(f"… {_told(total)}, {time.monotonic() - started:.0f} s", flush=True)
    print(f"{_told(total)}; {len(broken)} broken, {time.monotonic() - started:.0f} s")
    return 1 if broken else 0


def _told(counted: Counter[str]) -> str:
    return ", ".join(f"{count} {state}" for state, count in sorted(counted.items()))


if __name__ == "__main__":
    raise SystemExit(main())
