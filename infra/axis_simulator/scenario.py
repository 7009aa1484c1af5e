"""Scenarios: a YAML file says what happens when, so that the same day can be played again.

```yaml
name: Trục gián đoạn tám giờ rồi mất một câu trả lời
steps:
  - at: 10s
    fault: {kind: down, seconds: 28800}
  - after: {operation: sendEdoc, count: 3}        # after the third one that was done
    fault: {kind: lost_answer, operation: sendEdoc, count: 1}
  - after: {received: G01}                        # a document came for this office
    status: {office: G01, code: "02", description: Gửi không đúng nơi nhận}
  - at: 9h
    send: {office: G01, to: H60.10, subject: Về việc báo cáo}
  - at: 10h
    clear: true                                   # every fault
  - at: 11h
    close: G01                                    # the unit leaves the register; `open: G01` brings it back
```
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import yaml

from infra.axis_simulator.faults import Fault, parse_fault

ACTIONS = ("fault", "clear", "status", "send", "close", "open")
UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
TIME = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd]?)")


class BadScenario(ValueError):
    """What is wrong, and in which step."""


class Actor(Protocol):
    """Who carries a scenario out."""

    def arm(self, fault: Fault) -> None: ...
    def disarm(self) -> None: ...
    def answer(self, office: str, code: str, description: str) -> None: ...
    def send(self, office: str, to: str, subject: str, file: str) -> None: ...
    def close(self, office: str) -> None: ...
    def open(self, office: str) -> None: ...


@dataclass(frozen=True)
class Step:
    """Something that happens once: at a moment (seconds from the start) or after the n-th event of a kind."""

    action: str
    content: Any
    at: float | None = None
    event: str = ""
    count: int = 1


@dataclass(frozen=True)
class Scenario:
    name: str
    steps: tuple[Step, ...]


def read(path: Path) -> Scenario:
    """Raises BadScenario."""
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, OSError, UnicodeDecodeError) as error:
        raise BadScenario(f"{path.name}: không đọc được: {error}") from error
    return parse(content, path.stem)


def parse(content: Any, name: str = "") -> Scenario:
    """Raises BadScenario."""
    if not isinstance(content, dict) or not isinstance(content.get("steps"), list):
        raise BadScenario("cần có `steps`: một danh sách")
    steps = tuple(_step(number, step) for number, step in enumerate(content["steps"], start=1))
    return Scenario(str(content.get("name") or name), steps)


def _step(number: int, step: Any) -> Step:
    if not isinstance(step, dict):
        raise BadScenario(f"bước {number}: phải là một bảng")
    actions = [name for name in ACTIONS if name in step]
    if len(actions) != 1:
        raise BadScenario(f"bước {number}: cần đúng một việc trong {', '.join(ACTIONS)}")
    if unknown := set(step) - {*ACTIONS, "at", "after"}:
        raise BadScenario(f"bước {number}: không hiểu {', '.join(map(str, sorted(unknown)))}")
    if ("at" in step) == ("after" in step):
        raise BadScenario(f"bước {number}: cần `at` (lúc nào) hoặc `after` (sau việc gì)")
    action, content = actions[0], step[actions[0]]
    try:
        _check(action, content)
        if "at" in step:
            return Step(action, content, at=seconds(step["at"]))
        event, count = _event(step["after"])
    except (ValueError, TypeError, KeyError) as error:
        raise BadScenario(f"bước {number}: {error}") from error
    return Step(action, content, event=event, count=count)


def _check(action: str, content: Any) -> None:
    if action == "fault":
        parse_fault(content)
    needed = {"status": ("office", "code"), "send": ("office", "to")}.get(action, ())
    if needed and not (isinstance(content, dict) and all(content.get(name) for name in needed)):
        raise ValueError(f"{action} cần {', '.join(needed)}")
    if action in ("close", "open") and not (isinstance(content, str) and content):
        raise ValueError(f"{action} cần mã đơn vị")


def seconds(text: Any) -> float:
    """`90`, `90s`, `1.5h`. Raises ValueError."""
    found = TIME.fullmatch(str(text).strip())
    if not found:
        raise ValueError(f"thời gian “{text}” không đúng: viết 10s, 5m, 8h")
    return float(found[1]) * UNITS[found[2]]


def _event(after: Any) -> tuple[str, int]:
    if not isinstance(after, dict) or len(set(after) & {"operation", "received"}) != 1:
        raise ValueError("`after` cần `operation` hoặc `received`")
    name = f"operation:{after['operation']}" if "operation" in after else f"received:{after['received']}"
    return name, int(after.get("count", 1))


@dataclass
class Stage:
    """A scenario that is being played. The clock is the caller's: `tick` says how many seconds have passed."""

    scenario: Scenario
    actor: Actor
    done: set[int] = field(default_factory=set)
    seen: Counter[str] = field(default_factory=Counter)

    def tick(self, passed: float) -> None:
        for index, step in enumerate(self.scenario.steps):
            if index not in self.done and step.at is not None and step.at <= passed:
                self._play(index, step)

    def happened(self, event: str) -> None:
        self.seen[event] += 1
        for index, step in enumerate(self.scenario.steps):
            if index not in self.done and step.event == event and self.seen[event] >= step.count:
                self._play(index, step)

    @property
    def over(self) -> bool:
        return len(self.done) == len(self.scenario.steps)

    def _play(self, index: int, step: Step) -> None:
        self.done.add(index)
        content = step.content
        if step.action == "fault":
            self.actor.arm(parse_fault(content))
        elif step.action == "clear":
            self.actor.disarm()
        elif step.action == "status":
            self.actor.answer(content["office"], str(content["code"]), str(content.get("description") or ""))
        elif step.action == "send":
            subject, file = str(content.get("subject") or "Văn bản mô phỏng"), str(content.get("file") or "")
            self.actor.send(content["office"], content["to"], subject, file)
        elif step.action == "close":
            self.actor.close(content)
        else:
            self.actor.open(content)
