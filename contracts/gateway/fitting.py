"""HTTP models of the size of a document as a package: asked before it is issued, when it can still be put right."""

from __future__ import annotations

from typing import Literal

from contracts.message import Model
from contracts.registry.events import Recipient


class FittingFile(Model):
    """One file: its own size, what it takes in a package, and whether it would go by link. All in bytes."""

    name: str
    role: str = "main"
    size: int
    encoded: int
    linked: bool = False


class PartnerOverLimit(Model):
    """A partner who does not take the package. `files`: the largest first.

    `way` "link": without the annexes marked `linked`, which it names with a link, the package has `fitted_size` and
    passes; "none": it cannot pass at all. `advice`: in Vietnamese, what to do.
    """

    partner: str
    title: str
    limit: int
    size: int
    recipients: tuple[Recipient, ...]
    files: tuple[FittingFile, ...]
    way: Literal["link", "none"]
    fitted_size: int = 0
    link_days: int = 0
    advice: str


class Fitting(Model):
    """Everything fits where `over` is empty."""

    over: tuple[PartnerOverLimit, ...] = ()
