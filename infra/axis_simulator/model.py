"""What the simulator is configured with."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from infra.axis_simulator.scenario import Scenario

Behaviour = Literal["finish", "refuse", "reply", "silent"]
BEHAVIOURS: tuple[str, ...] = get_args(Behaviour)


@dataclass(frozen=True, slots=True)
class Account:
    """A connection centre: its system id and the shared key."""

    code: str
    secret: str


@dataclass(frozen=True, slots=True)
class AgencySpec:
    """A unit registered under a centre."""

    code: str
    centre: str
    name: str


@dataclass(frozen=True, slots=True)
class OfficeSpec:
    """A simulated receiver which answers by itself."""

    code: str
    name: str
    behaviour: Behaviour = "finish"
    keys: Path | None = None  # of its letters: see letters.py


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """All the simulator needs to start."""

    data: Path
    accounts: tuple[Account, ...]
    agencies: tuple[AgencySpec, ...] = ()
    offices: tuple[OfficeSpec, ...] = field(default=())
    scenario: Scenario | None = None
