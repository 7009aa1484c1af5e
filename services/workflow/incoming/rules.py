"""Rules of assigning and handling (QĐ 51 Đ11; NĐ 30/2020 Đ22–24)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.workflow import api
from shared.problems import Invalid, Refusal

WAITING, REGISTERED, ASSIGNED, PROCESSING, COMPLETED = "waiting", "registered", "assigned", "processing", "completed"
REFUSED, TAKEN_BACK, LINKED = "refused", "taken-back", "linked"
IN_HAND = (REGISTERED, ASSIGNED, PROCESSING)
GONE = (REFUSED, TAKEN_BACK, LINKED)

LEAD, COORDINATOR, INFORMATION = "lead", "coordinator", "information"
ACTIVE, PASSED, DONE, ENDED = "active", "passed", "done", "ended"
ASSIGNERS = ("leader", "deputy", "unit_head")


class NotRegistered(Refusal):
    kind = "not-registered"
    message = "Văn bản chưa vào sổ nên chưa phân công được. Hãy nhờ văn thư tiếp nhận và cho số đến trước."


class Over(Refusal):
    kind = "handling-over"
    message = "Văn bản này đã xử lý xong, bị từ chối hoặc đã trả lại nơi gửi nên không phân công được nữa."


class AssignedAlready(Refusal):
    kind = "assigned-already"
    message = "Văn bản đã được phân công cho {lead}. Muốn đổi người chủ trì, hãy dùng “Chuyển người xử lý”."


class TwoParts(Invalid):
    kind = "two-parts"
    message = "Có người được chọn ở hai vai trò. Mỗi người chỉ chủ trì, phối hợp hoặc xem để biết."


class DueWrong(Invalid):
    kind = "due-wrong"
    message = "Hạn xử lý chưa đúng: nhập ngày có thật, từ hôm nay trở đi và không sau hạn của cấp trên."


def check_people(body: api.Assignment) -> None:
    """Exactly one lead, and nobody in two parts (NĐ 30 Đ23 k4)."""
    everybody = [body.lead_person_id, *body.coordinator_ids, *body.information_ids]
    if len(set(everybody)) != len(everybody):
        raise TwoParts


def day(text: str | None, *, not_before: date, not_after: date | None = None) -> date | None:
    if not text:
        return None
    try:
        wanted = date.fromisoformat(text)
    except ValueError as error:
        raise DueWrong from error
    if wanted < not_before or (not_after is not None and wanted > not_after):
        raise DueWrong
    return wanted


def parts(body: api.Assignment) -> Sequence[tuple[str, list[str]]]:
    return [
        (LEAD, [body.lead_person_id]),
        (COORDINATOR, list(body.coordinator_ids)),
        (INFORMATION, list(body.information_ids)),
    ]
