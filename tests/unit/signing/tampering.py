"""Ways to forge an issued document: the 31 measured ones and more. Each takes honest files and makes a dishonest one.

Every entry of `corpus` is a name, the forged bytes and the codes of which the verdict must hold at least one.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic as g
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.writer import PageObject

from services.signing.pdf import cms, names, opening
from services.signing.pdf.archive import archive
from services.signing.pdf.fonts import face
from services.signing.pdf.leader import sign_leader
from services.signing.pdf.prepare import prepare
from services.signing.pdf.sealing import open_seal
from shared.problems import Refusal
from tests.unit.signing import documents, flow, pki


@dataclass(frozen=True)
class Forgery:
    name: str
    pdf: bytes
    codes: frozenset[str]


class Honest:
    """The honest files that are forged, made once."""

    def __init__(self, world: pki.World) -> None:
        self.world = world
        self.ready = prepare(documents.draft(), signer_name=documents.SIGNER).pdf
        self.signed = self.sealed = self.archived = b""
        self.unlocked_signed = self.unlocked_sealed = b""

    async def make(self) -> Honest:
        world = self.world
        self.signed = await flow.led(world)
        self.sealed = await flow.sealed(world, self.signed, number="123")
        self.archived = await archive(self.sealed, world.stamper(), evidence=world.evidence(world.tsa))
        self.unlocked_signed = await self.lead(without_locks(self.ready))
        self.unlocked_sealed = await flow.sealed(world, self.unlocked_signed, number="123")
        return self

    async def lead(self, ready: bytes, key: Any = None) -> bytes:
        who = key or self.world.leader
        return await sign_leader(
            ready, who, image=flow.signature_image(), tsa=self.world.stamper(), evidence=self.world.evidence()
        )


def updated(pdf: bytes, change: Callable[[IncrementalPdfFileWriter], None]) -> bytes:
    """An incremental update on top of the file."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    change(writer)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def field(writer: IncrementalPdfFileWriter, name: str) -> g.DictionaryObject:
    return next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)


def without_locks(ready: bytes) -> bytes:
    with pikepdf.Pdf.open(io.BytesIO(ready)) as document:
        for one in document.Root.AcroForm.Fields:
            if "/Lock" in one:
                one.Lock.Action = pikepdf.Name.Include
                one.Lock.Fields = pikepdf.Array([])
        return _saved(document)


def _saved(document: pikepdf.Pdf) -> bytes:
    target = io.BytesIO()
    document.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return target.getvalue()


def page_content(writer: IncrementalPdfFileWriter) -> None:
    reference, _ = writer.find_page_for_modification(0)
    page = reference.get_object()
    new = writer.add_object(g.StreamObject(stream_data=b"BT /F1 40 Tf 100 400 Td (GIA MAO) Tj ET"))
    old = page.raw_get("/Contents")
    page["/Contents"] = g.ArrayObject([*(old if isinstance(old, g.ArrayObject) else [old]), new])
    writer.mark_update(reference)


def free_text(writer: IncrementalPdfFileWriter) -> None:
    reference, _ = writer.find_page_for_modification(0)
    appearance = g.StreamObject(
        {n("/Type"): n("/XObject"), n("/Subtype"): n("/Form"), n("/BBox"): numbers(0, 0, 200, 30)},
        stream_data=b"1 g 0 0 200 30 re f",
    )
    note = g.DictionaryObject(
        {
            n("/Type"): n("/Annot"), n("/Subtype"): n("/FreeText"), n("/Rect"): numbers(100, 700, 300, 730),
            n("/Contents"): g.pdf_string("999"), n("/DA"): g.pdf_string("/Helv 12 Tf 0 g"), n("/F"): g.NumberObject(4),
            n("/AP"): g.DictionaryObject({n("/N"): writer.add_object(appearance)}),
        }
    )  # fmt: skip
    writer.register_annotation(reference, writer.add_object(note))


def numbers(*values: float) -> g.ArrayObject:
    return g.ArrayObject(map(g.FloatObject, values))


