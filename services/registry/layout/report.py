"""The whole answer on one file: every component with its place, every broken rule."""

from __future__ import annotations

from contracts.registry import api
from services.registry.layout import norms, rules
from services.registry.layout.sheet import Sheets
from services.registry.layout.sight import Finding, Place, place_of

SCAN = "Trang 1 là ảnh quét hoặc dùng phông chữ không đọc được nên không kiểm tra thể thức được. Hãy dùng tệp gốc."


def report(sheets: Sheets) -> api.LayoutReport:
    """By the rules in force today."""
    norm = norms.on()
    if 1 in sheets.unread:
        unread = api.LayoutFinding(rule="page.unreadable", name="Trang 1", message=SCAN, place=api.LayoutPlace(page=1))
        return api.LayoutReport(passed=False, legal_basis=norm.legal_basis, pages=sheets.count, findings=[unread])
    found, findings = rules.check(sheets, norm)
    pages = {page.number: page for page in sheets.pages}
    components = []
    for one in norm.components:
        rows = found.get(one.key, [])
        where = place_of(pages[rows[0].page], [r for r in rows if r.page == rows[0].page]) if rows else None
        if rows or (one.required and any(f.rule == f"{one.key}.missing" for f in findings)):
            components.append(
                api.LayoutComponent(
                    key=one.key, name=one.name, found=bool(rows), place=_place(where) if where else None
                )
            )
    return api.LayoutReport(
        passed=not findings,
        legal_basis=norm.legal_basis,
        pages=sheets.count,
        components=components,
        findings=[_finding(one, norm.legal_basis) for one in findings],
    )


def _finding(one: Finding, basis: str) -> api.LayoutFinding:
    return api.LayoutFinding(
        rule=one.rule, name=one.name, message=one.message, basis=f"{basis}, {one.basis}", place=_place(one.place)
    )


def _place(one: Place) -> api.LayoutPlace:
    return api.LayoutPlace(page=one.page, left=one.left, top=one.top, width=one.width, height=one.height)


def words(place: api.LayoutPlace) -> str:
    """ "trang 1, cách mép trên 20 mm, mép trái 118 mm"."""
    if not place.width:
        return f"trang {place.page}"
    return f"trang {place.page}, cách mép trên {place.top:.0f} mm, mép trái {place.left:.0f} mm"
