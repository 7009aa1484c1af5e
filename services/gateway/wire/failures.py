"""How an operation fails: an ErrorCode of the axis (axis.md §1.5 and §2)."""

from __future__ import annotations

OK = "0"
BAD_FILE = "10"
BAD_CREDENTIALS = "15"
NO_RECEIVER = "18"
NO_SENDER = "19"
AXIS_ERROR = "20"
BAD_PACKAGE = "22"
LOCKED_RECEIVER = "23"
NOT_FOUND = "99"
TOO_MANY = "429"


class WireFailure(Exception):
    """Becomes status FAIL with this ErrorCode; `http` is the status of the answer."""

    def __init__(self, code: str, text: str, http: int = 200, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.http = http
        self.retry_after = retry_after
