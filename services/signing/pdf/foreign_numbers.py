"""Number and date on a prepared file that the tool of another maker has signed, or will seal.

pyHanko writes the revision, since the one before it may not be of this library.
"""

from __future__ import annotations

import io
from datetime import date
from typing import Any

from pyhanko.pdf_utils import generic as untyped
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.misc import PdfError

from services.signing.pdf import names, normalise, sealing
from services.signing.pdf.evidence import NOTHING, Evidence
from services.signing.pdf.foreign import Writer, add_evidence
from services.signing.pdf.opening import AlreadySignedHere
from services.signing.pdf.signable import NotPrepared

generic: Any = untyped


def number(signed: bytes, *, number: str, issued: date, evidence: Evidence = NOTHING) -> bytes:
    """Number, day and month in a revision of their own; the seal's field stays empty.

    Refusals: Unreadable, NotPrepared, LeaderMissing, AlreadySignedHere, YearDiffers, NumberTooLong.
    """
    try:
        writer = Writer(io.BytesIO(signed))
        found = {str(one.get_object()["/T"]): one for one in writer.root["/AcroForm"]["/Fields"]}
        _check(found)
        for name, value in sealing.values(number, issued).items():
            _write(writer, found[name], value, issued.year)
        add_evidence(writer, evidence)
        whole: Any = io.BytesIO()
        writer.write(whole)  # type: ignore[no-untyped-call]
        return bytes(whole.getvalue())
    except (PdfError, *normalise.BROKEN, ValueError, KeyError) as error:
        raise normalise.Unreadable from error


def _check(found: dict[str, Any]) -> None:
    if not {*names.TEXTS, names.SEAL} <= found.keys():
        raise NotPrepared
    if not any(name in found and "/V" in found[name].get_object() for name in names.LEADERS):
        raise sealing.LeaderMissing(missing="người có thẩm quyền")
    if "/V" in found[names.SEAL].get_object():
        raise AlreadySignedHere


def _write(writer: Writer, place: Any, value: str, year: int) -> None:
    field = place.get_object()
    printed = field.get("/QLVBYear")
    if printed is not None and int(printed) != year:
        raise sealing.YearDiffers(printed=int(printed), issued=year)
    left, bottom, right, top = (float(v) for v in field["/Rect"])
    content = sealing.drawn(
        value, str(field["/DA"]), right - left, float(field["/QLVBBaseline"]), right_edge=int(field["/Q"]) == 2
    )
    field[pdf_name("/V")] = generic.TextStringObject(value)
    shown = writer.add_object(_appearance(right - left, top - bottom, content, field.raw_get("/QLVBFont")))
    field[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): shown})
    writer.mark_update(place)


def _appearance(width: float, height: float, content: bytes, font: Any) -> Any:
    box = generic.ArrayObject(map(generic.FloatObject, (0, 0, round(width, 3), round(height, 3))))
    fonts = generic.DictionaryObject({pdf_name("/F"): font})
    entries = {
        pdf_name("/Type"): pdf_name("/XObject"), pdf_name("/Subtype"): pdf_name("/Form"), pdf_name("/BBox"): box,
        pdf_name("/Resources"): generic.DictionaryObject({pdf_name("/Font"): fonts}),
    }  # fmt: skip
    return generic.StreamObject(entries, stream_data=content)
