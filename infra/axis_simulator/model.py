"""What the simulator is configured with, and how an operation fails."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

Behaviour = Literal["finish", "refuse", "reply", "silent"]
BEHAVIOURS: tuple[str, ...] = get_args(Behaviour)

OK = "0"
BAD_FILE = "10"
BAD_CREDENTIALS = "15"
NO_RECEIVER = "18"
NO_SENDER = "19"
AXIS_ERROR = "20"
BAD_PACKAGE = "22"
NOT_FOUND = "99"


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


class AxisFailure(Exception):
    """An operation is refused: becomes status FAIL with this ErrorCode (axis.md §1.5)."""

    def __init__(self, code: str, text: str, http: int = 200) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.http = http
