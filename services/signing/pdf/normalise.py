"""A draft made plain before anybody signs it: what is seen stays, what can act, hide or change goes away.

The result has one revision with a classic cross-reference table, which the incremental writer of this library reads.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from shared.problems import Refusal

LARGEST, MOST_PAGES, MOST_BOOKMARKS = 200 * 2**20, 10_000, 20_000
CATALOG_KEPT = {
    "/Type", "/Pages", "/Version", "/Metadata", "/MarkInfo", "/StructTreeRoot", "/Lang", "/Outlines", "/OutputIntents",
    "/PageLabels", "/PageMode", "/PageLayout", "/ViewerPreferences", "/Dests", "/Names", "/Extensions",
}  # fmt: skip
# What a file that pikepdf can open and that is broken further down makes its parts raise.
BROKEN = (pikepdf.PdfError, RecursionError, TypeError, KeyError, AttributeError)
PAGE_DROPPED = ("/AA", "/Annots", "/B", "/PieceInfo", "/AF", "/PresSteps", "/Trans", "/Thumb", "/SeparationInfo")


class Unreadable(Refusal):
    kind, status = "pdf-unreadable", 422
    message = "Tệp không phải là PDF hoặc đã hỏng nên không đọc được. Hãy xuất lại tệp PDF rồi tải lên lần nữa."


class Encrypted(Refusal):
    kind, status = "pdf-encrypted", 422
    message = "Tệp PDF đặt mật khẩu nên không ký được. Hãy bỏ mật khẩu (xuất lại tệp không mã hóa) rồi tải lên."


class AlreadySigned(Refusal):
    kind, status = "pdf-already-signed", 422
    message = "Tệp PDF đã có chữ ký số. Hãy dùng bản dự thảo chưa ký: chuẩn bị lại sẽ làm hỏng chữ ký đang có."


class HiddenLayers(Refusal):
    kind, status = "pdf-hidden-layers", 422
    message = "Tệp PDF có lớp nội dung đang bị ẩn. Hãy xuất lại tệp với mọi nội dung đều hiện rồi tải lên."


class TooLarge(Refusal):
    kind, status = "pdf-too-large", 413
    message = "Tệp PDF quá lớn ({size} MB, {pages} trang). Giới hạn là 200 MB và 10.000 trang: hãy tách thành phụ lục."


def open_draft(content: bytes) -> Pdf:
    """The parsed draft. Encrypted, Unreadable or TooLarge."""
    if len(content) > LARGEST:
        raise TooLarge(size=len(content) >> 20, pages="?")
    try:
        draft = Pdf.open(io.BytesIO(content), suppress_warnings=True)
        pages = len(draft.pages)
    except pikepdf.PasswordError as error:
        raise Encrypted from error
    except (pikepdf.PdfError, ValueError, RuntimeError, RecursionError) as error:
        raise Unreadable from error
    if not pages:
        raise Unreadable
    if pages > MOST_PAGES:
        raise TooLarge(size=len(content) >> 20, pages=pages)
    return draft


def clean(draft: Pdf) -> None:
    """Drops forms, scripts, attachments, annotations and layers, after drawing into the pages what they show."""
    _refuse_signed(draft)
    _refuse_hidden(draft)
    if any("/Annots" in page for page in draft.pages):
        draft.flatten_annotations("screen")
    catalog = draft.Root
    for key in set(catalog.keys()) - CATALOG_KEPT:
        del catalog[key]
    if "/Names" in catalog:
        for key in set(catalog.Names.keys()) - {"/Dests"}:
            del catalog.Names[key]
    _plain_bookmarks(draft)
    for page in draft.pages:
        links = Array(list(_links(page)))
        for key in PAGE_DROPPED:
            if key in page:
                del page[key]
        if _plain(draft, page) and len(links):
            page[Name.Annots] = draft.make_indirect(links)
    if "/Info" in draft.trailer:
        _plain_info(draft)


def written(draft: Pdf) -> bytes:
    """The file: one revision, classic cross-reference table, no object streams, same bytes for the same content."""
    target = io.BytesIO()
    draft.save(
        target,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        encryption=False,
        deterministic_id=True,
        linearize=False,
        min_version="1.7",
    )
    return target.getvalue()


def _refuse_signed(draft: Pdf) -> None:
    form = draft.Root.get("/AcroForm")
    if form is None:
        return
    for field in _fields(form.get("/Fields", Array())):
        if field.get("/FT") == "/Sig" and "/V" in field:
            raise AlreadySigned


def _fields(nodes: Object, depth: int = 0) -> Iterator[Object]:
    for node in nodes if depth < 16 else ():
        if isinstance(node, Dictionary):
            yield node
            yield from _fields(node.get("/Kids", Array()), depth + 1)


def _refuse_hidden(draft: Pdf) -> None:
    layers = draft.Root.get("/OCProperties")
    if layers is None:
        return
    shown = layers.get("/D", Dictionary())
    if len(shown.get("/OFF", Array())) or shown.get("/BaseState", Name.ON) == Name.OFF:
        raise HiddenLayers


def _links(page: pikepdf.Page) -> Iterator[Object]:
    """Links to a web address or to a page of the file, without their scripts and without an appearance."""
    for annotation in page.get("/Annots", Array()):
        if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") != "/Link":
            continue
        if "/A" in annotation and not _leads(annotation.A):
            continue
        for key in ("/AA", "/PA", "/AP", "/AS", "/Parent", "/AF", "/OC"):
            if key in annotation:
                del annotation[key]
        yield annotation


def _leads(action: Object) -> bool:
    """Whether this action leads to a web address or a page of the file, and does nothing else."""
    return isinstance(action, Dictionary) and action.get("/S") in (Name.URI, Name.GoTo) and "/Next" not in action


def _plain_bookmarks(draft: Pdf) -> None:
    """Takes every other action from the bookmarks; takes the bookmarks away if they are circular or too many."""
    if "/Outlines" not in draft.Root:
        return
    waiting, seen = [draft.Root.Outlines], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > MOST_BOOKMARKS or not isinstance(one, Dictionary):
            del draft.Root.Outlines
            return
        if "/AA" in one:
            del one.AA
        if "/A" in one and not _leads(one.A):
            del one.A
        waiting += [one[key] for key in ("/First", "/Next") if key in one]


def _plain(draft: Pdf, page: pikepdf.Page) -> bool:
    """Bakes the page's rotation and unit into its content: stamps stand as the reader sees, in points. False if so."""
    turn = int(page.obj.get("/Rotate", 0)) % 360 if "/Rotate" in page.obj else _inherited_turn(page.obj)
    unit = float(page.obj.get("/UserUnit", 1))
    if "/Rotate" in page.obj or turn:
        page.obj[Name.Rotate] = 0
    if "/UserUnit" in page.obj:
        del page.obj[Name.UserUnit]
    if (not turn and unit == 1) or turn % 90:
        return True
    left, bottom, right, top = (float(v) * unit for v in page.cropbox)
    width, height = right - left, top - bottom
    matrix = {
        0: (unit, 0, 0, unit, -left, -bottom),
        90: (0, -unit, unit, 0, -bottom, right),
        180: (-unit, 0, 0, -unit, right, top),
        270: (0, unit, -unit, 0, top, -left),
    }[turn]
    page.contents_add(draft.make_stream(b"q %g %g %g %g %g %g cm\n" % matrix), prepend=True)
    page.contents_add(draft.make_stream(b"\nQ"))
    box = Array([0, 0, height, width] if turn in (90, 270) else [0, 0, width, height])
    for key in ("/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"):
        if key in page.obj:
            del page.obj[key]
    page.obj[Name.MediaBox] = page.obj[Name.CropBox] = box
    return False


def _inherited_turn(node: Object) -> int:
    for _ in range(32):
        if "/Rotate" in node:
            return int(node.Rotate) % 360
        if "/Parent" not in node:
            break
        node = node.Parent
    return 0


def _plain_info(draft: Pdf) -> None:
    """Keeps the plain text entries of the information dictionary."""
    info = draft.trailer.Info
    for key in list(info.keys()):
        if not isinstance(info[key], pikepdf.String):
            del info[key]
