"""From a template and its data to an answer: the shell around it, forms with their hidden fields, flash words."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Undefined, select_autoescape

from services.portal import times, wording
from services.portal.assets import version_of
from services.portal.calls import Part, part
from services.portal.menu import SEES_AXES, menu
from services.portal.visits import Visit
from shared.clock import now, today

HERE = Path(__file__).parent


class Quiet(Undefined):
    """A field that a service did not send is empty; a misspelt variable of ours would be too, so tests render all."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def make_environment(*, strict: bool = False) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([HERE / "pages", HERE / "components"]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined if strict else Quiet,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "day": times.day,
        "day_time": times.day_time,
        "size": wording.size,
        "size_over": wording.size_over,
        "initials": wording.initials,
        "due": lambda value: times.due(value, now()),
    }
    environment.filters |= filters
    environment.globals |= {
        "w": wording,
        "menu": menu,
        "sees_axes": SEES_AXES,
        "asset": lambda name: f"/s/{name}?v={version_of(name)}",
        "fresh": lambda: uuid4().hex,
    }
    return environment


environment = make_environment()


async def _axes(visit: Visit) -> Any:
    """Asked only for those who may see the lamps."""
    if not visit.session.roles & SEES_AXES:
        return []
    return await visit.services.gateway.call("GET", "/v1/axes")


async def shell(visit: Visit) -> dict[str, Any]:
    """What stands around every page: counts of the menu and the lamp of the axes."""
    counts, axes = await asyncio.gather(
        part(visit.services.registry.call("GET", "/v1/counts"), "số đếm"),
        part(_axes(visit), "trạng thái trục"),
    )
    down = [axis for axis in axes.rows if not axis.get("up")]
    return {"counts": counts.data or {}, "axes_known": bool(axes.rows), "axes_down": down}


async def page(visit: Visit, template: str, here: str, *, status: int = 200, **data: Any) -> HTMLResponse:
    """A whole page of a person who is logged in. `here` names the place in the menu."""
    around = await shell(visit)
    session = visit.session
    common = {
        "me": session.person,
        "roles": session.roles,
        "csrf": session.csrf,
        "flash": session.flash,
        "typed": session.flash.get("typed") or {},
        "here": here,
        "today": today(),
        **around,
    }
    return HTMLResponse(environment.get_template(template).render(common | data), status)


def open_page(template: str, *, status: int = 200, **data: Any) -> HTMLResponse:
    """A page without a visitor: log-in, not found, failures."""
    return HTMLResponse(environment.get_template(template).render(data), status)


def errors_of(*parts: Part) -> list[str]:
    return [p.error for p in parts if p.error]