def drawing(writer: IncrementalPdfFileWriter, text: str) -> g.IndirectObject:
    """An appearance of the number field that shows this text, made as the system makes it."""
    one = field(writer, names.NUMBER)
    left, bottom, right, top = (float(v) for v in one["/Rect"])
    font = face()
    size = float(str(one["/DA"]).split()[1])
    shown = b"/Tx BMC q BT 0 g /F %g Tf %.3f %.3f Td <%s> Tj ET Q EMC" % (
        size, right - left - font.width(text, size), float(one["/QLVBBaseline"]), font.shown(text),
    )  # fmt: skip
    fonts = g.DictionaryObject({n("/F"): one.raw_get("/QLVBFont")})
    return writer.add_object(
        g.StreamObject(
            {
                n("/Type"): n("/XObject"), n("/Subtype"): n("/Form"),
                n("/BBox"): numbers(0, 0, round(right - left, 3), round(top - bottom, 3)),
                n("/Resources"): g.DictionaryObject({n("/Font"): fonts}),
            },
            stream_data=shown,
        )
    )  # fmt: skip


def number(value: str | None, shown: str | None) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        one = field(writer, names.NUMBER)
        if value is not None:
            one["/V"] = g.TextStringObject(value)
        if shown is not None:
            one["/AP"] = g.DictionaryObject({n("/N"): drawing(writer, shown)})
        writer.mark_update(one.container_ref)

    return change


def appearance_in_place(writer: IncrementalPdfFileWriter) -> None:
    """Overwrites the drawing's own object, so that no dictionary changes."""
    old = field(writer, names.NUMBER)["/AP"].raw_get("/N").reference
    new = drawing(writer, "999").get_object()
    writer.objects[(0, old.idnum)] = new


def widened(writer: IncrementalPdfFileWriter) -> None:
    one = field(writer, names.NUMBER)
    one["/Rect"] = numbers(50, 600, 500, 800)
    writer.mark_update(one.container_ref)


def signature_field(*, signed_look: bool) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        reference, _ = writer.find_page_for_modification(0)
        look = g.StreamObject(
            {n("/Type"): n("/XObject"), n("/Subtype"): n("/Form"), n("/BBox"): numbers(0, 0, 200, 30)},
            stream_data=b"1 g 0 0 200 30 re f" if signed_look else b"",
        )
        one = writer.add_object(
            g.DictionaryObject(
                {
                    n("/Type"): n("/Annot"), n("/Subtype"): n("/Widget"), n("/FT"): n("/Sig"), n("/P"): reference,
                    n("/T"): g.pdf_string("Extra"), n("/Rect"): numbers(100, 700, 300, 730), n("/F"): g.NumberObject(4),
                    n("/AP"): g.DictionaryObject({n("/N"): writer.add_object(look)}),
                }
            )
        )  # fmt: skip
        writer.root["/AcroForm"]["/Fields"].append(one)
        writer.update_container(writer.root["/AcroForm"]["/Fields"])
        writer.register_annotation(reference, one)

    return change


def body_font(writer: IncrementalPdfFileWriter) -> None:
    page = writer.root["/Pages"]["/Kids"][0]
    fonts = page["/Resources"]["/Font"]
    name = next(iter(fonts))
    helvetica = {n("/Type"): n("/Font"), n("/Subtype"): n("/Type1"), n("/BaseFont"): n("/Symbol")}
    fonts[name] = writer.add_object(g.DictionaryObject(helvetica))
    writer.update_container(fonts)


def in_catalog(key: str, value: Callable[[], g.PdfObject] | None) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        if value is None:
            del writer.root[key]
        else:
            writer.root[n(key)] = value()
        writer.update_root()

    return change


def script() -> g.DictionaryObject:
    return g.DictionaryObject({n("/S"): n("/JavaScript"), n("/JS"): g.pdf_string("app.alert(1)")})


