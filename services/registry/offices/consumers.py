"""identity's facts about offices and people."""

from contracts.identity.events import OfficeChangedV1, PersonChangedV1
from services.registry.offices import actions
from shared.service import Consumer

consumers = [Consumer(OfficeChangedV1, actions.office_changed), Consumer(PersonChangedV1, actions.person_changed)]
