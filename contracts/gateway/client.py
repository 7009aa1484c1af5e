"""Typed client of gateway."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.client import Client
from contracts.gateway.api import (
    ArrivalResult,
    AxisLamp,
    Delivery,
    PackageReport,
    PollResult,
    QuarantineDecision,
    QuarantineEntry,
    SentPackage,
)
from contracts.gateway.dead_letters import DeadLetter, DeadLetterCount, NewReplay, Replay, ReplayFilter
from contracts.gateway.directory import CheckedOrgan, FoundOrgan
from contracts.gateway.fitting import Fitting
from contracts.registry.events import DocumentIssuedV1


class GatewayClient(Client):
    service = "gateway"

    async def list_deliveries(self, document_id: str) -> list[Delivery]:
        """Where every copy of a document is."""
        rows = await self.call("GET", "/v1/deliveries", params={"document_id": document_id})
        return [Delivery.model_validate(row) for row in rows]

    async def get_sent_package(self, document_id: str) -> SentPackage:
        """The files that left, by their hashes. Problem 404 where nothing was sent."""
        return SentPackage.model_validate(await self.call("GET", f"/v1/sent-packages/{document_id}"))

    async def find_organs(self, q: str, limit: int = 20) -> list[FoundOrgan]:
        """The recipients picker: by the beginnings of words, initials, codes."""
        rows = await self.call("GET", "/v1/organs", params={"q": q, "limit": limit})
        return [FoundOrgan.model_validate(row) for row in rows]

    async def check_organs(self, organ_ids: Sequence[str]) -> list[CheckedOrgan]:
        """Whether a document can be sent to these codes today."""
        rows = await self.call("POST", "/v1/organs:check", json={"organ_ids": list(organ_ids)})
        return [CheckedOrgan.model_validate(row) for row in rows]

    async def fit_package(self, document: DocumentIssuedV1) -> Fitting:
        """The partners who would not take this document as it is now."""
        return Fitting.model_validate(await self.call("POST", "/v1/packages:fit", json=document))

    async def retry_delivery(self, delivery_id: str) -> Delivery:
        return Delivery.model_validate(await self.call("POST", f"/v1/deliveries/{delivery_id}/retry"))

    async def list_dead_letters(
        self, wanted: ReplayFilter | None = None, cursor: str | None = None
    ) -> tuple[list[DeadLetter], str | None]:
        """Packages that need a person, the oldest first, and the cursor of the next page."""
        params = (wanted or ReplayFilter()).model_dump(include={"axis", "reason_code", "older_than_hours"})
        answer = await self.call("GET", "/v1/dead-letters", params={**params, "cursor": cursor})
        return [DeadLetter.model_validate(row) for row in answer["items"]], answer["next"]

    async def count_dead_letters(self) -> list[DeadLetterCount]:
        return [DeadLetterCount.model_validate(row) for row in await self.call("GET", "/v1/dead-letters/counts")]

    async def start_replay(self, body: NewReplay) -> Replay:
        return Replay.model_validate(await self.call("POST", "/v1/replays", json=body))

    async def get_replay(self, replay_id: str) -> Replay:
        return Replay.model_validate(await self.call("GET", f"/v1/replays/{replay_id}"))

    async def stop_replay(self, replay_id: str) -> Replay:
        return Replay.model_validate(await self.call("POST", f"/v1/replays/{replay_id}/stop"))

    async def list_quarantine(self) -> list[QuarantineEntry]:
        return [QuarantineEntry.model_validate(row) for row in await self.call("GET", "/v1/quarantine")]

    async def release_quarantine(self, entry_id: str, note: str) -> ArrivalResult:
        answer = await self.call("POST", f"/v1/quarantine/{entry_id}/release", json=QuarantineDecision(note=note))
        return ArrivalResult.model_validate(answer)

    async def refuse_quarantine(self, entry_id: str, note: str) -> QuarantineEntry:
        answer = await self.call("POST", f"/v1/quarantine/{entry_id}/refuse", json=QuarantineDecision(note=note))
        return QuarantineEntry.model_validate(answer)

    async def list_axes(self) -> list[AxisLamp]:
        return [AxisLamp.model_validate(row) for row in await self.call("GET", "/v1/axes")]

    async def poll_axis(self, name: str) -> PollResult:
        return PollResult.model_validate(await self.call("POST", f"/v1/axes/{name}/poll"))

    async def check_package(self, content: bytes) -> PackageReport:
        """What is wrong with a package; it is kept nowhere."""
        headers = {"Content-Type": "application/xml"}
        answer = await self.call("POST", "/v1/edxml/check", content=content, headers=headers)
        return PackageReport.model_validate(answer)

    async def import_package(self, content: bytes) -> ArrivalResult:
        """Take in a package brought by hand."""
        answer = await self.call("POST", "/v1/packages", content=content, headers={"Content-Type": "application/xml"})
        return ArrivalResult.model_validate(answer)
