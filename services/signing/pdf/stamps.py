"""Time stamps by RFC 3161: a protocol, and the kind that asks a server."""

from __future__ import annotations

import hashlib
import secrets
from typing import Protocol

import httpx
from asn1crypto import algos, cms, tsp

from shared.problems import Refusal


class TimeStampUnavailable(Refusal):
    kind, status = "timestamp-unavailable", 503
    message = "Máy chủ cấp dấu thời gian chưa trả lời. Văn bản chưa bị thay đổi; hệ thống sẽ tự thử lại."


class TimeStamper(Protocol):
    """Gives a time stamp over a digest."""

    async def token(self, digest: bytes) -> bytes:
        """DER of the TimeStampToken (a CMS ContentInfo) over this SHA-256 `digest`. TimeStampUnavailable if none."""


def request_for(digest: bytes, nonce: int) -> tsp.TimeStampReq:
    """The request of RFC 3161 §2.4.1, asking for the TSA's certificate."""
    imprint = tsp.MessageImprint(
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "hashed_message": digest}
    )
    return tsp.TimeStampReq({"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True})


class HttpTimeStamper:
    """Asks an RFC 3161 server. Give one shared `client`: a new TLS context costs more than the stamp."""

    def __init__(self, url: str, client: httpx.AsyncClient, *, timeout: float = 130.0) -> None:
        self._url, self._client, self._timeout = url, client, timeout

    async def token(self, digest: bytes) -> bytes:
        nonce = secrets.randbits(63)
        try:
            answer = await self._client.post(
                self._url,
                content=request_for(digest, nonce).dump(),
                headers={"Content-Type": "application/timestamp-query"},
                timeout=self._timeout,
            )
            answer.raise_for_status()
            return checked(answer.content, digest, nonce)
        except (httpx.HTTPError, ValueError) as error:
            raise TimeStampUnavailable from error


def checked(answer: bytes, digest: bytes, nonce: int | None) -> bytes:
    """The token of this answer. ValueError unless it is granted and stamps this digest for this request."""
    response = tsp.TimeStampResp.load(answer)
    if response["status"]["status"].native not in ("granted", "granted_with_mods"):
        raise ValueError("time stamp refused")
    token: cms.ContentInfo = response["time_stamp_token"]
    info: tsp.TSTInfo = token["content"]["encap_content_info"]["content"].parsed
    if info["message_imprint"]["hashed_message"].native != digest:
        raise ValueError("time stamp over another digest")
    if nonce is not None and info["nonce"].native != nonce:
        raise ValueError("time stamp for another request")
    return bytes(token.dump())


def digest_of(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()
