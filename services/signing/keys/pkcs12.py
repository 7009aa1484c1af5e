"""A key in a PKCS#12 file of the secrets folder: for demonstrations, and for offices that have nothing better yet."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from services.signing.keys.refusals import KeyUnavailable, WrongPin
from services.signing.pdf.keys import KeyUnreadable, Pkcs12Key


class FileKey(Pkcs12Key):
    """Opened by the file's password: the person's PIN, or the secret of the deployment for an office."""

    async def sign_all(self, datas: Sequence[bytes]) -> list[bytes]:
        return [await self.sign(data) for data in datas]


async def opened(path: Path, password: str) -> FileKey:
    """WrongPin; KeyUnavailable where the file is gone."""
    try:
        content = await asyncio.to_thread(path.read_bytes)
    except OSError as error:
        raise KeyUnavailable(why=path.name) from error
    try:
        return await asyncio.to_thread(FileKey, content, password)
    except KeyUnreadable as error:
        raise WrongPin from error
