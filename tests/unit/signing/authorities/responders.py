"""Authorities of a test world over real HTTP: time stamps, OCSP, lists; slow, wrong or silent as a test wants."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from aiohttp import web
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509 import ocsp

from tests.unit.signing import pki

Change = Callable[[bytes], Awaitable[bytes | web.Response]]


@dataclass
class Responders:
    """The servers of `world`. `change[path]` makes another answer of the honest one; `asked` counts."""

    world: pki.World
    place: str = ""
    asked: Counter[str] = field(default_factory=Counter)
    change: dict[str, Change] = field(default_factory=dict)
    revoked: dict[int, dt.datetime] = field(default_factory=dict)
    delegate: pki.SoftKey | None = None

    def stamped(self, digest: bytes, nonce: int | None) -> bytes:
        token = asyncio.run(self.world.stamper().token(digest, nonce))
        granted = {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
        return tsp.TimeStampResp(granted).dump()

    async def tsa(self, request: web.Request) -> web.Response:
        asked = tsp.TimeStampReq.load(await request.read())
        digest = asked["message_imprint"]["hashed_message"].native
        made = await asyncio.to_thread(self.stamped, digest, asked["nonce"].native)
        return await self._answer(request, made, "application/timestamp-reply")

    async def ocsp(self, request: web.Request) -> web.Response:
        asked = ocsp.load_der_ocsp_request(await request.read())
        keys = (self.world.leader, self.world.office, self.world.tsa)
        found = next(k.certificate for k in keys if k.certificate.serial_number == asked.serial_number)
        at, when = pki_now(), self.revoked.get(asked.serial_number)
        made = self._delegated(found, at) if self.delegate else self.world.ca.ocsp(found, at, revoked=when)
        return await self._answer(request, made, "application/ocsp-response")

    def _delegated(self, found: x509.Certificate, at: dt.datetime) -> bytes:
        builder = ocsp.OCSPResponseBuilder().add_response(
            found, self.world.ca.certificate, hashes.SHA1(), ocsp.OCSPCertStatus.GOOD, at, at + dt.timedelta(hours=1),
            None, None,
        )  # fmt: skip
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, self.delegate.certificate)
        builder = builder.certificates([self.delegate.certificate])
        return builder.sign(self.delegate._private, hashes.SHA256()).public_bytes(pki.DER)

    async def crl(self, request: web.Request) -> web.Response:
        return await self._answer(request, self.world.ca.crl(pki_now(), self.revoked), "application/pkix-crl")

    async def root_crl(self, request: web.Request) -> web.Response:
        return await self._answer(request, self.world.root.crl(pki_now(), self.revoked), "application/pkix-crl")

    async def _answer(self, request: web.Request, body: bytes, kind: str) -> web.Response:
        self.asked[request.path] += 1
        changed = await self.change[request.path](body) if request.path in self.change else body
        return changed if isinstance(changed, web.Response) else web.Response(body=changed, content_type=kind)


def pki_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0)


@asynccontextmanager
async def responders() -> AsyncIterator[Responders]:
    """Servers on a free port of this machine, and a world whose certificates name them."""
    late: list[Responders] = []

    async def on(method: str, request: web.Request) -> web.StreamResponse:
        return await getattr(late[0], method)(request)

    app = web.Application()
    app.router.add_post("/tsa", partial(on, "tsa"))
    app.router.add_post("/ocsp", partial(on, "ocsp"))
    app.router.add_get("/crl", partial(on, "crl"))
    app.router.add_get("/root/crl", partial(on, "root_crl"))
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    place = f"http://127.0.0.1:{port}"
    late.append(Responders(pki.world("ec", place), place))
    try:
        yield late[0]
    finally:
        await runner.cleanup()


def always(answer: bytes | web.Response) -> Change:
    async def change(_: bytes) -> bytes | web.Response:
        return answer

    return change


def status(code: int, **headers: str) -> Change:
    async def change(_: bytes) -> web.Response:
        return web.Response(status=code, headers=headers)

    return change
