"""The table of contents of signing."""

from datetime import timedelta
from pathlib import Path

from contracts.gateway.events import DocumentArrivedV1, DocumentArrivedV2
from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from contracts.registry.events import (
    CopyNumberedV1,
    DocumentIssuedV1,
    DraftChangedV1,
    DraftSubmittedV1,
    NumberAssignedV1,
    NumberVoidedV1,
)
from contracts.workflow.events import DraftApprovedV1, DraftReturnedV1
from services.signing.acts import approvals, copies, finishing, seal
from services.signing.acts import routes as act_routes
from services.signing.base import Base
from services.signing.capacities import actions as capacities
from services.signing.capacities import routes as capacity_routes
from services.signing.certificates import actions as certificates
from services.signing.certificates import people
from services.signing.certificates import routes as certificate_routes
from services.signing.endings import routes as ending_routes
from services.signing.images import routes as image_routes
from services.signing.keys.vault import open_vault
from services.signing.pki import routes as pki_routes
from services.signing.placement import routes as placement_routes
from services.signing.preserving import actions as preserving
from services.signing.preserving import routes as preserving_routes
from services.signing.public_check import actions as public_check
from services.signing.public_check import routes as public_check_routes
from services.signing.verdicts import arrivals
from services.signing.verdicts import routes as verdict_routes
from services.signing.verdicts.jobs import ask_authorities
from shared.service import Consumer, Job, Service

service = Service(
    name="signing",
    base=Base,
    migrations=str(Path(__file__).parent / "migrations"),
    routers=[
        act_routes.router,
        verdict_routes.router,
        public_check_routes.router,
        certificate_routes.router,
        image_routes.router,
        capacity_routes.router,
        ending_routes.router,
        preserving_routes.router,
        placement_routes.router,
        pki_routes.router,
    ],
    consumers=[
        Consumer(OfficeChangedV1, people.office_changed),
        Consumer(PersonChangedV1, people.person_changed),
        Consumer(PersonChangedV1, capacities.person_changed),
        Consumer(DraftSubmittedV1, approvals.draft_submitted),
        Consumer(DraftChangedV1, approvals.draft_changed),
        Consumer(DraftApprovedV1, approvals.draft_approved),
        Consumer(DraftReturnedV1, approvals.draft_returned),
        Consumer(NumberAssignedV1, seal.number_assigned, then=seal.carry_out),
        Consumer(NumberVoidedV1, seal.number_voided),
        Consumer(DocumentIssuedV1, preserving.document_issued),
        Consumer(CopyNumberedV1, copies.copy_numbered, then=copies.carry_out),
        Consumer(DocumentArrivedV1, arrivals.document_arrived),
        Consumer(DocumentArrivedV2, arrivals.documents_arrived),
    ],
    jobs=[
        Job("carry-on", timedelta(seconds=2), finishing.carry_on),
        Job("preserve", timedelta(seconds=30), preserving.preserve),
        Job("ask-authorities", timedelta(seconds=5), ask_authorities),
        Job("watch-certificates", timedelta(minutes=30), certificates.watch),
    ],
    on_start=[open_vault, public_check.open_limits],
)
