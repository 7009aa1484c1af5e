"""Signing without cryptography: tells signing's facts over the real broker, where a run is not about signatures.

Speaks as `signing` does: LeaderSignedV1, SealedV1 and FilesValidatedV2 with the same keys and the same order.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from contracts.gateway.events import DocumentArrivedV2
from contracts.message import FileRef, Message
from contracts.registry.events import NumberAssignedV1
from contracts.signing.events import FilesValidatedV2, LeaderSignedV1, SealedV1
from infra.load.papers import marked
from shared.blobs import Blobs, make_blobs
from shared.clock import now
from shared.messaging.envelope import Envelope
from shared.messaging.rabbit import RabbitBus
from shared.settings import Settings

QUEUE = "qlvb.stand-in-signing"


class StandIn:
    """Listens for arrivals and numbers as signing does, and answers at once."""

    def __init__(self, bus_url: str, data_dir: Path, *, concurrency: int = 16) -> None:
        self._bus = RabbitBus(bus_url, concurrency=concurrency, max_attempts=100)
        self._blobs: Blobs = make_blobs(Settings(data_dir=data_dir))
        self.validated = 0

    async def start(self) -> None:
        await self._bus.start()
        await self._bus.subscribe(QUEUE, [DocumentArrivedV2.message_type, NumberAssignedV1.message_type], self._handle)

    async def stop(self) -> None:
        await self._bus.stop()

    async def waiting(self) -> int:
        return await self._bus.waiting(QUEUE)

    async def leader_signs(self, document: dict[str, Any], office_id: str) -> None:
        """The leader's signature on a submitted draft: a new file, and the fact."""
        main = FileRef.model_validate(next(f for f in document["files"] if f["role"] == "main"))
        signed = await self._mark(main, f"signed {document['id']}")
        message = LeaderSignedV1(
            draft_id=document["id"],
            office_id=office_id,
            signer_id=document["signer_id"],
            signer_name=document["signer_name"],
            content_hash=document["content_hash"],
            main_file=signed,
            signed_at=now(),
        )
        await self._tell(message, document["id"])

    async def _handle(self, envelope: Envelope) -> None:
        if envelope.type == DocumentArrivedV2.message_type:
            arrivals = tuple(one["arrival_id"] for one in envelope.data["arrivals"])
            verdict = FilesValidatedV2(arrival_ids=arrivals, legal_state="ORIGINAL", valid=True)
            await self._tell(verdict, arrivals[0])
            self.validated += len(arrivals)
            return
        numbered = NumberAssignedV1.model_validate_json(envelope.body)
        sealed = SealedV1(
            document_id=numbered.document_id,
            office_id=numbered.office.office_id,
            main_file=await self._mark(numbered.main_file, f"sealed {numbered.code}"),
            annexes=numbered.annexes,
            legal_state="ORIGINAL",
            sealed_at=now(),
        )
        await self._tell(sealed, numbered.document_id)

    async def _mark(self, file: FileRef, mark: str) -> FileRef:
        blob = await self._blobs.put(marked(await self._blobs.get(file.sha256), mark))
        return file.model_copy(update={"sha256": blob.sha256, "size": blob.size})

    async def _tell(self, message: Message, key: str) -> None:
        """Until the broker has it: a broker that restarts does not make signing forget."""
        envelope = Envelope(str(uuid4()), message.message_type, "/qlvb/signing", key, message.model_dump_json())
        until = time.monotonic() + 180
        while True:
            try:
                async with asyncio.timeout(10):
                    await self._bus.publish([envelope])
                return
            except Exception:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.5)
