"""Heads, deputies and leaders: they approve, initial and sign as the office's process asks. Nothing is stood in for."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from typing import Any

from infra.load.people import Caller, Office, Person, Refused

PATIENCE = 300.0  # seconds
APPROVING = ("approve_content", "approve_form", "initial")
NOT_YET = {"not-found", "not-approved", "task-over", "content-changed"}  # a fact may be on its way for a moment


class Signatories:
    """By task and by document: what was done already stays done, whoever asks twice."""

    def __init__(self, caller: Caller, offices: Iterable[Office]) -> None:
        self._caller = caller
        self._offices = list(offices)

    async def leader_signs(self, document: dict[str, Any], office_id: str) -> None:
        """All that stands between the submitted draft and the leader's signature, and that. Raises TimeoutError."""
        office = next(o for o in self._offices if any(p.profile.get("office_id") == office_id for p in o.people))
        until, pause = time.monotonic() + PATIENCE, 0.2
        while not await self._next(document, office):
            if time.monotonic() > until:
                raise TimeoutError(f"{document['subject']} is not signed")
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 1.0)

    async def _next(self, document: dict[str, Any], office: Office) -> bool:
        """Do what can be done now; true once the leader has signed."""
        try:
            for person in office.all("unit_head", "deputy", "leader"):
                task = await self._task(person, document["id"])
                if task.get("kind") in APPROVING:
                    path = f"/v1/tasks/{task['id']}/approve"
                    body = {"content_hash": document["content_hash"]}
                    await self._caller.call(person, "workflow", "POST", path, body=body)
                elif task.get("kind") == "sign":
                    await self._sign(person, document)
                    return True
        except Refused as refused:
            if refused.kind not in NOT_YET:
                raise
            return False
        return await self._signed_before(office, document["id"])

    async def _task(self, person: Person, draft_id: str) -> dict[str, Any]:
        found = await self._caller.call(person, "workflow", "GET", f"/v1/objects/draft/{draft_id}")
        return found["my_task"] or {}

    async def _sign(self, leader: Person, document: dict[str, Any]) -> None:
        main = next(f for f in document["files"] if f["role"] == "main")
        order = {"draft_id": document["id"], "content_hash": document["content_hash"], "main_file": main}
        order["pin"] = leader.password
        await self._caller.call(leader, "signing", "POST", "/v1/acts/leader-sign", body=order)

    async def _signed_before(self, office: Office, draft_id: str) -> bool:
        """Signed by a call whose answer was lost: nobody has a task any more."""
        leader = office.all("leader")[0]
        found = await self._caller.call(leader, "registry", "GET", f"/v1/documents/{draft_id}")
        return found["state"] in ("SIGNED", "NUMBERED", "SEALED", "ISSUED")
