"""Time stamps from RFC 3161 servers in the order of preference: slow ones waited for, dead ones passed over."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

import structlog
from cryptography import x509

from services.signing.authorities.wire import Unreachable, Wire
from services.signing.pdf.stamps import TimeStampUnavailable, answered, request_for
from services.signing.pdf.tokens import Token, TokenWrong

log = structlog.get_logger()
QUERY = "application/timestamp-query"
LARGEST = 64 * 1024
REST_SECONDS = 60.0  # a server that failed is asked last for this long


class HttpTimeStamper:
    """A `TimeStamper` over HTTP. Requests overlap: a batch waits as long as the server takes for it.

    `seconds` is the longest wait for one server (the national one was measured to take 131 s at times).
    """

    def __init__(self, urls: Sequence[str], wire: Wire, *, seconds: float = 180.0) -> None:
        if not urls:
            raise ValueError("a time stamper needs an address")
        self._urls, self._wire, self._seconds = tuple(urls), wire, seconds
        self._resting: dict[str, float] = {}
        self._chains: dict[str, tuple[x509.Certificate, ...]] = {}

    async def token(self, digest: bytes) -> bytes:
        """TimeStampUnavailable when no server gave a token that stamps this digest, now, for this request."""
        return (await self._stamped(digest)).der

    async def chains(self) -> tuple[tuple[x509.Certificate, ...], ...]:
        """The certificates of the servers known so far, each with its issuers: their evidence is needed before signing.

        Where none is known yet, one is asked for a stamp over nothing. TimeStampUnavailable.
        """
        if not self._chains:
            await self._stamped(secrets.token_bytes(32))
        return self.known

    @property
    def known(self) -> tuple[tuple[x509.Certificate, ...], ...]:
        """The same, without asking anybody."""
        return tuple(dict.fromkeys(self._chains.values()))

    async def _stamped(self, digest: bytes) -> Token:
        for url in self._ordered():
            nonce = secrets.randbits(63)
            try:
                answer = await self._wire.post(
                    url, request_for(digest, nonce), QUERY, limit=LARGEST, seconds=self._seconds
                )
                token = answered(answer, digest, nonce)
            except (Unreachable, TokenWrong) as error:
                log.warning("signing.timestamp-failed", url=url, reason=str(error))
                self._resting[url] = time.monotonic() + REST_SECONDS
                continue
            self._resting.pop(url, None)
            self._chains[url] = token.chain
            return token
        raise TimeStampUnavailable

    def _ordered(self) -> list[str]:
        """In the order of preference, but those that failed lately at the end."""
        moment = time.monotonic()
        return sorted(self._urls, key=lambda url: self._resting.get(url, 0.0) > moment)
