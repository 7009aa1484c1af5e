"""Processes that sign the same prepared file again and again: what a machine gives when each core signs for itself."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path

from services.signing.pdf.keys import Pkcs12Key
from services.signing.pdf.leader import open_leader
from services.signing.pdf.opening import signed
from services.signing.pdf.signable import Known


class _Signer:
    """What one process has at hand."""

    def __init__(self, path: Path, p12: Path) -> None:
        self._content, self._key = path.read_bytes(), Pkcs12Key(p12.read_bytes(), "")
        known = Known(len(self._content), hashlib.sha256(self._content).hexdigest())
        self._opener = partial(open_leader, who=self._key, known=known)

    async def sign(self, times: int) -> None:
        for _ in range(times):
            await signed(self._opener(self._content), self._key, None)

    def bare(self, times: int) -> None:
        """The cryptography alone."""
        for _ in range(times):
            self._key.sign_now(hashlib.sha256(self._content).digest())


_here: list[_Signer] = []


def _begin(path: Path, p12: Path) -> None:
    _here.append(_Signer(path, p12))


def _sign(times: int) -> None:
    asyncio.run(_here[0].sign(times))


def _bare(times: int) -> None:
    _here[0].bare(times)


class Signers:
    """Some processes at work."""

    def __init__(self, pool: Pool, processes: int) -> None:
        self._pool, self._processes = pool, processes

    def rate(self, times: int, *, bare: bool = False) -> float:
        """Documents a second when each process signs so many."""
        started = time.perf_counter()
        self._pool.map(_bare if bare else _sign, [times] * self._processes, chunksize=1)
        return times * self._processes / (time.perf_counter() - started)


@contextmanager
def signers(processes: int, path: Path, p12: Path) -> Iterator[Signers]:
    with multiprocessing.get_context("spawn").Pool(processes, _begin, (path, p12)) as pool:
        made = Signers(pool, processes)
        made.rate(1)
        yield made
