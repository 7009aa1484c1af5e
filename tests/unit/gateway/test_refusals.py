"""A refusal (02) reaches the sender with its reason and with somebody to ring, whichever way the document came."""

from __future__ import annotations

from pathlib import Path

from contracts.registry.events import IncomingRefusedV1, OfficeRef
from services.gateway.edxml import Status, read
from services.gateway.polling.actions import poll
from shared.clock import now
from shared.testing import System
from tests.unit.gateway.test_service import OTHER, arrivals, copies, issue, package_for_us, send
from tests.unit.gateway.test_service import system as system

RECEIVER = OfficeRef(office_id="o2", organ_id="H60.20", name="Sở 2")
WHY = "Văn bản gửi nhầm nơi nhận"


def refused(arrival_id: str) -> IncomingRefusedV1:
    return IncomingRefusedV1(
        incoming_id="i1", arrival_id=arrival_id, office=RECEIVER, reason=WHY, clerk_id=OTHER.id,
        clerk_name="Đoàn Thị Quỳnh", clerk_phone="0207 3999 112", refused_at=now(),
    )  # fmt: skip


async def test_of_an_office_of_this_deployment(system: System) -> None:
    await issue(system, "H60.20")
    [row] = await arrivals(system)
    await system.emit("gateway", refused(str(row.id)))
    await system.settle()
    copy = (await copies(system))["H60.20"]
    last = copy["statuses"][-1]
    assert (copy["state"], last["description"]) == ("02", WHY)
    assert last["staff"] == "Đoàn Thị Quỳnh, điện thoại 0207 3999 112"


async def test_over_an_axis_there_and_back(system: System, tmp_path: Path) -> None:
    axis, runtime = system.axis, system.runtime("gateway")  # type: ignore[attr-defined]
    body = await package_for_us(system, tmp_path)
    await system.client("gateway", OTHER).post("/v1/packages", content=body)
    [row] = await arrivals(system)
    await system.emit("gateway", refused(str(row.id)))
    await system.settle()
    await send(system)
    written = next(body for kind, _, _, body in axis.sent if kind == "status" and b">02<" in body)
    (tmp_path / "status.edxml").write_bytes(written)
    with (tmp_path / "status.edxml").open("rb") as stream:
        status = read(stream, tmp_path)
    assert isinstance(status, Status) and status.staff is not None
    assert (status.code, status.description) == ("02", WHY)
    assert (status.staff.name, status.staff.mobile) == ("Đoàn Thị Quỳnh", "0207 3999 112")

    axis.put("s1", "status", "H60.10", written.replace(b"H60.20", b"G01.1").replace(b"G02.99", b"H60.10"))
    runtime.state["axes"] = {"national": axis}
    await poll(runtime, "national")
    copy = (await copies(system))["G01.1"]
    assert copy["statuses"][-1]["staff"] == "Đoàn Thị Quỳnh, điện thoại 0207 3999 112"
