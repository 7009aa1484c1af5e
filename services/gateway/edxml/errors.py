"""The two ways to say no: a package that cannot be read, a package that may not be sent."""

from collections.abc import Sequence

from services.gateway.edxml.model import Problem, Severity
from services.gateway.edxml.rulebook import words


class EdxmlRefused(Exception):
    """The package is dangerous or unreadable: it goes to quarantine with this reason."""

    def __init__(self, code: str, line: int = 0, detail: str = "", path: str = "", element: str = "") -> None:
        self.problem = problem(code, "error", path, line, detail, element)
        super().__init__(f"{code} (line {line}): {self.problem.message_en}")
        self.code, self.line, self.detail = code, line, detail
        self.message_vi, self.message_en = self.problem.message_vi, self.problem.message_en
        self.fix_vi = self.problem.fix_vi


class EdxmlInvalid(Exception):
    """The strict writer's answer: all that must be put right before sending."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.path}: {p.message_vi}" for p in problems))


def problem(
    code: str, severity: Severity, path: str = "", line: int = 0, detail: str = "", element: str = ""
) -> Problem:
    """A problem with its words looked up. `element` is the dotted path (`MessageHeader.Subject`) its rule is about."""
    found = words(code, detail, element)
    return Problem(
        code,
        found.rule,
        severity,
        path,
        line,
        found.message_vi,
        found.message_en,
        found.expected_vi,
        found.expected_en,
        found.fix_vi,
        found.fix_en,
    )
