"""A file → what Ghostscript gets, then Ghostscript itself, in one process with limits of memory and time.

`python -m services.registry.conversions.making FOLDER pdf|image`: reads `source` and `mark.pdf` of the folder, leaves
`prepared.pdf`, then becomes Ghostscript, which leaves `made.pdf`. Whoever started it kills it at the limit of time.
"""

from __future__ import annotations

import io
import os
import resource
import shutil
import sys
from pathlib import Path

import img2pdf
import pikepdf
from pikepdf import Page, Pdf, Rectangle
from PIL import Image, ImageCms, ImageSequence

from services.registry.documents import paper
from services.registry.layout.sheet import MM

MEMORY, CPU_SECONDS = 2048 * 2**20, 240
UNREADABLE = 3
EDGE, HIGH = 3 * MM, 4 * MM
A4 = (img2pdf.mm_to_pt(210), img2pdf.mm_to_pt(297))
COLOURS = "colours.icc"
OPTIONS = (
    "-dSAFER", f"--permit-file-read={COLOURS}", "-dBATCH", "-dNOPAUSE", "-dQUIET", "-sDEVICE=pdfwrite", "-dPDFA=2",
    "-dPDFACompatibilityPolicy=1", "-sColorConversionStrategy=RGB", "-dAutoRotatePages=/None",
    "-dDownsampleColorImages=false", "-dDownsampleGrayImages=false", "-dDownsampleMonoImages=false",
    "-dAutoFilterColorImages=false", "-dAutoFilterGrayImages=false", "-dColorImageFilter=/FlateEncode",
    "-dGrayImageFilter=/FlateEncode", "-sOutputFile=made.pdf", "output_intent.ps", "prepared.pdf",
)  # fmt: skip
OUTPUT_INTENT = f"""%!
[/_objdef {{colours}} /type /stream /OBJ pdfmark
[{{colours}} << /N 3 >> /PUT pdfmark
[{{colours}} ({COLOURS}) (r) file /PUT pdfmark
[/_objdef {{intent}} /type /dict /OBJ pdfmark
[{{intent}} << /Type /OutputIntent /S /GTS_PDFA1 /DestOutputProfile {{colours}}
  /OutputConditionIdentifier (sRGB) >> /PUT pdfmark
[{{Catalog}} << /OutputIntents [ {{intent}} ] >> /PUT pdfmark
"""


def prepared(source: bytes, mark: bytes) -> bytes:
    """What is seen on the pages, signatures too, each page with the mark at its lower edge."""
    with paper.flattened(source) as whole, pikepdf.open(io.BytesIO(mark)) as stamp:
        for page in whole.pages:
            _mark(page, stamp)
        return paper.written(whole)


def _mark(page: Page, stamp: Pdf) -> None:
    """At the edge which is the lower one as the page is seen."""
    x0, y0, x1, y1 = (float(v) for v in page.cropbox)
    low = (x0, y0 + EDGE, x1, y0 + EDGE + HIGH)
    box = {
        90: (x1 - EDGE - HIGH, y0, x1 - EDGE, y1),
        180: (x0, y1 - EDGE - HIGH, x1, y1 - EDGE),
        270: (x0 + EDGE, y0, x0 + EDGE + HIGH, y1),
    }.get(int(page.obj.get("/Rotate", 0)) % 360, low)
    page.add_overlay(stamp.pages[0], Rectangle(*box))


def pictured(source: bytes) -> bytes:
    """The pages of a picture, each on A4; its own samples where PDF can hold them."""
    layout = img2pdf.get_layout_fun(pagesize=A4, fit=img2pdf.FitMode.into, auto_orient=True)
    options = {"layout_fun": layout, "rotation": img2pdf.Rotation.ifvalid}
    try:
        return bytes(img2pdf.convert(source, **options))
    except img2pdf.AlphaChannelError:
        with Image.open(io.BytesIO(source)) as image:
            frames = [_opaque(frame) for frame in ImageSequence.Iterator(image)]
        return bytes(img2pdf.convert(frames, **options))


def _opaque(frame: Image.Image) -> bytes:
    """On white, as paper is."""
    shown = Image.new("RGBA", frame.size, "white")
    shown.alpha_composite(frame.convert("RGBA"))
    out = io.BytesIO()
    shown.convert("RGB").save(out, "PNG")
    return out.getvalue()


def main(folder: str, kind: str) -> int:
    """The exit code, where it does not come to Ghostscript."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.chdir(folder)
    try:
        source = Path("source").read_bytes()
        source = pictured(source) if kind == "image" else source
        Path("prepared.pdf").write_bytes(prepared(source, Path("mark.pdf").read_bytes()))
    except (pikepdf.PdfError, img2pdf.ImageOpenError, Image.DecompressionBombError, OSError, MemoryError, ValueError):
        return UNREADABLE
    Path(COLOURS).write_bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    Path("output_intent.ps").write_text(OUTPUT_INTENT)
    program = shutil.which("gs")
    assert program is not None  # looked for before this process was started
    return os.execv(program, [program, *OPTIONS])  # noqa: S606 - it takes the limits of this process over


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
