"""The way of a draft: content → form → initial → signature → number and seal → issue (NĐ 30 Đ10–18; QĐ 28 Đ12)."""

from __future__ import annotations

from contracts.workflow.api import Deadline, ProcessDefinition, StepDefinition
from services.workflow.tasks import rules as tasks
from shared.problems import Refusal

RUNNING, APPROVED, SIGNED, NUMBERED, SEALED, ISSUED = "running", "approved", "signed", "numbered", "sealed", "issued"
RETURNED, CHANGED, VOIDED = "returned", "changed", "voided"
AFTER_SIGNATURE = (SIGNED, NUMBERED, SEALED, ISSUED)  # in this order; facts may come late and never lead back

DONE, CURRENT, EXPECTED, SKIPPED, VOID = "done", "current", "expected", "skipped", "void"

TASK_OF_STEP = {"content": tasks.CONTENT, "form": tasks.FORM, "initial": tasks.INITIAL, "sign": tasks.SIGN}
REACHED = {"content": "UNIT_APPROVED", "form": "FORM_CHECKED", "initial": "INITIALLED"}  # registry's states
APPROVING = (tasks.CONTENT, tasks.FORM, tasks.INITIAL)
RETURNING = (*APPROVING, tasks.SIGN)

CLERKS = ("clerk", "unit_admin", "leader")  # the clerk; where an office has none, the next who can care
STAND_INS = ("leader", "deputy", "unit_head")


class ContentChanged(Refusal):
    kind = "content-changed"
    message = "Dự thảo đã đổi sau khi bạn mở trang nên chưa duyệt. Hãy tải lại, xem bản mới rồi duyệt."


class OpinionsWaiting(Refusal):
    kind = "opinions-waiting"
    message = "Còn {count} ý kiến bắt buộc chưa có. Hãy đợi đến hạn hoặc đôn đốc người được hỏi."


class InitialUnsigned(Refusal):
    kind = "initial-unsigned"
    message = "Quy trình yêu cầu ký nháy bằng chữ ký số. Hãy bấm “Ký nháy số” và nhập mã PIN."


class NotOnItsWay(Refusal):
    kind = "not-on-its-way"
    message = "Dự thảo không còn ở bước lấy ý kiến, duyệt. Hãy tải lại trang để xem bước đang chờ."


class OpinionsClosed(Refusal):
    kind = "opinions-closed"
    message = "Dự thảo đã được duyệt nên bảng tiếp thu ý kiến không sửa được nữa."


def plan(process: ProcessDefinition) -> list[StepDefinition]:
    return list(process.steps)


def clerk_steps(process: ProcessDefinition) -> list[tuple[str, str, Deadline]]:
    """What follows the signature in every process: (step, name, deadline)."""
    found = [("number", "Cấp số, ký số cơ quan"), ("issue", "Phát hành")]
    return [(step, name, process.deadlines.get(step, Deadline(days=1, at="12:00"))) for step, name in found]


def is_before(state: str, reached: str) -> bool:
    """Whether a fact leads a draft onward: nothing that came late takes it back, or on from a number given up."""
    if state == VOIDED:
        return False
    if state not in AFTER_SIGNATURE:
        return True
    return AFTER_SIGNATURE.index(state) < AFTER_SIGNATURE.index(reached)
