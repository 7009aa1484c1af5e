"""Facts that workflow publishes: who has done what."""

from __future__ import annotations

from pydantic import AwareDatetime

from contracts.message import Message, Model


class OpinionGivenV1(Message, type="qlvb.workflow.opinion-given.v1"):
    draft_id: str
    by: str
    by_name: str
    text: str
    content_hash: str
    at: AwareDatetime


class DraftReturnedV1(Message, type="qlvb.workflow.draft-returned.v1"):
    """A draft goes back to its drafter with a reason."""

    draft_id: str
    step: str
    by: str
    by_name: str
    reason: str
    at: AwareDatetime


class StepDoneV1(Message, type="qlvb.workflow.step-done.v1"):
    """One approval of the outgoing process: content (unit head), form, initial (ký tắt)."""

    draft_id: str
    step: str  # "opinion", "content", "form", "initial"
    state: str  # registry state: UNIT_APPROVED, FORM_CHECKED, INITIALLED
    by: str
    by_name: str
    content_hash: str
    at: AwareDatetime


class DraftApprovedV1(Message, type="qlvb.workflow.draft-approved.v1"):
    """Every approval before the leader's signature is given for exactly this content."""

    draft_id: str
    office_id: str
    content_hash: str
    signer_id: str
    at: AwareDatetime
    version: int = 0  # of the draft; 0 = not said (told before this field was)


class IncomingProgressV1(Message, type="qlvb.workflow.incoming-progress.v1"):
    """An incoming document was assigned (04), is handled (05), is finished (06)."""

    incoming_id: str
    office_id: str
    status: str  # "04", "05", "06"
    by: str
    by_name: str
    note: str = ""
    outcome: str = ""
    at: AwareDatetime


class IncomingDueV1(Message, type="qlvb.workflow.incoming-due.v1"):
    """By when an incoming document has to be finished: set with the first assignment, and anew with another lead."""

    incoming_id: str
    office_id: str
    due_at: AwareDatetime
    by: str
    at: AwareDatetime


class TaskChangedV1(Message, type="qlvb.workflow.task-changed.v1"):
    """A task was opened or closed, as `TaskState` has it."""

    task_id: str
    person_id: str
    office_id: str
    state: str


class TaskState(Model):
    task_id: str
    person_id: str
    office_id: str
    state: str  # "open", "done", "cancelled"


class TaskChangedV2(Message, type="qlvb.workflow.task-changed.v2"):
    """Tasks that were opened or closed together; pages that show one of them look again."""

    tasks: tuple[TaskState, ...]
