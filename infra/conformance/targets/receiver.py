"""A system that polls an axis: the suite is another centre on that axis, sends to it and watches what it does.

The axis is the simulator (`qlvb axis simulate`): it tells what was called (`/_control/traffic`) and makes faults
(`/_control/faults`). The system under test needs nothing but its ordinary account and one registered unit.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

import httpx

from infra.conformance.suite import Failed, Skipped
from infra.conformance.targets.axis import Axis, expect_good
from services.gateway.edxml import EdxmlRefused, Status, read
from services.gateway.edxml.kit.check import Report, check_stream

T = TypeVar("T")
LOOK_SECONDS = 0.2


@dataclass(frozen=True)
class Told:
    """A status package of the system under test."""

    status: Status
    report: Report


@dataclass
class Receiver:
    """The system under test, as seen from the axis. `wait`: how long it may take, its polling interval included."""

    axis: Axis
    wait: float = 180.0
    told: list[Told] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)  # the receiver's id → ours
    _collecting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def unit(self) -> str:
        """The unit to which everything is sent."""
        return self.axis.receiver.unit

    async def begin(self) -> None:
        """Register the suite's own unit; the unit of the system under test must be known already."""
        self.axis.sender.unit = self.axis.code(self.axis.sender, 1)
        answer = await self.axis.register(self.axis.sender, self.axis.sender.unit, "Đơn vị của bộ kiểm thử")
        expect_good(answer, f"registerAgency {self.axis.sender.unit}")
        await self.control("DELETE", "faults")

    async def end(self) -> None:
        """No fault stays behind, nor does the unit."""
        await self.control("DELETE", "faults")
        await self.collect()
        for centre, code in self.axis.made:
            await centre.call("deleteAgency", b"{}", AgencyCode=code)

    async def control(self, method: str, path: str, **content: Any) -> dict[str, Any]:
        """The simulator's own door. Failed where the axis is no simulator."""
        url = f"{self.axis.sender.url.rstrip('/')}/_control/{path}"
        try:
            answer = await self.axis.sender.http.request(method, url, json=content or None)
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Failed("trục mô phỏng: qlvb axis simulate", f"{url}: {type(error).__name__} {error}") from error
        if not isinstance(found, dict) or answer.status_code != 200:
            raise Failed("trục mô phỏng: qlvb axis simulate", f"{url}: HTTP {answer.status_code}")
        return found

    async def fault(self, kind: str, operation: str, **more: Any) -> None:
        """The next call of that operation goes wrong."""
        await self.control("POST", "faults", kind=kind, operation=operation, **more)

    async def calls(self, *operations: str) -> list[dict[str, Any]]:
        """What the system called, oldest first; only these operations where some are named."""
        found = (await self.control("GET", "traffic?limit=5000"))["calls"]
        own = [call for call in found if call["system_id"] == self.axis.receiver.code]
        return [call for call in reversed(own) if not operations or call["operation"] in operations]

    async def send(self, package: bytes, kind: str = "edoc") -> str:
        """Lay a package into its box; gives the id under which the system sees it. Skipped where the axis refuses."""
        answer = await self.axis.sender.deposit(package, to=[self.unit], kind=kind)
        if not answer.good:
            raise Skipped(f"trục không nhận gói này: {answer.shown()}")
        ours = str(answer.body["DocId"])
        theirs = str((await self._copy(ours, kind))["receiverDocId"])
        self.sent[theirs] = ours
        return theirs

    async def _copy(self, ours: str, kind: str) -> dict[str, Any]:
        """What became of something that was sent."""
        more = {"docId": ours}
        answer = await self.axis.sender.call("getSentEdocList", servicetype="eDoc", messagetype=kind, more=more)
        expect_good(answer, "getSentEdocList của bộ kiểm thử")
        return answer.data[0]

    async def until(self, what: str, look: Callable[[], Awaitable[T | None]]) -> T:
        """Look until there is something, as long as the system may take. Failed then."""
        deadline = time.monotonic() + self.wait
        while True:
            found = await look()
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise Failed(what, f"không thấy trong {self.wait:.0f} giây")
            await asyncio.sleep(LOOK_SECONDS)

    async def acknowledged(self, identifier: str, kind: str = "edoc", states: Sequence[str] = ("done",)) -> str:
        """Wait for updateStatus; gives what it said."""

        async def look() -> str | None:
            state = str((await self._copy(self.sent[identifier], kind))["receiveStatus"])
            return state if state in ("done", "fail") else None

        state = await self.until(f"updateStatus {' hoặc '.join(states)} cho {identifier}", look)
        if state not in states:
            raise Failed(f"updateStatus {' hoặc '.join(states)}", f"updateStatus {state}")
        return state

    async def status_about(self, document_id: str, codes: Sequence[str] = ()) -> Told:
        """Wait for a status package about a document."""

        async def look() -> Told | None:
            return next(iter(await self.statuses(document_id, codes)), None)

        return await self.until(f"gói trạng thái {', '.join(codes)} về {document_id}".replace("  ", " "), look)

    async def statuses(self, document_id: str, codes: Sequence[str] = ()) -> list[Told]:
        """The status packages about a document that came so far."""
        await self.collect()
        about = [told for told in self.told if told.status.response_for.document_id == document_id]
        return [told for told in about if not codes or told.status.code in codes]

    async def collect(self) -> None:
        """Fetch what the system sent."""
        async with self._collecting:
            for item in await self.axis.sender.waiting("status"):
                if item.get("to") != self.axis.sender.unit:
                    continue
                identifier = str(item["docId"])
                self._take((await self.axis.sender.download(identifier)).content)
                await self.axis.sender.done(identifier)

    def _take(self, body: bytes) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
                found = read(BytesIO(body), Path(folder))
        except EdxmlRefused as no:
            self.unreadable.append(f"{no.problem.rule}: {no.problem.message_vi}")
            return
        if isinstance(found, Status):
            self.told.append(Told(found, check_stream(BytesIO(body), "")))
        else:
            self.unreadable.append("gói văn bản gửi với messagetype=status")
