"""Facts of gateway, signing and workflow about incoming documents."""

from contracts.gateway.events import (
    AnswerRemindedV1,
    DocumentArrivedV1,
    DocumentArrivedV2,
    StatusIgnoredV1,
    TakeBackRequestedV1,
)
from contracts.registry.events import RecallAnsweredV1
from contracts.signing.events import FilesValidatedV1, FilesValidatedV2
from contracts.workflow.events import IncomingDueV1, IncomingProgressV1
from services.registry.incoming import arriving, giving_back
from shared.service import Consumer

consumers = [
    Consumer(DocumentArrivedV1, arriving.document_arrived),
    Consumer(DocumentArrivedV2, arriving.documents_arrived),
    Consumer(FilesValidatedV1, arriving.files_validated),
    Consumer(FilesValidatedV2, arriving.files_judged),
    Consumer(IncomingProgressV1, arriving.incoming_progress),
    Consumer(IncomingDueV1, arriving.incoming_due),
    Consumer(TakeBackRequestedV1, arriving.take_back_requested),
    Consumer(StatusIgnoredV1, arriving.status_ignored),
    Consumer(AnswerRemindedV1, arriving.answer_reminded),
    Consumer(RecallAnsweredV1, giving_back.answered, then=giving_back.empty_store),
]
