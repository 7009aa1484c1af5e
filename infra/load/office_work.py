"""What offices do all day: draft, submit, have signed, number, issue; and register what arrives."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

from infra.load.papers import paper
from infra.load.people import NO_ANSWER, Caller, Office, Person, Refused

SIGNED, SEALED, ISSUED = "SIGNED", "SEALED", "ISSUED"
AFTER = {SIGNED: {"SIGNED", "NUMBERED", "SEALED", "ISSUED"}, SEALED: {"SEALED", "ISSUED"}, ISSUED: {"ISSUED"}}


@dataclass(frozen=True)
class Order:
    """A document to be made. `subject` is unique: by it a document is found again after a lost answer."""

    subject: str
    sender: Office
    recipients: tuple[tuple[str, str], ...]  # (organ code, name)


class Signing(Protocol):
    """Who signs what is submitted: `Signatories`, or a stand-in where a run is not about signatures."""

    async def leader_signs(self, document: dict[str, Any], office_id: str) -> None: ...


Papers = Callable[[Caller, Person, Order], Awaitable[list[dict[str, Any]]]]  # uploads; gives the files of the draft


async def plain_papers(caller: Caller, drafter: Person, order: Order) -> list[dict[str, Any]]:
    """One small PDF."""
    return [{**await upload(caller, drafter, "van-ban.pdf", paper(order.subject)), "role": "main"}]


async def typeset_papers(caller: Caller, drafter: Person, order: Order) -> list[dict[str, Any]]:
    """A letter from its template, ready for signature, number and seal; and an annex brought as a file."""
    leader = _one(order.sender, "leader").profile
    data = {
        "subject": order.subject,
        "addressees": [name for _, name in order.recipients],
        "body": f"{order.subject}: đề nghị các cơ quan phối hợp thực hiện.",
        "signer_name": leader["full_name"],
        "signer_position": leader["position"],
    }
    main = await caller.call(
        drafter, "registry", "POST", "/v1/drafts:render", body={"template": "official_letter", "data": data}
    )
    annex = await upload(caller, drafter, "phu-luc.pdf", paper(f"Phu luc {order.subject}"))
    return [{**main, "role": "main"}, {**annex, "role": "annex"}]


async def upload(caller: Caller, drafter: Person, name: str, content: bytes) -> dict[str, Any]:
    stored: dict[str, Any] = await caller.call(
        drafter, "registry", "POST", "/v1/files", content=content, headers={"X-File-Name": name}
    )
    return stored


class Desk:
    """The people of one office at their desks."""

    def __init__(self, caller: Caller, signing: Signing, papers: Papers = plain_papers) -> None:
        self._caller = caller
        self._signing = signing
        self._papers = papers

    async def prepare(self, order: Order) -> dict[str, Any]:
        """From nothing to sealed: everything up to the clerk's last click."""
        document = await self._submitted(order)
        clerk, path = _one(order.sender, "clerk"), f"/v1/documents/{document['id']}"
        document = await self._until(clerk, path, SIGNED, lambda: self._sign(document))
        if document["state"] == SIGNED:
            await self._caller.call(clerk, "registry", "POST", f"{path}/number", headers=NO_ANSWER)
        return await self._until(clerk, path, SEALED)

    async def issue(self, order: Order, document: dict[str, Any]) -> None:
        """The clerk's last click. As the portal does, it asks for no answer but that it is done."""
        clerk = _one(order.sender, "clerk")
        path = f"/v1/documents/{document['id']}/issue"
        await self._caller.call(clerk, "registry", "POST", path, headers=NO_ANSWER)

    async def _submitted(self, order: Order) -> dict[str, Any]:
        drafter, leader = _one(order.sender, "specialist", "clerk"), _one(order.sender, "leader")
        await self._caller.log_in(leader)
        files = await self._papers(self._caller, drafter, order)
        body = {
            "type_name": "Công văn",
            "subject": order.subject,
            "recipients": [{"organ_id": code, "name": name} for code, name in order.recipients],
            "signer_id": leader.id,
            "signer_name": leader.profile["full_name"],
            "files": files,
            "annex_count": sum(file["role"] == "annex" for file in files),
        }
        document = await self._draft(drafter, order.subject, body)
        submitted: dict[str, Any] = await self._caller.call(
            drafter, "registry", "POST", f"/v1/drafts/{document['id']}/submit"
        )
        return submitted

    async def _draft(self, drafter: Person, subject: str, body: dict[str, Any]) -> dict[str, Any]:
        """Made once: the same request again is refused, and the draft is looked up by its subject."""
        headers = {"Idempotency-Key": str(uuid4())}
        try:
            made: dict[str, Any] = await self._caller.call(
                drafter, "registry", "POST", "/v1/drafts", body=body, headers=headers
            )
            return made
        except Refused as refused:
            if refused.kind != "already-done":
                raise
        found = await self._caller.call(drafter, "registry", "GET", f"/v1/documents?q={subject}")
        return {"id": next(row["id"] for row in found["items"] if row["subject"] == subject)}

    async def _sign(self, document: dict[str, Any]) -> None:
        await self._signing.leader_signs(document, document["office_id"])

    async def _until(
        self, person: Person, path: str, state: str, first: Callable[[], Any] | None = None
    ) -> dict[str, Any]:
        """Look until the document is so far; what others do reaches the registry as facts, in their own time."""
        if first:
            await first()
        until, pause = time.monotonic() + 300, 0.02
        while True:
            document: dict[str, Any] = await self._caller.call(person, "registry", "GET", path)
            if document["state"] in AFTER[state]:
                return document
            if time.monotonic() > until:
                raise TimeoutError(f"{path} is {document['state']}, not {state}: {document['sealing_error']}")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 1.0)


class Clerks:
    """The clerks of all offices: they register what stands before them."""

    def __init__(self, caller: Caller, offices: Iterable[Office]) -> None:
        self._caller = caller
        self._clerks = [office.who("clerk") for office in offices]
        self.registered = 0

    async def work(self, pause: float = 0.2) -> None:
        """For ever; cancelled by whoever started it."""
        await asyncio.gather(*(self._one(clerk, pause) for clerk in self._clerks if clerk))

    async def _one(self, clerk: Person, pause: float) -> None:
        while True:
            found = await self._caller.call(clerk, "registry", "GET", "/v1/incoming?state=CHECKED&limit=50")
            for row in found["items"]:
                await self._accept(clerk, row["id"])
            if not found["items"]:
                await asyncio.sleep(pause)

    async def _accept(self, clerk: Person, incoming_id: str) -> None:
        body = {"note": "đã xem"}
        try:
            path = f"/v1/incoming/{incoming_id}/accept"
            await self._caller.call(clerk, "registry", "POST", path, body=body, headers=NO_ANSWER)
        except Refused as refused:
            if refused.kind != "wrong-state":
                raise
        else:
            self.registered += 1


def _one(office: Office, *roles: str) -> Person:
    person = office.who(*roles)
    if person is None:
        raise LookupError(f"{office.name} has no {' or '.join(roles)}")
    return person
