"""Who may sign and seal what, and the states through which an act goes."""

from __future__ import annotations

from datetime import timedelta

from shared.problems import Refusal

# An act. "waiting-key": its owner has to come with the key; "pending": signed, time stamp or proof not there yet.
OPEN, WAITING_KEY, PENDING, DONE, FAILED = "open", "waiting-key", "pending", "done", "failed"
# A signature of an act, in this order. Killed between two of them, the same request goes on from the one reached.
NEW, PREPARED, HANDED_OUT, SIGNED, COMPLETE = "new", "prepared", "handed-out", "signed", "done"

COPY = "copy"
OF_OFFICE = ("seal", COPY)  # the acts for which the office's key is needed

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=2), timedelta(minutes=5)
PREPARATION = timedelta(minutes=30)  # so long an open signature waits for its key
GRACE = timedelta(seconds=20)  # so long a request that is under way is left alone by the job


class NotApproved(Refusal):
    kind = "not-approved"
    message = "Dự thảo này chưa đủ ý kiến duyệt, hoặc đã đổi sau khi duyệt. Hãy trình duyệt lại rồi ký."


class NotTheSigner(Refusal):
    kind, status = "not-the-signer", 403
    message = "Bạn không phải người được trình ký văn bản này nên không ký được. Hãy chuyển cho đúng người ký."


class NotPdf(Refusal):
    kind, status = "not-pdf", 422
    message = "“{name}” không phải tệp PDF. Chỉ ký số trên PDF: hãy chuyển tệp sang PDF, trình duyệt lại rồi ký."


class KeyNotHeld(Refusal):
    kind, status = "office-key-not-held", 403
    message = "{clerk} chưa có biên bản giao nhận khóa của cơ quan. Quản trị đơn vị hãy ghi nhận bàn giao rồi thử lại."


class LeaderActMissing(Refusal):
    kind = "leader-act-missing"
    message = "Tệp này không phải bản do người có thẩm quyền đã ký trên hệ thống. Chưa đóng dấu; hãy trình ký lại."


class AnnexNotPdf(Refusal):
    kind, status = "annex-not-pdf", 422
    message = "Phụ lục “{name}” không phải PDF nên không ký số cơ quan được. Hãy chuyển sang PDF."


class ProofMissing(Refusal):
    kind, status = "proof-missing", 503
    message = "Chưa lấy được bằng chứng về chứng thư (OCSP, CRL, dấu thời gian). Đã ký; hệ thống sẽ tự hỏi lại."


class PreparationOver(Refusal):
    kind = "preparation-over"
    message = "Lần chuẩn bị ký này đã quá 30 phút hoặc được thay bằng lần mới. Hãy mở lại trang và ký lại."


class ToolChangedFile(Refusal):
    kind, status = "tool-changed-file", 422
    message = "Tệp công cụ ký gửi về không phải tệp đã giao, hoặc đã bị ghi lại. Chưa nhận: hãy mở lại trang và ký lại."


class ToolSignatureMissing(Refusal):
    kind, status = "tool-signature-missing", 422
    message = "Tệp công cụ ký gửi về chưa có thêm đúng một chữ ký số. Chưa nhận: hãy ký lại trên công cụ."


class NotProven(Refusal):
    kind, status = "signature-not-proven", 422
    message = "Chữ ký vừa tạo chưa được chứng minh là hợp lệ nên không dùng: {why} Hãy sửa theo lý do này rồi ký lại."


def content_key(content_hash: str, version: int) -> str:
    """What one leader's act is of: one approval of one content. `version` 0: told by an older workflow."""
    return f"{content_hash} {version}" if version else content_hash


def initial_key(content_hash: str, version: int, person_id: str) -> str:
    """What one initial is of: one content, by one person."""
    return f"{content_hash} {version} {person_id}"[:200]


def copy_key(sha256: str, code: str) -> str:
    """What one signature on a copy is of: one file under one number."""
    return f"{sha256} {code}"[:200]


def seal_key(sha256: str, code: str, issued_date: str) -> str:
    """What one seal is of: one signed file under one number and date."""
    return f"{sha256} {code} {issued_date}"[:200]


def delay(attempts: int) -> timedelta:
    """Before the next try: 2 s, 4 s, 8 s … 5 minutes."""
    doubled: int = 2 ** min(max(attempts - 1, 0), 10)
    return min(FIRST_DELAY * doubled, LONGEST_DELAY)
