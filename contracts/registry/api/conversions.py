"""Conversions of stored files to an archival format."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.message import FileRef, Model


class NewConversion(Model):
    """Of the file `sha256` of an incoming or outgoing document."""

    kind: Literal["incoming", "outgoing"]
    object_id: str = Field(max_length=64)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class ConversionView(Model):
    """`source.sha256` and `result.sha256` are the hashes before and after. `judged_at`: when the signatures of the
    source were judged; VALID, NOT_VALID, UNSIGNED, or CARRIES_NONE for a format without signatures."""

    id: str
    kind: str
    object_id: str
    source: FileRef
    result: FileRef
    format: str
    tool: str
    signature_state: str
    signature_words: str
    legal_state: str = ""
    judge: str = ""
    judged_at: AwareDatetime | None = None
    signatures: list[str] = []
    reasons: list[str] = []
    by_name: str
    at: AwareDatetime
