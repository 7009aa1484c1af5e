"""The table of contents of identity."""

from datetime import timedelta
from pathlib import Path

from services.identity import demo, facts
from services.identity.accounts import routes as account_routes
from services.identity.accounts import tokens
from services.identity.base import Base
from services.identity.housekeeping import clean_up
from services.identity.offices import routes as office_routes
from services.identity.people import routes as people_routes
from shared.service import Job, Service

service = Service(
    name="identity",
    base=Base,
    migrations=str(Path(__file__).parent / "migrations"),
    routers=[account_routes.router, office_routes.router, people_routes.router, facts.router],
    jobs=[Job("clean-up", timedelta(hours=1), clean_up), Job("tell-demo", timedelta(days=1), demo.tell_late)],
    on_start=[tokens.load_key, demo.load],
)
