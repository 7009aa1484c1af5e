"""The three steps of every signature: open a revision with a hole, sign its digest anywhere, put the signature in.

Between the second and the third step a person may be asked for a token in another process: `Opened` is plain data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from mmap import ACCESS_READ, mmap
from os import SEEK_END
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from services.signing.pdf import cms, objects
from services.signing.pdf.keys import Key
from services.signing.pdf.objects import NotOurs
from services.signing.pdf.reader import Bytes, Reader
from services.signing.pdf.revision import Revision, Tail, moment
from services.signing.pdf.stamps import TimeStamper, digest_of
from shared.problems import Refusal

TOKEN_ROOM = 9000  # bytes for a time stamp with its certificates


class NotPrepared(Refusal):
    kind, status = "pdf-not-prepared", 422
    message = "Tệp này không do hệ thống chuẩn bị nên chưa có chỗ cho số, ngày và chữ ký. Hãy chuẩn bị lại từ dự thảo."


class AlreadySignedHere(Refusal):
    kind = "already-signed-here"
    message = "Văn bản đã có chữ ký ở vị trí này. Mỗi việc ký chỉ thực hiện một lần: hãy tải lại trang để xem kết quả."


@dataclass(frozen=True)
class Opened:
    """A revision that waits for its signature: `attributes` is what the key signs (SHA-256 of it for a token)."""

    tail: Tail
    who: cms.Identity
    attributes: bytes


def read(pdf: Bytes) -> Reader:
    """The file, if it is one that this library prepared. NotPrepared."""
    try:
        reader = Reader(pdf)
        if not reader.fields:
            raise NotPrepared
        return reader
    except (NotOurs, KeyError, ValueError, UnicodeDecodeError) as error:
        raise NotPrepared from error


def empty_field(reader: Reader, name: str) -> tuple[int, dict[bytes, bytes]]:
    """Number and dictionary of a signature field that waits. NotPrepared, AlreadySignedHere."""
    if name not in reader.fields:
        raise NotPrepared
    entries = reader.dictionary(reader.fields[name])
    if b"/V" in entries:
        raise AlreadySignedHere
    return reader.fields[name], entries


def signature_body(certificate: x509.Certificate, at: datetime, reason: str, references: bytes) -> bytes:
    """The signature dictionary up to its byte range."""
    body = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M %s /Name %s /Reason %s"
    filled = body % (moment(at), objects.string(common_name(certificate)), objects.string(reason))
    return b"%s /Reference [%s] " % (filled, references)


def field_lock(action: bytes, root: int, level: bytes = b"") -> bytes:
    """The FieldMDP reference that repeats the field's lock (`action` with /Fields; `level` as Acrobat writes it)."""
    return (
        b"<< /Type /SigRef /TransformMethod /FieldMDP /Data %d 0 R "
        b"/TransformParams << /Type /TransformParams /V /1.2 %s%s >> >>" % (root, action, level)
    )


def opened(revision: Revision, key: Key, body: bytes, field: int, *, stamped: bool, certifies: bool = False) -> Opened:
    """Closes the revision over its hole and computes what the key has to sign. `stamped` keeps room for a token."""
    who = cms.identity(key)
    hole = revision.signature(body, cms.room(who, TOKEN_ROOM if stamped else 0))
    revision.set(field, V=b"%d 0 R" % hole)
    if certifies:
        revision.set(revision.reader.root, Perms=b"<< /DocMDP %d 0 R >>" % hole)
    tail = revision.close()
    return Opened(tail, who, cms.attributes(who, tail.digest()))


async def signed(waiting: Opened, key: Key, tsa: TimeStamper | None) -> bytes:
    """Signs with a key at hand, stamps the signature, returns the whole file."""
    signature = await key.sign(waiting.attributes)
    return await finished(waiting, signature, tsa)


async def append(path: Path, opener: Callable[[Bytes], Opened], key: Key, tsa: TimeStamper | None) -> int:
    """Signs the file where it is: maps it, signs, appends the revision. Memory does not grow with it. Bytes appended.

    `opener` opens the revision (`open_leader` or `open_seal` with everything but the file). A crash while appending
    leaves the old file with an unfinished tail: work on a private copy and give it its name when this returns.
    """
    with path.open("r+b") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
        waiting = opener(mapped)
        await complete(waiting, await key.sign(waiting.attributes), tsa)
        file.seek(0, SEEK_END)
        return file.write(waiting.tail.data)


async def finished(waiting: Opened, signature: bytes, tsa: TimeStamper | None) -> bytes:
    """Puts a signature that was made elsewhere into the file. TimeStampUnavailable leaves nothing behind."""
    await complete(waiting, signature, tsa)
    return waiting.tail.whole()


async def complete(waiting: Opened, signature: bytes, tsa: TimeStamper | None) -> None:
    """Puts the signature and its time stamp into the new revision."""
    token = await tsa.token(digest_of(signature)) if tsa is not None else None
    waiting.tail.fill(cms.signed_data(waiting.who, waiting.attributes, signature, token))


def common_name(certificate: x509.Certificate) -> str:
    """The CN of the subject, or the whole subject where there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
