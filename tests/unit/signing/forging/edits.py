"""Changes of a document in an incremental update, as an editor or an attacker makes them after somebody signed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyhanko.pdf_utils import generic as g
from pyhanko.pdf_utils.generic import pdf_name as n
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer
from pyhanko.pdf_utils.writer import PageObject

from services.signing.pdf import names
from services.signing.pdf.fonts import face
from tests.unit.signing.forging.honest import updated

Change = Callable[[Writer], None]


def field(writer: Writer, name: str) -> g.DictionaryObject:
    return next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/T"] == name)


def any_field(writer: Writer) -> g.DictionaryObject:
    return writer.root["/AcroForm"]["/Fields"][0]


def numbers(*values: float) -> g.ArrayObject:
    return g.ArrayObject(map(g.FloatObject, values))


def entries(**values: g.PdfObject) -> g.DictionaryObject:
    return g.DictionaryObject({n(f"/{key}"): value for key, value in values.items()})


def form_object(content: bytes, *box: float) -> g.StreamObject:
    about = {n("/Type"): n("/XObject"), n("/Subtype"): n("/Form"), n("/BBox"): numbers(*(box or (0, 0, 200, 30)))}
    return g.StreamObject(about, stream_data=content)


def script() -> g.DictionaryObject:
    return entries(S=n("/JavaScript"), JS=g.pdf_string("app.alert(1)"))


def launch() -> g.DictionaryObject:
    return entries(S=n("/Launch"), F=g.pdf_string("calc.exe"))


# --- pages


def page_content(writer: Writer) -> None:
    reference, _ = writer.find_page_for_modification(0)
    page = reference.get_object()
    new = writer.add_object(g.StreamObject(stream_data=b"BT /F1 40 Tf 100 400 Td (GIA MAO) Tj ET"))
    old = page.raw_get("/Contents")
    page["/Contents"] = g.ArrayObject([*(old if isinstance(old, g.ArrayObject) else [old]), new])
    writer.mark_update(reference)


def content_in_place(writer: Writer) -> None:
    """The content stream's own object again: no dictionary changes."""
    reference, _ = writer.find_page_for_modification(0)
    old = reference.get_object().raw_get("/Contents")
    old = old[0].container_ref if isinstance(old, g.ArrayObject) else old.reference
    writer.objects[(0, old.idnum)] = g.StreamObject(stream_data=b"BT /F1 40 Tf 100 400 Td (GIA MAO) Tj ET")


def in_page(**values: g.PdfObject) -> Change:
    def change(writer: Writer) -> None:
        reference, _ = writer.find_page_for_modification(0)
        reference.get_object().update(entries(**values))
        writer.mark_update(reference)

    return change


def body_font(writer: Writer) -> None:
    fonts = writer.root["/Pages"]["/Kids"][0]["/Resources"]["/Font"]
    name = next(iter(fonts))
    fonts[name] = writer.add_object(entries(Type=n("/Font"), Subtype=n("/Type1"), BaseFont=n("/Symbol")))
    writer.update_container(fonts)


def page_added(writer: Writer) -> None:
    writer.insert_page(PageObject(contents=writer.add_object(g.StreamObject(stream_data=b"")), media_box=(0, 0, 9, 9)))


def pages_replaced(writer: Writer) -> None:
    page = entries(
        Type=n("/Page"), MediaBox=numbers(0, 0, 595, 842), Contents=writer.add_object(g.StreamObject(stream_data=b""))
    )
    tree = entries(Type=n("/Pages"), Count=g.NumberObject(1), Kids=g.ArrayObject([writer.add_object(page)]))
    writer.root[n("/Pages")] = writer.add_object(tree)
    writer.update_root()


def pages_emptied(writer: Writer) -> None:
    tree = writer.root["/Pages"]
    tree[n("/Kids")], tree[n("/Count")] = g.ArrayObject(), g.NumberObject(0)
    writer.update_container(tree)


# --- annotations and fields


def annotation(kind: str, **more: g.PdfObject) -> Change:
    def change(writer: Writer) -> None:
        reference, _ = writer.find_page_for_modification(0)
        look = entries(N=writer.add_object(form_object(b"1 g 0 0 200 30 re f")))
        note = entries(
            Type=n("/Annot"), Subtype=n(kind), Rect=numbers(100, 700, 300, 730), F=g.NumberObject(4), AP=look
        )
        note.update(entries(**more))
        writer.register_annotation(reference, writer.add_object(note))

    return change


def annotations_gone(writer: Writer) -> None:
    reference, _ = writer.find_page_for_modification(0)
    reference.get_object()[n("/Annots")] = g.ArrayObject()
    writer.mark_update(reference)


