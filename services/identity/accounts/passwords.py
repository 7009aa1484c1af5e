"""Argon2id hashes, computed outside transactions and off the event loop."""

from __future__ import annotations

import asyncio
import secrets
import string
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_hasher = PasswordHash((Argon2Hasher(),))


async def hashed(password: str) -> str:
    return await asyncio.to_thread(_hasher.hash, password)


async def fits(password: str, hash_: str | None) -> bool:
    """Whether the password is right. Without a hash it takes as long and says no."""
    right = await asyncio.to_thread(_hasher.verify, password, hash_ or _nobodys())
    return right and hash_ is not None


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe(16))


def first_password() -> str:
    """A random password of four kinds, easy to read aloud."""
    easy = "abcdefghjkmnpqrstuvwxyz"
    body = "".join(secrets.choice(easy) for _ in range(8))
    return f"{secrets.choice(easy).upper()}{body}-{''.join(secrets.choice(string.digits[2:]) for _ in range(4))}"
