"""How far acts are, for whoever may see the object."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from contracts.message import FileRef
from contracts.signing import api
from services.signing.acts import rules
from services.signing.acts.batch import Line
from services.signing.acts.sequence import signatures
from services.signing.acts.tables import Act, Signature
from shared.work import Work


async def of_object(work: Work, object_id: str) -> list[api.ActView]:
    """Those of the caller's office, in the order in which they began."""
    statement = select(Act).where(Act.object_id == object_id)
    if not work.principal.is_service:
        statement = statement.where(Act.office_id == work.principal.office_id)
    return [await view(work, act) for act in await work.all(statement.order_by(Act.begun_at))]


async def fingerprints(work: Work, object_id: str) -> list[str]:
    """Of the certificates that have signed this document, each once."""
    done = select(Signature.fingerprint).join(Act, Act.id == Signature.act_id).where(Act.object_id == object_id)
    rows = done.where(Act.kind != "initial", Act.state == rules.DONE).order_by(Act.begun_at, Signature.place)
    return list(dict.fromkeys(await work.all(rows)))


async def done_at(work: Work, object_id: str) -> datetime | None:
    """When the last act on this document was done."""
    found: datetime | None = await work.scalar(select(func.max(Act.done_at)).where(Act.object_id == object_id))
    return found


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


def result(act: Act) -> api.ActResult:
    done = act.state == rules.DONE
    file = FileRef.model_validate(act.files[0]) if done else None
    return api.ActResult(state="done" if done else "pending", file=file)


def outcome(line: Line) -> api.Outcome:
    """One line of the list that a batch ends with."""
    act_id = line.act.id if line.act else ""
    object_id = line.act.object_id if line.act else line.order.object_id
    if line.refusal is not None:
        refusal = line.refusal
        return api.Outcome(
            object_id=object_id, act_id=act_id, state="refused", kind=refusal.kind, reason=refusal.text
        )  # fmt: skip
    assert line.act is not None
    state = {rules.DONE: "done", rules.PENDING: "pending", rules.FAILED: "refused"}.get(line.act.state, line.act.state)
    file = FileRef.model_validate(line.act.files[0]) if line.act.state == rules.DONE else None
    return api.Outcome(object_id=object_id, act_id=act_id, state=state, file=file, reason=line.act.reason)
