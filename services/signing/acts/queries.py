"""How far acts are, for whoever may see the object."""

from __future__ import annotations

from sqlalchemy import select

from contracts.message import FileRef
from contracts.signing import api
from services.signing.acts.sequence import signatures
from services.signing.acts.tables import Act
from shared.work import Work


async def of_object(work: Work, object_id: str) -> list[api.ActView]:
    """Those of the caller's office, in the order in which they began."""
    statement = select(Act).where(Act.object_id == object_id)
    if not work.principal.is_service:
        statement = statement.where(Act.office_id == work.principal.office_id)
    return [await view(work, act) for act in await work.all(statement.order_by(Act.begun_at))]


async def view(work: Work, act: Act) -> api.ActView:
    return api.ActView(
        id=act.id, kind=act.kind, object_id=act.object_id, state=act.state, reason=act.reason, attempts=act.attempts,
        next_at=act.next_at, begun_at=act.begun_at, done_at=act.done_at,
        files=[FileRef.model_validate(one) for one in act.files],
        signatures=[
            api.SignatureStepsView(
                file_name=part.source.get("display_name") or part.source.get("name", ""), state=part.state,
                steps=[api.StepView.model_validate(step) for step in part.steps],
            )
            for part in await signatures(work, act.id)
        ],
    )  # fmt: skip
