"""HTTP to authorities: limits, and nothing of this machine is ever asked."""

from __future__ import annotations

import pytest
from aiohttp import web

from services.signing.authorities.wire import Unreachable, Wire
from tests.unit.signing.authorities.responders import always, responders, status

INSIDE = (
    "http://127.0.0.1:{port}/crl", "http://localhost:{port}/crl", "http://[::1]:{port}/crl",
    "http://[::ffff:127.0.0.1]:{port}/crl", "http://127.1:{port}/crl", "http://2130706433:{port}/crl",
    "http://0.0.0.0:{port}/crl", "http://169.254.169.254/latest/meta-data", "http://[fe80::1]/crl",
    "http://user:secret@127.0.0.1:{port}/crl", "file:///etc/passwd", "ftp://127.0.0.1/crl", "http://", "gopher://x/",
    "http://[", "ldap://ca.example/cn=CA",
)  # fmt: skip


async def get(url: str, *, local: bool = True, limit: int = 100_000, seconds: float = 5) -> bytes:
    wire = Wire(local=local)
    try:
        return await wire.get(url, limit=limit, seconds=seconds)
    finally:
        await wire.close()


@pytest.mark.parametrize("url", INSIDE)
async def test_addresses_of_this_machine_are_never_asked(url: str) -> None:
    async with responders() as here:
        with pytest.raises(Unreachable):
            await get(url.format(port=here.place.rpartition(":")[2]), local=False)
        assert not here.asked


async def test_redirects_are_not_followed() -> None:
    async with responders() as here:
        here.change["/crl"] = status(302, Location=f"{here.place}/root/crl")
        with pytest.raises(Unreachable, match="302"):
            await get(f"{here.place}/crl")
        assert here.asked == {"/crl": 1}


async def test_answers_have_a_limit_even_when_they_hide_their_length() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(400):
            await response.write(b"x" * 1000)
        return response

    async with responders() as here:
        here.change["/crl"] = always(b"x" * 100_001)
        with pytest.raises(Unreachable, match="larger"):
            await get(f"{here.place}/crl")
        here.root_crl = endless  # type: ignore[method-assign]
        with pytest.raises(Unreachable, match="larger"):
            await get(f"{here.place}/root/crl")


async def test_what_is_not_there_is_told_with_its_reason() -> None:
    async with responders() as here:
        with pytest.raises(Unreachable, match="404"):
            await get(f"{here.place}/nothing")
        here.change["/crl"] = status(500)
        with pytest.raises(Unreachable, match="500"):
            await get(f"{here.place}/crl")
    with pytest.raises(Unreachable, match="Connect"):
        await get(f"{here.place}/crl")
