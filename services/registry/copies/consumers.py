"""Facts of signing about copies."""

from contracts.signing.events import CopyNotSignedV1, CopySignedV1, TimestampPendingV1
from services.registry.copies import actions
from shared.service import Consumer

consumers = [
    Consumer(CopySignedV1, actions.signed),
    Consumer(CopyNotSignedV1, actions.not_signed),
    Consumer(TimestampPendingV1, actions.timestamp_pending),
]
