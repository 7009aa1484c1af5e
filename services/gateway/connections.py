"""The axes that this deployment is connected to, by name."""

from __future__ import annotations

from services.gateway.axes.national import NationalAxis, NationalAxisSettings
from services.gateway.axes.protocol import Axis
from services.gateway.routing.rules import NATIONAL
from services.gateway.settings import GatewaySettings
from shared.service import Runtime

STATE = "axes"


def settings_of(runtime: Runtime) -> GatewaySettings:
    """Read once a runtime."""
    found: GatewaySettings = runtime.state.setdefault("gateway_settings", GatewaySettings())
    return found


async def connect(runtime: Runtime) -> None:
    """Make the adapters at the start; the connections open when they are used."""
    account = settings_of(runtime).national
    axes: dict[str, Axis] = {}
    if account:
        axes[NATIONAL] = NationalAxis(NationalAxisSettings(account.endpoint, account.system_id, account.secret))
    runtime.state.setdefault(STATE, axes)


def axes_of(runtime: Runtime) -> dict[str, Axis]:
    found: dict[str, Axis] = runtime.state.setdefault(STATE, {})
    return found