def layers() -> g.DictionaryObject:
    off = g.DictionaryObject({n("/Name"): g.pdf_string("x"), n("/OFF"): g.ArrayObject()})
    return g.DictionaryObject({n("/OCGs"): g.ArrayObject(), n("/D"): off})


def in_form(key: str, value: Callable[[IncrementalPdfFileWriter], g.PdfObject]) -> Callable[[Any], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        form = writer.root["/AcroForm"]
        form[n(key)] = value(writer)
        writer.update_container(form)

    return change


def other_fonts(writer: IncrementalPdfFileWriter) -> g.PdfObject:
    symbol = {n("/Type"): n("/Font"), n("/Subtype"): n("/Type1"), n("/BaseFont"): n("/Symbol")}
    one = writer.add_object(g.DictionaryObject(symbol))
    return g.DictionaryObject({n("/Font"): g.DictionaryObject({n("/Regular"): one, n("/Italic"): one})})


def title(writer: IncrementalPdfFileWriter) -> None:
    writer.set_info(g.DictionaryObject({n("/Title"): g.pdf_string("Văn bản khác")}))


def page_added(writer: IncrementalPdfFileWriter) -> None:
    stream = writer.add_object(g.StreamObject(stream_data=b""))
    writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 595, 842)))


def metadata(writer: IncrementalPdfFileWriter) -> None:
    xmp = g.StreamObject({n("/Type"): n("/Metadata"), n("/Subtype"): n("/XML")}, stream_data=b"<x/>")
    writer.root[n("/Metadata")] = writer.add_object(xmp)
    writer.update_root()


def field_removed(writer: IncrementalPdfFileWriter) -> None:
    kept = [f for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] != names.SEAL]
    writer.root["/AcroForm"][n("/Fields")] = g.ArrayObject(kept)
    writer.update_container(writer.root["/AcroForm"])


def seal_moved(writer: IncrementalPdfFileWriter) -> None:
    one = field(writer, names.SEAL)
    one["/Rect"] = numbers(0, 0, 300, 300)
    writer.mark_update(one.container_ref)


def appended(pdf: bytes) -> bytes:
    return pdf + b"\n% quietly more\n"


def repaired(pdf: bytes) -> bytes:
    """Objects after the end with a broken startxref: tools that repair files read the newest object of a number."""
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        page = document.pages[0].obj
        contents = page.Contents
        first = contents[0] if isinstance(contents, pikepdf.Array) else contents
        stream = first.objgen[0]
    body = b"BT /F1 40 Tf 100 400 Td (GIA MAO) Tj ET"
    evil = b"\n%d 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (stream, len(body), body)
    return pdf + evil + b"startxref\n9\n%%EOF\n"


def wrapped(honest: Honest) -> bytes:
    """The sealed revision again at the end of a changed file."""
    tail = honest.sealed[len(honest.signed) :]
    return updated(honest.sealed, page_content) + tail


def wrapped_in_stream(honest: Honest) -> bytes:
    tail = honest.sealed[len(honest.signed) :]

    def change(writer: IncrementalPdfFileWriter) -> None:
        writer.add_object(g.StreamObject(stream_data=tail))
        page_content(writer)

    return updated(honest.sealed, change)


def zero_range(pdf: bytes) -> bytes:
    found = list(re.finditer(rb"/ByteRange \[[^\]]*\]", pdf))[-1]
    return pdf[: found.start()] + b"/ByteRange [0 0 0 0]".ljust(len(found[0])) + pdf[found.end() :]


