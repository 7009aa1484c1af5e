"""HTTP to certification authorities, with hard limits; never to this machine or what only this machine can reach.

aiohttp, since a request costs a seventh of httpx's (0.1 ms of CPU, measured) and its resolver is a place where every
address is seen before a connection is made to it: a name cannot point elsewhere between check and use.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

CONNECT_SECONDS = 10.0
AT_ONCE = 64  # requests to one host; the others wait here


class Unreachable(Exception):
    """No usable answer: why, for the log."""


class Wire:
    """Connections to authorities. `local`: this machine's own addresses too, for tests and demonstrations."""

    def __init__(self, *, local: bool = False) -> None:
        self._local = local
        self._session: aiohttp.ClientSession | None = None

    async def post(self, url: str, body: bytes, kind: str, *, limit: int, seconds: float) -> bytes:
        """The answer to a request of this content type. Unreachable."""
        return await self._ask("POST", url, body, kind, limit, seconds)

    async def get(self, url: str, *, limit: int, seconds: float) -> bytes:
        """Unreachable."""
        return await self._ask("GET", url, None, None, limit, seconds)

    async def close(self) -> None:
        """At the end of the process."""
        if self._session is not None:
            await self._session.close()

    async def _ask(
        self, verb: str, url: str, body: bytes | None, kind: str | None, limit: int, seconds: float
    ) -> bytes:
        self._check(url)
        headers = {"Content-Type": kind} if kind else None
        timeout = aiohttp.ClientTimeout(total=seconds, sock_connect=CONNECT_SECONDS)
        try:
            async with self._open().request(
                verb, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                if answer.status != 200:
                    raise Unreachable(f"{url}: status {answer.status}")
                return await _body(answer, limit)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise Unreachable(f"{url}: {type(error).__name__} {error}") from error

    def _check(self, url: str) -> None:
        """Only http(s), no credentials; an address written into the URL is never asked of the resolver."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
            if parts.scheme not in ("http", "https") or parts.username or not host:
                raise Unreachable(f"{url}: not a web address")
        except ValueError as error:
            raise Unreachable(f"{url}: {error}") from error
        if not self._local and _is_address(host) and _own(host):
            raise Unreachable(f"{url}: address of this machine")

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(
                limit=AT_ONCE * 2, limit_per_host=AT_ONCE, ttl_dns_cache=60, resolver=_Resolver(self._local)
            )
            self._session = aiohttp.ClientSession(
                connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False, trust_env=False
            )
        return self._session


class _Resolver(AbstractResolver):
    """Names to addresses, without those that only mean this machine."""

    def __init__(self, local: bool) -> None:
        self._local, self._resolver = local, ThreadedResolver(asyncio.get_running_loop())

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        usable = [one for one in found if self._local or not _own(one["host"])]
        if not usable:
            raise OSError(None, f"{host}: address of this machine")
        return usable

    async def close(self) -> None:
        await self._resolver.close()


async def _body(answer: aiohttp.ClientResponse, limit: int) -> bytes:
    if (answer.content_length or 0) > limit:
        raise Unreachable(f"{answer.url}: larger than {limit} bytes")
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > limit:
            raise Unreachable(f"{answer.url}: larger than {limit} bytes")
        parts.append(part)
    return b"".join(parts)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _own(host: str) -> bool:
    """Loopback, link-local (metadata of clouds), and what is no address of one machine. Office networks are usable."""
    address = ipaddress.ip_address(host.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
