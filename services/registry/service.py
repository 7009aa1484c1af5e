"""The table of contents of registry."""

from services.registry.base import Base
from services.registry.files import routes as files
from services.registry.incoming import consumers as incoming_consumers
from services.registry.incoming import routes as incoming
from services.registry.offices import consumers as offices
from services.registry.outgoing import consumers as outgoing_consumers
from services.registry.outgoing import routes as outgoing
from services.registry.registers import routes as registers
from shared.service import Service

service = Service(
    name="registry",
    base=Base,
    routers=[files.router, outgoing.router, incoming.router, registers.router],
    consumers=[*offices.consumers, *outgoing_consumers.consumers, *incoming_consumers.consumers],
)
