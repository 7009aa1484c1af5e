"""Who may hand in what for whom, and what makes two packages the same."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from services.gateway.mailbox.tables import LOCAL, RELAY
from services.gateway.routing.rules import LOCAL as HERE
from services.gateway.routing.rules import Ways, normal, owner, route
from services.gateway.wire.failures import BAD_PACKAGE, NO_RECEIVER, NO_SENDER, WireFailure


@dataclass(frozen=True)
class Stop:
    """Where a copy lies: the box, and for one that goes on through a partner without a box, that partner."""

    to_code: str
    box: str
    through: str = ""


def same_key(partner: str, sender: str, message_type: str, sha256: str, to: Iterable[str]) -> str:
    """The same bytes from the same unit to the same receivers are the same package (axis.md §1.7)."""
    parts = [partner, normal(sender), message_type, sha256, *sorted(normal(code) for code in to)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def check_sender(partner: str, sender: str, ways: Ways) -> None:
    """A partner sends only for codes that are reached through it. Raises WireFailure."""
    if not sender or owner(sender, ways) != partner or normal(sender) in ways.local:
        raise WireFailure(NO_SENDER, f"Đơn vị gửi chưa đăng ký: {sender[:64]}")


def stops(
    partner: str, to: Iterable[str], ways: Ways, kinds: Mapping[str, str], closed: Collection[str] = (), *, hub: bool
) -> list[Stop]:
    """Where each receiver's copy lies.

    `kinds`: every partner in force and its kind; `closed`: units that no longer receive. Only a hub passes packages on,
    and never back to where they came from.
    Raises WireFailure with every receiver that cannot be reached.
    """
    found, unknown = [], []
    for code in to:
        way = route(code, None, "", ways)
        if way.channel == HERE:
            found.append(Stop(code, LOCAL))
        elif not hub or way.channel not in kinds or normal(code) in closed or _is_back(way.channel, partner, kinds):
            unknown.append(code)
        elif kinds[way.channel] == "mailbox":
            found.append(Stop(code, way.channel))
        else:
            found.append(Stop(code, RELAY, way.channel))
    if unknown:
        raise WireFailure(NO_RECEIVER, f"Đơn vị nhận không tồn tại: {', '.join(unknown)[:500]}")
    if not found:
        raise WireFailure(BAD_PACKAGE, "edXML sai chuẩn: không có đơn vị nhận")
    return found


def _is_back(channel: str, partner: str, kinds: Mapping[str, str]) -> bool:
    """Whether a package would go back to where it came from; a box may hold units that write to one another."""
    return channel == partner and kinds[partner] != "mailbox"
