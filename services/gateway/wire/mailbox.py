"""What stands behind the operations: the place where packages lie until their receivers fetch them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from services.gateway.wire.bodies import Body, Received
from services.gateway.wire.signature import Call
from services.gateway.wire.summary import Summary


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package that is handed in. `to`: the receivers it is for, by its header or else by the package itself."""

    body: Received
    sender: str
    message_type: str
    to: tuple[str, ...]
    title: str
    notation: str
    summary: Summary


@dataclass(frozen=True, slots=True)
class Waiting:
    """A package that waits for the caller, one for each of its receiving units."""

    doc_id: str
    message_type: str
    sender: str
    receiver: str
    status: str
    status_desc: str
    created: str
    updated: str


@dataclass(frozen=True, slots=True)
class SentCopy:
    """What became of a package the caller handed in, one for each receiver."""

    doc_id: str
    receiver_doc_id: str
    message_type: str
    title: str
    notation: str
    sender: str
    receiver: str
    sent: str
    received: str
    send_status: str
    receive_status: str
    receive_desc: str


@dataclass(frozen=True, slots=True)
class Agency:
    """A unit of the register."""

    code: str
    parent: str
    name: str
    mail: str = ""
    mobile: str = ""
    fax: str = ""
    old_code: str = ""
    centre: str = ""
    version: str = "1"
    deleted: bool = False
    modified: str = ""


class Mailbox(Protocol):
    """Every method may raise WireFailure; another's package is not found."""

    async def deposit(self, call: Call, parcel: Parcel) -> str:
        """Check sender and receivers, keep the package; gives the DocId. The body's file may be moved away."""
        ...

    async def waiting(self, call: Call, message_type: str) -> Sequence[Waiting]:
        """What is not yet done or failed, oldest first."""
        ...

    async def count(self, call: Call, message_type: str) -> int: ...

    async def body(self, call: Call, doc_id: str, operation: str) -> Body:
        """The package of an item of the caller's."""
        ...

    async def acknowledge(self, call: Call, doc_id: str, status: str, description: str) -> None: ...

    async def sent(self, call: Call, message_type: str, doc_id: str | None) -> Sequence[SentCopy]: ...

    def agencies(self, call: Call, *, with_deleted: bool) -> AsyncIterator[Agency]:
        """Whom the caller can write to."""
        ...

    async def register(self, call: Call, agency: Agency) -> None: ...

    async def unregister(self, call: Call, code: str) -> None: ...
