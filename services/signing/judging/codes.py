"""Codes of offices as certificates and packages write them: the same office in either of the two schemes in use."""

from __future__ import annotations

import re

QCVN102 = re.compile(r"\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}")  # 000.00.10.H60; QĐ 20/2020/QĐ-TTg turned it round: H60.10


def same(one: str, other: str) -> bool:
    """Whether both name one office. Everything but the two schemes is opaque."""
    return _plain(one) == _plain(other)


def _plain(code: str) -> str:
    value = code.strip().upper()
    if not QCVN102.fullmatch(value):
        return value
    groups = value.split(".")[::-1]
    while len(groups) > 1 and not int(groups[-1]):
        groups.pop()
    return ".".join(groups)
