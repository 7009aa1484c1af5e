"""identity's facts about organs outside this deployment."""

from contracts.identity.events import OrganRegisteredV1
from services.gateway.directory import actions
from shared.service import Consumer
from shared.work import Work


async def organ_registered(work: Work, message: OrganRegisteredV1) -> None:
    await actions.organ_registered(work, message)


consumers = [Consumer(OrganRegisteredV1, organ_registered)]