def signature_field(*, looks: bool) -> Change:
    def change(writer: Writer) -> None:
        reference, _ = writer.find_page_for_modification(0)
        look = entries(N=writer.add_object(form_object(b"1 g 0 0 200 30 re f" if looks else b"")))
        one = writer.add_object(
            entries(
                Type=n("/Annot"), Subtype=n("/Widget"), FT=n("/Sig"), P=reference, T=g.pdf_string("Extra"),
                Rect=numbers(100, 700, 300, 730), F=g.NumberObject(4), AP=look,
            )
        )  # fmt: skip
        writer.root["/AcroForm"]["/Fields"].append(one)
        writer.update_container(writer.root["/AcroForm"]["/Fields"])
        writer.register_annotation(reference, one)

    return change


def text_field(writer: Writer) -> None:
    reference, _ = writer.find_page_for_modification(0)
    look = entries(N=writer.add_object(form_object(b"/Tx BMC EMC")))
    one = entries(Type=n("/Annot"), Subtype=n("/Widget"), FT=n("/Tx"), T=g.pdf_string("Extra"), P=reference)
    one.update(entries(Rect=numbers(100, 700, 300, 730), F=g.NumberObject(4), AP=look, V=g.pdf_string("999")))
    made = writer.add_object(one)
    writer.root["/AcroForm"]["/Fields"].append(made)
    writer.update_container(writer.root["/AcroForm"]["/Fields"])
    writer.register_annotation(reference, made)


def in_field(name: str | None, **values: g.PdfObject) -> Change:
    def change(writer: Writer) -> None:
        one = field(writer, name) if name else any_field(writer)
        one.update(entries(**values))
        writer.mark_update(one.container_ref)

    return change


def signatures_swapped(writer: Writer) -> None:
    """Each signature field shows the other's signature."""
    found = [one.get_object() for one in writer.root["/AcroForm"]["/Fields"]]
    first, second = (one for one in found if "/V" in one and one["/FT"] == "/Sig")
    a, b = first.raw_get("/V"), second.raw_get("/V")
    first[n("/V")], second[n("/V")] = b, a
    for one in (first, second):
        writer.mark_update(one.container_ref)


def appearance_replaced(writer: Writer) -> None:
    one = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"] if f.get_object()["/FT"] == "/Sig")
    one[n("/AP")] = entries(N=writer.add_object(form_object(b"1 0 0 rg 0 0 200 30 re f")))
    writer.mark_update(one.container_ref)


def field_removed(writer: Writer) -> None:
    kept = list(writer.root["/AcroForm"]["/Fields"])[:-1]
    writer.root["/AcroForm"][n("/Fields")] = g.ArrayObject(kept)
    writer.update_container(writer.root["/AcroForm"])


def drawing(writer: Writer, text: str) -> g.IndirectObject:
    """An appearance of the number field that shows this text, made as the system makes it."""
    one = field(writer, names.NUMBER)
    left, bottom, right, top = (float(v) for v in one["/Rect"])
    font, size = face(), float(str(one["/DA"]).split()[1])
    content = b"/Tx BMC q BT 0 g /F %g Tf %.3f %.3f Td <%s> Tj ET Q EMC" % (
        size, right - left - font.width(text, size), float(one["/QLVBBaseline"]), font.shown(text),
    )  # fmt: skip
    made = form_object(content, 0, 0, round(right - left, 3), round(top - bottom, 3))
    made[n("/Resources")] = entries(Font=entries(F=one.raw_get("/QLVBFont")))
    return writer.add_object(made)


def number(value: str | None, shown: str | None) -> Change:
    def change(writer: Writer) -> None:
        one = field(writer, names.NUMBER)
        if value is not None:
            one["/V"] = g.TextStringObject(value)
        if shown is not None:
            one["/AP"] = entries(N=drawing(writer, shown))
        writer.mark_update(one.container_ref)

    return change


def appearance_in_place(writer: Writer) -> None:
    """Overwrites the drawing's own object, so that no dictionary changes."""
    old = field(writer, names.NUMBER)["/AP"].raw_get("/N").reference
    writer.objects[(0, old.idnum)] = drawing(writer, "999").get_object()


# --- catalog, form, metadata


def in_catalog(**values: g.PdfObject | None) -> Change:
    def change(writer: Writer) -> None:
        for key, value in values.items():
            if value is None:
                writer.root.pop(f"/{key}", None)
            else:
                writer.root[n(f"/{key}")] = value
        writer.update_root()

    return change


def in_names(kind: str, *pair: g.PdfObject) -> Change:
    def change(writer: Writer) -> None:
        writer.root[n("/Names")] = g.DictionaryObject({n(kind): entries(Names=g.ArrayObject(pair))})
        writer.update_root()

    return change


def in_form(**values: g.PdfObject) -> Change:
    def change(writer: Writer) -> None:
        writer.root["/AcroForm"].update(entries(**values))
        writer.update_container(writer.root["/AcroForm"])

    return change


def form_fonts(writer: Writer) -> None:
    one = writer.add_object(entries(Type=n("/Font"), Subtype=n("/Type1"), BaseFont=n("/Symbol")))
    in_form(DR=entries(Font=entries(Regular=one, Italic=one)))(writer)


def title(writer: Writer) -> None:
    writer.set_info(entries(Title=g.pdf_string("Văn bản khác")))


