"""A run as one HTML page that needs nothing else: to read, to print, to send to the other side."""

from __future__ import annotations

import base64
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, select_autoescape

from infra.conformance.report.terminal import WORDS
from infra.conformance.suite import Case, Run, State

ORDER: tuple[State, ...] = ("failed", "warned", "skipped", "passed")
LARGEST_PACKAGE = 64 * 1024
_PAGES = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=select_autoescape(), trim_blocks=True)


def page(run: Run) -> str:
    """The whole page."""
    groups = [(state, WORDS[state], [r for r in run.results if r.state == state]) for state in ORDER]
    started = datetime.fromisoformat(run.started).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    return _PAGES.get_template("page.html").render(
        run=run,
        groups=groups,
        package=_package,
        started=started.strftime("%d/%m/%Y %H:%M (giờ Việt Nam)"),
        seconds=sum(result.seconds for result in run.results),
    )


def _package(case: Case) -> str:
    """The package that was sent as a link that can be saved, where it is small."""
    body = case.package() if case.package else b""
    if not 0 < len(body) <= LARGEST_PACKAGE:
        return ""
    return "data:application/xml;base64," + base64.b64encode(body).decode()
