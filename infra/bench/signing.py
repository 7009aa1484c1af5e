"""Signing against the bare cryptography: SHA-256 of the file once and one private-key signature.

pyHanko as its documentation shows it stands beside each act, for comparison.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import uvloop

from infra.bench.frame import Row, absolute, against, within
from infra.load import pyhanko_signer
from infra.load.authorities import KINDS, OFFICE, SIGNER, Place, running
from infra.load.many_signatures import signers
from infra.load.papers_to_sign import ACTS, Paper, paper
from services.signing.authorities.gathering import Gatherer
from services.signing.authorities.stamper import HttpTimeStamper
from services.signing.authorities.wire import Wire
from services.signing.pdf import drawings, files
from services.signing.pdf.files import Signed
from services.signing.pdf.opening import signed

SMALL, LARGE = 0.2, 20.0  # MB
GOALS = {("RSA-2048", SMALL): 2.0, ("P-256", SMALL): 4.0, ("RSA-2048", LARGE): 1.2, ("P-256", LARGE): 1.2}
BATCH, AT_ONCE, DELAY = 50, 10, 0.2  # documents; stamps at once and seconds for each, of the slow time stamper
ROUNDS, EACH = 100, 20  # of the throughput


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name, running(Path(name)) as place:
        folder = Path(name)
        found = []
        for megabytes in (SMALL, LARGE):
            for act in ACTS:
                for kind in KINDS:
                    one = paper(act, megabytes, place.leaders[kind], place.offices[kind], folder)
                    found += _acts(one, megabytes, kind, folder)
        light = {kind: paper(ACTS[0], SMALL, place.leaders[kind], place.offices[kind], folder) for kind in KINDS}
        for kind, one in light.items():
            found += uvloop.run(_proven(one, kind, place, folder))
        found.append(uvloop.run(_batch(light["RSA-2048"], place, folder)))
        found += _throughput(light["RSA-2048"], folder / "leader-RSA-2048.p12")
        heavy = paper(ACTS[0], 50.0, place.leaders["RSA-2048"], place.offices["RSA-2048"], folder)
        found.append(_memory(light["RSA-2048"], heavy))
        return found


def _acts(one: Paper, megabytes: float, kind: str, folder: Path) -> list[Row]:
    """One act B-B: a small file in memory, a large one where it is, both to a new file; then pyHanko."""
    name = f"{one.act}, B-B, {one.path.stat().st_size / 1e6:.1f} MB, {kind}"
    target, size, content = folder / "target.pdf", one.path.stat().st_size, one.content
    floor = partial(_bare, content, one)

    async def in_memory() -> bytes:
        return await signed(one.opener()(content), one.key, None)

    async def to_new() -> Signed:
        return await files.sign(one.path, target, one.opener(), one.key)

    async def in_place() -> Signed:
        return await files.append(one.path, one.opener(), one.key)

    def cut() -> None:
        os.truncate(one.path, size)

    goal = GOALS[kind, megabytes]
    if megabytes == SMALL:
        ours, bare = uvloop.run(_best(in_memory, floor, _nothing, 500))
        made = within(f"{name}, in memory", ours, bare, "ms", at_most=goal)
    else:
        ours, bare = uvloop.run(_best(in_place, floor, cut, 40))
        made = within(f"{name}, in place", ours, bare, "ms", at_most=goal)
    ours, again = uvloop.run(_best(to_new, floor, target.unlink, 300 if megabytes == SMALL else 20))
    copied = _compared(f"{name}, from file to file", ours, again)
    return [made, copied, _documented(one, name, kind, folder, bare)]


def _nothing() -> None:
    """Nothing to tidy up."""


def _bare(content: bytes, one: Paper) -> bytes:
    return one.key.sign_now(hashlib.sha256(content).digest())


def _documented(one: Paper, name: str, kind: str, folder: Path, floor: float) -> Row:
    leader = one.act == ACTS[0]
    image = drawings.signature(SIGNER) if leader else drawings.seal(OFFICE)
    p12, content = folder / f"{'leader' if leader else 'office'}-{kind}.p12", one.content
    act = partial(pyhanko_signer.sign, content, p12, image, leader=leader)
    act()
    ours = min(_timed(act) for _ in range(3))
    return _compared(f"{name}, pyHanko as documented", ours, floor)


async def _proven(one: Paper, kind: str, place: Place, folder: Path) -> list[Row]:
    """B-LT with evidence kept and a time stamper over HTTP: the processor time of this process alone."""
    wire, content = Wire(local=True), one.content
    gatherer, stamper = Gatherer([place.root], wire), HttpTimeStamper([f"{place.url}/tsa"], wire)

    async def act() -> None:
        evidence = await gatherer.evidence(one.key, *await stamper.chains())
        await signed(one.opener(evidence, stamped=True)(content), one.key, stamper)

    await act()
    ours = min([await _processor(act, 4) for _ in range(150)])
    bare = min(_processor_now(partial(_bare, content, one), 4) for _ in range(150))
    await wire.close()
    documented = partial(
        pyhanko_signer.sign, content, folder / f"leader-{kind}.p12", drawings.signature(SIGNER), leader=True,
        tsa=f"{place.url}/tsa", root=folder / "root.pem",
    )  # fmt: skip
    slow = await asyncio.to_thread(_processor_now, documented, 3)
    name = f"leader signs, B-LT, 0.2 MB, {kind}, processor time"
    return [
        within(name, ours, bare, "ms", at_most=10),
        _compared(f"{name}, pyHanko as documented", slow, bare),
    ]


async def _batch(one: Paper, place: Place, folder: Path) -> Row:
    """Fifty documents B-LT against fifty bare requests to the same slow time stamper."""
    wire = Wire(local=True)
    stamper = HttpTimeStamper([f"{place.url}/tsa?delay={DELAY}&at_once={AT_ONCE}"], wire)
    gatherer = Gatherer([place.root], wire)

    async def act(number: int) -> None:
        evidence = await gatherer.evidence(one.key, *await stamper.chains())
        opener = one.opener(evidence, stamped=True)
        await files.sign(one.path, folder / f"batch-{number}.pdf", opener, one.key, stamper)

    await stamper.token(bytes(32))
    started = time.perf_counter()
    await asyncio.gather(*(stamper.token(hashlib.sha256(bytes([n])).digest()) for n in range(BATCH)))
    bare = time.perf_counter() - started
    started = time.perf_counter()
    await asyncio.gather(*map(act, range(BATCH)))
    ours = time.perf_counter() - started
    await wire.close()
    return within(f"batch of {BATCH} B-LT against {BATCH} bare time stamps", ours, bare, "s", at_most=1.2)


def _throughput(one: Paper, p12: Path) -> list[Row]:
    """Documents a second on two cores against one, and what the machine itself gives: the bare cryptography."""
    with signers(1, one.path, p12) as single, signers(2, one.path, p12) as double:
        rates = [
            (single.rate(EACH), double.rate(EACH), single.rate(EACH, bare=True), double.rate(EACH, bare=True))
            for _ in range(ROUNDS)
        ]
    ours_1, ours_2, bare_1, bare_2 = map(max, zip(*rates, strict=True))
    return [
        against("leader signs, 2 processes against 1", ours_2, ours_1, "documents/s", at_least=1.7),
        _compared("bare cryptography, 2 processes against 1", bare_2, bare_1, "documents/s"),
    ]


def _memory(light: Paper, heavy: Paper) -> Row:
    """The peak of a process that signs 50 MB against one that signs 0.2 MB."""
    peaks = []
    for one in (light, heavy):
        p12 = one.path.parent / "leader-RSA-2048.p12"
        command = [sys.executable, "-m", "infra.load.one_signature", str(one.path), one.known.sha256, str(p12)]
        said = subprocess.run(command, capture_output=True, text=True, check=True)
        peaks.append(float(said.stdout))
    gained = peaks[1] - peaks[0]
    return absolute("memory that 50 MB take beyond 0.2 MB, file to file and in place", gained, "MB", goal=20)


async def _best(
    act: Callable[[], Awaitable[object]], floor: Callable[[], object], tidy: Callable[[], None], repeats: int
) -> tuple[float, float]:
    """The quickest of both, in ms, measured in turn."""
    ours, bare = [], []
    for _ in range(repeats):
        started = time.perf_counter()
        await act()
        ours.append(time.perf_counter() - started)
        tidy()
        bare.append(_timed(floor) / 1000)
    return min(ours) * 1000, min(bare) * 1000


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


async def _processor(act: Callable[[], Awaitable[object]], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        await act()
    return (time.process_time() - started) / repeats * 1000


def _processor_now(act: Callable[[], object], repeats: int) -> float:
    started = time.process_time()
    for _ in range(repeats):
        act()
    return (time.process_time() - started) / repeats * 1000


def _compared(name: str, ours: float, floor: float, unit: str = "ms") -> Row:
    return Row(name, float(f"{ours:.4g}"), float(f"{floor:.4g}"), unit, round(ours / floor, 3), "for comparison", True)
