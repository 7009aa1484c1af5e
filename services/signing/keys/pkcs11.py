"""A key in a PKCS#11 device of the server: an HSM, or a token that is plugged into it. It never leaves the device."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import Attribute, Mechanism, ObjectClass
from pkcs11 import exceptions as device

from services.signing.keys.refusals import KeyUnavailable, PinLocked, WrongPin
from services.signing.pdf.keys import Owner, OwnerElsewhere

# One PIN opens a device for the whole process until its last session ends, so that persons take turns at it.
_turns: dict[str, threading.Lock] = {}


@dataclass(frozen=True)
class Slot:
    """Where the key lies: the module that speaks to the device, the labels of token and key."""

    module: str
    token: str
    label: str


class HsmKey:
    """Signs in the device. Each call opens a session, shows the PIN and closes it: no session outlives its use."""

    def __init__(self, slot: Slot, pin: str, owner: Owner) -> None:
        self._slot, self._pin = slot, pin
        self.certificate, self.chain = owner.certificate, tuple(owner.chain)

    async def sign(self, data: bytes) -> bytes:
        return (await self.sign_all([data]))[0]

    async def sign_all(self, datas: Sequence[bytes]) -> list[bytes]:
        return await asyncio.to_thread(self._sign_now, list(datas))

    def _sign_now(self, datas: list[bytes]) -> list[bytes]:
        with _session(self._slot, self._pin) as session:
            private = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self._slot.label)
            return [self._one(private, data) for data in datas]

    def _one(self, private: Any, data: bytes) -> bytes:
        """The plain ECDSA mechanism, since not every device hashes for curves; its answer is r and s side by side."""
        if not isinstance(self.certificate.public_key(), ec.EllipticCurvePublicKey):
            return bytes(private.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))
        raw = private.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA)
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


async def opened(slot: Slot, pin: str, owner: Owner) -> HsmKey:
    """The key, once the device has accepted the PIN and has shown it. WrongPin, PinLocked, KeyUnavailable."""
    await asyncio.to_thread(_try, slot, pin)
    return HsmKey(slot, pin, owner)


def _try(slot: Slot, pin: str) -> None:
    with _session(slot, pin) as session:
        session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=slot.label)


async def owner_in(slot: Slot) -> OwnerElsewhere:
    """The certificate that lies beside the key; no PIN is needed. KeyUnavailable."""
    return OwnerElsewhere(await asyncio.to_thread(_certificate, slot))


def _certificate(slot: Slot) -> x509.Certificate:
    with _session(slot, None) as session:
        wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: slot.label}
        found = next(iter(session.get_objects(wanted)), None)
        if found is None:
            raise KeyUnavailable(why=f"không có chứng thư “{slot.label}” trong {slot.token}")
        return x509.load_der_x509_certificate(found[Attribute.VALUE])


@contextmanager
def _session(slot: Slot, pin: str | None) -> Iterator[Any]:
    with _turns.setdefault(slot.token, threading.Lock()), _told(slot):
        token = _library(slot.module).get_token(token_label=slot.token)
        with token.open(user_pin=pin) as session:
            yield session


@contextmanager
def _told(slot: Slot) -> Iterator[None]:
    """What the device says, as a person understands it."""
    try:
        yield
    except (device.PinIncorrect, device.PinInvalid, device.PinLenRange) as error:
        raise WrongPin from error
    except device.PinLocked as error:
        raise PinLocked from error
    except device.NoSuchKey as error:
        raise KeyUnavailable(why=f"không có khóa “{slot.label}” trong {slot.token}") from error
    except (device.PKCS11Error, RuntimeError, OSError) as error:
        raise KeyUnavailable(why=f"{slot.token}: {type(error).__name__}") from error


@cache
def _library(module: str) -> Any:
    return pkcs11.lib(module)
