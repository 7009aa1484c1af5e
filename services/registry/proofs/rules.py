"""The verification sheet of an issued document: what is kept against what was sent (NĐ 30 Đ19). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from contracts.gateway.api import SentPackage
from contracts.message import FileRef
from contracts.signing.api import VerdictView
from services.registry.outgoing.rules import ISSUED, RECALLED
from shared.problems import Refusal

SAME, OTHER, DAMAGED, NOT_SENT = (
    "trùng khớp với bản đã gửi",
    "KHÁC với bản đã gửi",
    "KHÔNG còn nguyên vẹn trong kho: nội dung lưu không đúng mã băm",
    "văn bản chưa gửi đi nơi nào",
)


class NotIssued(Refusal):
    kind = "not-issued"
    message = "Văn bản chưa phát hành nên chưa có bản gốc để xác minh. Hãy phát hành rồi xác minh."


def check_state(state: str) -> None:
    """NotIssued for what has no original."""
    if state not in (ISSUED, RECALLED):
        raise NotIssued


def against_sent(file: FileRef, stored: str | None, sent: SentPackage | None) -> str:
    """What the hash of the stored content says; `stored` None: the store does not vouch for it."""
    if stored is None or stored != file.sha256:
        return DAMAGED
    if sent is None:
        return NOT_SENT
    return SAME if stored in {one.sha256 for one in sent.files} else OTHER


def holds(words: Sequence[str], verdicts: Sequence[VerdictView | None]) -> bool:
    """Whether everything is proven: each file as it was sent, and every signed one valid."""
    judged = [one for one in verdicts if one is not None]
    return all(word in (SAME, NOT_SENT) for word in words) and bool(judged) and all(one.valid for one in judged)


def told(verdict: VerdictView | None) -> dict[str, Any] | None:
    """A verdict as the sheet prints it."""
    if verdict is None:
        return None
    return {
        "valid": verdict.valid,
        "sentence": verdict.sentence,
        "judge": verdict.judge,
        "signatures": [one.sentence for one in verdict.signatures],
    }
