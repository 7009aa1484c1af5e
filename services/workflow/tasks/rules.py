"""Kinds of tasks in words, and the ways a task can end (R10.2)."""

from __future__ import annotations

from shared.problems import Refusal

OPEN, ACCEPTED, DONE, CANCELLED = "open", "accepted", "done", "cancelled"

OPINION, CONTENT, FORM, INITIAL, SIGN = "opinion", "approve_content", "approve_form", "initial", "sign"
NUMBER, ISSUE, REVISE = "number", "issue", "revise"
REGISTER, ASSIGN, HANDLE, COORDINATE, INFORMATION = "register", "assign", "handle", "coordinate", "information"
TAKE_BACK = "take_back"

TITLES = {
    OPINION: "Cho ý kiến dự thảo",
    CONTENT: "Duyệt nội dung",
    FORM: "Kiểm tra thể thức",
    INITIAL: "Ký nháy",
    SIGN: "Ký số",
    NUMBER: "Cấp số, ký số cơ quan",
    ISSUE: "Phát hành",
    REVISE: "Hoàn thiện dự thảo",
    REGISTER: "Tiếp nhận văn bản đến",
    ASSIGN: "Phân công xử lý",
    HANDLE: "Chủ trì xử lý",
    COORDINATE: "Phối hợp xử lý",
    INFORMATION: "Xem để biết",
    TAKE_BACK: "Trả lời yêu cầu lấy lại văn bản",
}
NEXT_ACTS = {
    OPINION: "Cho ý kiến",
    CONTENT: "Duyệt",
    FORM: "Duyệt thể thức",
    INITIAL: "Ký nháy",
    SIGN: "Ký số",
    NUMBER: "Cấp số",
    ISSUE: "Phát hành",
    REVISE: "Sửa và trình lại",
    REGISTER: "Tiếp nhận",
    ASSIGN: "Phân công",
    HANDLE: "Xử lý",
    COORDINATE: "Cho ý kiến",
    INFORMATION: "Đã xem",
    TAKE_BACK: "Trả lời",
}
OUTCOMES = {
    "replied": "Đã trả lời bằng văn bản",
    "done": "Đã xử lý, không phải trả lời bằng văn bản",
    "information": "Đã xem",
    "filed": "Lưu hồ sơ",
}


class TaskOver(Refusal):
    kind = "task-over"
    message = "Việc này đã được làm xong hoặc đã rút lại. Hãy tải lại trang để xem bước đang chờ."


class TaskFrozen(Refusal):
    kind = "task-frozen"
    message = (
        "Nơi gửi yêu cầu lấy lại văn bản này nên việc tạm dừng. Lý do: {reason} "
        "Văn thư đang trả lời; việc sẽ mở lại nếu cơ quan không đồng ý trả."
    )


class WrongTask(Refusal):
    kind = "wrong-task"
    message = "Việc này không kết thúc bằng cách đó. Hãy tải lại trang và chọn đúng nút của việc."
