"""Files by content: named by SHA-256, written once as a stream, never changed. On local disk or S3 through obstore."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import obstore
import structlog
from obstore.store import LocalStore, S3Store

from shared.problems import NotFound, Refusal
from shared.settings import Settings

log = structlog.get_logger()
CHUNK = 256 * 1024
PIECES = "pieces"  # the folder of parts that are no whole files yet


class TooLarge(Refusal):
    kind, status = "too-large", 413
    message = "Tệp vượt giới hạn {limit_mb} MB. Hãy nén bản quét hoặc tách thành nhiều tệp."


class StreamTooLarge(TooLarge):
    """Of a stream which did not say how long it is: the rest of it is not read."""

    closes_connection = True


class Damaged(Refusal):
    """What the store holds is not what was put there."""

    kind, status = "file-damaged", 500
    message = "Tệp trong kho lưu trữ đã bị hỏng hoặc bị thay đổi nên không dùng được. Hãy báo quản trị khôi phục tệp."


@dataclass(frozen=True)
class BlobRef:
    """`sha256` in lower-case hex, `size` in bytes."""

    sha256: str
    size: int


def make_blobs(settings: Settings) -> Blobs:
    work_dir = Path(settings.data_dir) / "uploads"
    work_dir.mkdir(parents=True, exist_ok=True)
    if settings.blob_url:
        return Blobs(S3Store.from_url(settings.blob_url), work_dir)
    root = Path(settings.data_dir) / "blobs"
    root.mkdir(parents=True, exist_ok=True)
    return Blobs(LocalStore(root), work_dir, root)


class Blobs:
    """The store. Memory does not grow with a file: bytes pass in chunks through a temporary file."""

    def __init__(self, store: Any, work_dir: Path, root: Path | None = None) -> None:
        self._store = store
        self._work_dir = work_dir
        self._root = root

    @staticmethod
    def key(sha256: str) -> str:
        if len(sha256) != 64 or not all(c in "0123456789abcdef" for c in sha256):
            raise NotFound
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

    async def put(self, source: AsyncIterator[bytes] | bytes | Path, *, limit: int | None = None) -> BlobRef:
        """Store the bytes; the same bytes again cost nothing. Raises TooLarge past `limit` bytes."""
        if isinstance(source, bytes):
            return await self._put_bytes(source, limit)
        temporary = self._work_dir / uuid4().hex
        try:
            ref = await self._spool(_chunks(source) if isinstance(source, Path) else source, temporary, limit)
            if not await self.exists(ref.sha256):
                await self._keep(temporary, ref.sha256)
            return ref
        finally:
            temporary.unlink(missing_ok=True)

    async def _put_bytes(self, content: bytes, limit: int | None) -> BlobRef:
        if limit is not None and len(content) > limit:
            raise TooLarge(limit_mb=limit // 2**20)
        ref = BlobRef(hashlib.sha256(content).hexdigest(), len(content))
        if not await self.exists(ref.sha256):
            await obstore.put_async(self._store, self.key(ref.sha256), content)
        return ref

    async def _spool(self, chunks: AsyncIterator[bytes], path: Path, limit: int | None) -> BlobRef:
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if limit is not None and size > limit:
                    raise StreamTooLarge(limit_mb=limit // 2**20)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return BlobRef(digest.hexdigest(), size)

    async def _keep(self, temporary: Path, sha256: str) -> None:
        if self._root is None:
            await obstore.put_async(self._store, self.key(sha256), temporary)
            return
        target = self._root / self.key(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        await asyncio.to_thread(os.replace, temporary, target)

    async def exists(self, sha256: str) -> bool:
        try:
            await obstore.head_async(self._store, self.key(sha256))
        except FileNotFoundError:
            return False
        return True

    async def get(self, sha256: str) -> bytes:
        """The whole content: for files that are worked on in memory anyway (a PDF to sign). NotFound, Damaged."""
        try:
            answer = await obstore.get_async(self._store, self.key(sha256))
        except FileNotFoundError as error:
            raise NotFound from error
        content = bytes(await answer.bytes_async())
        digest = await asyncio.to_thread(hashlib.sha256, content)
        if digest.hexdigest() != sha256:
            log.error("blobs.damaged", sha256=sha256, size=len(content))
            raise Damaged
        return content

    async def stream(self, sha256: str, chunk: int = CHUNK) -> AsyncIterator[bytes]:
        try:
            answer = await obstore.get_async(self._store, self.key(sha256))
        except FileNotFoundError as error:
            raise NotFound from error
        async for part in answer.stream(min_chunk_size=chunk):
            yield bytes(part)

    async def copy_to(self, sha256: str, path: Path) -> None:
        with path.open("wb") as file:
            async for part in self.stream(sha256):
                file.write(part)

    def path(self, sha256: str) -> Path | None:
        """The file itself where the store is a local folder; None elsewhere."""
        return self._root / self.key(sha256) if self._root else None

    async def put_piece(self, name: str, content: bytes) -> None:
        """A part of a file that is still on its way: named by the caller, not by its content, and soon gone."""
        await obstore.put_async(self._store, f"{PIECES}/{name}", content)

    async def stream_pieces(self, names: Sequence[str]) -> AsyncIterator[bytes]:
        """One after the other. Raises NotFound."""
        for name in names:
            try:
                answer = await obstore.get_async(self._store, f"{PIECES}/{name}")
            except FileNotFoundError as error:
                raise NotFound from error
            yield bytes(await answer.bytes_async())

    async def delete_pieces(self, names: Sequence[str]) -> None:
        """What is gone already is no matter."""
        for name in names:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, f"{PIECES}/{name}")

    async def list_pieces(self) -> list[str]:
        found = [meta["path"] async for batch in obstore.list(self._store, PIECES) for meta in batch]
        return [path.rpartition("/")[2] for path in found]

    async def delete(self, sha256: str) -> None:
        """Only for destruction by decision or recall: the caller keeps the tombstone."""
        await obstore.delete_async(self._store, self.key(sha256))


async def _chunks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            yield chunk
