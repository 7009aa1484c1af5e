"""Which annexes of its own a document's text names, and which stand in the same file. Pure.

Annexes of other documents ("Phụ lục I Nghị định số 30/2020/NĐ-CP") are not counted: a name of another document follows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LABEL = r"(?:[IVX]{1,6}|\d{1,2}[A-Za-z]?|[A-H])(?![\wÀ-ỹ])"
JOIN = r"\s*(?:,|;|và|đến|[-–])\s*(?:[Pp]hụ lục\s+)?(?:số\s+)?"
REFERENCE = re.compile(rf"(?:[Pp]hụ|PHỤ)\s+(?:lục|LỤC)(?:\s+số)?\s+({LABEL}(?:{JOIN}{LABEL})*)")
ANY = re.compile(r"phụ\s+lục", re.IGNORECASE)
ENCLOSED = re.compile(r"(?:kèm\s+theo|đính\s+kèm)", re.IGNORECASE)
WORDS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
TOTAL = re.compile(
    rf"(?<![\d/.,])(\d{{1,2}}|{'|'.join(WORDS)})\s+(?:\([^)]{{1,20}}\)\s+)?phụ\s+lục(?!\s+số)", re.IGNORECASE
)
OTHERS = re.compile(
    r"[^.;:]{0,40}?(?:nghị định|thông tư|luật|bộ luật|nghị quyết|chỉ thị|quyết định|công văn|hiệp định|quy chuẩn|"
    r"tiêu chuẩn|văn bản|kế hoạch|hướng dẫn|hợp đồng)\s+(?!này)(?:liên tịch\s+)?(?:số|\d|(?-i:[A-ZĐ]))",
    re.IGNORECASE,
)
HEADING = re.compile(
    rf"(?:Phụ lục|PHỤ LỤC)(?:\s+(?:số|SỐ))?(?:\s+({LABEL}))?[\s.:]*$|PHỤ LỤC(?:\s+SỐ)?(?:\s+({LABEL}))?(?:[\s.:]|$)"
)
ROMAN = {"I": 1, "V": 5, "X": 10}


@dataclass(frozen=True)
class Named:
    """`count`: how many the text names by label or number, 0 where it gives none; `inside`: labels of the annexes in
    the same file; `mention`, `enclosed`: the first words that name an annex or an enclosure, with what is around."""

    labels: tuple[str, ...] = ()
    count: int = 0
    inside: tuple[str, ...] = ()
    mention: str = ""
    enclosed: str = ""
    legible: bool = False


def named(pages: Sequence[str]) -> Named:
    """What the text of these pages says of annexes."""
    texts = [unicodedata.normalize("NFC", page) for page in pages]
    headings = [(place, label) for place, text in enumerate(texts) if place and (label := _heading(text)) is not None]
    first = headings[0][0] if headings else len(texts)
    body = " ".join(" ".join(texts[:first]).split())
    labels = tuple(dict.fromkeys(_labels(body)))
    totals = [_number(m[1]) for m in TOTAL.finditer(body) if not OTHERS.match(body, m.end())]
    return Named(
        labels=labels,
        count=max([len(labels), *totals]),
        inside=tuple(label for _, label in headings),
        mention=_around(body, ANY),
        enclosed=_around(body, ENCLOSED),
        legible=any(character.isalpha() for character in body),
    )


def _heading(text: str) -> str | None:
    """The label of the annex that begins on this page, "" without one; None where none begins."""
    for line in [one.strip() for one in text.splitlines() if one.strip() and not one.strip().isdigit()][:2]:
        if found := HEADING.match(line):
            return found[1] or found[2] or ""
    return None


def _labels(body: str) -> Iterator[str]:
    for found in REFERENCE.finditer(body):
        if OTHERS.match(body, found.end()):
            continue
        labels = re.findall(LABEL, found[1])
        joins = re.split(LABEL, found[1])[1:]
        for place, label in enumerate(labels):
            if place and ("đến" in joins[place - 1] or joins[place - 1].strip() in ("-", "–")):
                yield from _between(labels[place - 1], label)
            yield label


def _between(first: str, last: str) -> Iterator[str]:
    """The labels between two of a kind: "I đến IV" names II and III too."""
    if first.isdigit() and last.isdigit():
        yield from (str(n) for n in range(int(first) + 1, int(last)))
    elif set(first + last) <= set(ROMAN):
        yield from (_roman(n) for n in range(_value(first) + 1, _value(last)))


def _value(roman: str) -> int:
    values = [ROMAN[letter] for letter in roman]
    return sum(-v if v < max(values[place:]) else v for place, v in enumerate(values))


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else WORDS.index(text.lower()) + 1


def _around(body: str, words: re.Pattern[str]) -> str:
    """The first of these words that do not speak of another document, with some text on both sides."""
    for found in words.finditer(body):
        if not OTHERS.match(body, found.end()):
            left, right = max(0, found.start() - 30), found.end() + 30
            return ("…" if left else "") + body[left:right].strip() + ("…" if right < len(body) else "")
    return ""
