"""Reading pyHanko's dictionaries so that references are followed (`get` of its dictionaries does not)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def get(entries: Any, key: str, default: Any = None) -> Any:
    """The value behind the key, whatever it is stored as."""
    return entries[key] if key in entries else default  # noqa: SIM401  get() would return a reference


def each(array: Any) -> Iterator[Any]:
    """The items of an array."""
    for index in range(len(array)):
        yield array[index]
