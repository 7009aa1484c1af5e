"""The office's signature on a file that others have signed already.

pyHanko writes the revision, since the file cannot be made plain without breaking what they signed. Digest, key, time
stamp and CMS are the same as everywhere else.
"""

from __future__ import annotations

import asyncio
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import ResourceType
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign import fields, signers
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.stamp.base import BaseStamp, BaseStampStyle

from services.signing.pdf import cms, normalise
from services.signing.pdf import line as lines
from services.signing.pdf.content import hashed
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.fonts import Face, face
from services.signing.pdf.keys import Owner
from services.signing.pdf.opening import TOKEN_ROOM, Opened, common_name
from services.signing.pdf.places import Box
from services.signing.pdf.revision import Tail
from shared.clock import now
from shared.problems import Refusal

FIELD = "OfficeCounterSignature"
UPRIGHT = {
    0: "1 0 0 1 0 0", 90: "0 1 -1 0 {height} 0", 180: "-1 0 0 -1 {width} {height}", 270: "0 -1 1 0 0 {width}"
}  # fmt: skip


class ClosedBySigner(Refusal):
    kind, status = "closed-by-signer", 422
    message = (
        "Tệp đã có chữ ký số và người ký đã khóa, không cho ký thêm. Hãy gửi kèm nguyên tệp này để tham khảo, hoặc "
        "dùng bản chưa ký làm phụ lục."
    )


def open_foreign(
    pdf: bytes,
    who: Owner,
    *,
    line: str,
    evidence: Evidence = NOTHING,
    at: datetime | None = None,
    stamped: bool = True,
) -> Opened:
    """The revision over the signed file, with its line at the top right of page 1 as it is seen. Not in an event loop.

    Refusals: Unreadable, ClosedBySigner.
    """
    moment, identity = at or now(), cms.identity(who)
    try:
        writer = Writer(io.BytesIO(pdf))
        _refuse_closed(writer)
        add_evidence(writer, evidence)
        made = _revision(writer, who, identity, line, moment, stamped)
    except (PdfError, SigningError, *normalise.BROKEN, ValueError, IndexError, AssertionError) as error:
        raise normalise.Unreadable from error
    digest, whole = made
    hole = digest.reserved_region_start, digest.reserved_region_end
    tail = Tail(len(pdf), bytearray(whole[len(pdf) :]), hole)
    before = hashed(pdf)
    return Opened(pdf, before, tail, identity, cms.attributes(identity, tail.digest(before)))


class Writer(IncrementalPdfFileWriter):
    """Leaves the information and metadata of the file as their author and its signers left them."""

    def _update_meta(self) -> None:
        pass


def _refuse_closed(writer: IncrementalPdfFileWriter) -> None:
    """A certification lets nobody add a visible signature (pyHanko's and our policy); a lock may close every field."""
    for one in writer.prev.embedded_signatures:
        one.compute_integrity_info()
        locked = one.fieldmdp is not None and one.fieldmdp.is_locked(FIELD)
        if one.docmdp_level is not None or locked:
            raise ClosedBySigner


def add_evidence(writer: IncrementalPdfFileWriter, evidence: Evidence) -> None:
    if evidence:
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=[asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in evidence.certificates],
            ocsps=[ocsp.OCSPResponse.load(one) for one in evidence.ocsps],
            crls=[crl.CertificateList.load(one) for one in evidence.crls],
        )


def _revision(
    writer: IncrementalPdfFileWriter, who: Owner, identity: cms.Identity, line: str, at: datetime, stamped: bool
) -> tuple[Any, bytes]:
    """The digest as pyHanko counts it, and the whole file with an empty hole."""
    spec, style = _place(writer, line)
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        name=common_name(who.certificate),
        reason="Chữ ký số của cơ quan",
    )
    own = asn1.Certificate.load(who.certificate.public_bytes(Encoding.DER))
    signer = signers.ExternalSigner(own, None, bytes(identity.signature_size))
    pdf_signer = signers.PdfSigner(meta, signer, stamp_style=style, new_field_spec=spec)
    target, room = io.BytesIO(), cms.room(identity, TOKEN_ROOM if stamped else 0) * 2
    digest, _, _ = asyncio.run(pdf_signer.async_digest_doc_for_signing(writer, bytes_reserved=room, output=target))
    return digest, target.getvalue()


@dataclass(frozen=True)
class _Seen:
    """The page as its reader sees it: turned upright, the lower left corner at the origin."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turn in (90, 270) else (width, height)

    def of_page(self, box: tuple[float, float, float, float]) -> Box:
        """A rectangle of the page's own space, as it is seen."""
        (x0, x1), (y0, y1) = sorted(box[0::2]), sorted(box[1::2])
        edges = {
            0: (x0 - self.left, y0 - self.bottom, x1 - self.left, y1 - self.bottom),
            90: (y0 - self.bottom, self.right - x1, y1 - self.bottom, self.right - x0),
            180: (self.right - x1, self.top - y1, self.right - x0, self.top - y0),
            270: (self.top - y1, x0 - self.left, self.top - y0, x1 - self.left),
        }[self.turn]
        return Box(0, *edges)

    def on_page(self, seen: Box) -> tuple[int, int, int, int]:
        """The rectangle of the page's own space, in whole points."""
        edges = {
            0: (self.left + seen.left, self.bottom + seen.bottom, self.left + seen.right, self.bottom + seen.top),
            90: (self.right - seen.top, self.bottom + seen.left, self.right - seen.bottom, self.bottom + seen.right),
            180: (self.right - seen.right, self.top - seen.top, self.right - seen.left, self.top - seen.bottom),
            270: (self.left + seen.bottom, self.top - seen.right, self.left + seen.top, self.top - seen.left),
        }[self.turn]
        left, bottom, right, top = (round(v) for v in edges)
        return left, bottom, right, top


