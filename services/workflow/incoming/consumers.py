"""Facts of registry about incoming documents."""

from contracts.registry.events import (
    DocumentRegisteredV1,
    IncomingLinkedV1,
    IncomingReceivedV1,
    IncomingReceivedV2,
    IncomingRefusedV1,
    RecallAnsweredV1,
    TakeBackAskedV1,
)
from services.workflow.incoming import following, taking_back
from shared.service import Consumer

consumers = [
    Consumer(IncomingReceivedV1, following.incoming_received),
    Consumer(IncomingReceivedV2, following.documents_received),
    Consumer(DocumentRegisteredV1, following.document_registered),
    Consumer(IncomingRefusedV1, following.incoming_refused),
    Consumer(IncomingLinkedV1, following.incoming_linked),
    Consumer(TakeBackAskedV1, taking_back.take_back_asked),
    Consumer(RecallAnsweredV1, taking_back.recall_answered),
]