def flipped(pdf: bytes, at: float) -> bytes:
    """One bit of what the last signature covers. (Spare certificates beside a signature are nobody's statement.)"""
    *_, last = re.finditer(rb"/ByteRange \[0 +(\d+) +(\d+) +(\d+)", pdf)
    before, after, length = (int(number) for number in last.groups())
    place = int((before + length) * at)
    place += after - before if place >= before else 0
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def shadowed(ready: bytes) -> bytes:
    """A draft with a hidden text field more, which waits for its value."""
    with pikepdf.Pdf.open(io.BytesIO(ready)) as document:
        page = document.pages[0].obj
        blank = pikepdf.Stream(document, b"/Tx BMC EMC")
        blank.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=pikepdf.Array([0, 0, 300, 40])
        )
        extra = document.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=pikepdf.String("shadow"),
                F=4, Rect=pikepdf.Array([100, 500, 400, 540]), P=page,
                DA=pikepdf.String("/Regular 13 Tf 0 g"),
                AP=pikepdf.Dictionary(N=document.make_indirect(blank)),
            )
        )  # fmt: skip
        page.Annots.append(extra)
        document.Root.AcroForm.Fields.append(extra)
        return _saved(document)


def fill_shadow(writer: IncrementalPdfFileWriter) -> None:
    one = field(writer, "shadow")
    one["/V"] = g.TextStringObject("Chi 10 tỷ đồng")
    look = {n("/Type"): n("/XObject"), n("/Subtype"): n("/Form"), n("/BBox"): numbers(0, 0, 300, 40)}
    stream = g.StreamObject(look, stream_data=b"/Tx BMC 1 g 0 0 300 40 re f EMC")
    one["/AP"] = g.DictionaryObject({n("/N"): writer.add_object(stream)})
    writer.mark_update(one.container_ref)


async def insider(honest: Honest, text: str = "999") -> bytes:
    """The clerk's own system is made to draw another number than the value it writes, then it seals."""
    world = honest.world
    waiting = open_seal(
        honest.signed, number="123", issued=flow.ISSUED, key=world.office, seal_image=flow.seal_image(),
        evidence=world.evidence(),
    )  # fmt: skip
    data = waiting.tail.data
    honest_shown, other = face().shown("123"), face().shown(text)
    assert bytes(data).count(b"<" + honest_shown + b"> Tj") == 1
    waiting.tail.data = bytearray(bytes(data).replace(b"<" + honest_shown + b"> Tj", b"<" + other + b"> Tj"))
    changed = replace(waiting, attributes=cms.attributes(waiting.who, waiting.tail.digest(waiting.before)))
    return await opening.signed(changed, world.office, world.stamper())


