"""What lets a signing tool on a person's machine fetch one file and bring back its signed form: it has no session."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from shared.clock import now
from shared.problems import NotFound


@dataclass(frozen=True)
class Ticket:
    """For one signature of an act, on one prepared file, until a moment (seconds since 1970)."""

    act_id: str
    place: int
    base_sha256: str
    until: int


def written(ticket: Ticket, secret: str) -> str:
    words = f"{ticket.act_id}.{ticket.place}.{ticket.base_sha256}.{ticket.until}"
    return f"{words}.{_seal(words, secret)}"


def read(text: str, secret: str) -> Ticket:
    """NotFound for one that was not written here, or whose time is over."""
    words, _, seal = text.rpartition(".")
    if not hmac.compare_digest(seal.encode(), _seal(words, secret).encode()):
        raise NotFound
    act_id, place, base_sha256, until = words.split(".")
    if now().timestamp() > int(until):
        raise NotFound
    return Ticket(act_id, int(place), base_sha256, int(until))


def _seal(words: str, secret: str) -> str:
    return hmac.new(secret.encode(), b"ticket " + words.encode(), hashlib.sha256).hexdigest()
