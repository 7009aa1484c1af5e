"""Every rule of the form that a document breaks, with its place (NĐ 30/2020, annex I). Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from services.registry.layout import pages, styles, writing
from services.registry.layout.components import Found, find
from services.registry.layout.norms import Norms
from services.registry.layout.sheet import Sheets
from services.registry.layout.sight import Finding, Sight

RULES: Sequence[Callable[[Sight], Iterator[Finding]]] = (
    pages.paper, pages.margins, pages.fonts, pages.page_numbers,
    styles.presence, styles.styles, styles.positions, styles.lines_below,
    writing.code_form, writing.date_form, writing.recipients_form, writing.marks, writing.body,
)  # fmt: skip


def check(sheets: Sheets, norms: Norms) -> tuple[Found, list[Finding]]:
    """The components found, and every finding in the order of the pages."""
    sight = Sight(sheets, norms, find(sheets, norms))
    findings = [finding for rule in RULES for finding in rule(sight)]
    return sight.found, sorted(findings, key=lambda f: (f.place.page, f.place.top, f.rule))


def unreadable(sheets: Sheets) -> bool:
    """Whether page 1 is a scan, or in a font whose letters cannot be told."""
    return 1 in sheets.unread
