"""The people of the demo province, for printing. The data are loaded by identity itself."""

from __future__ import annotations

import json
from pathlib import Path

DATA = Path(__file__).with_name("province.json")


def accounts() -> list[tuple[str, str, str, str, str]]:
    """(user name, password, full name, position, office) of everybody."""
    data = json.loads(DATA.read_text("utf-8"))
    return [
        (person["user_name"], data["password"], person["name"], person["position"], office["name"])
        for office in data["offices"]
        for person in office["people"]
    ]
