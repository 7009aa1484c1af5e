"""What in a file acts by itself, draws itself anew, hides, or carries something else along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from services.signing.judging.pdfs import each, get
from services.signing.judging.reasons import reason
from services.signing.judging.verdict import Reason

HARMLESS = frozenset({"/GoTo", "/URI", "/Named", "/Thread"})
ACTIVE = frozenset({"/Movie", "/Screen", "/RichMedia", "/3D", "/Sound"})
PROGRAMS = (
    ".exe", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".scr", ".com", ".msi", ".jar", ".hta", ".lnk", ".dll", ".docm",
    ".xlsm", ".pptm", ".sh", ".apk", ".iso",
)  # fmt: skip
MOST_PAGES, MOST_NODES, MOST_FILES = 20_000, 50_000, 1000


def found_in(reader: PdfFileReader, *, own: bool) -> list[Reason]:
    """Reasons: in files of our own nothing of this may be; in others layers and harmless attachments are told only."""
    root, why = reader.root, []
    form = get(root, "/AcroForm", {})
    if get(form, "/NeedAppearances"):
        why.append("NeedAppearances")
    if "/XFA" in form:
        why.append("XFA")
    opening = get(root, "/OpenAction")
    if isinstance(opening, generic.DictionaryObject) and (own or not _harmless(opening)):
        why.append("OpenAction")
    if "/AA" in root:
        why.append("AA")
    tree = get(root, "/Names", {})
    if "/JavaScript" in tree:
        why.append("JavaScript")
    why += dict.fromkeys(kind for page in pages(reader) for kind in _on_page(page))
    why += dict.fromkeys(_bookmarked(get(root, "/Outlines")))
    found = [reason("active-content", detail=one) for one in why]
    return found + _carried(root, tree, own=own)


def _carried(root: Any, tree: Any, *, own: bool) -> list[Reason]:
    why = []
    files = list(_file_names(get(tree, "/EmbeddedFiles"), 0)) if "/EmbeddedFiles" in tree else []
    if files or "/AF" in root:
        shown = ", ".join(files)[:100] or "tệp đính kèm"
        program = next((name for name in files if name.lower().endswith(PROGRAMS)), None)
        if own or program:
            why.append(reason("active-content", detail=f"tệp nhúng {program or shown}"))
        else:
            why.append(reason("attachments", detail=shown))
    if "/OCProperties" in root:
        why.append(reason("active-content" if own else "layers", detail="OCProperties"))
    return why


def _file_names(node: Any, depth: int) -> Iterator[str]:
    if depth > 16 or not isinstance(node, generic.DictionaryObject):
        return
    pairs = get(node, "/Names", ())
    for place in range(1, min(len(pairs), MOST_FILES * 2), 2):
        described = pairs[place]
        yield str(get(described, "/UF", get(described, "/F", "?"))) if isinstance(described, dict) else "?"
    for kid in each(get(node, "/Kids", ())):
        yield from _file_names(kid, depth + 1)


def pages(reader: PdfFileReader) -> Iterator[Any]:
    """The pages. ValueError if the tree is circular or too large."""
    waiting, seen, count = [get(reader.root, "/Pages")], 0, 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > MOST_NODES or count > MOST_PAGES:
            raise ValueError("page tree")
        if not isinstance(node, generic.DictionaryObject):
            continue
        if "/Kids" in node:
            waiting += list(each(node["/Kids"]))
        else:
            count += 1
            yield node


def _on_page(page: Any) -> Iterator[str]:
    if "/AA" in page:
        yield "AA"
    for one in each(get(page, "/Annots", ())):
        if not isinstance(one, generic.DictionaryObject):
            continue
        if str(get(one, "/Subtype", "")) in ACTIVE:
            yield str(one["/Subtype"]).lstrip("/")
        if "/AA" in one:
            yield "AA"
        action = get(one, "/A")
        if isinstance(action, generic.DictionaryObject) and not _harmless(action):
            yield str(get(action, "/S", "?")).lstrip("/")


def _bookmarked(outline: Any) -> Iterator[str]:
    """What bookmarks do but lead somewhere. ValueError if they are circular or too many."""
    waiting, seen = [outline], 0
    while waiting:
        one = waiting.pop()
        seen += 1
        if seen > MOST_NODES:
            raise ValueError("bookmarks")
        if not isinstance(one, generic.DictionaryObject):
            continue
        if "/AA" in one:
            yield "AA"
        action = get(one, "/A")
        if isinstance(action, generic.DictionaryObject) and not _harmless(action):
            yield str(get(action, "/S", "?")).lstrip("/")
        waiting += [get(one, key) for key in ("/First", "/Next") if key in one]


def _harmless(action: Any) -> bool:
    """Whether this action and those after it only lead the reader to another place."""
    for _ in range(32):
        if str(get(action, "/S", "")) not in HARMLESS:
            return False
        if "/Next" not in action:
            return True
        action = get(action, "/Next")
        if not isinstance(action, generic.DictionaryObject):
            return False
    return False
