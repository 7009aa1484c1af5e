"""Headers of a call as a client writes them (axis.md §1.1)."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

PREFIX = "XroadVnpt-"
VERSION = "3.0.201608"
USER_AGENT = "JAVASDKAgent/1.0.0 XRoad/VPCP"


def timestamp(now: datetime | None = None) -> str:
    """`ddMMyyyy'T'HHmmss+SSSS`: local time; what follows the plus is milliseconds in four digits."""
    moment = (now or datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))).astimezone(ZoneInfo("Asia/Ho_Chi_Minh"))
    return moment.strftime("%d%m%YT%H%M%S+") + f"{moment.microsecond // 1000:04d}"


def call_headers(
    system_id: str, secret: str, parameters: Mapping[str, str], content_type: str, now: datetime | None = None
) -> dict[str, str]:
    """Exactly the headers one call needs, signed; ValueError for text that a header cannot carry."""
    values = {"systemid": system_id, **parameters, "timestamp": timestamp(now), "Content-Type": content_type}
    for name, value in values.items():
        if not value.isascii() or not value.isprintable():
            raise ValueError(f"header {name} is not printable ASCII")
    signed = json.dumps({PREFIX + name: value for name, value in values.items()}, separators=(",", ":"))
    digest = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    return {
        **{PREFIX + name: value for name, value in values.items()},
        "Content-Type": content_type,
        PREFIX + "sign-header-key": ";".join(values),
        PREFIX + "sign-header": signed,
        PREFIX + "hash-header": digest,
        PREFIX + "version": VERSION,
        "User-Agent": USER_AGENT,
    }


def hash_file(sha256: str) -> str:
    """The digest in the stock client's form: each byte without its leading zero (axis.md §1.2 sendEdoc)."""
    digest = bytes.fromhex(sha256)
    if len(digest) != hashlib.sha256().digest_size:
        raise ValueError("not a SHA-256 digest")
    return "".join(f"{byte:x}" for byte in digest)
