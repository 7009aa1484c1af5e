"""What `make setup` does after the Python packages: looks for better tools and says what their absence costs."""

from __future__ import annotations

import shutil
from pathlib import Path

TOOLS = {
    "soffice": "chuyển DOCX sang PDF (libreoffice-writer-nogui)",
    "qpdf": "kiểm tra cấu trúc PDF độc lập trong thử nghiệm (qpdf)",
    "pdfsig": "kiểm tra chữ ký độc lập trong thử nghiệm (poppler-utils)",
    "chromium": "thử nghiệm trình duyệt (chromium)",
}


def main() -> None:
    Path("var").mkdir(exist_ok=True)
    marker = Path("var/tools.txt")
    lines = [f"{'có   ' if shutil.which(tool) else 'thiếu'}  {tool}: {use}" for tool, use in TOOLS.items()]
    text = "\n".join(lines) + "\n"
    if not marker.exists() or marker.read_text() != text:
        marker.write_text(text)
        print(text, end="")


if __name__ == "__main__":
    main()
