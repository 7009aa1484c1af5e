"""Calls to the services with the visitor's own token; several at once, each part allowed to fail alone."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import httpx

from contracts.client import Client, Problem
from contracts.registry.client import RegistryClient
from shared.service import Runtime

PART_SECONDS = 4.0
NO_ANSWER = {"Prefer": "return=minimal"}  # of an act whose page is read anew afterwards


class Identity(Client):
    service = "identity"


class Registry(RegistryClient):
    """Pages read plain JSON (`call`), so that a newer field needs no change here; uploads go by the typed method."""


class Workflow(Client):
    service = "workflow"


class Signing(Client):
    service = "signing"


class Gateway(Client):
    service = "gateway"


@dataclass(frozen=True)
class Part:
    """One part of a page: its data, or the sentence that stands in its place."""

    data: Any = None
    error: str = ""

    @property
    def rows(self) -> list[Any]:
        """The rows of a list or of a page of a list."""
        if isinstance(self.data, dict):
            return list(self.data.get("items") or [])
        return list(self.data or [])


class Services:
    """The five services as one person sees them."""

    def __init__(self, runtime: Runtime, token: str) -> None:
        self.identity = runtime.client(Identity, token=token)
        self.registry = runtime.client(Registry, token=token)
        self.workflow = runtime.client(Workflow, token=token)
        self.signing = runtime.client(Signing, token=token)
        self.gateway = runtime.client(Gateway, token=token)


async def part(call: Awaitable[Any], what: str) -> Part:
    """The outcome of one call; a failure becomes 'Chưa tải được …', never an exception."""
    try:
        async with asyncio.timeout(PART_SECONDS):
            return Part(await call)
    except Problem as problem:
        reason = problem.message if problem.status in (403, 404) else "Hãy thử lại sau ít phút."
        return Part(error=f"Chưa tải được {what}. {reason}")
    except (TimeoutError, httpx.HTTPError, KeyError, ValueError):
        return Part(error=f"Chưa tải được {what}. Hãy thử lại sau ít phút.")


async def nothing(value: Any = None) -> Any:
    """Stands where a call is not needed."""
    return value
