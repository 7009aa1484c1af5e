"""Facts of workflow, signing and gateway about outgoing documents."""

from contracts.gateway.events import AnswerOverdueV1, DeliveryChangedV1, DeliveryChangedV2
from contracts.signing.events import (
    InitialledV1,
    LeaderSignedV1,
    SealedV1,
    SealingFailedV1,
    SealWaitsV1,
    TimestampPendingV1,
)
from contracts.workflow.events import DraftApprovedV1, DraftReturnedV1, StepDoneV1
from services.registry.outgoing import following
from shared.service import Consumer

consumers = [
    Consumer(StepDoneV1, following.step_done),
    Consumer(DraftApprovedV1, following.draft_approved),
    Consumer(DraftReturnedV1, following.draft_returned),
    Consumer(InitialledV1, following.initialled),
    Consumer(LeaderSignedV1, following.leader_signed),
    Consumer(TimestampPendingV1, following.timestamp_pending),
    Consumer(SealedV1, following.sealed),
    Consumer(SealWaitsV1, following.seal_waits),
    Consumer(SealingFailedV1, following.sealing_failed),
    Consumer(DeliveryChangedV1, following.delivery_changed),
    Consumer(DeliveryChangedV2, following.deliveries_changed),
    Consumer(AnswerOverdueV1, following.answer_overdue),
]
