"""Business statuses and their lawful order (law.md §3.2; edxml.md §5.1).

| at | lawful next | |
|---|---|---|
| nothing yet | 01 02 03 13 | a receiver may leave steps out but never goes back |
| 01 arrived | 02 03 13 | |
| 02 refused | – | the end |
| 03 accepted | 04 05 06 13 | 06 at once: documents "for information" |
| 04 assigned | 05 06 13 | |
| 05 handled | 06 13 | |
| 06 finished | – | the end; a recall document (type 1) still asks it back |
| 13 asked back | 15 16 | what else comes waits until the answer is there |
| 15 agreed | – | the end |
| 16 not agreed | as before 13 | the work goes on where it stood |

A package that changes another one (edXML types 2 and 3) may be answered by 15 or 16 from 01 on; both let it go on.
"""

from __future__ import annotations

from dataclasses import dataclass

NAMES = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "04": "Phân công",
    "05": "Đang xử lý",
    "06": "Hoàn thành",
    "13": "Lấy lại",
    "15": "Đồng ý cập nhật, lấy lại",
    "16": "Từ chối cập nhật, lấy lại",
}
ASK, AGREED, NOT_AGREED = "13", "15", "16"
FROM_SENDER = frozenset({ASK})
FROM_RECEIVER = frozenset(NAMES) - FROM_SENDER
ANSWERS = frozenset({AGREED, NOT_AGREED})
REPLIED = frozenset({"02", "03", "04", "05", "06"})  # the receiver has said whether it takes the document

NOTHING = ""
_LAWFUL: dict[str, frozenset[str]] = {
    NOTHING: frozenset({"01", "02", "03", ASK}),
    "01": frozenset({"02", "03", ASK}),
    "02": frozenset(),
    "03": frozenset({"04", "05", "06", ASK}),
    "04": frozenset({"05", "06", ASK}),
    "05": frozenset({"06", ASK}),
    "06": frozenset(),
    ASK: ANSWERS,
    AGREED: frozenset(),
}


@dataclass(frozen=True)
class Place:
    """Where a copy stands. `before`: where it stood when it was asked back, while that lasts and after a 16."""

    code: str = NOTHING
    before: str = NOTHING

    @property
    def progress(self) -> str:
        """How far the receiver has come, whatever was asked in between."""
        return self.before if self.code in (ASK, *ANSWERS) else self.code


@dataclass(frozen=True)
class Move:
    """Whether a status changes the place, and to what; `note` says in Vietnamese why it does not."""

    applied: bool
    place: Place
    note: str = ""


def normal_code(code: str) -> str:
    """`1`, `01` and ` 01 ` are the same code."""
    text = code.strip()
    return text.zfill(2) if text.isdigit() else text


def contact(name: str, phone: str) -> str:
    """Who answered and how to reach them, as the sender reads it."""
    return ", ".join(part for part in (name.strip(), phone.strip() and f"điện thoại {phone.strip()}") if part)


def lawful(place: Place, *, change: bool = False, recall: bool = False) -> frozenset[str]:
    """What may come next. `change`: the copy is of an update or a replacement; `recall`: asked by a recall document."""
    if place.code == NOT_AGREED or (change and place.code == AGREED):
        found = _LAWFUL[place.before]
    else:
        found = _LAWFUL.get(place.code, frozenset())
    if change and place.code in ("01", "03", "04", "05", "06"):
        found |= ANSWERS
    if recall and place.progress not in ("02",) and place.code not in (ASK, AGREED):
        found |= FROM_SENDER
    return found


def move(place: Place, new: str, *, change: bool = False, recall: bool = False) -> Move:
    """Judge one status against the present place. An illegal or unknown one is stored and shown, never applied."""
    if new not in NAMES:
        return Move(False, place, f"Mã trạng thái {new} không có trong danh mục; chỉ lưu để tra cứu.")
    if new in lawful(place, change=change, recall=recall):
        return Move(True, _after(place, new))
    if new == place.code:
        return Move(False, place, f"Trạng thái {new} ({NAMES[new]}) đã được ghi nhận trước đó.")
    before = f"{place.code} ({NAMES[place.code]})" if place.code in NAMES else "chưa có trạng thái"
    return Move(False, place, f"Trạng thái {new} ({NAMES[new]}) không hợp lệ khi văn bản đang ở: {before}.")


def _after(place: Place, new: str) -> Place:
    return Place(new, place.progress) if new in (ASK, *ANSWERS) else Place(new)