def metadata(writer: Writer) -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
    stream = g.StreamObject({n("/Type"): n("/Metadata"), n("/Subtype"): n("/XML")}, stream_data=xmp)
    writer.root[n("/Metadata")] = writer.add_object(stream)
    writer.update_root()


def layers() -> g.DictionaryObject:
    return entries(OCGs=g.ArrayObject(), D=entries(Name=g.pdf_string("x"), OFF=g.ArrayObject()))


def attachment() -> g.DictionaryObject:
    return entries(Type=n("/Filespec"), F=g.pdf_string("hoa-don.exe"), UF=g.pdf_string("hoa-don.exe"))


# What may be done to any signed file.
ANYWHERE: dict[str, Change] = {
    "page-content": page_content, "page-content-in-place": content_in_place, "body-font": body_font,
    "page-added": page_added, "pages-replaced": pages_replaced, "pages-emptied": pages_emptied,
    "page-turned": in_page(Rotate=g.NumberObject(180)), "page-cropped": in_page(CropBox=numbers(0, 0, 200, 200)),
    "page-opened": in_page(AA=entries(O=script())), "free-text": annotation("/FreeText", DA=g.pdf_string("0 g")),
    "stamp": annotation("/Stamp"), "link-that-launches": annotation("/Link", A=launch()),
    "file-attached": annotation("/FileAttachment", FS=attachment()), "redaction": annotation("/Redact"),
    "annotations-gone": annotations_gone, "signature-field": signature_field(looks=True),
    "blank-signature-field": signature_field(looks=False), "text-field": text_field,
    "field-moved": in_field(None, Rect=numbers(0, 0, 300, 300)), "field-hidden": in_field(None, F=g.NumberObject(2)),
    "field-renamed": in_field(None, T=g.pdf_string("Khac")), "field-acts": in_field(None, AA=entries(K=script())),
    "field-layered": in_field(None, OC=entries(Type=n("/OCG"), Name=g.pdf_string("x"))),
    "signatures-swapped": signatures_swapped, "signature-look": appearance_replaced, "field-removed": field_removed,
    "layers": in_catalog(OCProperties=layers()), "open-action": in_catalog(OpenAction=script()),
    "open-launch": in_catalog(OpenAction=launch()), "additional-actions": in_catalog(AA=entries(WC=script())),
    "name-tree-script": in_names("/JavaScript", g.pdf_string("x"), script()),
    "name-tree-file": in_names("/EmbeddedFiles", g.pdf_string("x"), attachment()),
    "destinations": in_names("/Dests", g.pdf_string("x"), g.ArrayObject()),
    "outline": in_catalog(Outlines=entries(Type=n("/Outlines"), Count=g.NumberObject(0))),
    "page-labels": in_catalog(PageLabels=entries(Nums=g.ArrayObject())),
    "viewer": in_catalog(ViewerPreferences=entries(HideToolbar=g.BooleanObject(True))),
    "language": in_catalog(Lang=g.pdf_string("en")), "portfolio": in_catalog(Collection=entries(View=n("/T"))),
    "need-appearances": in_form(NeedAppearances=g.BooleanObject(True)), "form-fonts": form_fonts,
    "xfa": in_form(XFA=g.pdf_string("<xdp/>")), "calculation": in_form(CO=g.ArrayObject()),
    "signature-flags": in_form(SigFlags=g.NumberObject(0)), "title": title, "metadata": metadata,
}  # fmt: skip
# What may be done to one of ours.
OURS: dict[str, Change] = {
    "number": number("999", "999"), "number-value": number("999", None), "number-drawing": number(None, "999"),
    "number-drawing-in-place": appearance_in_place, "number-gone": in_field(names.NUMBER, V=g.TextStringObject("")),
    "number-hidden": in_field(names.NUMBER, F=g.NumberObject(2)),
    "number-widened": in_field(names.NUMBER, Rect=numbers(50, 600, 500, 800)),
    "number-style": in_field(names.NUMBER, DA=g.pdf_string("/Italic 40 Tf 1 g")),
    "day": in_field(names.DAY, V=g.TextStringObject("31")), "perms-gone": in_catalog(Perms=None),
    "seal-moved": in_field(names.SEAL, Rect=numbers(0, 0, 300, 300)),
    "lock-weaker": in_field(names.SEAL, Lock=entries(Action=n("/Include"), Fields=g.ArrayObject())),
}  # fmt: skip
REFUSED = ("changed-later", "not-whole-file", "active-content", "fields-differ", "shown-differs", "lock-missing",
           "layers", "unreadable", "byte-range", "signature-malformed")  # fmt: skip


def apply(change: Change, pdf: bytes) -> bytes | None:
    """The changed file; None if there is nothing in this file for the change to be made to."""
    try:
        return updated(pdf, change)
    except (KeyError, ValueError, StopIteration, IndexError):
        return None


def of(pdf: bytes, changes: dict[str, Change]) -> dict[str, Any]:
    made = {name: apply(change, pdf) for name, change in changes.items()}
    return {name: one for name, one in made.items() if one is not None}
