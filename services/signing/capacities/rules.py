"""The right to sign: TM., Q., KT., TL., TUQ. with their bounds (NĐ 30/2020 Đ13 and PL I.II.7)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from shared.problems import Invalid, Refusal

HEAD, TM, Q, KT, TL, TUQ = "", "TM.", "Q.", "KT.", "TL.", "TUQ."
KINDS = (HEAD, TM, Q, KT, TL, TUQ)
OWN = frozenset({HEAD, TM, Q})  # the head's own: out of these the others are given
PREFIX = re.compile(r"^(TM|Q|KT|TL|TUQ)\.\s*", re.IGNORECASE)


class NoCapacity(Refusal):
    kind, status = "no-capacity", 403
    message = "{name} chưa có trong bảng thẩm quyền ký của cơ quan. Hãy nhờ quản trị đơn vị ghi thẩm quyền rồi ký."


class CapacityOver(Refusal):
    kind, status = "capacity-over", 403
    message = (
        "Quyền ký {capacity} của {name} chỉ có hiệu lực {period}. Hãy gia hạn bằng văn bản, hoặc trình người khác."
    )


class CapacityNotForThis(Refusal):
    kind, status = "capacity-not-for-this", 403
    message = "Quyền ký của {name} không bao gồm {what}. Hãy trình đúng người có thẩm quyền, hoặc bổ sung thẩm quyền."


class PrintedCapacityDiffers(Refusal):
    kind, status = "printed-capacity-differs", 422
    message = "Văn bản ghi thẩm quyền “{printed}” nhưng {name} chỉ được ký {allowed}. Hãy sửa rồi trình lại."


class NotPassedOn(Refusal):
    kind, status = "capacity-not-passed-on", 422
    message = "{name} được ủy quyền ký (TUQ.) nên không được ủy quyền lại cho người khác (NĐ 30/2020, Điều 13 khoản 3)."


class GiverWithoutRight(Refusal):
    kind, status = "capacity-giver", 422
    message = "{name} không phải người đứng đầu cơ quan nên không giao quyền ký {capacity}. Hãy chọn đúng người giao."


class Unbounded(Invalid):
    kind = "capacity-unbounded"
    message = "Ký thừa ủy quyền (TUQ.) phải có văn bản, thời hạn và nội dung cụ thể: còn thiếu {missing}. Hãy bổ sung."


class WrongPeriod(Invalid):
    kind = "capacity-period"
    message = "Thời hạn của quyền ký chưa đúng: ngày kết thúc phải từ ngày bắt đầu trở đi. Hãy sửa lại."


@dataclass(frozen=True)
class Right:
    """One row of the table. `over`: ended before its time."""

    capacity: str
    of: str = ""
    position: str = ""
    types: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    valid_from: date = date.min
    valid_to: date | None = None
    over: bool = False

    @property
    def printed(self) -> str:
        """What stands above the position; the head's own right is the position itself."""
        return f"{self.capacity} {self.of}".strip() or self.position.upper() or "với chức vụ của mình"

    @property
    def period(self) -> str:
        if self.over:
            return "đến khi bị chấm dứt"
        end = f" đến {self.valid_to:%d/%m/%Y}" if self.valid_to else ""
        return f"từ {self.valid_from:%d/%m/%Y}{end}"

    def in_force(self, day: date) -> bool:
        return not self.over and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def of_type(self, type_name: str) -> bool:
        return not self.types or bare(type_name) in {bare(one) for one in self.types}

    def covers(self, type_name: str, field: str) -> bool:
        return self.of_type(type_name) and (not self.fields or field in self.fields)


def usable(rights: Sequence[Right], day: date, type_name: str, field: str, name: str) -> list[Right]:
    """Those by which this document may be signed on this day. NoCapacity, CapacityOver, CapacityNotForThis."""
    if not rights:
        raise NoCapacity(name=name)
    now = [one for one in rights if one.in_force(day)]
    if not now:
        last = max(rights, key=lambda one: one.valid_to or date.max)
        raise CapacityOver(name=name, capacity=last.printed, period=last.period)
    found = [one for one in now if one.covers(type_name, field)]
    if not found:
        what = "lĩnh vực này" if any(one.of_type(type_name) for one in now) else f"loại văn bản “{type_name}”"
        raise CapacityNotForThis(name=name, what=what)
    return found


def as_printed(rights: Sequence[Right], lines: Sequence[str], name: str) -> Right:
    """The right that the lines above the signature name (PL I.II.7b). PrintedCapacityDiffers."""
    written = bare("".join(lines))
    for one in rights:
        own = PREFIX.match(lines[0]) is None if lines else True
        if one.capacity == HEAD and own:
            return one
        if one.capacity != HEAD and written.startswith(bare(one.capacity + one.of)):
            return one
    allowed = ", ".join(f"“{one.printed}”" for one in rights)
    raise PrintedCapacityDiffers(printed=" ".join(lines), name=name, allowed=allowed)


def check_grant(
    capacity: str, giver: str, givers: Iterable[Right], *, types: Sequence[str], fields: Sequence[str], begin: date,
    end: date | None, legal_basis: str, day: date,
) -> None:  # fmt: skip
    """Whether `giver` may give this right. `givers`: the rights of that person. Đ13 k1–k5."""
    if end is not None and end < begin:
        raise WrongPeriod
    if capacity == TUQ:
        there = {
            "thời hạn": end,
            "nội dung (loại văn bản hoặc lĩnh vực)": types or fields,
            "văn bản": legal_basis.strip(),
        }
        missing = [word for word, value in there.items() if not value]
        if missing:
            raise Unbounded(missing=", ".join(missing))
    if capacity in OWN:
        return  # by appointment, not by anybody's leave
    held = {one.capacity for one in givers if one.in_force(day)}
    if held & OWN or (capacity == TL and TL in held):
        return
    if TUQ in held:
        raise NotPassedOn(name=giver)
    raise GiverWithoutRight(name=giver or "Người giao quyền", capacity=capacity)


def of_post(printed: str, roles: Iterable[str]) -> tuple[str, str] | None:
    """(capacity, of) that follow from a post in the directory; None if the post gives no right to sign."""
    match, held = PREFIX.match(printed.strip()), set(roles)
    if match:
        return f"{match[1].upper()}.", printed.strip()[match.end() :]
    if "leader" in held:
        return HEAD, ""
    return (KT, "") if "deputy" in held else None


def bare(text: str) -> str:
    """For comparing printed words: composed letters, no blanks, no case."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", text)).casefold()
