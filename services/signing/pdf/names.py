"""The names of the form fields and what each is for."""

from __future__ import annotations

from contracts.signing import fields

NUMBER, DAY, MONTH = "DocumentNumber", "IssueDay", "IssueMonth"
LEADER, SEAL, ANNEX = fields.LEADER, fields.SEAL, fields.ANNEX
# A joint document has a signer of each of its offices; the first one is of the office that issues it.
LEADERS = (LEADER, *(f"{LEADER}{place}" for place in range(2, 7)))
TEXTS = (NUMBER, DAY, MONTH)  # what the clerk's revision fills
ALL = (*TEXTS, LEADER, SEAL)  # of a document with one signer
TIPS = {
    NUMBER: "Số văn bản",
    DAY: "Ngày ban hành",
    MONTH: "Tháng ban hành",
    LEADER: "Chữ ký của người có thẩm quyền",
    SEAL: "Chữ ký số của cơ quan",
    ANNEX: "Chữ ký số của cơ quan trên phụ lục",
    **{name: f"Chữ ký của người có thẩm quyền thứ {place}" for place, name in enumerate(LEADERS[1:], 2)},
}


def left_open(leader: str, leaders: tuple[str, ...]) -> tuple[str, ...]:
    """What the signature of this one of the leaders leaves open: number, date, seal, and the others' signatures."""
    return (*TEXTS, SEAL, *(name for name in leaders if name != leader))