def _place(writer: IncrementalPdfFileWriter, line: str) -> tuple[fields.SigFieldSpec, BaseStampStyle]:
    """The room of the line in the upper right corner, below what others have put there; and what is drawn in it."""
    page = writer.find_page_for_modification(0)[0].get_object()  # type: ignore[no-untyped-call]
    box = _inherited(page, "/CropBox", _inherited(page, "/MediaBox", [0, 0, 595, 842]))
    left, bottom, right, top = (float(v) for v in box)
    seen = _Seen(left, bottom, right, top, int(_inherited(page, "/Rotate", 0)) % 360)
    place = lines.box((0, 0, *seen.size), line)
    width, height = math.ceil(place.width), math.ceil(place.height)
    roof = place.top
    for other in sorted(_shown(page, seen), key=lambda one: -one.top):
        beside = other.right <= place.right - width or other.left >= place.right
        if not beside and other.bottom < roof and other.top > roof - height:
            roof = other.bottom - 2
    spot = Box(0, place.right - width, roof - height, place.right, roof)
    spec = fields.SigFieldSpec(FIELD, on_page=0, box=seen.on_page(spot))
    return spec, _Style(border_width=0, line=line, turn=seen.turn, seen=(width, height))


def _shown(page: Any, seen: _Seen) -> Iterator[Box]:
    """The boxes of the annotations that are drawn on the page."""
    for one in page.get("/Annots", ()):
        annotation = one.get_object()
        if "/AP" in annotation and "/Rect" in annotation:
            left, bottom, right, top = (float(v) for v in annotation["/Rect"])
            box = seen.of_page((left, bottom, right, top))
            if box.width > 1 and box.height > 1:
                yield box


def _inherited(page: Any, key: str, otherwise: Any) -> Any:
    for _ in range(32):
        if key in page:
            return page[key]
        if "/Parent" not in page:
            break
        page = page["/Parent"]
    return otherwise


@dataclass(frozen=True)
class _Style(BaseStampStyle):
    line: str = ""
    turn: int = 0
    seen: tuple[int, int] = (0, 0)

    def create_stamp(self, writer: Any, box: layout.BoxConstraints, text_params: dict[str, Any]) -> _Line:
        return _Line(writer, self, box)


class _Line(BaseStamp):
    """The text in our own face: pyHanko's embedding writes the widths of letters in another unit."""

    def __init__(self, writer: Any, style: _Style, box: layout.BoxConstraints) -> None:
        super().__init__(writer, style, box)
        self._text = style

    def render(self) -> bytes:
        font, (width, height) = face(), self._text.seen
        self.set_resource(ResourceType.FONT, pdf_name("/F"), _embedded(self.writer, font))
        upright = UPRIGHT[self._text.turn].format(width=width, height=height).encode()
        return b"q %s cm %s Q" % (upright, lines.drawn(font, self._text.line, width, height))


def _embedded(writer: Any, font: Face) -> Any:
    """The font as new objects of the file."""
    g: Any = generic  # untyped
    number, name = g.NumberObject, pdf_name

    def stream(data: bytes, **more: int) -> Any:
        entries = {name("/Filter"): name("/FlateDecode")} | {name(f"/{k}"): number(v) for k, v in more.items()}
        return writer.add_object(g.StreamObject(entries, encoded_data=data))

    def entry(value: Any) -> Any:
        if isinstance(value, list):
            return g.ArrayObject(map(number, value))
        return number(value) if isinstance(value, int) else g.FloatObject(value)

    def dictionary(**entries: Any) -> Any:
        return g.DictionaryObject({name(f"/{key}"): value for key, value in entries.items()})

    base, described = name(f"/{font.name}"), {key: entry(value) for key, value in font.descriptor.items()}
    descriptor = dictionary(
        Type=name("/FontDescriptor"), FontName=base, FontFile2=stream(font.file, Length1=font.file_length), **described
    )
    below = dictionary(
        Type=name("/Font"), Subtype=name("/CIDFontType2"), BaseFont=base, CIDToGIDMap=name("/Identity"),
        DW=number(1000), FontDescriptor=writer.add_object(descriptor),
        CIDSystemInfo=dictionary(
            Registry=g.pdf_string("Adobe"), Ordering=g.pdf_string("Identity"), Supplement=number(0)
        ),
        W=g.ArrayObject([number(0), g.ArrayObject(map(number, font.widths))]),
    )  # fmt: skip
    return writer.add_object(
        dictionary(
            Type=name("/Font"), Subtype=name("/Type0"), BaseFont=base, Encoding=name("/Identity-H"),
            DescendantFonts=g.ArrayObject([writer.add_object(below)]), ToUnicode=stream(font.unicode),
        )
    )  # fmt: skip
