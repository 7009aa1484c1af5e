"""`python -m infra.load.one_signature FILE PLAN KEY`: signs into a new file, then in place; prints the peak, MB."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from functools import partial
from pathlib import Path

from services.signing.pdf import files, plan
from services.signing.pdf.keys import Pkcs12Key
from services.signing.pdf.leader import open_leader


async def _sign(path: Path, known: plan.Plan, key: Pkcs12Key) -> None:
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
    file, facts, p12 = map(Path, sys.argv[1:4])
    asyncio.run(_sign(file, plan.from_json(json.loads(facts.read_text())), Pkcs12Key(p12.read_bytes(), "")))
    print(_peak())
