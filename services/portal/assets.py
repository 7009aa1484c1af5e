"""Styles, scripts, icons and font. Third-party files are fetched at set-up (`python -m services.portal.assets`).

Without them the portal works: no icons, the fonts of the machine.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
FETCHED = Path("var/assets")
STYLES = ("tokens", "base", "shell", "components", "print")
SCRIPTS = ("start", "keys", "forms", "viewer", "signing", "placement", "live")
ICONS = [
    "archive-x",
    "ban",
    "bell",
    "book-open",
    "check",
    "chevron-left",
    "chevron-right",
    "circle-check",
    "circle-x",
    "clock",
    "download",
    "ellipsis",
    "file-pen-line",
    "file-text",
    "folder",
    "house",
    "inbox",
    "info",
    "list-checks",
    "log-out",
    "menu",
    "message-square",
    "paperclip",
    "pen-line",
    "plus",
    "printer",
    "radio-tower",
    "search",
    "send",
    "shield-alert",
    "shield-check",
    "signature",
    "stamp",
    "triangle-alert",
    "undo-2",
    "user",
    "users",
    "x",
]
VIETNAMESE = "U+0020-007E,U+00A0-0107,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0309"
LETTERS = VIETNAMESE + ",U+0323,U+1EA0-1EF9,U+2013-2014,U+2018-201D,U+2022,U+2026,U+20AB"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".json": "application/manifest+json",
}


@lru_cache(maxsize=64)
def content_of(name: str) -> bytes | None:
    """The bytes of an asset by its public name; None when there is none (or it was not fetched)."""
    if name == "app.css":
        return "\n".join((HERE / "style" / f"{part}.css").read_text() for part in STYLES).encode()
    if name == "app.js":
        return "\n".join((HERE / "script" / f"{part}.js").read_text() for part in SCRIPTS).encode()
    if name == "uploads.js":  # only where a form has upload fields
        return (HERE / "script" / name).read_bytes()
    if name in ("icons.svg", "text.woff2", "bold.woff2", "htmx.js"):
        place = FETCHED / name
        return place.read_bytes() if place.exists() else None
    return None


def version_of(name: str) -> str:
    return hashlib.sha256(content_of(name) or b"").hexdigest()[:12]


def made_of() -> str:
    """What the fetched assets are made of: changes when a package, an icon or the letters of the font change."""
    return hashlib.sha256((HERE / "assets.txt").read_bytes() + Path(__file__).read_bytes()).hexdigest()


def sprite(archive: Path) -> str:
    """One SVG with the icons that the pages use."""
    symbols = []
    with zipfile.ZipFile(archive) as bundle:
        for name in ICONS:
            text = bundle.read(f"{name}.svg").decode()
            inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>.*$", "", text).strip()
            symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>'


def fetch(target: Path) -> None:
    listed = str(HERE / "assets.txt")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*command, "--upgrade", "--target", str(target), "-r", listed], check=True)  # noqa: S603


def make_font(source: Path, target: Path) -> None:
    from fontTools import subset

    subset.main([str(source), f"--unicodes={LETTERS}", "--flavor=woff2", f"--output-file={target}"])


def build(folder: Path = FETCHED) -> None:
    """Fetch the packages and make sprite, fonts and script of them."""
    raw = folder / "packages"
    raw.mkdir(parents=True, exist_ok=True)
    fetch(raw)
    (folder / "icons.svg").write_text(sprite(raw / "lucide" / "lucide.zip"))
    (folder / "htmx.js").write_bytes((raw / "django_htmx/static/django_htmx/htmx-2.min.js").read_bytes())
    fonts = raw / "font_roboto" / "files"
    make_font(fonts / "Roboto-Regular.ttf", folder / "text.woff2")
    make_font(fonts / "Roboto-Medium.ttf", folder / "bold.woff2")


if __name__ == "__main__":
    build()
