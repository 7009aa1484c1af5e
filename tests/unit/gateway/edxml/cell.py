"""A cell for hostile packages: each is read in a process of its own with little memory and little time.

`python -m tests.unit.gateway.edxml.cell` reads paths from its input, forks for each, and prints what became of it as
JSON: the refusal or the problems, the files left behind, the memory that the reading took, or the signal that ended it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any

from services.gateway.edxml import EdxmlRefused, Package, read
from services.gateway.edxml.kit.check import check

EXPLAINED = 100_000  # bytes of the packages whose report is looked at
CPU_SECONDS, MEMORY = 10, 160 * 2**20  # memory over that of the imported codec


def _status_kb(name: str) -> int:
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith(name))
    return int(line.split()[1])


def _judge(path: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder, open(path, "rb") as stream:
        try:
            found = read(stream, Path(folder))
        except EdxmlRefused as no:
            left = len(list(Path(folder).iterdir()))
            return {"refused": no.code, "rule": no.problem.rule, "line": no.line, "left": left}
        codes = [p.code for p in found.problems if p.severity != "info"]
        files = found.attachments if isinstance(found, Package) else ()
        return {"read": codes, "left": len(list(Path(folder).iterdir())) - sum(1 for a in files if a.path)}


def _prisoner(path: str, pipe: int) -> None:
    base = _status_kb("VmRSS")
    space = _status_kb("VmSize") * 1024 + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (space, space))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins here
    found = _judge(path)
    found["kb"] = _status_kb("VmHWM") - base
    report = check(Path(path)) if os.path.getsize(path) < EXPLAINED else None
    found["report"] = report and {"ok": report.ok, "text": report.to_text(), "json": report.to_json()}
    os.write(pipe, json.dumps(found).encode())


def _try(path: str) -> dict[str, Any]:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            _prisoner(path, writing)
        except BaseException as error:
            os.write(writing, json.dumps({"accident": repr(error)}).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return {"killed": signal.Signals(os.WTERMSIG(status)).name}
    found: dict[str, Any] = json.loads(told)
    return found


def main() -> None:
    """One answer a line for one path a line."""
    for line in sys.stdin:
        print(json.dumps(_try(line.strip())), flush=True)


if __name__ == "__main__":
    main()
