"""Keys from PKCS#12 files, and the ring that keeps those opened lately."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from services.signing.pdf import keys
from services.signing.pdf.keys import KeyRing, KeyUnreadable, Pkcs12Key
from tests.unit.signing import pki


@pytest.fixture(scope="module")
def content() -> bytes:
    key = pki.world("rsa").leader
    secret = BestAvailableEncryption(b"1234")
    return pkcs12.serialize_key_and_certificates(b"key", key._private, key.certificate, [], secret)


class Clock:
    now = 0.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(keys, "time", made)
    return made


def test_a_key_is_read_once_and_signs_many(content: bytes, clock: Clock) -> None:
    read = []

    def make(content: bytes, password: str) -> Pkcs12Key:
        read.append(password)
        return Pkcs12Key(content, password)

    ring = KeyRing(make)
    first = ring.open(content, "1234")
    assert ring.open(content, "1234") is first and read == ["1234"]
    clock.now = 599
    assert ring.open(content, "1234") is first
    clock.now += 600
    assert ring.open(content, "1234") is not first and read == ["1234", "1234"]


def test_the_password_counts_each_time(content: bytes, clock: Clock) -> None:
    ring = KeyRing(Pkcs12Key)
    with pytest.raises(KeyUnreadable):
        ring.open(content, "4321")
    key = ring.open(content, "1234")
    for wrong in ("4321", "", "12345"):
        with pytest.raises(KeyUnreadable):
            ring.open(content, wrong)
    assert ring.open(content, "1234") is key, "and the right one's key is still there"
    changed = content[:-1] + bytes([content[-1] ^ 1])
    with pytest.raises(KeyUnreadable):
        ring.open(changed, "1234")


def test_the_least_recently_used_key_goes_first(content: bytes, clock: Clock) -> None:
    ring = KeyRing(lambda content, password: Pkcs12Key(content.rstrip(b"x"), password), most=2)
    first = ring.open(content, "1234")
    ring.open(content + b"x", "1234")
    assert ring.open(content, "1234") is first
    ring.open(content + b"xx", "1234")
    assert len(ring._kept) == 2


def test_rubbish_is_unreadable() -> None:
    for content in (b"", b"rubbish", b"0" * 1000):
        with pytest.raises(KeyUnreadable):
            Pkcs12Key(content, "1234")
