"""A run on the terminal: failures first, each with what was expected, what came and what to change."""

from __future__ import annotations

from collections.abc import Iterator

import typer

from infra.conformance.suite import Result, Run, State

MARKS: dict[State, str] = {"passed": "✓", "failed": "✗", "warned": "!", "skipped": "–"}
COLOURS: dict[State, str] = {"passed": "green", "failed": "red", "warned": "yellow", "skipped": "cyan"}
WORDS: dict[State, str] = {"passed": "đạt", "failed": "không đạt", "warned": "nên sửa", "skipped": "bỏ qua"}
SHOWN: tuple[State, ...] = ("skipped", "warned", "failed")


def lines(run: Run) -> Iterator[str]:
    """All lines; what matters most stands last, above the sum."""
    yield f"Bộ kiểm thử liên thông {run.version} – {run.target} – {run.url}"
    for state in SHOWN:
        for result in run.results:
            if result.state == state:
                yield from told(result)
    yield summary(run)


def told(result: Result) -> Iterator[str]:
    """One result."""
    case = result.case
    mark = typer.style(MARKS[result.state], fg=COLOURS[result.state], bold=True)
    yield f"{mark} {case.id} [{case.rule}] {case.title.vi} ({case.title.en})"
    if result.state == "skipped":
        yield f"    {result.got}"
        return
    yield f"    Cần: {result.expected or case.expects.vi} ({case.expects.en})"
    yield f"    Nhận được: {result.got}"
    yield f"    Cách sửa: {case.fix.vi}"
    yield f"    Fix: {case.fix.en}"


def summary(run: Run) -> str:
    """The last line."""
    counts = ", ".join(f"{run.count(state)} {WORDS[state]}" for state in ("passed", "failed", "warned", "skipped"))
    seconds = sum(result.seconds for result in run.results)
    verdict = typer.style("ĐẠT", fg="green", bold=True) if run.good else typer.style("KHÔNG ĐẠT", fg="red", bold=True)
    return f"{verdict}: {len(run.results)} ca, {counts} ({seconds:.0f} giây)"
