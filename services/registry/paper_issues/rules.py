"""Issue on paper: what may be printed for the seal, what is recorded, the forms of envelopes. Pure.

Regulation Đ12 k3d; NĐ 30/2020 Đ18 k5 (print the version that the competent person signed, then seal it by hand);
annex IV, parts II (envelope) and III (postal register).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from contracts.signing.fields import LEADER
from shared import clock
from shared.problems import NotFound, Refusal

PRINTABLE = ("SEALED", "ISSUED")
POST, HAND = "post", "hand"
REGISTER_COLUMNS = (
    "Ngày chuyển",
    "Số, ký hiệu văn bản",
    "Nơi nhận văn bản",
    "Số lượng bì",
    "Ký nhận và dấu bưu điện",
    "Ghi chú",
)


class NotReadyForPaper(Refusal):
    kind = "not-ready-for-paper"
    message = (
        "Chỉ in để đóng dấu được văn bản đã có chữ ký của người có thẩm quyền, số và ngày; văn bản này {state}. "
        "Hãy hoàn tất cấp số và đóng dấu trên hệ thống trước."
    )


class NotIssuedYet(Refusal):
    kind = "paper-before-issue"
    message = "Văn bản chưa phát hành trên hệ thống nên chưa ghi phát hành bản giấy được. Hãy phát hành rồi ghi."


class NotSignedByLeader(Refusal):
    kind, status = "paper-not-signed", 422
    message = (
        "Tệp văn bản không có chữ ký số của người có thẩm quyền nên không in để đóng dấu được. Hãy kiểm tra lại tệp."
    )


class NotPrintable(Refusal):
    kind, status = "paper-not-printable", 422
    message = "Có tệp PDF hỏng hoặc đặt mật khẩu nên không ghép để in được. Hãy mở và in riêng từng tệp."


class TooFewPrinted(Refusal):
    kind, status = "too-few-printed", 422
    message = "Đã in {printed} bản nhưng gửi đi {sent} bản. Hãy sửa số bản in hoặc số bản gửi từng nơi."


class WrongDay(Refusal):
    kind, status = "wrong-transfer-day", 422
    message = "Ngày chuyển {day} phải từ ngày ban hành {first} đến hôm nay. Hãy nhập lại ngày chuyển."


class SameReceiverTwice(Refusal):
    kind, status = "same-receiver-twice", 422
    message = "Nơi nhận “{name}” được ghi hai lần. Hãy gộp thành một dòng."


class Cancelled(Refusal):
    kind = "paper-issue-cancelled"
    message = "Lần phát hành bản giấy này đã hủy ghi nên không in bì, nhãn được. Hãy ghi lại lần phát hành mới."


class Envelope(BaseModel):
    """Millimetres."""

    key: str
    name: str
    width: float
    height: float


class Labels(BaseModel):
    """A sheet of labels on A4, in millimetres."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    between: float


class Edition(BaseModel):
    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    envelopes: list[Envelope]
    labels: Labels


@cache
def _editions() -> list[Edition]:
    return [Edition.model_validate(one) for one in json.loads((Path(__file__).parent / "envelopes.json").read_text())]


def forms_on(day: date | None = None) -> Edition:
    """Raises NotFound where none was in force."""
    wanted = day or clock.today()
    for edition in _editions():
        if edition.valid_from <= wanted and (edition.valid_to is None or wanted <= edition.valid_to):
            return edition
    raise NotFound


def envelope(key: str) -> Envelope:
    """Raises NotFound."""
    for one in forms_on().envelopes:
        if one.key == key:
            return one
    raise NotFound


def check_printable(state: str, name: str) -> None:
    if state not in PRINTABLE:
        raise NotReadyForPaper(state=name)


def check_signed(fields: Collection[str]) -> None:
    """Đ18 k5: the version that the competent person has signed."""
    if LEADER not in fields:
        raise NotSignedByLeader


def check_record(
    state: str, issued: date, sent_on: date, printed: int, receivers: Iterable[tuple[str, int]], today: date
) -> None:
    """`receivers`: name and copies. NotIssuedYet, WrongDay, SameReceiverTwice, TooFewPrinted."""
    if state != "ISSUED":
        raise NotIssuedYet
    if not issued <= sent_on <= today:
        raise WrongDay(day=f"{sent_on:%d/%m/%Y}", first=f"{issued:%d/%m/%Y}")
    seen, sent = set(), 0
    for name, copies in receivers:
        if name.casefold() in seen:
            raise SameReceiverTwice(name=name)
        seen.add(name.casefold())
        sent += copies
    if sent > printed:
        raise TooFewPrinted(printed=printed, sent=sent)


def months(year: int, month: int | None) -> tuple[date, date]:
    """First day, and the day after the last, of a month or of the whole year."""
    first = date(year, month or 1, 1)
    after = date(year + 1, 1, 1) if month in (None, 12) else date(year, month + 1, 1)
    return first, after
