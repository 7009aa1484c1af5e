"""What a scan of a paper has to be: PDF 1.4 or later, in colour, 200 dpi, whole pages (PL I, part II). Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from pydantic import BaseModel

from shared import clock
from shared.problems import NotFound, Refusal

HERE = Path(__file__).parent
LEAST_COVERED = 0.5  # of the page: less is a picture on a page, not a page that was scanned
SLACK = 0.97  # of the resolution: scanners round


class Norm(BaseModel):
    """The rules of one legal text, from the day it came into force."""

    valid_from: date
    valid_to: date | None = None
    legal_basis: str
    pdf_version: tuple[int, int]
    dots_per_inch: float
    colour: bool


@dataclass(frozen=True)
class Picture:
    """The largest picture of a page. `covered`: its share of the page."""

    dots_per_inch: float
    colour: bool
    covered: float


@dataclass(frozen=True)
class Scan:
    """A file as it was found; a page without any picture has None."""

    version: tuple[int, int]
    pages: tuple[Picture | None, ...]


class NotAScan(Refusal):
    kind, status = "not-a-scan", 422
    message = "“{name}” không phải bản chụp (quét) từ giấy: trang {page} không có ảnh chụp cả trang. Hãy quét lại."


class ScanNotFit(Refusal):
    kind, status = "scan-not-fit", 422
    message = "Bản chụp “{name}” chưa đạt: {why}. Hãy quét lại màu, từ 200 dpi, tỷ lệ 100 %, định dạng PDF 1.4 trở lên."


@cache
def _norms() -> list[Norm]:
    return [Norm.model_validate(item) for item in json.loads((HERE / "norms.json").read_text("utf-8"))]


def norm_on(day: date | None = None) -> Norm:
    """Raises NotFound where none was in force."""
    wanted = day or clock.today()
    for norm in _norms():
        if norm.valid_from <= wanted and (norm.valid_to is None or wanted <= norm.valid_to):
            return norm
    raise NotFound


def check(scan: Scan, name: str, norm: Norm | None = None) -> None:
    """Raises NotAScan or ScanNotFit, with the first page that does not fit."""
    norm = norm or norm_on()
    if scan.version < norm.pdf_version:
        raise ScanNotFit(name=name, why=f"là PDF {scan.version[0]}.{scan.version[1]}")
    for number, picture in enumerate(scan.pages, 1):
        if picture is None or picture.covered < LEAST_COVERED:
            raise NotAScan(name=name, page=number)
        if picture.dots_per_inch < norm.dots_per_inch * SLACK:
            raise ScanNotFit(name=name, why=f"trang {number} chỉ có {picture.dots_per_inch:.0f} dpi")
        if norm.colour and not picture.colour:
            raise ScanNotFit(name=name, why=f"trang {number} là ảnh đen trắng hoặc thang xám")
