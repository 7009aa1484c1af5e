"""The two ways to say no: a package that cannot be read, a package that may not be sent."""

from collections.abc import Sequence

from services.gateway.edxml.messages import message_of
from services.gateway.edxml.model import Problem, Severity


class EdxmlRefused(Exception):
    """The package is dangerous or unreadable: it goes to quarantine with this reason."""

    def __init__(self, code: str, line: int = 0, detail: str = "") -> None:
        vi, en, fix = message_of(code, detail)
        super().__init__(f"{code} (line {line}): {en}")
        self.code, self.line, self.detail = code, line, detail
        self.message_vi, self.message_en, self.fix_vi = vi, en, fix


class EdxmlInvalid(Exception):
    """The strict writer's answer: all that must be put right before sending."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path}: {p.message_vi}" for p in problems))


def problem(code: str, severity: Severity, path: str = "", line: int = 0, detail: str = "") -> Problem:
    """A problem with its words looked up."""
    vi, en, fix = message_of(code, detail)
    return Problem(code, severity, path, line, vi, en, fix)
