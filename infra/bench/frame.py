"""The frame of every benchmark: a row, the table, and `var/bench.json`.

A group is a module `infra/bench/<group>.py` with `def rows() -> list[Row]`; an asynchronous group calls `asyncio.run`
itself. The groups named in `ONLY_BY_NAME` run only when they are asked for.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

import infra.bench

RESULT = Path("var/bench.json")
ONLY_BY_NAME = frozenset({"soak", "deliveries"})
NOT_GROUPS = frozenset({"frame", "__main__"})


@dataclass(frozen=True)
class Row:
    """One line. `ratio` is ours / floor; `floor` is None where the goal is absolute; `goal` says it in words."""

    name: str
    ours: float
    floor: float | None
    unit: str
    ratio: float | None
    goal: str
    met: bool


def against(name: str, ours: float, floor: float, unit: str, *, at_least: float) -> Row:
    """A row whose goal is a share of the floor: throughput, more is better."""
    ratio = round(ours / floor, 3)
    return Row(name, _round(ours), _round(floor), unit, ratio, f"≥ {at_least:g} × floor", ratio >= at_least)


def within(name: str, ours: float, floor: float, unit: str, *, at_most: float) -> Row:
    """A row whose goal is a multiple of the floor: time or size, less is better."""
    ratio = round(ours / floor, 3)
    return Row(name, _round(ours), _round(floor), unit, ratio, f"≤ {at_most:g} × floor", ratio <= at_most)


def absolute(
    name: str,
    ours: float,
    unit: str,
    *,
    goal: float,
    better: Literal["less", "more"] = "less",
    floor: float | None = None,
) -> Row:
    """A row whose goal is a figure of its own."""
    met = ours <= goal if better == "less" else ours >= goal
    sign = "≤" if better == "less" else "≥"
    ratio = round(ours / floor, 3) if floor else None
    return Row(name, _round(ours), _round(floor) if floor else None, unit, ratio, f"{sign} {goal:g} {unit}", met)


def told(name: str, ours: float, unit: str) -> Row:
    """A row that explains another one and has no goal."""
    return Row(name, _round(ours), None, unit, None, "for comparison", True)


def _round(figure: float) -> float:
    return float(f"{figure:.4g}") if figure < 1000 else round(figure)


def groups() -> list[str]:
    """The groups there are, by module name."""
    found = {module.name for module in pkgutil.iter_modules(infra.bench.__path__)}
    return sorted(name for name in found - NOT_GROUPS if not name.startswith("_") and _is_group(name))


def _is_group(name: str) -> bool:
    source = Path(infra.bench.__path__[0]) / f"{name}.py"
    return source.exists() and "\ndef rows()" in source.read_text()


def chosen(only: list[str]) -> list[str]:
    """The groups of this run. Raises KeyError with the names there are."""
    there = groups()
    if missing := [name for name in only if name not in there]:
        raise KeyError(f"no group {', '.join(missing)}; there are: {', '.join(there)}")
    return only or [name for name in there if name not in ONLY_BY_NAME]


def run(only: list[str], *, result: Path = RESULT) -> list[Row]:
    """Measure, print the table, write the result file.."""
    console = Console()
    rows: list[Row] = []
    for name in chosen(only):
        console.print(f"[dim]… {name}[/dim]")
        started = time.monotonic()
        group = importlib.import_module(f"infra.bench.{name}")
        measured: list[Row] = group.rows()
        rows += measured
        console.print(f"[dim]  {name}: {len(measured)} rows in {time.monotonic() - started:.0f} s[/dim]")
        write(rows, result)
    console.print(table(rows))
    console.print(f"{result}")
    return rows


def write(rows: Iterable[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1) + "\n")


def table(rows: Iterable[Row]) -> Table:
    shown = Table(title="QLVB: ours against the floor of the same run")
    for heading in ("name", "ours", "floor", "unit", "ratio", "goal", "met"):
        shown.add_column(heading, justify="right" if heading in ("ours", "floor", "ratio") else "left")
    for row in rows:
        cells = (f"{row.ours:g}", "–" if row.floor is None else f"{row.floor:g}", row.unit)
        ratio = "–" if row.ratio is None else f"{row.ratio:.2f}"
        shown.add_row(row.name, *cells, ratio, row.goal, "yes" if row.met else "[bold red]no[/bold red]")
    return shown
