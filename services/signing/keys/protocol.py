"""What signing needs of a key, wherever it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.signing.pdf.keys import Key


@dataclass(frozen=True)
class Consent:
    """What the owner types in to let the key sign: never stored, never logged."""

    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)


class SigningKey(Key, Protocol):
    """A key that is open: its owner has shown the PIN or given the consent that it needs."""

    async def sign_all(self, datas: Sequence[bytes]) -> list[bytes]:
        """Signatures over SHA-256 of each, under one authorisation: RSA PKCS#1 v1.5, or ECDSA as DER.

        What takes long (a person who confirms on a telephone) takes long here. Raises `keys.refusals`.
        """
