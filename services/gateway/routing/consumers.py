"""identity's facts."""

from contracts.identity.events import OfficeChangedV1
from services.gateway.routing import actions
from shared.service import Consumer
from shared.work import Work


async def office_changed(work: Work, message: OfficeChangedV1) -> None:
    await actions.copy_office(work, message)


consumers = [Consumer(OfficeChangedV1, office_changed)]
