"""Facts of registry about incoming documents."""

from contracts.registry.events import DocumentRegisteredV1, IncomingReceivedV1, IncomingRefusedV1, RecallAnsweredV1
from services.workflow.incoming import following
from shared.service import Consumer

consumers = [
    Consumer(IncomingReceivedV1, following.incoming_received),
    Consumer(DocumentRegisteredV1, following.document_registered),
    Consumer(IncomingRefusedV1, following.incoming_refused),
    Consumer(RecallAnsweredV1, following.recall_answered),
]
