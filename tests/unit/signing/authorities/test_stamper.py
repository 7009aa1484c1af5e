"""Time stamps over HTTP: what is accepted, who is asked next, how long is waited."""

from __future__ import annotations

import asyncio
import hashlib
import selectors
from collections.abc import AsyncIterator

import pytest
from asn1crypto import cms, tsp

from services.signing.authorities.stamper import HttpTimeStamper
from services.signing.authorities.wire import Wire
from services.signing.pdf import tokens
from services.signing.pdf.keys import SoftKey
from services.signing.pdf.stamps import TimeStampUnavailable
from tests.unit.signing import pki
from tests.unit.signing.authorities.responders import Responders, always, responders, status

DIGEST = hashlib.sha256(b"a signature").digest()


@pytest.fixture
async def here() -> AsyncIterator[Responders]:
    async with responders() as found:
        yield found


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    made = Wire(local=True)
    yield made
    await made.close()


async def test_a_token_comes_with_its_authoritys_chain(here: Responders, wire: Wire) -> None:
    stamper = HttpTimeStamper([f"{here.place}/tsa"], wire)
    token = tokens.checked(await stamper.token(DIGEST), DIGEST)
    assert token.certificate == here.world.tsa.certificate
    (chain,) = await stamper.chains()
    assert chain[:2] == (here.world.tsa.certificate, here.world.ca.certificate) and here.asked["/tsa"] == 1


async def test_the_chain_is_known_before_the_first_signature(here: Responders, wire: Wire) -> None:
    (chain,) = await HttpTimeStamper([f"{here.place}/tsa"], wire).chains()
    assert chain[0] == here.world.tsa.certificate


async def answer(world: pki.World, key: SoftKey, digest: bytes, nonce: int | None) -> bytes:
    token = await pki.LocalStamper(key, lambda: pki.dt.datetime.now(pki.dt.UTC).replace(microsecond=0)).token(
        digest, nonce
    )
    granted = {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(token)}
    return tsp.TimeStampResp(granted).dump()


async def test_wrong_answers_are_no_time_stamps(here: Responders, wire: Wire) -> None:
    stamper, world = HttpTimeStamper([f"{here.place}/tsa"], wire), here.world
    refused = b"\x30\x05\x30\x03\x02\x01\x02"  # status rejection, and no token
    honest = here.stamped
    wrong = {
        "of another digest": await answer(world, world.tsa, hashlib.sha256(b"other").digest(), 1),
        "of another request": await answer(world, world.tsa, DIGEST, 1),
        "without the nonce": await answer(world, world.tsa, DIGEST, None),
        "refused": refused,
        "rubbish": b"<html>login</html>",
        "nothing": b"",
        "too long": b"\x30" * 70_000,
    }
    for why, body in wrong.items():
        here.change["/tsa"] = always(body)
        with pytest.raises(TimeStampUnavailable):
            await stamper.token(DIGEST)
        assert why
    del here.change["/tsa"]

    def by(key: SoftKey, spoil: bool = False):
        async def change(body: bytes) -> bytes:
            info = tsp.TimeStampResp.load(body)["time_stamp_token"]
            nonce = info["content"]["encap_content_info"]["content"].parsed["nonce"].native
            made = await answer(world, key, DIGEST, nonce)
            return made[:-3] + bytes([made[-3] ^ 1]) + made[-2:] if spoil else made

        return change

    for change in (by(world.office), by(world.tsa, spoil=True)):
        here.change["/tsa"] = change
        with pytest.raises(TimeStampUnavailable):
            await stamper.token(DIGEST)
    here.change["/tsa"] = by(world.tsa)
    assert tokens.checked(await stamper.token(DIGEST), DIGEST) and honest


async def test_the_next_server_is_asked_and_the_dead_one_rests(here: Responders, wire: Wire) -> None:
    async with responders() as gone:
        dead = f"{gone.place}/tsa"
    here.change["/crl"] = status(200)
    stamper = HttpTimeStamper([dead, f"{here.place}/crl", f"{here.place}/tsa"], wire)
    for _ in range(3):
        assert tokens.checked(await stamper.token(DIGEST), DIGEST)
    assert here.asked["/tsa"] == 3
    assert here.asked["/crl"] == 0, "a list is no time stamper: POST is refused, then it rests"


async def test_without_any_answer_the_error_has_a_name(wire: Wire) -> None:
    async with responders() as gone:
        places = [f"{gone.place}/tsa", f"{gone.place}/other"]
    with pytest.raises(TimeStampUnavailable) as told:
        await HttpTimeStamper(places, wire).token(DIGEST)
    assert "tự thử lại" in told.value.text


async def test_requests_overlap(here: Responders, wire: Wire) -> None:
    """The server answers nobody before all twenty have asked."""
    together = asyncio.Barrier(20)

    async def wait(body: bytes) -> bytes:
        await together.wait()
        return body

    here.change["/tsa"] = wait
    stamper = HttpTimeStamper([f"{here.place}/tsa"], wire)
    digests = [hashlib.sha256(bytes([n])).digest() for n in range(20)]
    found = await asyncio.wait_for(asyncio.gather(*map(stamper.token, digests)), 30)
    assert [tokens.read(one).digest for one in found] == digests


class _Quick(selectors.DefaultSelector):
    """Waits a fiftieth of the time that it is told."""

    def select(self, timeout: float | None = None):
        return super().select(timeout / 50 if timeout and timeout > 0 else timeout)


class _QuickLoop(asyncio.SelectorEventLoop):
    """A loop whose clock runs fifty times as fast: 130 seconds of a real server's delay pass in 2.6."""

    def __init__(self) -> None:
        super().__init__(_Quick())

    def time(self) -> float:
        return super().time() * 50


@pytest.mark.parametrize(("delay", "works"), [(130, True), (200, False)])
def test_a_slow_server_is_waited_for_up_to_the_limit(delay: int, works: bool) -> None:
    async def slow(body: bytes) -> bytes:
        await asyncio.sleep(delay)
        return body

    async def ask() -> bytes:
        wire = Wire(local=True)
        async with responders() as here:
            await wire.get(f"{here.place}/crl", limit=10_000, seconds=600)  # connected: only the answer is slow
            here.change["/tsa"] = slow
            try:
                return await HttpTimeStamper([f"{here.place}/tsa"], wire).token(DIGEST)
            finally:
                await wire.close()

    with asyncio.Runner(loop_factory=_QuickLoop) as runner:
        if works:
            assert tokens.checked(runner.run(ask()), DIGEST)
        else:
            with pytest.raises(TimeStampUnavailable):
                runner.run(ask())
