"""The three steps of every signature: open a revision with a hole, sign its digest anywhere, put the signature in.

Between the second and the third step a person may be asked for a token, and another process may go on: `detached`.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import NameOID

from services.signing.pdf import cms, objects
from services.signing.pdf.content import Content, hashed
from services.signing.pdf.keys import Key, Owner
from services.signing.pdf.revision import Revision, Tail, moment
from services.signing.pdf.signable import FileChanged, Known, NotPrepared, Signable
from services.signing.pdf.stamps import TimeStamper, TimeStampUnavailable, digest_of
from shared.problems import Refusal

TOKEN_ROOM = 9000  # bytes for a time stamp with its certificates


class AlreadySignedHere(Refusal):
    kind = "already-signed-here"
    message = "Văn bản đã có chữ ký ở vị trí này. Mỗi việc ký chỉ thực hiện một lần: hãy tải lại trang để xem kết quả."


@dataclass(frozen=True)
class Revised:
    """A file and the revision that goes after it."""

    content: Content
    before: hashlib._Hash  # running over `content`
    tail: Tail

    @property
    def known(self) -> Known:
        """Which file the whole is, as it stands now."""
        running = self.before.copy()
        running.update(self.tail.data)
        return Known(self.tail.size + len(self.tail.data), running.hexdigest())

    def whole(self) -> bytes:
        """The new file."""
        old = self.content.read_bytes() if isinstance(self.content, Path) else self.content
        return b"".join((old, self.tail.data))


@dataclass(frozen=True)
class Opened(Revised):
    """A revision that waits for its signature: `attributes` is what the key signs (SHA-256 of it for a token)."""

    who: cms.Identity
    attributes: bytes


def empty_field(file: Signable, name: str) -> tuple[int, dict[bytes, bytes]]:
    """Number and dictionary of a signature field that waits. NotPrepared, AlreadySignedHere."""
    found = file.field(name)
    if found is None:
        raise NotPrepared
    if b"/V" in found[1]:
        raise AlreadySignedHere
    return found


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


def opened(
    content: Content, revision: Revision, who: Owner, body: bytes, field: int, *, stamped: bool,
    certifies: bool = False, known: Known | None = None,
) -> Opened:  # fmt: skip
    """Closes the revision over its hole and computes what the key has to sign. `stamped` keeps room for a token."""
    identity = cms.identity(who)
    hole = revision.signature(body, cms.room(identity, TOKEN_ROOM if stamped else 0))
    revision.set(field, V=b"%d 0 R" % hole)
    if certifies:
        revision.set(revision.file.root, Perms=b"<< /DocMDP %d 0 R >>" % hole)
    closed = revised(content, revision, known)
    attributes = cms.attributes(identity, closed.tail.digest(closed.before))
    return Opened(closed.content, closed.before, closed.tail, identity, attributes)


def revised(content: Content, revision: Revision, known: Known | None) -> Revised:
    """Closes the revision. The one pass over the file: FileChanged if its SHA-256 is not the known one."""
    tail, before = revision.close(), hashed(content)
    if known is not None and known.sha256 != before.copy().hexdigest():
        raise FileChanged
    return Revised(content, before, tail)


async def filled(waiting: Opened, signature: bytes, tsa: TimeStamper | None, *, may_wait: bool = False) -> bool:
    """Puts the signature and its time stamp into the new revision; True if nothing is missing.

    `may_wait`: without an answer of the time stamper the signature goes in alone, and `pending.stamp` does the rest
    (False). Refusals: SignatureWrong, TimeStampUnavailable.
    """
    cms.verify(waiting.who, waiting.attributes, signature)
    token = None
    if tsa is not None:
        try:
            token = await tsa.token(digest_of(signature))
        except TimeStampUnavailable:
            if not may_wait:
                raise
    waiting.tail.fill(cms.signed_data(waiting.who, waiting.attributes, signature, token))
    return tsa is None or token is not None


async def signed(waiting: Opened, key: Key, tsa: TimeStamper | None, *, may_wait: bool = False) -> bytes:
    """Signs with a key at hand, stamps the signature, returns the whole file."""
    return await finished(waiting, await key.sign(waiting.attributes), tsa, may_wait=may_wait)


async def finished(waiting: Opened, signature: bytes, tsa: TimeStamper | None, *, may_wait: bool = False) -> bytes:
    """Puts a signature that was made elsewhere into the file; the whole file. A refusal leaves nothing behind."""
    await filled(waiting, signature, tsa, may_wait=may_wait)
    return waiting.whole()


@functools.lru_cache(1024)
def common_name(certificate: x509.Certificate) -> str:
    """The CN of the subject, or the whole subject where there is none."""
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else certificate.subject.rfc4514_string()
