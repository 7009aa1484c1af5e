"""Each service has one page for newcomers, and it names what the code has: its tables and its messages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from shared.assembly import find_services

ROOT = Path(__file__).parents[3]
SERVICES = find_services()
CHASSIS = {"outbox", "inbox", "audit", "idempotency"}
CHANNELS = yaml.safe_load((ROOT / "contracts" / "asyncapi.yaml").read_text("utf-8"))["channels"]


def page(name: str) -> str:
    return (ROOT / "services" / name / "README.md").read_text("utf-8")


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_it_names_the_tables(service):
    missing = {t for t in service.base.metadata.tables if t not in CHASSIS and t not in page(service.name)}
    assert not missing


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_it_names_the_messages_in_and_out(service):
    wanted = {
        kind
        for kind, channel in CHANNELS.items()
        if service.name in channel["x-consumed-by"] or service.name == channel["x-published-by"]
    }
    assert not {kind for kind in wanted if kind.split(".")[2] not in page(service.name)}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_it_names_its_rooms(service):
    folder = ROOT / "services" / service.name
    rooms = {p.name for p in folder.iterdir() if (p / "__init__.py").exists() and p.name != "migrations"}
    assert not {room for room in rooms if f"{room}/" not in page(service.name)}
