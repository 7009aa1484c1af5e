"""The demo province: read from the data file once, when `settings.demo` is on. Every person in it is invented."""

from __future__ import annotations

import asyncio
import json
from typing import Any
from uuid import UUID, uuid5

from contracts.identity import api
from services.identity import facts
from services.identity.accounts import actions as accounts
from services.identity.accounts import passwords
from services.identity.offices import actions as offices
from services.identity.people import actions as people
from shared.problems import NotFound
from shared.service import Runtime
from shared.settings import Settings
from shared.work import Work

NAMESPACE = UUID("6f0d3c1a-60e1-5c44-9a27-0e2f5b6c0601")
SECONDS_FOR_OTHERS = 3  # other services of the same process start listening after identity


def identifier(*parts: str) -> UUID:
    """The same place or person has the same identifier in every demo."""
    return uuid5(NAMESPACE, "/".join(parts))


def province(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(settings.demo_province.read_text("utf-8"))
    return found


async def load(runtime: Runtime) -> None:
    """Idempotent: what is there already stays as it is."""
    if not runtime.settings.demo:
        return
    data = province(runtime.settings)
    async with runtime.work(reading=True) as work:
        if await _exists(work, data["offices"][-1]["key"]):
            return
    hashed = await passwords.hashed(data["password"])
    async with runtime.work() as work:
        await work.alone("demo")  # replicas that start together wait for one another
        if await _exists(work, data["offices"][-1]["key"]):
            return
        for office in data["offices"]:
            await _office(work, office, hashed)
        for organ in data["external_organs"]:
            await offices.register_organ(work, api.NewOrgan(organ_ids=organ["organ_ids"], name=organ["name"]))


async def _exists(work: Work, key: str) -> bool:
    try:
        await offices.find(work, identifier(key))
    except NotFound:
        return False
    return True


async def _office(work: Work, data: dict[str, Any], hashed: str) -> None:
    body = api.NewOffice(
        name=data["name"],
        short_name=data.get("short_name", ""),
        abbreviation=data["abbreviation"],
        level=data["level"],
        parent_id=str(identifier(data["parent"])) if data.get("parent") else None,
        place=data["place"],
        organ_ids=data["organ_ids"],
        active=data.get("active", True),
    )
    office = await offices.create_office(work, body, identifier(data["key"]))
    for name, abbreviation in data.get("units", []):
        unit = api.NewUnit(name=name, abbreviation=abbreviation)
        await offices.create_unit(work, str(office.id), unit, identifier(data["key"], abbreviation))
    for person in data.get("people", []):
        await _person(work, data, person, hashed)


async def _person(work: Work, office: dict[str, Any], data: dict[str, Any], hashed: str) -> None:
    body = api.NewPerson(
        full_name=data["name"],
        user_name=data["user_name"],
        position=data["position"],
        capacity=data.get("capacity", ""),
        phone=data.get("phone", ""),
        unit_id=str(identifier(office["key"], data["unit"])) if data.get("unit") else None,
        roles=tuple(data["roles"]),
    )
    office_id = str(identifier(office["key"]))
    person = await people.create_person(work, office_id, body, hashed, identifier("person", data["user_name"]))
    await accounts.keep_password(work, person.id)


async def tell_late(runtime: Runtime) -> None:
    """On the embedded bus a fact told before a service first listens is lost; so tell the demo once more."""
    if runtime.settings.demo:
        await asyncio.sleep(SECONDS_FOR_OTHERS)
        async with runtime.work() as work:
            await facts.tell_all(work)
