"""Facts of the exchange that become notices."""

from contracts.gateway.events import AnswerOverdueV1, PackageQuarantinedV1, QuarantineAgedV1
from contracts.registry.events import IncomingUrgedV1
from services.workflow.notices import exchange
from shared.service import Consumer

consumers = [
    Consumer(AnswerOverdueV1, exchange.answer_overdue),
    Consumer(IncomingUrgedV1, exchange.incoming_urged),
    Consumer(PackageQuarantinedV1, exchange.package_quarantined),
    Consumer(QuarantineAgedV1, exchange.quarantine_aged),
]
