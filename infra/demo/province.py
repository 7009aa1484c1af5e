"""The demo province, for printing and for the axis which it is connected to. Identity itself loads the data."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.demo import ministry

DATA = Path(__file__).with_name("province.json")
CENTRE = "H60"  # the province's connection centre on the national axis


def accounts() -> list[tuple[str, str, str, str, str]]:
    """(user name, password, full name, position, office) of everybody."""
    data = json.loads(DATA.read_text("utf-8"))
    return [
        (person["user_name"], data["password"], person["name"], person["position"], office["name"])
        for office in data["offices"]
        for person in office["people"]
    ]


def axis_command(folder: Path, secrets: Path, port: int, secret: str, behaviours: Mapping[str, str]) -> list[str]:
    """The simulated axis with the province's centre and offices, the ministries and another province behind it.

    `behaviours` by code, "finish" where not named; the ministry signs its letters with keys that `secrets` trusts.
    """
    letters = ministry.keys(folder / "ministry", secrets / "trust")
    command = [sys.executable, "-m", "infra.axis_simulator.commands", "simulate", "--port", str(port)]
    command += ["--account", f"{CENTRE}:{secret}", "--data", str(folder / "axis")]
    command += ["--keys", f"{ministry.CODE}={letters}"]
    province = json.loads(DATA.read_text("utf-8"))
    for office in province["offices"]:
        for code in office["organ_ids"]:
            if office["active"] and code != CENTRE:
                command += ["--agency", f"{code}={CENTRE}:{office['name']}"]
    for organ in province["external_organs"]:
        code = organ["organ_ids"][0]
        command += ["--office", f"{code}:{organ['name']}:{behaviours.get(code, 'finish')}"]
    return command
