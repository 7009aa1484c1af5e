"""What the gateway asks of any axis."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

MessageType = Literal["edoc", "status"]
RefusalKind = Literal["credentials", "receiver", "sender", "file", "unknown"]


class AxisError(Exception):
    """Anything that went wrong with the axis."""


class AxisUnavailable(AxisError):
    """The axis did not give a usable answer: try again later."""

    def __init__(self, reason: str, code: str | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.message_vi = f"Trục liên thông chưa sẵn sàng: {reason}"


class AxisRefused(AxisError):
    """The axis refused for good: repeating the same call does not help."""

    def __init__(self, code: str, kind: RefusalKind, message_vi: str) -> None:
        super().__init__(f"{code}: {message_vi}")
        self.code = code
        self.kind: RefusalKind = kind
        self.message_vi = message_vi


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a kind of partner can do beside sending and receiving."""

    push: bool = False  # it tells us when something waits, so that we need not ask so often
    lists_sent: bool = True  # it can be asked what it holds of our sends
    many_receivers: bool = True  # one send may name several
    registers: bool = False  # our offices are announced to it
    directory: Literal["none", "whole", "changes"] = "none"  # what it tells of its units


@dataclass(frozen=True, slots=True)
class SendReceipt:
    """An accepted package; `duplicate` when the receiving side says it already has it."""

    axis_id: str
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """A package that waits for us."""

    axis_id: str
    message_type: MessageType
    sender: str
    receiver: str
    status: str
    created: str


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A stored package body."""

    path: Path
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class SentItem:
    """One receiver of a package we sent; `axis_id` is the id the send gave us."""

    axis_id: str
    receiver_axis_id: str
    message_type: MessageType
    title: str
    notation: str
    sender: str
    receiver: str
    sent: str
    received: str
    send_status: str
    receive_status: str


@dataclass(frozen=True, slots=True)
class OfficeRegistration:
    """A unit to be registered under a centre or a parent unit."""

    code: str
    name: str
    parent_code: str
    mail: str = ""
    mobile: str = ""
    fax: str = ""


@dataclass(frozen=True, slots=True)
class AgencyEntry:
    """A unit of the axis' register."""

    code: str
    name: str
    parent: str
    mail: str
    centre: str = ""
    version: str = ""
    deleted: bool = False
    modified: str = ""
    other_code: str = ""  # in the other scheme of codes
    key: str = ""  # its id in that register, where `parent` may name it by it


class Axis(Protocol):
    """An exchange axis. Every call raises AxisUnavailable (retry) or AxisRefused (do not)."""

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: MessageType
    ) -> SendReceipt:
        """Send the package in `path`, whose SHA-256 in hex is `sha256`."""
        ...

    async def list_received(self, message_type: MessageType) -> list[ReceivedItem]:
        """What waits for us; the same item comes again until it is acknowledged."""
        ...

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        """Fetch the package into `path`; the file appears only when complete."""
        ...

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        """Take an item off the list; only after it is stored durably."""
        ...

    async def list_sent(self, message_type: MessageType, axis_id: str | None = None) -> list[SentItem]:
        """What the axis knows of our sends, one entry for each receiver."""
        ...

    async def register_office(self, office: OfficeRegistration) -> None:
        """Create or update a unit of ours."""
        ...

    async def delete_office(self, code: str) -> None:
        """Take a unit of ours off the register."""
        ...

    def agencies(self) -> AsyncIterator[AgencyEntry]:
        """The whole register, read as a stream; an error at the end means that what came is incomplete."""
        ...

    def changes(self) -> AsyncIterator[AgencyEntry]:
        """The register with versions and deleted units."""
        ...

    def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        """The units of which both codes are known, in both schemes; nothing where there is no such list."""
        ...
