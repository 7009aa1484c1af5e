"""Texts of a package turned into values: dates, times, numbers (every form seen on the axis)."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
MISSING = frozenset({"", "N/A", "null", "NULL"})
_EMPTY_DATE = date(1900, 1, 1)
_YMD = re.compile(r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})")
_DMY = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})")
_TIME = re.compile(
    r"[T ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\.[0-9]+)?[ ]*(Z|[+-][0-9]{2}:?[0-9]{2})?", re.IGNORECASE
)
_SPACE = " \t\r\n"


def clean(text: str) -> str:
    """The text without surrounding XML space; the words that mean "nothing" become nothing."""
    stripped = text.strip(_SPACE)
    return "" if stripped in MISSING else stripped


def _split(text: str) -> tuple[date, str]:
    found = _YMD.match(text)
    if found:
        year, month, day = (int(g) for g in found.groups())
    else:
        found = _DMY.match(text)
        if not found:
            raise ValueError(text)
        day, month, year = (int(g) for g in found.groups())
    return date(year, month, day), text[found.end() :]


def parse_date(text: str) -> date | None:
    """A date, None where there is none; ValueError where it is impossible."""
    text = clean(text)
    if not text:
        return None
    day, rest = _split(text)
    if rest.strip() and not _TIME.fullmatch(rest):
        raise ValueError(text)
    return None if day == _EMPTY_DATE else day


def parse_time(text: str) -> datetime | None:
    """A moment in UTC; a time without zone is that of Viet Nam. ValueError where it is impossible."""
    text = clean(text)
    if not text:
        return None
    day, rest = _split(text)
    if not rest.strip():
        return datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)
    found = _TIME.fullmatch(rest)
    if not found:
        raise ValueError(text)
    hour, minute, second, zone = found.groups()
    moment = datetime(day.year, day.month, day.day, int(hour), int(minute), int(second or 0), tzinfo=VIETNAM)
    if zone:
        offset = "+00:00" if zone in "Zz" else zone
        moment = datetime.fromisoformat(moment.replace(tzinfo=None).isoformat() + offset)
    try:
        moment.astimezone(VIETNAM)  # a moment that no clock of Viet Nam can show is none
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def parse_count(text: str) -> int | None:
    """A whole number of at most nine digits, None where there is none; ValueError otherwise."""
    text = clean(text)
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise ValueError(text)
    return int(text)


def parse_flag(text: str) -> bool | None:
    """0, 1, true or false; None where there is none; ValueError otherwise."""
    text = clean(text).lower()
    if not text:
        return None
    if text not in ("0", "1", "true", "false"):
        raise ValueError(text)
    return text in ("1", "true")


def parse_priority(text: str) -> int:
    """0 to 4; a Bkav 5 means normal, and so does all that is not a priority."""
    text = clean(text)
    return int(text) if text in ("1", "2", "3", "4") else 0


def write_date(day: date) -> str:
    """`yyyy/MM/dd`."""
    return f"{day.year:04}/{day.month:02}/{day.day:02}"


def write_time(moment: datetime) -> str:
    """`yyyy/MM/dd HH:mm:ss`, as the clocks of Viet Nam show it."""
    local = moment.astimezone(VIETNAM)
    return f"{write_date(local)} {local.hour:02}:{local.minute:02}:{local.second:02}"
