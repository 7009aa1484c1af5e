"""The portal's table of contents."""

from __future__ import annotations

from pathlib import Path

from services.portal import web
from services.portal.base import Base
from services.portal.consumers import consumers
from services.portal.pages.axes import routes as axes
from services.portal.pages.certificates import images
from services.portal.pages.certificates import routes as certificates
from services.portal.pages.compose import routes as compose
from services.portal.pages.conversions import routes as conversions
from services.portal.pages.copies import routes as copies
from services.portal.pages.dead_letters import routes as dead_letters
from services.portal.pages.files import routes as files
from services.portal.pages.files import uploads
from services.portal.pages.incoming import routes as incoming
from services.portal.pages.incoming import stamp
from services.portal.pages.login import routes as login
from services.portal.pages.me import routes as me
from services.portal.pages.my_work import routes as my_work
from services.portal.pages.outgoing import acts as outgoing_acts
from services.portal.pages.outgoing import journey
from services.portal.pages.outgoing import routes as outgoing
from services.portal.pages.package_check import routes as package_check
from services.portal.pages.paper_issues import routes as paper_issues
from services.portal.pages.partners import keys as partner_keys
from services.portal.pages.partners import routes as partners
from services.portal.pages.placement import routes as placement
from services.portal.pages.quarantine import routes as quarantine
from services.portal.pages.registers import routes as registers
from services.portal.pages.signature_check import routes as signature_check
from services.portal.pages.to_sign import routes as to_sign
from services.portal.pages.traffic import routes as traffic
from services.portal.pages.usage import routes as usage
from shared.service import Service

PAGES = (
    *(login, my_work, to_sign, stamp, incoming, journey, outgoing, outgoing_acts),
    *(compose, copies, conversions, paper_issues, images, certificates, registers, signature_check, me, files),
    *(uploads, web),
    *(axes, traffic, dead_letters, partners, partner_keys, quarantine, package_check, placement, usage),
)

service = Service(
    name="portal",
    base=Base,
    routers=[page.router for page in PAGES],
    consumers=consumers,
    migrations=str(Path(__file__).parent / "migrations"),
    extra=web.install,
)
