"""Signing from file to file: the new file is the old one, copied by the kernel while it is hashed, and a short tail.

Memory does not grow with the file. What arrives under the target's name before these functions return is not signed:
give them a private name, and rename (after an fsync) what they have made.
"""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.signing.pdf.archive import open_archive, stamp
from services.signing.pdf.content import Content, size_of
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.keys import Key
from services.signing.pdf.opening import Opened, Revised, filled
from services.signing.pdf.signable import Known
from services.signing.pdf.stamps import TimeStamper

SMALL = 2**20  # bytes: read, hashed and written in place; larger files on threads
Opener = Callable[[Content], Opened]


@dataclass(frozen=True)
class Signed:
    """Which file it is now; `waits` tells that its time stamp has still to come."""

    known: Known
    waits: bool = False


async def sign(
    source: Path, target: Path, opener: Opener, key: Key, tsa: TimeStamper | None = None, *, may_wait: bool = False
) -> Signed:
    """Signs `source` into the new file `target`. Refused, nothing stays behind.

    `opener` is `open_leader`, `open_seal` or `open_corner` with everything but the file.
    """
    if size_of(source) <= SMALL:
        waiting = _read(source, opener)
        whole = await filled(waiting, await key.sign(waiting.attributes), tsa, may_wait=may_wait)
        _write(target, waiting)
        return Signed(waiting.known, not whole)
    copying = asyncio.create_task(asyncio.to_thread(shutil.copyfile, source, target))
    try:
        waiting = await asyncio.to_thread(opener, source)
        whole = await filled(waiting, await key.sign(waiting.attributes), tsa, may_wait=may_wait)
        await copying
        _append(target, waiting)
    except BaseException:
        await _dropped(copying, target)
        raise
    return Signed(waiting.known, not whole)


async def append(
    path: Path, opener: Opener, key: Key, tsa: TimeStamper | None = None, *, may_wait: bool = False
) -> Signed:
    """Signs a private file where it is. Refused, it is as it was; killed while writing, cut it to its known size."""
    waiting = await asyncio.to_thread(opener, path) if size_of(path) > SMALL else opener(path)
    whole = await filled(waiting, await key.sign(waiting.attributes), tsa, may_wait=may_wait)
    _append(path, waiting)
    return Signed(waiting.known, not whole)


async def archive(path: Path, tsa: TimeStamper, *, evidence: Evidence = NOTHING, known: Known | None = None) -> Signed:
    """Adds evidence and a document time stamp to a private file where it is."""
    waiting = await asyncio.to_thread(open_archive, path, evidence=evidence, known=known)
    await stamp(waiting, tsa)
    _append(path, waiting)
    return Signed(waiting.known)


def _read(source: Path, opener: Opener) -> Opened:
    return opener(source.read_bytes())


def _write(target: Path, waiting: Opened) -> None:
    """Both parts with one call: half of a small file's signing would go into opening and buffering it."""
    content, data = bytes(waiting.content), waiting.tail.data
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        if os.writev(descriptor, (content, data)) != len(content) + len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
    except OSError:
        target.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)


def _append(path: Path, revised: Revised) -> None:
    try:
        with path.open("ab") as file:
            file.write(revised.tail.data)
    except OSError:
        os.truncate(path, revised.tail.size)
        raise


async def _dropped(copying: asyncio.Task[Path], target: Path) -> None:
    """Waits for the copy, whatever became of it, and takes it away."""
    await asyncio.gather(copying, return_exceptions=True)
    await asyncio.to_thread(target.unlink, missing_ok=True)
