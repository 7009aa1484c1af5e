"""Packages written by others, where they lie beside the repository: each is brought to the gateway by a clerk."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from contracts.client import Problem
from infra.demo.journey import CLERK
from infra.demo.narrate import Narrator, console, table
from infra.demo.people import Desk, Desks

FOLDER = Path(__file__).parents[3] / "shared" / "samples" / "edxml"
SUFFIXES = (".edxml", ".xml")
FAILED = "lỗi"
WORDS = {
    "received": "đã nhận",
    "duplicate": "đã nhận trước đó",
    "status": "trạng thái đã ghi",
    "quarantined": "cách ly",
    "taken_back": "đã trả lại",
}


def found(folder: Path = FOLDER) -> list[tuple[str, bytes]]:
    """Name and content of each sample; none where the folder is missing."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)
    return [(str(path.relative_to(folder)), path.read_bytes()) for path in files]


async def bring(desks: Desks, say: Narrator, samples: list[tuple[str, bytes]]) -> None:
    """Print what became of each. Raises NotProven when one makes the gateway fail."""
    if not samples:
        console.print("\n  Không có gói tin mẫu cạnh mã nguồn: bỏ qua phần này.")
        return
    say.chapter("6. Gói tin mẫu của các hệ thống khác")
    clerk = await desks.of(CLERK)
    rows, counts = [], Counter[str]()
    for name, content in samples:
        state, words = await _one(clerk, content)
        counts[state] += 1
        rows.append([name, state, words])
        if state == FAILED:
            say.check(False, f"{name} không làm hỏng cổng liên thông", words)
    table(f"{len(rows)} tệp", ["Tệp", "Kết quả", "Giải thích"], rows)
    summary = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    say.step(f"Đã đưa {len(rows)} tệp mẫu vào cổng: {summary}")


async def _one(clerk: Desk, content: bytes) -> tuple[str, str]:
    try:
        result = await clerk.gateway.import_package(content)
    except Problem as problem:
        return (FAILED if problem.status >= 500 else "từ chối"), problem.message
    return WORDS.get(result.state, result.state), result.explanation
