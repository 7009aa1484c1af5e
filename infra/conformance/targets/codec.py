"""A reader of packages behind one HTTP address: POST a package, get a verdict.

The whole contract. Request: `POST <URL>` with the package as the body (`Content-Type: application/xml`, or
`multipart/related` for the SOAP form). Answer, always with status 200 and within 30 seconds:

    {"verdict": "accepted" | "refused",
     "kind": "document" | "status",
     "fields": {"MessageHeader.Subject": "…", "MessageHeader.To.OrganId": ["…"], …},
     "attachments": [{"name": "…", "sha256": "<hex>", "size": 123}, …],
     "problems": [{"rule": "…"}, …]}

Fields are named by the standard's own path; dates are yyyy/MM/dd, times yyyy/MM/dd HH:mm:ss in Viet Nam; what may stand
more than once is a list; what is not said may be left out. `sha256` is that of the file itself, whatever it was wrapped
in. `problems` says what a person should know about an accepted package. A refused one needs only its verdict.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx

from infra.conformance.suite import Failed

Value = str | list[str]


@dataclass(frozen=True)
class Expected:
    """What the verdict on a package must be; of the fields only those that are named here are looked at."""

    verdict: Literal["accepted", "refused", "either"] = "accepted"
    kind: str = "document"
    fields: Mapping[str, Value] = field(default_factory=dict)
    files: tuple[tuple[str, str], ...] | None = None  # (name, SHA-256)
    told: bool = False  # an accepted package comes with at least one problem


class Codec:
    """The reader under test."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http, self._url = http, url

    async def begin(self) -> None:
        """Whether there is a reader at this address at all. Raises Failed."""
        try:
            answer = await self._http.post(self._url, content=b"<edXML/>", headers={"Content-Type": "application/xml"})
        except httpx.HTTPError as error:
            raise Failed(f"một hệ thống trả lời tại {self._url}", f"{type(error).__name__}: {error}") from error
        if answer.status_code in (401, 403, 404, 405):
            raise Failed(f"POST {self._url} trả lời; khóa đặt bằng --header", f"HTTP {answer.status_code}")

    async def end(self) -> None:
        """Nothing was made."""

    async def verdict(self, package: bytes) -> dict[str, Any]:
        """What it says about a package. Failed where it says nothing usable."""
        kind = "multipart/related" if package.lstrip()[:4] in (b"MIME", b"----") else "application/xml"
        try:
            answer = await self._http.post(self._url, content=package, headers={"Content-Type": kind})
        except httpx.HTTPError as error:
            raise Failed("câu trả lời HTTP 200 trong 30 giây", f"{type(error).__name__}: {error}") from error
        if answer.status_code != 200:
            raise Failed("HTTP 200 kèm JSON", f"HTTP {answer.status_code}: {answer.text[:300]}")
        try:
            found = answer.json()
        except json.JSONDecodeError as error:
            raise Failed("JSON", answer.text[:300]) from error
        if not isinstance(found, dict) or found.get("verdict") not in ("accepted", "refused"):
            raise Failed('"verdict": "accepted" hoặc "refused"', str(found)[:300])
        return found


def compare(expected: Expected, found: Mapping[str, Any]) -> None:
    """Raises Failed with the first difference."""
    verdict = found["verdict"]
    if expected.verdict == "either" and verdict == "refused":
        return
    wanted = "accepted" if expected.verdict == "either" else expected.verdict
    if verdict != wanted:
        rules = ", ".join(str(p.get("rule", p)) for p in found.get("problems", [])[:5])
        raise Failed(f"verdict = {wanted}", f"verdict = {verdict} {rules}".strip())
    if wanted == "refused":
        return
    if found.get("kind") != expected.kind:
        raise Failed(f"kind = {expected.kind}", f"kind = {found.get('kind')}")
    _compare_fields(expected.fields, found.get("fields") or {})
    _compare_files(expected, found.get("attachments") or [])
    if expected.told and not found.get("problems"):
        raise Failed("ít nhất một mục trong problems", "problems rỗng")


def _compare_fields(expected: Mapping[str, Value], found: Mapping[str, Any]) -> None:
    for name, value in expected.items():
        got = found.get(name, [] if isinstance(value, list) else "")
        if isinstance(value, list) and isinstance(got, str):
            got = [got]
        if got != value:
            raise Failed(f"{name} = {value!r}", f"{name} = {got!r}")


def _compare_files(expected: Expected, found: list[Any]) -> None:
    if expected.files is None:
        return
    got = [(str(f.get("name")), str(f.get("sha256")).lower()) for f in found if isinstance(f, dict)]
    if sorted(got) != sorted(expected.files):
        raise Failed(f"tệp {_shown(expected.files)}", f"tệp {_shown(got)}")


def _shown(files: Any) -> str:
    return "; ".join(f"{name} (SHA-256 {sha256[:12]}…)" for name, sha256 in files) or "không có"


def act_of(make: Callable[[], bytes], expected: Expected) -> Callable[[Codec], Awaitable[None]]:
    """The act of a codec case: send, compare."""

    async def act(codec: Codec) -> None:
        compare(expected, await codec.verdict(make()))

    return act
