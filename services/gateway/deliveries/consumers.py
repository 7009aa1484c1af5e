"""registry's facts about issued documents."""

from contracts.registry.events import DocumentIssuedV1
from services.gateway.deliveries import actions
from shared.service import Consumer
from shared.work import Work


async def document_issued(work: Work, message: DocumentIssuedV1) -> None:
    await actions.deliver(work, message)


consumers = [Consumer(DocumentIssuedV1, document_issued)]
