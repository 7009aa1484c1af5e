"""The form that waits for the clerk and the two signatures: made once, before anybody signs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from services.signing.pdf import names
from services.signing.pdf.fonts import Face, face
from services.signing.pdf.images import Picture, picture
from services.signing.pdf.pictures import KEPT
from services.signing.pdf.places import Box, Line, Places

READ_BY = 4  # annotation flag: print


def add(draft: Pdf, places: Places, *, signatures: Sequence[bytes | None] = (), seal: bytes | None = None) -> None:
    """Adds the empty fields of `places`, with the locks that make each signature final.

    `signatures` and `seal` are PNG files: the file keeps them for the moment when its signers need them.
    """
    leaders = names.LEADERS[: len(places.signatures)]
    fonts = {style: embedded(draft, face(style)) for style in ("Regular", "Italic")}
    made = [
        _text(draft, names.NUMBER, places.number, fonts),
        _text(draft, names.DAY, places.day, fonts),
        _text(draft, names.MONTH, places.month, fonts),
    ]
    if places.year is not None:
        made[1][Name("/QLVBYear")] = places.year
    # A leader locks everything but what comes after him; the seal locks all, without /P (a time stamp may follow).
    for name, box in zip(leaders, places.signatures, strict=True):
        made.append(signature_field(draft, name, box, _lock("Exclude", names.left_open(name, leaders))))
    made.append(signature_field(draft, names.SEAL, places.seal, _lock("All")))
    for field, png in zip(made[3:], (*signatures, seal), strict=True):
        if png is not None:
            field[Name(KEPT.decode())] = _kept(draft, png)
    add_form(draft, made, fonts)


def add_form(draft: Pdf, made: list[Object], fonts: dict[str, Object]) -> None:
    """The form dictionary over these fields. /SigFlags 3: signatures exist, append only."""
    form = Dictionary(
        Fields=Array(made),
        SigFlags=3,
        DA=String("/Regular 13 Tf 0 g"),
        DR=Dictionary(Font=Dictionary({f"/{style}": font for style, font in fonts.items()})),
    )
    draft.Root[Name.AcroForm] = draft.make_indirect(form)
    # The security store of PAdES is an extension of PDF 1.7; announced now, so that no later revision has to.
    draft.Root[Name.Extensions] = Dictionary(ESIC=Dictionary(BaseVersion=Name("/1.7"), ExtensionLevel=5))


def _text(draft: Pdf, name: str, line: Line, fonts: dict[str, Object]) -> Object:
    box, style = line.box, "Italic" if line.italic else "Regular"
    blank = Stream(draft, b"/Tx BMC EMC")
    blank.stream_dict = Dictionary(
        Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, _points(box.width), _points(box.height)])
    )
    field = _widget(draft, name, box)
    field[Name.FT] = Name.Tx
    field[Name.Ff] = 1  # read only: people do not type here, the system writes
    field[Name.DA] = String(f"/{style} {line.size:g} Tf 0 g")
    field[Name.Q] = 2 if name == names.NUMBER else 1
    field[Name("/QLVBBaseline")] = _points(line.baseline)
    field[Name("/QLVBFont")] = fonts[style]
    field[Name.AP] = Dictionary(N=draft.make_indirect(blank))
    return field


def _kept(draft: Pdf, png: bytes) -> Dictionary:
    """The picture as objects of this file, seen nowhere yet."""
    image = picture(png)
    mask = _image(draft, image, image.mask, Name.DeviceGray)
    shown = _image(draft, image, image.colours, Name.DeviceRGB)
    shown[Name.SMask] = mask
    digest = String(hashlib.sha256(png).hexdigest())
    return Dictionary(Shown=shown, Ratio=round(image.ratio, 6), Of=digest)


def _image(draft: Pdf, image: Picture, samples: bytes, space: Name) -> Stream:
    made = _deflated(draft, samples)
    made[Name.Type], made[Name.Subtype] = Name.XObject, Name.Image
    made[Name.Width], made[Name.Height], made[Name.BitsPerComponent] = image.width, image.height, 8
    made[Name.ColorSpace] = space
    return made


def signature_field(draft: Pdf, name: str, box: Box, lock: Dictionary) -> Object:
    """An empty signature field with its lock, on its page."""
    field = _widget(draft, name, box)
    field[Name.FT] = Name.Sig
    field[Name.Lock] = draft.make_indirect(lock)
    return field


def _widget(draft: Pdf, name: str, box: Box) -> Object:
    page = draft.pages[box.page].obj
    corners = [_points(v) for v in (box.left, box.bottom, box.right, box.top)]
    field = draft.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            T=String(name),
            TU=String(names.TIPS[name]),
            F=READ_BY + 128,
            Rect=Array(corners),
            P=page,
        )
    )
    if "/Annots" not in page:
        page[Name.Annots] = draft.make_indirect(Array())
    page.Annots.append(field)
    return field


def _lock(action: str, fields: tuple[str, ...] = ()) -> Dictionary:
    lock = Dictionary(Type=Name.SigFieldLock, Action=Name(f"/{action}"))
    if fields:
        lock[Name.Fields] = Array([String(name) for name in fields])
    return lock


def lock_all() -> Dictionary:
    """The lock of a signature after which nothing may change but archive time stamps."""
    return _lock("All")


def embedded(draft: Pdf, font: Face) -> Object:
    """The font as objects of this file (Type0 over CIDFontType2, identity encoding, with ToUnicode)."""
    descriptor = {f"/{key}": Array(v) if isinstance(v, list) else v for key, v in font.descriptor.items()}
    program = _deflated(draft, font.file)
    program[Name.Length1] = font.file_length
    described = Dictionary(
        {"/Type": Name.FontDescriptor, "/FontName": Name(f"/{font.name}"), "/FontFile2": program, **descriptor}
    )
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name(f"/{font.name}"), CIDToGIDMap=Name.Identity, DW=1000,
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        FontDescriptor=draft.make_indirect(described), W=Array([0, Array(list(font.widths))]),
    )  # fmt: skip
    above = Dictionary(
        Type=Name.Font, Subtype=Name.Type0, BaseFont=Name(f"/{font.name}"), Encoding=Name("/Identity-H"),
        DescendantFonts=Array([draft.make_indirect(below)]), ToUnicode=_deflated(draft, font.unicode),
    )  # fmt: skip
    return draft.make_indirect(above)


def _deflated(draft: Pdf, data: bytes) -> pikepdf.Stream:
    stream = Stream(draft, b"")
    stream.write(data, filter=Name.FlateDecode, type_check=False)
    return stream


def _points(value: float) -> float:
    return round(value, 3)
