"""What `make setup` does after the Python packages: the portal's assets, and which better tools are here."""

from __future__ import annotations

import shutil
from pathlib import Path

from services.portal import assets

TOOLS = {
    "soffice": "chuyển DOCX sang PDF (libreoffice-writer-nogui)",
    "gs": "chuyển tệp lưu trữ sang PDF/A (ghostscript)",
    "qpdf": "kiểm tra cấu trúc PDF độc lập trong thử nghiệm (qpdf)",
    "pdfsig": "kiểm tra chữ ký độc lập trong thử nghiệm (poppler-utils)",
    "mutool": "kiểm tra chữ ký và trang độc lập trong thử nghiệm (mupdf-tools)",
    "chromium": "thử nghiệm trình duyệt (chromium)",
}


def assets_once() -> None:
    """Icons, fonts and script of the pages, made again when their list changes."""
    marker = assets.FETCHED / "made-of.txt"
    wanted = assets.made_of()
    if marker.exists() and marker.read_text() == wanted:
        return
    print("==> Icons, fonts and script of the portal into var/assets")
    assets.build()
    marker.write_text(wanted)


def tools() -> None:
    marker = Path("var/tools.txt")
    lines = [f"{'có   ' if shutil.which(tool) else 'thiếu'}  {tool}: {use}" for tool, use in TOOLS.items()]
    text = "\n".join(lines) + "\n"
    if not marker.exists() or marker.read_text() != text:
        marker.write_text(text)
        print(text, end="")


def main() -> None:
    Path("var").mkdir(exist_ok=True)
    assets_once()
    tools()


if __name__ == "__main__":
    main()
