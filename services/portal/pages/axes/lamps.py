"""What the lamp of a partner says in words, and which one stands first: the one in the worst trouble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.portal.times import day_time, moment, span
from services.portal.wording import AXES, Tag
from shared.clock import now

DOWN, HELD, NOTED, PAUSED, WELL = range(5)  # the order of the page
TAGS = {
    DOWN: Tag("Gián đoạn", "red"),
    HELD: Tag("Tạm ngừng gửi", "red"),
    NOTED: Tag("Cần xử lý", "amber"),
    PAUSED: Tag("Đang tắt"),
    WELL: Tag("Thông suốt", "green"),
}


@dataclass(frozen=True)
class Shown:
    """One card of the page."""

    lamp: dict[str, Any]
    name: str
    rank: int
    circuit: str
    waits: str  # for how long the oldest package has waited
    moments: str  # when the last package was sent and received, and when it was last asked

    @property
    def tag(self) -> Tag:
        return TAGS[self.rank]


def shown(lamps: list[dict[str, Any]]) -> list[Shown]:
    """Trouble first, then by what waits longest, then by name."""
    cards = [_card(lamp) for lamp in lamps]
    return sorted(cards, key=lambda card: (card.rank, card.lamp.get("oldest") or "9", card.name))


def summary(cards: list[Shown]) -> str:
    """The head line of the page."""
    if not cards:
        return ""
    well = sum(card.rank in (WELL, NOTED) for card in cards)
    waiting = sum(int(card.lamp.get("waiting") or 0) for card in cards)
    dead = sum(int(card.lamp.get("dead_letters") or 0) for card in cards)
    return f"{well} / {len(cards)} nơi thông suốt · {waiting} gói tin chờ gửi · {dead} gói tin lỗi cần xử lý"


def _card(lamp: dict[str, Any]) -> Shown:
    name = lamp.get("title") or AXES.get(lamp["name"]) or lamp["name"]
    oldest = moment(lamp.get("oldest"))
    return Shown(lamp, name, _rank(lamp), circuit_words(lamp), span(now() - oldest) if oldest else "", moments(lamp))


def _rank(lamp: dict[str, Any]) -> int:
    if lamp.get("paused"):
        return PAUSED
    if not lamp.get("up"):
        return DOWN
    if lamp.get("circuit", "closed") != "closed":
        return HELD
    return NOTED if lamp.get("dead_letters") or lamp.get("unregistered") else WELL


def moments(lamp: dict[str, Any]) -> str:
    """'Gửi gói tin gần nhất 23/11/2026 14:05 · nhận gần nhất …'; nothing of what never was."""
    named = (
        ("gửi gói tin gần nhất", "sent_at"),
        ("nhận gói tin gần nhất", "received_at"),
        ("hỏi lần cuối", "asked_at"),
    )
    said = " · ".join(f"{words} {day_time(lamp[key])}" for words, key in named if lamp.get(key))
    return said[:1].upper() + said[1:]


def circuit_words(lamp: dict[str, Any]) -> str:
    """What the breaker does now; nothing where it is whole."""
    state, failures = lamp.get("circuit", "closed"), int(lamp.get("failures") or 0)
    if lamp.get("paused"):
        return ""
    if state == "open":
        when = day_time(lamp.get("next_try_at"))
        return f"Tạm ngừng gửi sau {failures} lần lỗi liên tiếp" + (f"; tự thử lại lúc {when}." if when else ".")
    if state == "half-open":
        return "Đang gửi thử một gói tin; được thì gửi tiếp cả hàng chờ."
    return f"{failures} lần gửi gần nhất chưa được; hệ thống đang tự thử lại." if failures else ""
