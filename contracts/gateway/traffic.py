"""HTTP models of the traffic: documents that left and arrived over axes and partners, by day."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from contracts.message import Model


class TrafficDay(Model):
    """One day (in Vietnam) and partner. `failed`: put in line on that day and now with a person. `acknowledged`: of
    those sent, how many the receiver has told to have arrived (01), on average after `mean_seconds`."""

    day: date
    axis: str
    sent: int = 0
    received: int = 0
    failed: int = 0
    acknowledged: int = 0
    mean_seconds: float | None = None


class TrafficPackage(Model):
    """A package behind a figure; title and notation are empty for who may not read the office's documents."""

    id: str
    at: AwareDatetime
    axis: str
    title: str = ""
    notation: str = ""
    from_code: str
    to_code: str
    incoming_id: str | None = None
