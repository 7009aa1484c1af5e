"""Facts of registry and signing about drafts."""

from contracts.registry.events import (
    DocumentIssuedV1,
    DraftChangedV1,
    DraftSubmittedV1,
    NumberAssignedV1,
    NumberVoidedV1,
)
from contracts.signing.events import (
    InitialledV1,
    LeaderSignedV1,
    SealedV1,
    SealingFailedV1,
    SealWaitsV1,
    TimestampPendingV1,
)
from services.workflow.outgoing import acts, following
from shared.service import Consumer

consumers = [
    Consumer(DraftSubmittedV1, following.draft_submitted),
    Consumer(DraftChangedV1, following.draft_changed),
    Consumer(InitialledV1, acts.initialled),
    Consumer(LeaderSignedV1, following.leader_signed),
    Consumer(TimestampPendingV1, following.timestamp_pending),
    Consumer(NumberAssignedV1, following.number_assigned),
    Consumer(SealedV1, following.sealed),
    Consumer(SealWaitsV1, following.seal_waits),
    Consumer(SealingFailedV1, following.sealing_failed),
    Consumer(NumberVoidedV1, following.number_voided),
    Consumer(DocumentIssuedV1, following.document_issued),
]
