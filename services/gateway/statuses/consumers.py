"""What clerks and handlers did, told to the senders."""

from __future__ import annotations

from contracts.registry.events import (
    DocumentRegisteredV1,
    IncomingLinkedV1,
    IncomingRefusedV1,
    RecallAnsweredV1,
    RecallRequestedV1,
)
from contracts.workflow.events import IncomingProgressV1
from services.gateway.receiving.disposal import destroy_content, forget_content
from services.gateway.statuses import actions
from shared.service import Consumer
from shared.work import Work


async def registered(work: Work, message: DocumentRegisteredV1) -> None:
    if not message.arrival_id:
        return  # it came on paper: nobody waits for a status
    row = await actions.arrival(work, message.arrival_id)
    row.incoming_id = message.incoming_id
    text = f"Số đến {message.arrival_number}"
    await actions.answer(work, row, "03", message.registered_at, text, message.clerk_name)


async def linked(work: Work, message: IncomingLinkedV1) -> None:
    """A second copy: its sender hears where the first one stands in the register."""
    if not message.arrival_id:
        return
    row = await actions.arrival(work, message.arrival_id)
    row.incoming_id = message.incoming_id
    text = f"Trùng văn bản đã vào sổ, số đến {message.arrival_number}"
    await actions.answer(work, row, "03", message.linked_at, text, message.clerk_name)


async def refused(work: Work, message: IncomingRefusedV1) -> None:
    if not message.arrival_id:
        return
    row = await actions.arrival(work, message.arrival_id)
    row.incoming_id = message.incoming_id
    await actions.answer(work, row, "02", message.refused_at, message.reason, message.clerk_name, message.clerk_phone)


async def recall_answered(work: Work, message: RecallAnsweredV1) -> None:
    row = await actions.arrival(work, message.arrival_id)
    code = "15" if message.agreed else "16"
    await actions.answer(work, row, code, message.answered_at, message.reason, message.clerk_name)
    if message.agreed:
        await forget_content(work, row, message.answered_at)


async def progressed(work: Work, message: IncomingProgressV1) -> None:
    text = message.note or message.outcome
    await actions.progressed(work, message.incoming_id, message.status, message.at, text, message.by_name)


async def recall_requested(work: Work, message: RecallRequestedV1) -> None:
    await actions.ask_back(work, message)


consumers = [
    Consumer(DocumentRegisteredV1, registered),
    Consumer(IncomingLinkedV1, linked),
    Consumer(IncomingRefusedV1, refused),
    Consumer(RecallAnsweredV1, recall_answered, then=destroy_content),
    Consumer(RecallRequestedV1, recall_requested),
    Consumer(IncomingProgressV1, progressed),
]
