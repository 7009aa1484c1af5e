"""One edXML file judged: for a person in Vietnamese, for a program in JSON."""

import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from services.gateway.edxml.errors import EdxmlRefused, problem
from services.gateway.edxml.kit.prefixes import prefix_faults
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Package, Problem, Status
from services.gateway.edxml.reading.reader import read

_WORDS = {"info": "Lưu ý", "warning": "Cảnh báo", "error": "Lỗi"}
_BUSINESS = ("văn bản mới", "thu hồi", "cập nhật", "thay thế")


@dataclass(frozen=True)
class Report:
    """The verdict on one file. `ok` means that it can be registered as it is."""

    path: str
    ok: bool
    kind: str
    summary: str
    dialect: str
    problems: tuple[Problem, ...]

    def to_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def to_text(self) -> str:
        """Lines for a person."""
        lines = [f"{self.path}: {'ĐẠT' if self.ok else 'KHÔNG ĐẠT'}" + (f" – {self.summary}" if self.summary else "")]
        for found in self.problems:
            where = f" (dòng {found.line})" if found.line else ""
            lines.append(f"  {_WORDS[found.severity]} [{found.code}]{where}: {found.message_vi} {found.fix_vi}")
        return "\n".join(lines)


def check(path: Path, limits: Limits | None = None) -> Report:
    """Read a file as the gateway would and report; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as stream:
        try:
            package = read(stream, Path(folder), limits or Limits())
        except EdxmlRefused as no:
            refused = problem(no.code, "error", line=no.line, detail=no.detail)
            return Report(str(path), False, "refused", "", "", (refused,))
        stream.seek(0)
        faults = prefix_faults(stream)
    problems = package.problems + tuple(problem("PREFIX", "warning", detail=fault) for fault in faults)
    ok = all(p.severity != "error" for p in problems)
    return Report(str(path), ok, package.kind, _summary(package), package.dialect, problems)


def _summary(package: Package | Status) -> str:
    if isinstance(package, Status):
        return f"trạng thái {package.code} của {package.sender.organ_id} về {package.response_for.code}"
    code = f"{package.code_number}/{package.code_notation}"
    business = _BUSINESS[package.business_type]
    return f"{business}, số {code}, {len(package.recipients)} nơi nhận, {len(package.attachments)} tệp đính kèm"
