"""Packages that arrive through the real gateway: a ministry's documents for an office of this deployment."""

from __future__ import annotations

import io
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from services.gateway.edxml import Organ, Outgoing, Package, Trace, write
from services.gateway.service import service as gateway
from services.registry.service import service as registry
from services.signing.service import service as signing
from shared.clock import now
from shared.testing import System, running
from tests.unit.gateway.exchange import CLERK, OURS, THEIRS, Partner, office_fact, received
from tests.unit.signing import flow, pki

MINISTRY = Organ("G06", "Bộ Khoa học và Công nghệ")


def world() -> pki.World:
    """The usual cast, with a ministry as the office."""
    return with_ministry(pki.world())


def with_ministry(usual: pki.World) -> pki.World:
    """This world, with the ministry as its office."""
    subject = pki.name(MINISTRY.name, o=MINISTRY.name, organ=MINISTRY.organ_id)
    return pki.World(usual.root, usual.ca, usual.leader, usual.ca.issue(subject), usual.tsa)


@asynccontextmanager
async def receiving(folder: Path, trusted: pki.World | None = None) -> AsyncIterator[System]:
    """Gateway, registry and signing of one deployment that trusts this world's authority (or the usual one)."""
    trust = folder / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes((trusted or pki.world()).root.certificate.public_bytes(Encoding.PEM))
    services = (replace(one, jobs=[]) for one in (gateway, registry, signing))
    async with running(*services, tmp_path=folder) as system:
        system.partners = {"national": Partner()}  # type: ignore[attr-defined]
        for office in (OURS, THEIRS):
            await system.emit("gateway", office_fact(office))
        await system.settle()
        yield system


def package(place: int, subject: str, files: Sequence[tuple[str, bytes]], **changes: Any) -> bytes:
    """What the ministry sends: its first file is the document. `place`: a number of its own for each."""
    values: dict[str, Any] = {
        "sender": MINISTRY,
        "recipients": (Organ(OURS.organ_id, OURS.name),),
        "document_id": f"G06,2026/11/05,7/QĐ-{place}",
        "code_number": "7",
        "code_notation": f"QĐ-{place}",
        "promulgation_date": flow.ISSUED,
        "type_name": "Quyết định",
        "subject": subject,
        "traces": (Trace(MINISTRY.organ_id, now()),),
    }
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        outgoing = []
        for name, content in files:
            path = Path(folder) / name
            path.write_bytes(content)
            outgoing.append(Outgoing(name, path))
        write(Package(**(values | changes)), outgoing, out, strict_id=False)
    return out.getvalue()


async def arrive(system: System, *packages: bytes) -> dict[str, dict[str, Any]]:
    """Each document as its clerk sees it, by its subject."""
    for body in packages:
        await received(system, "edoc", OURS.organ_id, body)
    await system.settle(120)
    clerk = system.client("registry", CLERK)
    found: dict[str, dict[str, Any]] = {}
    rows = (await clerk.get("/v1/incoming", params={"limit": 100})).json()["items"]
    for row in rows:
        found[row["subject"]] = (await clerk.get(f"/v1/incoming/{row['id']}")).json()
    return found
