"""Generated descriptions of the contracts, and the check that a published version never changes incompatibly.

`python -m infra.contracts write` writes contracts/schemas, contracts/asyncapi.yaml and contracts/openapi;
`check` compares them with the code and with the last published state: fields may be added when they are optional,
nothing may vanish, change its type or become required. A new meaning is a new version beside the old one.
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from fastapi import FastAPI
from starlette.routing import Mount

from contracts.message import MESSAGES
from shared.assembly import assemble, find_services
from shared.settings import Settings

FOLDER = Path(__file__).parent.parent / "contracts"
SERVICES = ("identity", "registry", "workflow", "signing", "gateway")


def load() -> None:
    for service in SERVICES:
        importlib.import_module(f"contracts.{service}.events")


def schemas() -> dict[str, dict[str, Any]]:
    load()
    return {name: model.model_json_schema() for name, model in sorted(MESSAGES.items())}


def asyncapi() -> dict[str, Any]:
    """Who publishes and who consumes each message (AsyncAPI 3.0)."""
    consumers: dict[str, list[str]] = {name: [] for name in schemas()}
    for service in find_services():
        for consumer in service.consumers:
            consumers.setdefault(consumer.message.message_type, []).append(service.name)
    channels = {
        name: {
            "address": name,
            "messages": {name: {"payload": {"$ref": f"schemas/{name}.json"}}},
            "x-published-by": name.split(".")[1],
            "x-consumed-by": sorted(set(users)),
        }
        for name, users in consumers.items()
    }
    return {"asyncapi": "3.0.0", "info": {"title": "QLVB messages", "version": "1"}, "channels": channels}


def openapi() -> dict[str, dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        runtimes = assemble(find_services(), Settings(data_dir=Path(folder)))
        found = {name: r.apps[name].openapi() for name, r in runtimes.items() if name in SERVICES}
        for name in SERVICES:  # applications of their own inside a service: the partner API
            for route in runtimes[name].apps[name].routes:
                if isinstance(route, Mount) and isinstance(route.app, FastAPI):
                    found[name + route.path.replace("/", "-")] = route.app.openapi()
        return found


def _files() -> dict[Path, str]:
    files = {FOLDER / "schemas" / f"{name}.json": _json(schema) for name, schema in schemas().items()}
    files |= {FOLDER / "openapi" / f"{name}.json": _json(text) for name, text in openapi().items()}
    files[FOLDER / "asyncapi.yaml"] = yaml.safe_dump(asyncapi(), allow_unicode=True, sort_keys=True)
    return files


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def breaks(old: dict[str, Any], new: dict[str, Any], place: str = "") -> list[str]:
    """What a reader of `old` would stumble over in `new`: one sentence each."""
    found = []
    new_properties = new.get("properties", {})
    for name, value in old.get("properties", {}).items():
        if name not in new_properties:
            found.append(f"{place}{name} vanished")
        elif _type(value) != _type(new_properties[name]):
            found.append(f"{place}{name} changed from {_type(value)} to {_type(new_properties[name])}")
    for name in set(new.get("required", [])) - set(old.get("required", [])):
        found.append(f"{place}{name} became required")
    for name, definition in old.get("$defs", {}).items():
        if name in new.get("$defs", {}):
            found += breaks(definition, new["$defs"][name], f"{place}{name}.")
    return found


def _type(value: dict[str, Any]) -> str:
    kept = {k: v for k, v in value.items() if k not in ("title", "description", "default", "examples")}
    return json.dumps(kept, sort_keys=True)


def write() -> None:
    stop = broken()
    if stop:
        raise SystemExit("\n".join(stop))
    for path, text in _files().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def broken() -> list[str]:
    """Breaking changes of message schemas against the committed ones."""
    found = []
    for path in sorted((FOLDER / "schemas").glob("*.json")):
        new = schemas().get(path.stem)
        old = json.loads(path.read_text())
        found += [f"{path.stem}: {reason}" for reason in (["vanished"] if new is None else breaks(old, new))]
    return found


def check() -> None:
    problems = broken()
    for path, text in _files().items():
        if not path.exists() or path.read_text() != text:
            problems.append(f"{path.relative_to(FOLDER.parent)} is not what the code says: run `make schemas`")
    if problems:
        raise SystemExit("\n".join(problems))
    print(f"contracts: {len(schemas())} messages, no breaking change")


if __name__ == "__main__":
    {"write": write, "check": check}[sys.argv[1]]()
