"""What the user sees of a demonstration: one line a step, with a tick and its time."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from rich.console import Console
from rich.table import Table

Answer = TypeVar("Answer")
console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)
PATIENCE = 120.0  # seconds a step waits for what others have to do


class NotProven(Exception):
    """A step or a check did not come out as it must."""


class Narrator:
    """Prints steps and checks, and counts them."""

    def __init__(self) -> None:
        self.done = 0
        self._since = time.monotonic()

    def chapter(self, title: str) -> None:
        console.print(f"\n[bold]{title}[/bold]")

    def step(self, text: str) -> None:
        now = time.monotonic()
        self.done += 1
        console.print(f"  [green]✓[/green] {text} [dim]({now - self._since:.1f} s)[/dim]")
        self._since = now

    def check(self, holds: bool, text: str, seen: object = "") -> None:
        """Raises NotProven, with what was seen instead."""
        if not holds:
            console.print(f"  [red]✗ {text}[/red]")
            raise NotProven(f"{text}: {seen}")
        self.step(text)

    def said(self, text: str) -> None:
        console.print(f"    [dim]{text}[/dim]")


async def until(
    ask: Callable[[], Awaitable[Answer]], holds: Callable[[Answer], bool], what: str, seconds: float = PATIENCE
) -> Answer:
    """Ask again and again until the answer is as wished. Raises NotProven with the last answer."""
    end, pause = time.monotonic() + seconds, 0.05
    while True:
        answer = await ask()
        if holds(answer):
            return answer
        if time.monotonic() > end:
            raise NotProven(f"{what} – chờ {seconds:.0f} giây; lần cuối thấy: {str(answer)[:1500]}")
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, 0.5)


def table(title: str, columns: list[str], rows: list[list[str]]) -> None:
    shown = Table(*columns, title=title, title_justify="left", title_style="bold")
    for row in rows:
        shown.add_row(*row)
    console.print(shown)
