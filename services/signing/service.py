"""The table of contents of signing."""

from pathlib import Path

from contracts.gateway.events import DocumentArrivedV1
from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from contracts.registry.events import DraftSubmittedV1, NumberAssignedV1
from contracts.workflow.events import DraftApprovedV1
from services.signing.acts import leader, seal
from services.signing.acts import routes as act_routes
from services.signing.base import Base
from services.signing.certificates import actions as certificates
from services.signing.certificates import routes as certificate_routes
from services.signing.keys.vault import open_vault
from services.signing.pki import routes as pki_routes
from services.signing.verdicts import actions as verdicts
from services.signing.verdicts import routes as verdict_routes
from shared.service import Consumer, Service

service = Service(
    name="signing",
    base=Base,
    migrations=str(Path(__file__).parent / "migrations"),
    routers=[act_routes.router, verdict_routes.router, certificate_routes.router, pki_routes.router],
    consumers=[
        Consumer(OfficeChangedV1, certificates.office_changed),
        Consumer(PersonChangedV1, certificates.person_changed),
        Consumer(DraftSubmittedV1, leader.draft_submitted),
        Consumer(DraftApprovedV1, leader.draft_approved),
        Consumer(NumberAssignedV1, seal.number_assigned),
        Consumer(DocumentArrivedV1, verdicts.document_arrived),
    ],
    on_start=[open_vault],
)
