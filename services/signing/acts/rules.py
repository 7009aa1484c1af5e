"""Who may sign and seal what."""

from __future__ import annotations

from shared.problems import Refusal


class NotApproved(Refusal):
    kind = "not-approved"
    message = "Dự thảo này chưa đủ ý kiến duyệt, hoặc đã đổi sau khi duyệt. Hãy trình duyệt lại rồi ký."


class NotTheSigner(Refusal):
    kind, status = "not-the-signer", 403
    message = "Bạn không phải người được trình ký văn bản này nên không ký được. Hãy chuyển cho đúng người ký."


class KeyNotHeld(Refusal):
    kind, status = "office-key-not-held", 403
    message = "{clerk} chưa có biên bản giao nhận khóa của cơ quan. Quản trị đơn vị hãy ghi nhận bàn giao rồi thử lại."


class LeaderActMissing(Refusal):
    kind = "leader-act-missing"
    message = "Tệp này không phải bản do người có thẩm quyền đã ký trên hệ thống. Chưa đóng dấu; hãy trình ký lại."


class AnnexNotPdf(Refusal):
    kind, status = "annex-not-pdf", 422
    message = "Phụ lục “{name}” không phải PDF nên không ký số cơ quan được. Hãy chuyển sang PDF."
