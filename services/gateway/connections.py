"""The partners this process is connected to, by name. A change of the configuration in any replica is taken over."""

from __future__ import annotations

import asyncio

from services.gateway.axes.kinds import Kind, Seat, kind_of
from services.gateway.axes.protocol import Axis, Capabilities
from services.gateway.partners import actions, queries
from services.gateway.partners.tables import Partner
from services.gateway.partners.vault import vault
from services.gateway.routing.rules import NATIONAL
from services.gateway.settings import GatewaySettings
from shared.service import Runtime

STATE = "axes"
MADE = "axes_made"  # what this module put into STATE: name → version of the configuration, its kind and limit


class Made:
    """An adapter as it was made from one version of a partner's configuration."""

    def __init__(self, row: Partner, kind: Kind, axis: Axis) -> None:
        self.version, self.kind, self.axis = row.version, kind, axis
        self.limit_mb, self.poll_seconds = row.package_limit_mb, row.poll_seconds
        self.signature_rule = row.signature_rule


def settings_of(runtime: Runtime) -> GatewaySettings:
    """Read once a runtime."""
    if "gateway_settings" not in runtime.state:
        runtime.state["gateway_settings"] = GatewaySettings()
    found: GatewaySettings = runtime.state["gateway_settings"]
    return found


async def connect(runtime: Runtime) -> None:
    """At the start: what the environment says becomes a partner; the connections open when they are used."""
    account = settings_of(runtime).national
    values = (
        {"endpoint": account.endpoint, "system_id": account.system_id, "secret": account.secret} if account else None
    )
    async with runtime.work() as work:
        await actions.from_environment(work, NATIONAL, kind_of(NATIONAL), values)
    await refresh(runtime)


async def refresh(runtime: Runtime) -> None:
    """Make, replace and take away adapters as the partners are now: paused and expired ones have none."""
    axes, made = axes_of(runtime), _made(runtime)
    lock: asyncio.Lock = runtime.state.setdefault("refreshing", asyncio.Lock())
    async with lock:
        async with runtime.work(reading=True) as work:
            live = await queries.live(work)
            if live == {name: one.version for name, one in made.items()}:
                return
            rows = {row.name: row for row in await queries.every(work) if row.name in live}
        for name in [name for name in made if name not in rows or rows[name].version != made[name].version]:
            await _drop(runtime, name)
        for name in rows.keys() - made.keys():
            made[name] = _make(runtime, rows[name])
            axes[name] = made[name].axis


def _make(runtime: Runtime, row: Partner) -> Made:
    kind = kind_of(row.kind)
    values = {**row.settings, **vault(runtime).open(row.name, row.sealed)}
    return Made(row, kind, kind.connect(kind.check(values), Seat(runtime, row.name)))


async def _drop(runtime: Runtime, name: str) -> None:
    old = _made(runtime).pop(name)
    if axes_of(runtime).get(name) is old.axis:
        del axes_of(runtime)[name]
    close = getattr(old.axis, "close", None)
    if close is not None:
        await close()


def axes_of(runtime: Runtime) -> dict[str, Axis]:
    """The adapters in use, as of the last `refresh`."""
    found: dict[str, Axis] = runtime.state.setdefault(STATE, {})
    return found


def connected(runtime: Runtime) -> list[str]:
    """The partners in use by their configuration."""
    return sorted(_made(runtime))


def _made(runtime: Runtime) -> dict[str, Made]:
    found: dict[str, Made] = runtime.state.setdefault(MADE, {})
    return found


def capabilities(runtime: Runtime, name: str) -> Capabilities:
    """What this partner can do."""
    made = _made(runtime).get(name)
    return made.kind.capabilities if made else Capabilities()


def signature_rule(runtime: Runtime, name: str) -> str:
    """What is asked of the XML signature of packages from this partner: nothing, "required" or "valid"."""
    made = _made(runtime).get(name)
    return made.signature_rule if made else ""


def limit_mb(runtime: Runtime, name: str) -> int:
    """The largest package this partner takes."""
    made, general = _made(runtime).get(name), settings_of(runtime).package_limit_mb
    return min(made.limit_mb or general, general) if made else general


def poll_seconds(runtime: Runtime, name: str) -> float:
    made = _made(runtime).get(name)
    return (made.poll_seconds if made else None) or settings_of(runtime).axis_poll_seconds
