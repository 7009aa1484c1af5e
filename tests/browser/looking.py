"""A screen is looked at: it fits, says nothing on the console, asks only our host, breaks no rule of WCAG AA."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import SCREENS

AXE = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def watch(page: Page) -> Page:
    """Remember what it says and whom it asks."""
    page.said = []  # type: ignore[attr-defined]
    page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
    page.asked = []  # type: ignore[attr-defined]
    page.on("request", lambda asked: page.asked.append(asked.url))  # type: ignore[attr-defined]
    return page


def look_at(page: Page, portal: str, name: str, path: str = "") -> None:
    """Go there (without a path: stay) and look; the picture is kept for people."""
    if path:
        page.said.clear()  # type: ignore[attr-defined]
        page.goto(path)
    page.wait_for_load_state("networkidle")
    width = page.viewport_size["width"]  # type: ignore[index]
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    said = [text for text in page.said if not (name == "missing" and "404" in text)]  # type: ignore[attr-defined]
    assert not said, said
    assert all(url.startswith((portal, "blob:")) for url in page.asked)  # type: ignore[attr-defined]
    found = Axe().run(page, options=AXE).response["violations"]
    assert not found, [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]
