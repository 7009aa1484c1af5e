"""The base of every typed client: one call, one answer or one named problem."""

from __future__ import annotations

from typing import Any

import httpx
from pydantic import BaseModel


class Problem(Exception):
    """An RFC 9457 problem that a service answered. `message` is the Vietnamese sentence for the user."""

    def __init__(self, status: int, kind: str, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {kind}: {message}")
        self.status = status
        self.kind = kind
        self.message = message
        self.data = data or {}


class Client:
    """A thin wrapper of an httpx client whose base URL is the service and which carries the caller's token."""

    service = ""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: Any = None,
        files: Any = None,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> Any:
        """Send one request and return the decoded JSON (None for 204). Raises Problem."""
        answer = await self.raw(
            method,
            path,
            json=json,
            content=content,
            files=files,
            params=params,
            headers=headers,
            idempotency_key=idempotency_key,
        )
        return answer.json() if answer.content else None

    async def raw(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        content: Any = None,
        files: Any = None,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        idempotency_key: str | None = None,
    ) -> httpx.Response:
        """Like `call`, but gives the whole answer: for file bytes."""
        body = json.model_dump(mode="json") if isinstance(json, BaseModel) else json
        sent = dict(headers or {})
        if idempotency_key:
            sent["Idempotency-Key"] = idempotency_key
        kept = {k: v for k, v in (params or {}).items() if v is not None}
        answer = await self.http.request(
            method, path, json=body, content=content, files=files, params=kept, headers=sent
        )
        if answer.is_error:
            raise _problem(answer)
        return answer


def _problem(answer: httpx.Response) -> Problem:
    try:
        data = answer.json()
    except ValueError:
        data = {}
    if not isinstance(data, dict):
        data = {}
    kind = str(data.get("kind") or "unknown")
    message = str(data.get("detail") or data.get("title") or "Dịch vụ không trả lời đúng. Hãy thử lại.")
    return Problem(answer.status_code, kind, message, data)
