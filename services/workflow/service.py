"""workflow: who must do what by when. The table of contents; each room has one subject.

processes     what an office's way looks like: dated data, published with the decision that orders it
outgoing      a draft on its way: steps, approvals bound to the content's hash, opinions, giving back
incoming      present, assign with one lead, handle, finish, give back, urge
tasks         what one person has to do, and how it ended
delegations   a leader lets another assign and supervise for a time
calendar      working days and hours, deadlines counted in them
notices       warnings before and after deadlines; progress of the units
organisation  copies of identity's people and the roles they hold
access.py     whose objects a caller may see;  views.py  everything around one document
"""

from datetime import timedelta
from pathlib import Path

from services.workflow import routes
from services.workflow.base import Base
from services.workflow.calendar import routes as calendar
from services.workflow.delegations import routes as delegations
from services.workflow.incoming import consumers as incoming
from services.workflow.notices import consumers as notice_consumers
from services.workflow.notices import routes as notices
from services.workflow.notices.actions import watch_deadlines
from services.workflow.organisation import consumers as organisation
from services.workflow.outgoing import consumers as outgoing
from services.workflow.processes import routes as processes
from shared.service import Job, Service

service = Service(
    name="workflow",
    base=Base,
    migrations=str(Path(__file__).parent / "migrations"),
    routers=[routes.router, processes.router, delegations.router, calendar.router, notices.router],
    consumers=[*organisation.consumers, *outgoing.consumers, *incoming.consumers, *notice_consumers.consumers],
    jobs=[Job("watch-deadlines", timedelta(seconds=30), watch_deadlines)],
)
