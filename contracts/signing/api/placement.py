"""Places on the pages of a draft, in millimetres."""

from __future__ import annotations

from pydantic import Field

from contracts.message import Model


class PageSize(Model):
    """Of a page as it is seen, in millimetres."""

    width: float
    height: float


class PlacedBox(Model):
    """A box on a page (from 1), in millimetres from its upper left corner."""

    page: int = Field(ge=1, le=10_000)
    left: float = Field(ge=-20, le=2000)
    top: float = Field(ge=-20, le=2000)
    width: float = Field(gt=0, le=2000)
    height: float = Field(gt=0, le=2000)


class PlacementView(Model):
    """Where number, day, month, signature and seal of a draft go.

    `source`: "hand" (marked for this file), "words" (found on the pages), "type" (kept for its type), "usual" (only
    where the form has them: has to be looked at). `why`: what the words did not tell.
    """

    sha256: str
    source: str
    why: str = ""
    pages: list[PageSize]
    boxes: dict[str, PlacedBox]


class NewPlacement(Model):
    """`boxes`: number, day, month, signature, seal. `type_name`: keep them for the office's drafts of this type too."""

    boxes: dict[str, PlacedBox] = Field(max_length=5)
    type_name: str = Field(default="", max_length=100)
