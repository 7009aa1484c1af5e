"""Shadow attacks: the draft already holds what the attacker will show when the leader has signed."""

from __future__ import annotations

import io
import re

from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from pyhanko.pdf_utils import generic as g

from tests.unit.signing import flow
from tests.unit.signing.forging import edits
from tests.unit.signing.forging.files import FAKE, content_number, ended, table
from tests.unit.signing.forging.honest import Forgery, Honest, saved, updated, without_locks


async def forgeries(honest: Honest) -> list[Forgery]:
    made = []
    for name, ready in (("locked", honest.ready), ("unlocked", without_locks(honest.ready))):
        signed = await honest.lead(with_field(ready))
        made.append((f"field/{name}", await flow.sealed(honest.world, updated(signed, fill_field))))
        untouched = await flow.sealed(honest.world, signed)
        made.append((f"field-waiting/{name}", untouched))
        made.append((f"field-after-seal/{name}", updated(untouched, fill_field)))
    hidden = await honest.lead(with_twin(honest.ready))
    made.append(("hide-and-replace", switched(await flow.sealed(honest.world, hidden))))
    made.append(("hide-and-replace/between", await flow.sealed_or_none(honest.world, switched(hidden))))
    covered = await honest.lead(with_cover(honest.ready))
    made.append(("hide/cover-removed", updated(await flow.sealed(honest.world, covered), uncover)))
    fonted = await flow.sealed(honest.world, await honest.lead(honest.ready))
    made.append(("replace/font", updated(fonted, edits.body_font)))
    dangling = await honest.lead(with_dangling(honest.ready))
    made.append(("undefined-then-defined", await flow.sealed_or_none(honest.world, defined(dangling))))
    codes = frozenset({"changed-later", "fields-differ", "lock-missing", "not-whole-file", "unreadable"})
    return [Forgery(f"shadow/{name}", pdf, codes) for name, pdf in made if pdf is not None]


def _changed(ready: bytes, change) -> bytes:
    with Pdf.open(io.BytesIO(ready)) as document:
        change(document)
        return saved(document)


def with_field(ready: bytes) -> bytes:
    """A text field more, empty, which waits for its value."""

    def change(document: Pdf) -> None:
        page = document.pages[0].obj
        blank = Stream(document, b"/Tx BMC EMC")
        blank.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 300, 40]))
        extra = document.make_indirect(
            Dictionary(
                Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("shadow"), F=4, P=page,
                Rect=Array([100, 500, 400, 540]), DA=String("/Regular 13 Tf 0 g"),
                AP=Dictionary(N=document.make_indirect(blank)),
            )
        )  # fmt: skip
        page.Annots.append(extra)
        document.Root.AcroForm.Fields.append(extra)

    return _changed(ready, change)


def fill_field(writer) -> None:
    one = edits.field(writer, "shadow")
    one["/V"] = g.TextStringObject("Chi 10 tỷ đồng")
    one["/AP"] = edits.entries(
        N=writer.add_object(edits.form_object(b"/Tx BMC 1 g 0 0 300 40 re f EMC", 0, 0, 300, 40))
    )
    writer.mark_update(one.container_ref)


def with_twin(ready: bytes) -> bytes:
    """Inside a harmless stream lies a second version of the page's content, ready to be pointed at."""

    def made(number: int) -> bytes:
        twin = b"%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (number, len(FAKE), FAKE)
        with Pdf.open(io.BytesIO(ready)) as document:
            document.pages[0].PieceInfo = document.make_indirect(Stream(document, twin))
            return saved(document, compress_streams=False)

    return made(content_number(made(1)))


def switched(pdf: bytes) -> bytes:
    """Nothing is appended but a table, which points at the hidden version."""
    place = pdf.index(b" 0 obj\n<< /Length %d >>\nstream\n%s" % (len(FAKE), FAKE))
    start = place
    while pdf[start - 1 : start].isdigit():
        start -= 1
    return ended(pdf + table(pdf, {int(pdf[start:place]): start}), len(pdf))


def with_cover(ready: bytes) -> bytes:
    """The page draws a white picture over a sentence; without it the sentence shows."""

    def change(document: Pdf) -> None:
        cover = Stream(document, b"1 g 0 0 400 60 re f")
        cover.stream_dict = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 400, 60]))
        page = document.pages[0]
        page.Resources.XObject = Dictionary(Cover=document.make_indirect(cover))
        page.contents_add(b"q 1 0 0 1 80 500 cm /Cover Do Q")

    return _changed(ready, change)


def uncover(writer) -> None:
    cover = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/XObject"].raw_get("/Cover").reference
    writer.objects[(0, cover.idnum)] = edits.form_object(b"", 0, 0, 400, 60)


def with_dangling(ready: bytes) -> bytes:
    """The page refers to an object that nobody has written yet."""
    with Pdf.open(io.BytesIO(ready)) as document:
        document.pages[0].Resources.XObject = Dictionary(Later=document.make_indirect(Stream(document, b"")))
        document.pages[0].contents_add(b"q /Later Do Q")
        made = saved(document)
    place = made.index(b"/Later ") + len(b"/Later ")
    end = made.index(b" 0 R", place)
    later = b"9" * (end - place)
    return made[:place] + later + made[end:]


def defined(pdf: bytes) -> bytes:
    place = pdf.index(b"/Later ") + len(b"/Later ")
    number = int(pdf[place : pdf.index(b" 0 R", place)])
    at = len(pdf)
    body = pdf + b"%d 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n" % number
    made = table(pdf, {number: at})
    return ended(body + re.sub(rb"/Size \d+", b"/Size %d" % (number + 1), made), len(body))
