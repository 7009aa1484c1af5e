"""The table of contents of gateway."""

from datetime import timedelta
from pathlib import Path

from services.gateway import connections
from services.gateway.base import Base
from services.gateway.checking import routes as checking_routes
from services.gateway.credentials import routes as credential_routes
from services.gateway.dead_letters import routes as dead_letter_routes
from services.gateway.dead_letters.actions import run_replays
from services.gateway.deliveries import consumers as deliveries
from services.gateway.deliveries import routes as delivery_routes
from services.gateway.directory import consumers as directory
from services.gateway.directory import routes as directory_routes
from services.gateway.directory.syncing import synchronise_due
from services.gateway.fitting import routes as fitting_routes
from services.gateway.lamps import routes as lamp_routes
from services.gateway.partner_api import app as partner_api
from services.gateway.partners import routes as partner_routes
from services.gateway.polling import routes as polling_routes
from services.gateway.polling.actions import poll_due
from services.gateway.quarantine import routes as quarantine_routes
from services.gateway.quarantine.jobs import scan_again, watch_ageing
from services.gateway.receiving import routes as receiving_routes
from services.gateway.registration.actions import register_due
from services.gateway.reminders import routes as reminder_routes
from services.gateway.reminders.jobs import watch_answers
from services.gateway.routing import consumers as routing
from services.gateway.sending.job import give_up_old, keep_sending
from services.gateway.settings import GatewaySettings
from services.gateway.statuses import consumers as statuses
from services.gateway.traffic import routes as traffic_routes
from services.gateway.webhooks import routes as webhook_routes
from services.gateway.webhooks.actions import send_hooks
from shared.service import Job, Service

_settings = GatewaySettings()

service = Service(
    name="gateway",
    base=Base,
    migrations=str(Path(__file__).parent / "migrations"),
    routers=[
        delivery_routes.router,
        fitting_routes.router,
        reminder_routes.router,
        dead_letter_routes.router,
        quarantine_routes.router,
        lamp_routes.router,
        traffic_routes.router,
        polling_routes.router,
        receiving_routes.router,
        checking_routes.router,
        partner_routes.router,
        credential_routes.router,
        webhook_routes.router,
        directory_routes.router,
    ],
    consumers=[*routing.consumers, *directory.consumers, *deliveries.consumers, *statuses.consumers],
    jobs=[
        Job("poll-axes", timedelta(seconds=min(_settings.axis_poll_seconds, 1.0)), poll_due),  # looks who is due
        Job("send", timedelta(seconds=_settings.axis_send_seconds), keep_sending, everywhere=True),
        Job("give-up-old", timedelta(minutes=10), give_up_old),
        Job("scan-again", timedelta(seconds=30), scan_again),
        Job("watch-answers", timedelta(minutes=5), watch_answers),
        Job("watch-quarantine", timedelta(minutes=10), watch_ageing),
        Job("replay", timedelta(seconds=1), run_replays),
        Job("synchronise-directory", timedelta(seconds=30), synchronise_due),
        Job("register-offices", timedelta(seconds=20), register_due),
        Job("send-hooks", timedelta(seconds=1), send_hooks),
    ],
    on_start=[connections.connect],
    extra=partner_api.mount,
)
