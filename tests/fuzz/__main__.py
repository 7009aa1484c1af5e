"""`python -m tests.fuzz --count 100000`: mutations of the real samples and of packages of every dialect.

Prints what broke with the seed that made it; what broke is kept in var/fuzz. Exit 1 when anything did.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from infra.conformance.packages.content import PDF, File, zipped
from infra.conformance.packages.dialects import DIALECTS
from infra.conformance.packages.documents import document, recall, replacement, status, update
from infra.conformance.packages.tree import write
from tests.fuzz.mutations import mutate
from tests.fuzz.oracle import Broken, Original, compare
from tests.unit.gateway.edxml.corpus import CASES

SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples" / "edxml"
KEPT = Path("var/fuzz")
SLOW_SECONDS, GROWTH_MB, LARGEST = 2.0, 48, 400_000
BATCH = 250


def packages() -> Iterator[tuple[str, bytes]]:
    """What is spoilt: the samples that are not large, every dialect, every kind, the hostile ones."""
    if SAMPLES.is_dir():
        for path in sorted(SAMPLES.rglob("*.edxml")):
            if path.stat().st_size <= LARGEST:
                yield path.name, path.read_bytes()
    zipfile = File("Phụ lục.txt", zipped("Nội dung".encode() * 9), "application/zip", "cid:2")
    for name, make in DIALECTS.items():
        yield name, make(File("a.pdf", PDF))
        yield f"{name} zip", make(zipfile)
    for maker in (document, recall, update, replacement):
        yield maker.__name__, write(maker(files=(File("a.pdf", PDF), zipfile)))
    for code in ("01", "13"):
        yield f"status {code}", write(status(code))
    for case in CASES:
        data = case.make()
        if len(data) < 20_000:
            yield case.name, data


def originals() -> list[Original]:
    """All of them, read once. Small ones come as often as large ones."""
    return [Original.of(name, data) for name, data in packages()]


def _memory_mb() -> float:
    line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


def run(seed: int, count: int, found: list[Original]) -> list[str]:
    """One batch of mutations; what broke, in words."""
    chance, broken = Random(seed), []
    for number in range(count):
        original = chance.choice(found)
        data = mutate(original.data, chance)
        started = time.process_time()
        try:
            compare(original, data)
            problem = "" if time.process_time() - started < SLOW_SECONDS else "slow"
        except Broken as error:
            problem = str(error)
        except Exception as error:  # an accident of the reader is what is looked for
            problem = f"crash {type(error).__name__}: {error}"
        if problem:
            broken.append(f"{original.name}, seed {seed}, number {number}: {problem}")
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / f"{seed}-{number}.edxml").write_bytes(data)
    return broken


_found: list[Original] = []


def _begin() -> None:
    """A worker reads the originals once, and then may not grow beyond all measure."""
    _found.extend(originals())
    resource.setrlimit(resource.RLIMIT_AS, (2 * 2**30, 2 * 2**30))


def _worker(seed: int) -> tuple[list[str], float]:
    return run(seed, BATCH, _found), _memory_mb()


def main() -> int:
    """All batches over the processors."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    seeds = range(options.seed, options.seed + -(-options.count // BATCH))
    started, done, broken, memory = time.monotonic(), 0, list[str](), list[float]()
    originals()  # one that is broken before it is spoilt stops here
    with multiprocessing.get_context("fork").Pool(options.processes, _begin) as pool:
        for words, mb in pool.imap_unordered(_worker, seeds):
            done += BATCH
            broken += words
            memory.append(mb)
            for line in words:
                print(line, flush=True)
            if done % 5000 < BATCH:
                print(f"… {done} mutations, {time.monotonic() - started:.0f} s, {mb:.0f} MB", flush=True)
    growth = _growth(memory)
    print(f"{done} mutations in {time.monotonic() - started:.0f} s, {len(broken)} broken, memory grew {growth:.0f} MB")
    return 1 if broken or growth > GROWTH_MB else 0


def _growth(memory: list[Any]) -> float:
    """How much more the last batches needed than the first ones."""
    tenth = max(1, len(memory) // 10)
    return max(memory[-tenth:]) - max(memory[: 2 * tenth])


if __name__ == "__main__":
    raise SystemExit(main())
