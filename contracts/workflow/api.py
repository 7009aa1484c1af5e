"""HTTP models of workflow: tasks, what happens around one draft or incoming document, processes, calendar."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.message import FileRef, Model

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=2000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=8000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
People = Annotated[list[str], Field(max_length=500)]


class Task(Model):
    """One thing a person has to do. `state` is open, accepted, done or cancelled; urgency 0 normal … 3 express."""

    id: str
    kind: str
    title: str
    subject: str
    step: str = ""
    role_tag: str | None = None  # "lead", "coordinator", "information"
    object_type: str  # "draft", "incoming"
    object_id: str
    sender: str = ""
    note: str = ""
    urgency: int = 0
    due_at: AwareDatetime | None = None
    opened_at: AwareDatetime
    accepted_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    closed_by_name: str = ""
    outcome: str = ""
    state: str = "open"
    overdue: bool = False
    urged: int = 0
    content_hash: str = ""
    on_behalf_of: str = ""  # the name of the person whose task a delegate sees
    next_act: str = ""
    frozen: str = ""  # why nobody may go on with it: the sender wants the document back


class StepView(Model):
    name: str
    step: str
    state: str  # "done", "current", "expected", "skipped", "returned", "void"
    round: int = 1
    person_name: str = ""
    content_hash: str = ""
    at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    note: str = ""


class Opinion(Model):
    """`state`: waiting, given, none (silent until the deadline). `taken`: whether the drafter or lead took it in."""

    id: str
    task_id: str
    person_id: str
    person_name: str
    by_name: str
    state: str
    text: str = ""
    file: FileRef | None = None
    content_hash: str = ""
    at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    late: bool = False
    required: bool = False
    taken: bool | None = None
    taken_reason: str = ""


class AssignmentView(Model):
    """`parent_id` is the assignment out of which this one was made: the chain of assigning further is a tree."""

    id: str
    parent_id: str | None = None
    person_id: str
    person_name: str
    role_tag: str
    by_name: str
    direction: str = ""
    due_at: AwareDatetime | None = None
    at: AwareDatetime
    state: str
    ended_at: AwareDatetime | None = None


class Process(Model):
    object_type: str
    object_id: str
    state: str
    content_hash: str = ""
    frozen: str = ""  # why work stands still: the sender wants the document back
    steps: list[StepView] = []
    opinions: list[Opinion] = []
    tasks: list[Task] = []
    my_task: Task | None = None
    assignments: list[AssignmentView] = []


class Approval(Model):
    content_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    note: Note | None = None


class Return(Model):
    reason: Reason


class OpinionText(Model):
    text: Words
    file: FileRef | None = None


class OpinionAnswer(Model):
    taken: bool
    reason: Note = ""


class Consultation(Model):
    person_ids: Annotated[list[str], Field(min_length=1, max_length=500)]
    due_at: AwareDatetime | None = None
    note: Note = ""
    required: bool = False  # the next approval waits for these opinions


class Assignment(Model):
    lead_person_id: str
    coordinator_ids: People = []
    information_ids: People = []
    due_date: Day | None = None
    direction: Note = ""


class Transfer(Model):
    """Another lead in the place of the present one."""

    lead_person_id: str
    due_date: Day | None = None
    reason: Reason


class Finish(Model):
    """How one's part ends; `note` says more in words (R10.2)."""

    outcome: Literal["replied", "done", "information", "filed"] = "done"
    note: Note = ""


class Urging(Model):
    note: Note = ""


class NewDelegation(Model):
    """A leader lets another person assign and supervise. Never the right to sign."""

    to_person_id: str
    valid_from: Day
    valid_to: Day
    scopes: Annotated[list[Literal["assign", "supervise"]], Field(min_length=1)] = ["assign", "supervise"]
    authority_document: Words


class Delegation(Model):
    id: str
    from_person_id: str
    from_name: str
    to_person_id: str
    to_name: str
    valid_from: str
    valid_to: str
    scopes: list[str]
    authority_document: str
    ended_at: AwareDatetime | None = None


class Deadline(Model):
    """By when: `days` working days later at `at` ("12:00", "24:00"), warned on that day at `warn`.

    Urgent documents: `urgent_minutes` of working time instead (0 = the same as others).
    """

    days: int = Field(default=1, ge=0, le=365)
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-4]):[0-5]\d$")] = "24:00"
    warn: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] | None = None
    urgent_minutes: int = Field(default=0, ge=0, le=10080)


class StepDefinition(Model):
    """`who`: unit_head (of the drafter's unit), deputy, leader, clerk, signer."""

    step: Literal["content", "form", "initial", "sign"]
    name: Words
    who: Literal["unit_head", "deputy", "leader", "clerk", "signer"]
    when_nobody: Literal["skip", "wait"] = "wait"
    signed: bool = False  # only of an initial: it has to be made with a key
    deadline: Deadline = Deadline(days=2, at="17:00", warn="10:00")


class NewProcess(Model):
    """A process of an office. Outgoing: `steps` in order, the last is the signature. Deadlines by kind of task."""

    kind: Literal["outgoing", "incoming"]
    name: Words
    steps: Annotated[list[StepDefinition], Field(max_length=20)] = []
    deadlines: dict[str, Deadline] = {}
    signer_roles: list[str] = ["leader", "deputy", "unit_head"]
    without_initial: bool = False  # the decision itself says that nobody initials
    valid_from: date
    valid_to: date | None = None
    legal_basis: Words


class ProcessDefinition(NewProcess):
    id: str
    office_id: str = ""  # empty: of every office that has none of its own


class CalendarDay(Model):
    """A day that is not what the weekday says: off, or a make-up working day."""

    day: date
    working: bool
    name: Words
    legal_basis: Words


class ElapsedTime(Model):
    """What began before `began_before` has had `working_days` whole working days."""

    working_days: int
    began_before: AwareDatetime


class Notice(Model):
    id: str
    kind: str  # "due-soon", "overdue", "urged", "timestamp-pending", …
    text: str
    task_id: str = ""  # empty: about something that is nobody's task
    object_type: str
    object_id: str
    at: AwareDatetime
    seen_at: AwareDatetime | None = None


class UnitProgress(Model):
    """Open work of one unit, counted at `at`."""

    unit_id: str | None
    unit_name: str
    open: int
    due_soon: int
    overdue: int
    oldest_opened_at: AwareDatetime | None = None


class Progress(Model):
    at: AwareDatetime
    units: list[UnitProgress]
