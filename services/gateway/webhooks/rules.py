"""The scheme of Standard Webhooks 1.0: what is signed and how, and when to try again."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import timedelta

PREFIX = "whsec_"
TOLERANCE = 300  # seconds between the two clocks
SHORTEST_KEY = 24
# 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h; then it is given up: the partner's polling finds it all the same
PAUSES = tuple(timedelta(seconds=s) for s in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400))


class BadSecret(ValueError):
    """Not a `whsec_…` secret of at least 24 bytes."""


class NotAuthentic(Exception):
    """No signature fits, or the moment is too far from ours."""


def key_of(secret: str) -> bytes:
    """Raises BadSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSecret from error
    if not secret.startswith(PREFIX) or len(key) < SHORTEST_KEY:
        raise BadSecret
    return key


def sign(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> str:
    """`webhook-signature`: one `v1,…` a secret, so that a receiver can change its key without a gap."""
    content = f"{message_id}.{timestamp}.".encode() + body
    made = (hmac.new(key_of(secret), content, hashlib.sha256).digest() for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in made)


def verify(secrets: Iterable[str], headers: Mapping[str, str], body: bytes, moment: int) -> None:
    """Raises NotAuthentic."""
    message_id, given = headers.get("webhook-id", ""), headers.get("webhook-signature", "").split()
    text = headers.get("webhook-timestamp", "")
    timestamp = int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
    if abs(moment - timestamp) > TOLERANCE or not message_id:
        raise NotAuthentic
    expected = sign(secrets, message_id, timestamp, body).split()
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in expected for other in given):
        raise NotAuthentic


def pause(attempts: int, draw: float) -> timedelta | None:
    """Before the next attempt; None: no more. `draw` is a random number in 0…1, so that retries spread by a tenth."""
    if attempts > len(PAUSES):
        return None
    return PAUSES[attempts - 1] * (1 + draw / 10)
