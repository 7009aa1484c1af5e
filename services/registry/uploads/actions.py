"""Begin an upload, receive its pieces, take the whole file in, give it up."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import uuid4

from sqlalchemy import delete, select

from contracts.message import FileRef
from services.registry.access import identifier
from services.registry.files.actions import take_in
from services.registry.files.names import display_name
from services.registry.files.rules import LIMIT, EmptyFile, NotScanned, extension_of
from services.registry.uploads import rules
from services.registry.uploads.tables import Upload, UploadPiece
from shared.auth import Principal
from shared.blobs import TooLarge
from shared.clock import now
from shared.problems import NotFound, Refusal
from shared.service import Runtime
from shared.work import Work


async def begin(work: Work, name: str, size: int) -> Upload:
    """What can be known beforehand is refused before a byte is sent: the format, the size, too many at once."""
    shown, person = display_name(name), work.principal.id
    extension_of(shown)
    if size == 0:
        raise EmptyFile(name=shown)
    if size > LIMIT:
        raise TooLarge(limit_mb=LIMIT // 2**20)
    await work.alone(f"uploads:{person}")
    mine = select(Upload).where(Upload.person_id == person, Upload.ends_at > now())
    sizes = [upload.size for upload in await work.all(mine) if upload.file is None]
    rules.check_room(len(sizes), sum(sizes), size)
    upload = Upload(person_id=person, name=shown, size=size, received=0, ends_at=now() + rules.LIFETIME)
    work.save(upload)
    await work.flush()
    return upload


async def find(work: Work, key: str) -> Upload:
    """The caller's own upload. Raises NotFound, UploadEnded."""
    upload = await work.get(Upload, identifier(key))
    if upload is None or upload.person_id != work.principal.id:
        raise NotFound
    if upload.ends_at <= now():
        raise rules.UploadEnded
    return upload


async def receive(
    runtime: Runtime,
    caller: Principal,
    key: str,
    offset: int,
    checksum: rules.Checksum | None,
    chunks: AsyncIterator[bytes],
) -> Upload:
    """Keep what comes, piece by piece, also when it stops in the middle; with a checksum all of it or nothing.

    Raises OtherOffset, TooMuch, WrongChecksum. The store is never written inside a transaction.
    """
    async with runtime.work(caller, reading=True) as work:
        upload = await find(work, key)
    if offset != upload.received:
        raise rules.OtherOffset(received=upload.received)
    digest = checksum.hasher() if checksum else None
    waiting: list[UploadPiece] = []
    try:
        async for content in _cut(chunks, upload.size - offset):
            piece = UploadPiece(
                upload_id=upload.id, start=offset, size=len(content), key=f"{upload.id.hex}.{offset:09}.{uuid4().hex}"
            )
            waiting.append(piece)
            await runtime.blobs.put_piece(piece.key, content)
            offset += len(content)
            if digest is not None:
                digest.update(content)
            else:
                upload = await _count(runtime, caller, key, waiting)
        if checksum and digest is not None and digest.digest() != checksum.digest:
            raise rules.WrongChecksum
        return await _count(runtime, caller, key, waiting)
    finally:
        await runtime.blobs.delete_pieces([piece.key for piece in waiting])  # those that nobody has counted


async def _cut(chunks: AsyncIterator[bytes], room: int) -> AsyncIterator[bytes]:
    """The stream in pieces. Raises TooMuch past `room` bytes."""
    held = bytearray()
    async for chunk in chunks:
        room -= len(chunk)
        if room < 0:
            raise rules.TooMuch
        held += chunk
        while len(held) >= rules.PIECE:
            yield bytes(held[: rules.PIECE])
            del held[: rules.PIECE]
    if held:
        yield bytes(held)


async def _count(runtime: Runtime, caller: Principal, key: str, waiting: list[UploadPiece]) -> Upload:
    """These pieces have arrived. Raises OtherOffset where somebody else sent on meanwhile."""
    async with runtime.work(caller) as work:
        upload = await work.locked(Upload, (await find(work, key)).id)
        if waiting:
            if waiting[0].start != upload.received:
                raise rules.OtherOffset(received=upload.received)
            work.save(*waiting)
            upload.received += sum(piece.size for piece in waiting)
            upload.ends_at = now() + rules.LIFETIME
    waiting.clear()
    return upload


async def finish(runtime: Runtime, caller: Principal, key: str) -> FileRef:
    """Check and take in the whole file as any other. Repeated: the same file. What is refused does not stay here.

    Raises Unfinished, and what `take_in` refuses.
    """
    async with runtime.work(caller, reading=True) as work:
        upload = await find(work, key)
        pieces = await _pieces(work, upload)
    if upload.file:
        return FileRef.model_validate(upload.file)
    if upload.received < upload.size:
        raise rules.Unfinished(received=upload.received, size=upload.size)
    try:
        ref = await take_in(runtime, caller, upload.name, runtime.blobs.stream_pieces([piece.key for piece in pieces]))
    except NotScanned:
        raise
    except NotFound:  # finished by another request meanwhile
        async with runtime.work(caller, reading=True) as work:
            return FileRef.model_validate((await find(work, key)).file)
    except Refusal:
        await drop(runtime, caller, key)
        raise
    async with runtime.work(caller) as work:
        row = await work.locked(Upload, upload.id)
        row.file = ref.model_dump(mode="json")
        await work.execute(delete(UploadPiece).where(UploadPiece.upload_id == upload.id))
    await runtime.blobs.delete_pieces([piece.key for piece in pieces])
    return ref


async def drop(runtime: Runtime, caller: Principal, key: str) -> None:
    """Given up, by the person or because its content is refused."""
    async with runtime.work(caller) as work:
        upload = await find(work, key)
        pieces = await _pieces(work, upload)
        await forget(work, [upload])
    await runtime.blobs.delete_pieces([piece.key for piece in pieces])


async def forget(work: Work, uploads: Sequence[Upload]) -> None:
    ids = [upload.id for upload in uploads]
    await work.execute(delete(UploadPiece).where(UploadPiece.upload_id.in_(ids)))
    await work.execute(delete(Upload).where(Upload.id.in_(ids)))


async def _pieces(work: Work, upload: Upload) -> Sequence[UploadPiece]:
    found: Sequence[UploadPiece] = await work.all(
        select(UploadPiece).where(UploadPiece.upload_id == upload.id).order_by(UploadPiece.start)
    )
    return found


async def clear(runtime: Runtime) -> None:
    """Uploads that nobody went on with, and pieces in the store that belong to no upload any more."""
    async with runtime.work() as work:
        ended = await work.all(select(Upload).where(Upload.ends_at <= now()).limit(1000))
        await forget(work, ended)
    stored = await runtime.blobs.list_pieces()
    if not stored:
        return
    async with runtime.work(reading=True) as work:
        known = set(await work.all(select(UploadPiece.key)))
        going = {key.hex for key in await work.all(select(Upload.id).where(Upload.file.is_(None)))}
    await runtime.blobs.delete_pieces(
        [key for key in stored if key not in known and key.partition(".")[0] not in going]
    )
