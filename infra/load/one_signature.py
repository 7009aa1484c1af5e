"""`python -m infra.load.one_signature FILE SHA256 KEY`: signs into a new file, then in place; prints the peak, MB."""

from __future__ import annotations

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

from services.signing.pdf import files
from services.signing.pdf.keys import Pkcs12Key
from services.signing.pdf.leader import open_leader
from services.signing.pdf.signable import Known


async def _sign(path: Path, known: Known, key: Pkcs12Key) -> None:
    opener, target = partial(open_leader, who=key, known=known), path.with_suffix(".signed")
    await files.sign(path, target, opener, key)
    target.unlink()
    await files.append(path, opener, key)
    os.truncate(path, known.size)


def _peak() -> float:
    """The highest memory of this process (what it inherited from its parent does not count)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    file, sha256, p12 = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    asyncio.run(_sign(file, Known(file.stat().st_size, sha256), Pkcs12Key(p12.read_bytes(), "")))
    print(_peak())
