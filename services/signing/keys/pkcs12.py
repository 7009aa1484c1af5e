"""A key in a PKCS#12 file of the secrets folder: for demonstrations, and for offices that have nothing better yet."""

from __future__ import annotations

from collections.abc import Sequence

from services.signing.pdf.keys import Pkcs12Key


class FileKey(Pkcs12Key):
    """Opened by the file's password: the person's PIN, or the secret of the deployment for an office."""

    async def sign_all(self, datas: Sequence[bytes]) -> list[bytes]:
        return [await self.sign(data) for data in datas]
