"""What the sequence of an act asks of a form of signature."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

from contracts.message import FileRef
from services.signing.acts.tables import Act, Signature
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from shared.service import Runtime


class Waiting(Protocol):
    """A signature that is open: `attributes` is what the key signs (SHA-256 of it for a token)."""

    @property
    def attributes(self) -> bytes: ...

    @property
    def who(self) -> Any: ...


@dataclass(frozen=True)
class Opening:
    """The file as it was prepared, and what is written down of the open signature beside it.

    `said`: a sentence for the steps on record.
    """

    base: bytes
    facts: str
    waiting: Waiting
    said: str = ""


@dataclass(frozen=True)
class Proof:
    """The judge's report. `file`: the file with the evidence that was missing, where some had to be added."""

    report: dict[str, Any]
    valid: bool
    legal_state: str
    file: bytes | None = None


class Form(Protocol):
    """Work of the processor happens in threads or children; no method holds a transaction."""

    @property
    def completed(self) -> bool:
        """Whether missing evidence is put into the file later, under an archive time stamp."""

    @property
    def others(self) -> Callable[[Runtime, Act], Awaitable[tuple[Owner, ...]]]:
        """Whose certificates have to be proven in this file too."""

    def named(self, source: FileRef) -> FileRef:
        """What the signed file is called."""

    async def open(self, runtime: Runtime, act: Act, part: Signature, owner: Owner, evidence: Evidence) -> Opening:
        """Reads the source, prepares it, opens it for this owner. Refusals of the library and of authority."""

    def restored(self, part: Signature, base: bytes) -> Waiting:
        """What was opened, perhaps by another process. FileChanged."""

    def filled(self, waiting: Waiting, value: bytes, token: bytes | None) -> bytes:
        """The whole signed file."""

    async def prove(self, runtime: Runtime, act: Act, part: Signature, pdf: bytes, evidence: Evidence) -> Proof:
        """The verdict, with our signature in it proven. NotProven; ProofMissing if a later try may prove it."""
