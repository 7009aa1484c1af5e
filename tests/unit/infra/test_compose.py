"""docker-compose.yml names what exists: the services, their settings, and no secret."""

from __future__ import annotations

import json
import re
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.gateway.settings import GatewaySettings
from shared.settings import Settings

ROOT = Path(__file__).parents[3]
SERVICES = {entry.name for entry in entry_points(group="qlvb.services")}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return found


def test_every_service_stands_in_it_and_serves_itself(compose: dict[str, Any]) -> None:
    serving = {name for name, s in compose["services"].items() if s.get("command", [""])[0] == "serve"}
    assert serving == SERVICES
    assert all(compose["services"][name]["command"] == ["serve", name] for name in serving)
    urls = json.loads(compose["x-service"]["environment"]["QLVB_SERVICE_URLS"])
    assert set(urls) == SERVICES


def test_replicas_are_possible(compose: dict[str, Any]) -> None:
    for name in SERVICES:
        assert not {"ports", "container_name"} & set(compose["services"][name]), name


def test_settings_have_the_names_that_are_read(compose: dict[str, Any]) -> None:
    known = {f"QLVB_{name.upper()}" for name in [*Settings.model_fields, *GatewaySettings.model_fields]}
    named = {name for name in compose["x-service"]["environment"] if name.startswith("QLVB_")}
    assert named <= known


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    for service in [compose["x-service"], *compose["services"].values()]:
        for name, value in (service.get("environment") or {}).items():
            if re.search("PASS|SECRET|KEY", name):
                assert str(value).startswith("${"), name


def test_a_database_for_each_service() -> None:
    made = re.findall(r"CREATE DATABASE (\w+);", (ROOT / "infra" / "images" / "databases.sql").read_text("utf-8"))
    assert set(made) == SERVICES


def test_the_proxy_knows_every_service_with_an_api() -> None:
    text = (ROOT / "infra" / "images" / "nginx.conf").read_text("utf-8")
    listed = re.search(r"/api/\(([\w|]+)\)", text)
    assert listed
    assert set(listed[1].split("|")) == SERVICES - {"portal"}
