"""Refusals and their report."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from contracts.message import Model


class RefuseRequest(Model):
    """A ready-made reason, own words, or both; together long enough (checked by the rule, which answers in
    Vietnamese). Wrong addressee: who should have got it, where the clerk knows."""

    reason: str = Field(default="", max_length=2000)
    reason_key: str = Field(default="", max_length=40)
    proper_organ_id: str = Field(default="", max_length=64)
    proper_name: str = Field(default="", max_length=300)


class RefusalReason(Model):
    key: str
    text: str
    asks_proper_office: bool = False


class RefusalReasons(Model):
    """The ready-made reasons in force today, and how long a reason must be."""

    shortest: int
    legal_basis: str
    reasons: list[RefusalReason]


class RefusalCount(Model):
    key: str
    text: str
    count: int


class RefusalReport(Model):
    """Refused documents of some days by reason."""

    first: date
    last: date
    total: int
    rows: list[RefusalCount]


class RefusedRow(Model):
    id: str
    code: str
    subject: str
    sender_name: str
    arrived_at: AwareDatetime
    refused_at: AwareDatetime
    refused_key: str
    refused_reason: str
    clerk_name: str
