"""Why a document may be refused: the ready-made reasons of a day and the shortest reason, as dated data."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared.clock import today
from shared.problems import Refusal

FILE = Path(__file__).with_name("refusals.json")
OTHER = "other"


class ReasonTooShort(Refusal):
    kind, status = "reason-too-short", 422
    message = "Lý do cần ít nhất {least} ký tự để bên gửi hiểu. Hãy ghi rõ hơn."


class UnknownReason(Refusal):
    kind, status = "unknown-reason", 422
    message = "Không có lý do mẫu “{key}”. Hãy chọn lại trong danh sách hoặc tự ghi lý do."


class OwnOffice(Refusal):
    kind, status = "proper-office-is-own", 422
    message = "Nơi nhận đúng {code} chính là cơ quan bạn. Hãy tiếp nhận văn bản, hoặc bỏ trống ô nơi nhận đúng."


class Ready(BaseModel):
    """A ready-made reason. `asks_proper_office`: the clerk may name who should have got the document."""

    model_config = ConfigDict(frozen=True)

    key: str
    text: str
    asks_proper_office: bool = False


class Edition(BaseModel):
    model_config = ConfigDict(frozen=True)

    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    shortest_reason: int
    reasons: tuple[Ready, ...]

    def named(self, key: str) -> Ready:
        """Raises UnknownReason."""
        for ready in self.reasons:
            if ready.key == key:
                return ready
        raise UnknownReason(key=key[:40])


@cache
def editions() -> tuple[Edition, ...]:
    return tuple(Edition.model_validate(row) for row in json.loads(FILE.read_text("utf-8")))


def in_force(day: date | None = None) -> Edition:
    """The edition of that day (today); before the first one, the first."""
    wanted = day or today()
    fitting = [e for e in editions() if e.valid_from <= wanted and (e.valid_to is None or wanted <= e.valid_to)]
    return fitting[-1] if fitting else editions()[0]


def reason(text: str, least: int | None = None) -> str:
    """The reason, trimmed. Raises ReasonTooShort."""
    kept, shortest = " ".join(text.split()), in_force().shortest_reason if least is None else least
    if len(kept) < shortest:
        raise ReasonTooShort(least=shortest)
    return kept


def sentence(ready: Ready | None, own_words: str, proper: str) -> str:
    """What the sender reads: the ready-made reason, the clerk's own words, the proper office. Raises ReasonTooShort."""
    said = [part for part in (ready.text if ready else "", " ".join(own_words.split())) if part]
    text = reason(" ".join(said))
    return f"{text} Nơi nhận đúng: {proper}." if proper else text
