"""edXML: reading and writing packages against the bare work on the same bytes, and the memory that it takes.

Floor of reading: remove white space, decode base64 strictly (the same library), SHA-256, write.
Floor of writing: read, SHA-256, base64, SHA-256 of the package, write.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pybase64

from infra.bench.frame import Row, absolute, against
from services.gateway.edxml import Limits, Organ, Outgoing, Package, make_document_id, read, write

MEGABYTE = 1024 * 1024
SIZES = (1, 60, 500)
REPEATS = {1: 9, 60: 3, 500: 2}
BLOCK = 65536 // 3 * 3
UNBOUNDED = Limits(package_bytes=2**40, attachment_bytes=2**40, total_bytes=2**40)


def rows() -> list[Row]:
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in SIZES:
            found += _of_size(folder, size)
        found.append(_memory(folder))
    return found


def _of_size(folder: Path, size: int) -> list[Row]:
    pdf, package = folder / "a.pdf", folder / f"{size}.edxml"
    _make_pdf(pdf, size)
    repeats, megabytes = REPEATS[size], float(size)
    writing = _best(repeats, lambda: _write(pdf, package))
    plain_writing = _best(repeats, lambda: _write_plainly(pdf, folder / "plain"))
    reading = _best(repeats, lambda: _read(package, folder / "out"))
    plain_reading = _best(repeats, lambda: _read_plainly(folder / "plain", folder / "plain.out"))
    return [
        against(f"edxml read {size} MB", megabytes / reading, megabytes / plain_reading, "MB/s", at_least=0.6),
        against(f"edxml write {size} MB", megabytes / writing, megabytes / plain_writing, "MB/s", at_least=0.5),
    ]


def _memory(folder: Path) -> Row:
    """Peak of a process that reads the largest package, less that of one which reads the smallest."""
    peaks = []
    for size in (SIZES[0], SIZES[-1]):
        command = [sys.executable, "-m", "infra.bench.reading", str(folder / f"{size}.edxml"), str(folder / "out")]
        peaks.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout))
    return absolute(f"edxml read {SIZES[-1]} MB, memory over {SIZES[0]} MB", peaks[1] - peaks[0], "MB", goal=8)


def _best(repeats: int, act: Callable[[], None]) -> float:
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return min(times)


def _make_pdf(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for _ in range(size):
            file.write(os.urandom(MEGABYTE))


def _write(pdf: Path, to: Path) -> None:
    day = date(2026, 11, 24)
    package = Package(
        sender=Organ("H60.10", "Sở Khoa học và Công nghệ"),
        recipients=(Organ("G06", "Bộ Khoa học và Công nghệ"),),
        document_id=make_document_id("H60.10", day, "128", "QĐ-SKHCN"),
        code_number="128",
        code_notation="QĐ-SKHCN",
        place="Tuyên Quang",
        promulgation_date=day,
        type_name="Quyết định",
        subject="Về việc đo tốc độ",
        content="Về việc đo tốc độ",
        signer_position="Giám đốc",
        signer_name="Hà Trung Kiên",
    )
    with to.open("wb") as out:
        write(package, [Outgoing("a.pdf", pdf)], out)


def _read(package: Path, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with package.open("rb") as stream:
        read(stream, folder, UNBOUNDED)
    for file in folder.iterdir():
        file.unlink()


def _write_plainly(pdf: Path, to: Path) -> None:
    content, whole = hashlib.sha256(), hashlib.sha256()
    with pdf.open("rb") as source, to.open("wb") as out:
        while block := source.read(BLOCK):
            content.update(block)
            text = pybase64.b64encode(block)
            whole.update(text)
            out.write(text)


def _read_plainly(text: Path, to: Path) -> None:
    digest = hashlib.sha256()
    with text.open("rb") as source, to.open("wb") as out:
        while block := source.read(BLOCK // 3 * 4):
            content = pybase64.b64decode(block.translate(None, b" \t\r\n"), validate=True)
            digest.update(content)
            out.write(content)


def _peak() -> float:
    """The highest memory of this process, MB (what it inherited from the process that started it does not count)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


if __name__ == "__main__":
    _read(Path(sys.argv[1]), Path(sys.argv[2]))
    print(_peak())
