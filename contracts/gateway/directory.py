"""HTTP models of the directory: whom one can write to, whether a code can be reached, how registers were taken over."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from contracts.message import Model


class FoundOrgan(Model):
    """One line of the recipients picker. With `office_id` it is an office of this deployment."""

    organ_id: str
    name: str
    office_id: str | None = None
    other_code: str = ""  # in the other scheme of codes
    parent_name: str = ""
    channel: str = ""  # through which partner it is reached


class OrgansToCheck(Model):
    organ_ids: tuple[str, ...] = Field(min_length=1, max_length=5000)


class CheckedOrgan(Model):
    """Whether a document can be sent to this code today. `problem`: in Vietnamese why not, and what to do."""

    organ_id: str
    known: bool
    name: str = ""
    channel: str = ""
    current_id: str = ""  # the code in force, where this one is an old one
    limit_mb: int | None = None  # the largest package its partner takes
    problem: str = ""


class DirectoryImport(Model):
    """One reading of a register or a list: how many units were new, renamed, moved, recoded, closed, reopened,
    duplicate, malformed."""

    id: str
    source: str
    kind: str  # "whole", "changes", "file"
    started_at: AwareDatetime
    ended_at: AwareDatetime | None
    complete: bool
    counts: dict[str, int]
    error: str = ""


class DirectoryChange(Model):
    what: str
    code: str
    before: str = ""
    after: str = ""


class CodeLine(Model):
    """One line of a list of codes, as it was read. `problems`: in Vietnamese, what is wrong with it."""

    line: int
    code: str
    old_code: str = ""
    name: str = ""
    parent: str = ""
    since: date | None = None
    legal_basis: str = ""
    problems: tuple[str, ...] = ()


class CodeListReport(Model):
    """What a list of codes holds, and whether it was taken over: only one without a wrong line is."""

    lines: int
    good: int
    wrong: tuple[CodeLine, ...]
    mapped: int  # old codes that stand for new ones from now on
    import_id: str | None = None


class Succession(Model):
    """An old code stands for a new one from a day on."""

    old_code: str = Field(min_length=1, max_length=64)
    new_code: str = Field(min_length=1, max_length=64)
    since: date | None = None
    legal_basis: str = Field(min_length=1, max_length=300)
