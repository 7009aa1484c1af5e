"""Keyset paging: a page and the place where the next one begins. Costs the same on page 1 and page 10,000."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel

from shared.problems import Invalid

T = TypeVar("T")


class BadCursor(Invalid):
    kind = "bad-cursor"
    message = "Đường dẫn trang kế tiếp không đúng. Hãy mở lại danh sách từ đầu."


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = None


def encode(*keys: Any) -> str:
    """A cursor from the sort keys of a page's last row."""
    return base64.urlsafe_b64encode(json.dumps(keys, default=str).encode()).decode().rstrip("=")


def decode(cursor: str, length: int) -> list[Any]:
    """The sort keys in a cursor. Raises BadCursor when it is not one of ours."""
    try:
        keys = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError as error:
        raise BadCursor from error
    if not isinstance(keys, list) or len(keys) != length:
        raise BadCursor
    return keys


def decode_moment(cursor: str) -> tuple[datetime, UUID]:
    """Of a list in the order of a moment and an id. Raises BadCursor."""
    at, key = decode(cursor, 2)
    try:
        moment, place = datetime.fromisoformat(str(at)), UUID(str(key))
    except ValueError as error:
        raise BadCursor from error
    if moment.tzinfo is None:
        raise BadCursor
    return moment, place
