"""What kind of package a document makes (edxml.md §3.1)."""

from __future__ import annotations

from shared.problems import Refusal

DOCUMENT, RECALL = "document", "recall"
KINDS = {0: DOCUMENT, 1: RECALL, 2: "update", 3: "replace"}
WAITING, SENT, FAILED = "waiting", "sent", "failed"


class AlreadySent(Refusal):
    kind = "already-sent"
    message = "Văn bản đã gửi đến nơi nhận này rồi. Tải lại trang để xem trạng thái mới nhất."


def may_retry(channel: str, state: str) -> None:
    """Only what has not left may be tried again. Raises AlreadySent."""
    if channel == "local" or state not in (WAITING, FAILED):
        raise AlreadySent
