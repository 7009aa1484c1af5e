"""Registers, schemes of numbering, counts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from contracts.message import Model


class SchemeDecision(Model):
    """How an office divides its outgoing numbers into series, by its head's decision (NĐ 30 Đ15)."""

    division: Literal["combined", "by-type", "by-body"]
    valid_from: date  # 1 January
    decision: Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=300)]


class NumberingScheme(SchemeDecision):
    by_name: str = ""  # who entered the decision


class RegisterRow(Model):
    """One row with the ten columns of the registers in Decree 30/2020, annex IV, and the object behind it."""

    id: str
    number: int
    columns: list[str]


class Counts(Model):
    drafts: int = 0
    returned: int = 0
    to_number: int = 0
    to_issue: int = 0
    incoming_waiting: int = 0
    take_backs: int = 0