async def corpus(honest: Honest) -> list[Forgery]:
    """All forgeries."""
    world, sealed, signed = honest.world, honest.sealed, honest.signed
    unlocked = honest.unlocked_sealed
    made: list[Forgery] = []

    def add(name: str, pdf: bytes, *codes: str) -> None:
        made.append(Forgery(name, pdf, frozenset(codes)))

    later = ("changed-later", "not-whole-file")
    after = {
        "page-content": page_content, "free-text": free_text, "number": number("999", "999"),
        "number-value": number("999", None), "number-drawing": number(None, "999"),
        "number-drawing-in-place": appearance_in_place, "widened": widened,
        "signature-field": signature_field(signed_look=True), 
        "blank-signature-field": signature_field(signed_look=False),
        "body-font": body_font, "layers": in_catalog("/OCProperties", layers), "perms-gone": in_catalog("/Perms", None),
        "open-action": in_catalog("/OpenAction", script), "additional-actions": in_catalog("/AA", script),
        "need-appearances": in_form("/NeedAppearances", lambda _: g.BooleanObject(True)),
        "form-fonts": in_form("/DR", other_fonts), "title": title, "page-added": page_added, "metadata": metadata,
        "seal-removed": field_removed, "seal-moved": seal_moved,
    }  # fmt: skip
    for name, change in after.items():
        add(f"after-seal/{name}", updated(sealed, change), *later, "active-content", "fields-differ", "shown-differs")
        add(f"after-seal-unlocked/{name}", updated(unlocked, change), "lock-missing", *later)
        add(f"after-archive/{name}", updated(honest.archived, change), *later, "active-content", "fields-differ")
    between = {k: after[k] for k in after if k not in ("number", "number-value", "number-drawing-in-place")}
    between["number-value"] = number("999", None)
    for name, change in between.items():
        if name == "seal-removed":
            continue
        changed = updated(signed, change)
        pdf = await _seal_over(honest, changed)
        if pdf is not None:
            add(
                f"between/{name}",
                pdf,
                "changed-later",
                "fields-differ",
                "active-content",
                "shown-differs",
                "lock-missing",
            )
    add("insider/other-number-drawn", await insider(honest), "shown-differs")
    for at in (0.05, 0.3, 0.45, 0.6, 0.9):
        add(f"flipped/{at}", flipped(sealed, at), "changed-bytes", "unreadable", "signature-malformed",
            "signature-wrong", "changed-later", "not-whole-file", "byte-range", "fields-differ", "timestamp-wrong",
            "unsigned", "certificate-unproven", "revocation-unknown", "unknown-ca",
            "weak-algorithm", "shown-differs")  # fmt: skip
    add("appended", appended(sealed), "not-whole-file", "unreadable")
    add("appended/repaired", repaired(sealed), "not-whole-file", "unreadable")
    add(
        "wrapped/tail-copied",
        wrapped(honest),
        "not-whole-file",
        "changed-later",
        "byte-range",
        "changed-bytes",
        "unreadable",
    )
    add("wrapped/tail-in-stream", wrapped_in_stream(honest), *later)
    add("zero-range", zero_range(sealed), "byte-range", "changed-bytes", "not-whole-file", "signature-malformed")
    add("rolled-back", signed, "office-missing")
    add("rolled-back/empty", honest.ready, "unsigned")
    add("truncated", sealed[: len(sealed) - 700], "unreadable", "not-whole-file", "changed-bytes", "byte-range")
    for name, ready in (("locked", honest.ready), ("unlocked", without_locks(honest.ready))):
        shadow = await honest.lead(shadowed(ready))
        add(f"shadow/{name}", await flow.sealed(world, updated(shadow, fill_shadow)), "changed-later",
            "fields-differ", "lock-missing")  # fmt: skip
    made += await _certificates(honest)
    return made


async def _seal_over(honest: Honest, changed: bytes) -> bytes | None:
    try:
        return await flow.sealed(honest.world, changed, number="123")
    except Refusal:
        return None


async def _certificates(honest: Honest) -> list[Forgery]:
    """Honest-looking files by keys that have no right to sign them."""
    world = honest.world
    made = []
    stranger = pki.Authority.root("Thử nghiệm Root CA").below("Thử nghiệm CA G1")
    same_name = stranger.issue(world.leader.certificate.subject)
    made.append(("untrusted-ca/leader", await flow.sealed(world, await flow.led(world, key=same_name)), "unknown-ca"))
    office = stranger.issue(world.office.certificate.subject)
    made.append(("untrusted-ca/office", await flow.sealed(world, honest.signed, key=office), "unknown-ca"))
    moment = dt.datetime.now(dt.UTC).replace(microsecond=0)
    for who, role in ((world.leader, "leader"), (world.office, "office")):
        when = moment - dt.timedelta(days=2)
        evidence = world.evidence(revoked={who.certificate.serial_number: when})
        plain = honest.ready
        first = await sign_leader(
            plain, world.leader, image=flow.signature_image(), tsa=world.stamper(), evidence=evidence
        )
        waiting = open_seal(
            first, number="123", issued=flow.ISSUED, key=world.office, seal_image=flow.seal_image(), evidence=evidence
        )
        made.append((f"revoked/{role}", await opening.signed(waiting, world.office, world.stamper()), "revoked"))
    past = world.ca.issue(world.leader.certificate.subject, begin=pki.BEGIN, end=moment - dt.timedelta(days=3))
    made.append(("expired/leader", await flow.sealed(world, await flow.led(world, key=past)), "expired"))
    swapped = await flow.sealed(world, await flow.led(world, key=world.office), key=world.leader)
    made.append(("swapped-keys", swapped, "wrong-role"))
    return [Forgery(name, pdf, frozenset({code})) for name, pdf, code in made]
