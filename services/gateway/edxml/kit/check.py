"""One edXML package judged as the gateway would: for a person in two languages, for a program in JSON."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from services.gateway.edxml.errors import EdxmlRefused, problem
from services.gateway.edxml.kit.flat import Flat, files, flat
from services.gateway.edxml.kit.form import form_problems
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Package, Problem, Reading, Status, Unknown
from services.gateway.edxml.reading.reader import read

_WORDS = {"info": "Lưu ý", "warning": "Cảnh báo", "error": "Lỗi"}
_ENGLISH = {"info": "note", "warning": "warning", "error": "error"}
_BUSINESS = ("văn bản mới", "thu hồi", "cập nhật", "thay thế")
_OLD_FORMS = frozenset({"D7", "D8"})


@dataclass(frozen=True)
class Report:
    """The verdict on one package. `ok`: it can be registered as it is. `strict`: it is the standard form too."""

    path: str
    ok: bool
    strict: bool
    kind: str
    summary: str
    dialect: str
    problems: tuple[Problem, ...]
    fields: Flat = field(default_factory=dict)
    attachments: Sequence[dict[str, str | int]] = ()
    readings: tuple[Reading, ...] = ()
    other: tuple[Unknown, ...] = ()
    signature: str = "absent"

    def to_json(self) -> str:
        """One JSON object on one line."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def to_text(self) -> str:
        """Lines for a person."""
        verdict = "ĐẠT" if self.ok else "KHÔNG ĐẠT"
        if self.ok and not self.strict:
            verdict = "ĐẠT, chưa đúng mẫu chuẩn"
        lines = [f"{self.path}: {verdict}" + (f" – {self.summary}" if self.summary else "")]
        for found in self.problems:
            lines += _lines(found)
        return "\n".join(lines)


def _lines(found: Problem) -> list[str]:
    """Where and which rule, what is wrong, what is expected, how to mend it; English below the Vietnamese."""
    where = " ".join(part for part in (f"dòng {found.line}" if found.line else "", found.path) if part)
    lines = [f"  {_WORDS[found.severity]} [{found.rule}] {where}".rstrip(), f"      {found.message_vi}"]
    if found.expected_vi:
        lines.append(f"      Cần: {found.expected_vi}")
    lines.append(f"      Cách sửa: {found.fix_vi}")
    expected = f" Expected: {found.expected_en}." if found.expected_en else ""
    lines.append(f"      ({_ENGLISH[found.severity]}) {found.message_en}{expected} {found.fix_en}")
    return lines


def check(path: Path, limits: Limits | None = None) -> Report:
    """Judge a file; nothing is kept."""
    with path.open("rb") as stream:
        return check_stream(stream, str(path), limits)


def check_stream(stream: BinaryIO, name: str, limits: Limits | None = None) -> Report:
    """Judge a package that can be read twice."""
    with tempfile.TemporaryDirectory(prefix="check-") as folder:
        try:
            package = read(stream, Path(folder), limits or Limits())
        except EdxmlRefused as no:
            return Report(name, False, False, "refused", "", "", (no.problem,))
    stream.seek(0)
    problems = _merged(package.problems, _form(package, stream))
    errors = any(p.severity == "error" for p in problems)
    strict = not errors and all(p.severity == "info" for p in problems)
    return Report(
        name,
        not errors,
        strict,
        package.kind,
        summary(package),
        package.dialect,
        problems,
        flat(package),
        files(package),
        package.readings,
        package.other,
        package.signature_state if isinstance(package, Package) else "absent",
    )


def _form(package: Package | Status, stream: BinaryIO) -> list[Problem]:
    if package.dialect in _OLD_FORMS:
        return [problem("DIALECT", "warning", detail=package.dialect)]
    return form_problems(stream, status=isinstance(package, Status))


def _merged(read: Sequence[Problem], form: Sequence[Problem]) -> tuple[Problem, ...]:
    """What the form says again about the same element is said once; in the order of the lines."""
    told = {(p.rule, p.line) for p in read} | {(p.rule[2:], p.line) for p in read}
    rest = [p for p in form if (p.rule, p.line) not in told and (p.rule[2:], p.line) not in told]
    ranks = {"error": 0, "warning": 1, "info": 2}
    return tuple(sorted([*read, *rest], key=lambda p: (ranks[p.severity], p.line)))


def summary(package: Package | Status, attachments: int | None = None) -> str:
    """One line that says which package this is; `attachments`: of one that is only now written."""
    if isinstance(package, Status):
        return f"trạng thái {package.code} của {package.sender.organ_id} về {package.response_for.code}"
    code = f"{package.code_number}/{package.code_notation}"
    business = _BUSINESS[package.business_type]
    count = len(package.attachments) if attachments is None else attachments
    return f"{business}, số {code}, {len(package.recipients)} nơi nhận, {count} tệp đính kèm"
