"""What a person wants to be signed: one order a document, of whichever kind of act."""

from __future__ import annotations

from typing import Protocol

from services.signing.acts.tables import Act
from shared.work import Work


class Order(Protocol):
    """`begin` finds or makes the act for the caller; whatever forbids it is raised there, named."""

    @property
    def object_id(self) -> str:
        """The draft or document."""

    async def check(self, work: Work) -> None:
        """Whether the caller may do this now."""

    async def begin(self, work: Work) -> Act:
        """The act as it stands, or a new one."""
