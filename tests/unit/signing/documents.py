"""Drafts in the layout of NĐ 30, made by typst for tests: independent of the templates of the registry."""

from __future__ import annotations

import functools
import io
import random

import pikepdf
import typst

SIGNER, SECOND = "Nguyễn Văn Ước", "Trần Thị Hòa"

HEAD = """
#set page(paper: "%(paper)s", margin: (top: 2cm, bottom: 2cm, left: 3cm, right: 1.5cm), flipped: %(flipped)s)
#set text(font: "Tinos", size: 13pt, lang: "vi")
#set par(justify: true, first-line-indent: 1cm, spacing: 8pt)
#grid(columns: (1fr, 1.4fr), align: center + top, row-gutter: 8pt,
  [UBND TỈNH TUYÊN QUANG\\ *%(office)s*], [*CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\\ Độc lập - Tự do - Hạnh phúc*],
  [Số: #h(%(gap)s)/%(notation)s],
  [#text(style: "italic", size: 14pt)[Tuyên Quang, ngày #h(1cm) tháng #h(1cm) năm %(year)s]])
#v(12pt)
#align(center)[*QUYẾT ĐỊNH*\\ *Về việc ban hành Quy chế quản lý văn bản điện tử*]
#v(8pt)
"""
FOOT = """
#v(14pt)
#block(breakable: false, grid(columns: (1fr, 1fr), align: (left, center),
  [#text(size: 12pt, style: "italic", weight: "bold")[Nơi nhận:]\\
   #text(size: 11pt)[\\- Như Điều 3;\\ \\- Lưu: VT, VP.]],
  [*%(capacity)s* #v(30mm) *%(signer)s*]))
"""
JOINT_FOOT = """
#v(14pt)
#block(breakable: false)[#grid(columns: (1fr, 1fr), align: center,
  [*CHỦ TỊCH\\ HỘI NÔNG DÂN TỈNH* #v(28mm) *%(second)s*], [*GIÁM ĐỐC\\ SỞ KHOA HỌC VÀ CÔNG NGHỆ* #v(28mm) *%(signer)s*])
#v(12pt)
#text(size: 12pt, style: "italic", weight: "bold")[Nơi nhận:]\\ #text(size: 11pt)[\\- Như Điều 3;\\ \\- Lưu: VT, VP.]]
"""


@functools.lru_cache(64)
def draft(
    *,
    paragraphs: int = 4,
    office: str = "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    notation: str = "QĐ-SKHCN",
    signer: str = SIGNER,
    capacity: str = "GIÁM ĐỐC",
    year: int = 2026,
    flipped: bool = False,
    alone: bool = False,
    table: int = 0,
    tail: str = "",
    second: str = "",
    gap: str = "1.4cm",
    standard: str | None = None,
    paper: str = "a4",
) -> bytes:
    """A decision as PDF. `alone`: the signature block stands by itself on the last page; `tail`: typst after it.

    `capacity`: what stands above the signer's name (typst). `second`: who signs beside the signer, on the left, for
    another office.
    """
    line = "Điều {n}. Ban hành kèm theo Quyết định này Quy chế quản lý văn bản điện tử của cơ quan, căn cứ Nghị định "
    line += "số: 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư."
    body = "\n\n".join(line.format(n=n + 1) for n in range(paragraphs))
    rows = "".join(
        f"[{n}], [Nội dung việc số {n}], [Phòng Hành chính], [Quý {n % 4 + 1}]," for n in range(1, table + 1)
    )
    grid = f"#table(columns: (auto, 3fr, 2fr, 1fr), [*TT*], [*Nội dung*], [*Đơn vị*], [*Hạn*], {rows})" if table else ""
    values = {
        "flipped": str(flipped).lower(), "office": office, "notation": notation, "year": year, "signer": signer,
        "second": second, "gap": gap, "paper": paper, "capacity": capacity,
    }  # fmt: skip
    source = HEAD % values + body + grid + ("#pagebreak()" if alone else "")
    source += (JOINT_FOOT if second else FOOT) % values + tail
    made = typst.compile(source.encode(), format="pdf", pdf_standards=standard or [])
    assert isinstance(made, bytes)
    return made


def layouts() -> dict[str, bytes]:
    """The five layouts in which every picture has to be right."""
    long_office = "BAN QUẢN LÝ CÁC KHU CÔNG NGHIỆP VÀ KHU KINH TẾ CỬA KHẨU TỈNH"
    return {
        "one-page": draft(),
        "block-alone": draft(paragraphs=12, alone=True),
        "long-office": draft(office=long_office, notation="QĐ-BQLKCNKKT"),
        "two-signers": draft(second=SECOND),
        "landscape": draft(flipped=True, paragraphs=2, table=14),
    }


def resaved(pdf: bytes, **options: object) -> bytes:
    """The same file, written in another way by qpdf."""
    target = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        document.save(target, **options)
    return target.getvalue()


def heavy(size: int) -> bytes:
    """A draft with a scanned picture of this many bytes on its page."""
    side = int(size**0.5)
    if not side:
        return draft()
    target = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(draft())) as document:
        picture = pikepdf.Stream(document, random.Random(size).randbytes(side * side))
        picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        picture.Width, picture.Height, picture.BitsPerComponent = side, side, 8
        picture.ColorSpace = pikepdf.Name.DeviceGray
        page = document.pages[0]
        name = page.add_resource(picture, pikepdf.Name.XObject)
        page.contents_add(b"q 9 0 0 9 60 60 cm %s Do Q" % str(name).encode())
        document.save(target)
    return target.getvalue()
