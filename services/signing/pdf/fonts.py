"""The upright and the italic face for numbers and signing lines: a subset of a Times-like font, ready to embed."""

from __future__ import annotations

import functools
import io
import unicodedata
import zlib
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from shared.problems import Refusal

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
ALPHABET = "".join(sorted(set(LETTERS + LETTERS.upper() + "0123456789 .,:;/-–()+&\"'%…_")))
PLACES = (
    "/usr/share/fonts/truetype/croscore/Tinos-{face}.ttf",
    "/usr/share/fonts/truetype/liberation2/LiberationSerif-{face}.ttf",
    "/usr/share/fonts/truetype/liberation/LiberationSerif-{face}.ttf",
)


class FontMissing(Refusal):
    kind, status = "font-missing", 503
    message = "Máy chủ thiếu phông chữ Times có đủ chữ Việt ({face}). Hãy báo quản trị cài gói fonts-croscore."


@dataclass(frozen=True)
class Face:
    """A subset TrueType font. Widths in thousandths of the size, by glyph index; `file` and `unicode` are deflated."""

    name: str
    glyphs: dict[str, int]
    widths: tuple[int, ...]
    file: bytes
    file_length: int
    unicode: bytes
    descriptor: dict[str, float | int | list[int]]

    def shown(self, text: str) -> bytes:
        """The text as the hexadecimal glyph string of a Tj operator."""
        return b"".join(b"%04x" % self.glyphs[c] for c in unicodedata.normalize("NFC", text))

    def width(self, text: str, size: float) -> float:
        """In points at this size."""
        return sum(self.widths[self.glyphs[c]] for c in unicodedata.normalize("NFC", text)) * size / 1000

    def can(self, text: str) -> bool:
        """Whether every character is there."""
        return all(c in self.glyphs for c in unicodedata.normalize("NFC", text))


@functools.lru_cache(4)
def face(style: str = "Regular") -> Face:
    """The face "Regular" or "Italic" of the first font of the machine that has all Vietnamese letters."""
    for place in PLACES:
        path = Path(place.format(face=style))
        if path.exists() and (made := _subset(path, style)) is not None:
            return made
    raise FontMissing(face=style)


def _subset(path: Path, style: str) -> Face | None:
    font = TTFont(path, recalcTimestamp=False)
    if any(ord(letter) not in font.getBestCmap() for letter in ALPHABET):
        return None
    options = subset.Options(layout_closure=False, notdef_outline=True, hinting=False)
    options.drop_tables += ["GPOS", "GDEF", "GSUB", "kern"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=ALPHABET)
    cutter.subset(font)
    target = io.BytesIO()
    font.save(target)
    scale = 1000 / font["head"].unitsPerEm
    glyphs = {chr(code): font.getGlyphID(name) for code, name in font.getBestCmap().items()}
    metrics = font["hmtx"]
    widths = tuple(round(metrics[name][0] * scale) for name in font.getGlyphOrder())
    return Face(
        name=f"QLVBAA+{path.stem}",
        glyphs=glyphs,
        widths=widths,
        file=zlib.compress(target.getvalue(), 9),
        file_length=len(target.getvalue()),
        unicode=zlib.compress(_to_unicode(glyphs).encode(), 9),
        descriptor=_descriptor(font, scale, style),
    )


def _descriptor(font: TTFont, scale: float, style: str) -> dict[str, float | int | list[int]]:
    head, line = font["head"], font["hhea"]
    return {
        "Flags": 4 | (64 if style == "Italic" else 0),
        "FontBBox": [round(v * scale) for v in (head.xMin, head.yMin, head.xMax, head.yMax)],
        "ItalicAngle": float(font["post"].italicAngle),
        "Ascent": round(line.ascent * scale),
        "Descent": round(line.descent * scale),
        "CapHeight": round(getattr(font["OS/2"], "sCapHeight", 1341) * scale),
        "StemV": 80,
    }


def _to_unicode(glyphs: dict[str, int]) -> str:
    """The CMap from glyph indices to Unicode (ISO 32000-2 §9.10.3), so that what is shown can be searched."""
    rows = [f"<{glyph:04x}> <{letter.encode('utf-16-be').hex()}>" for letter, glyph in sorted(glyphs.items())]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    body = "".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar\n" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def "
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{body}endcmap CMapName currentdict /CMap defineresource pop end end"
    )
