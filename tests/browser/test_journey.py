"""A document from its draft to the other office's answer, in a browser, with every real service behind the portal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page

from shared.assembly import assemble, find_services, mount_all, started
from shared.settings import Settings
from tests.browser.conftest import SCREENS, SIZES, Listening, log_in, open_context

SUBJECT = "Ban hành Kế hoạch chuyển đổi số năm 2027"
PIN = "Qlvb@2026"


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("journey")

    async def run(serve: Callable[[Any], Awaitable[None]]) -> None:
        runtimes = assemble(find_services(), Settings(data_dir=folder, demo=True))
        application = mount_all(runtimes)
        async with started(runtimes):
            await serve(application)

    listening = Listening(run)
    yield listening.url
    listening.stop()


class Browsing:
    """Opens the pages of one person after the other, and takes pictures of what they see."""

    def __init__(self, chromium: Browser, url: str) -> None:
        self._chromium, self._url = chromium, url

    @contextmanager
    def of(self, user_name: str, width: str = "1280") -> Iterator[Page]:
        context = open_context(self._chromium, width, base_url=self._url)
        page = context.new_page()
        page.set_default_timeout(20_000)
        log_in(page, self._url, user_name)
        yield page
        context.close()

    def pictures(self, user_name: str, path: str, name: str) -> None:
        """The page as the person sees it on a desk and on a phone, without a part that sticks out."""
        for width in SIZES:
            with self.of(user_name, width) as page:
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=SCREENS / f"journey-{name}-{width}.png", full_page=True)
                assert page.evaluate("document.documentElement.scrollWidth") <= SIZES[width]["width"], name


def until_shown(page: Page, path: str, text: str) -> None:
    _until(page, path, page.locator(f"text={text}"), text)


def until_offered(page: Page, path: str, name: str) -> None:
    _until(page, path, page.get_by_role("button", name=name, exact=True), name)


def _until(page: Page, path: str, wanted: Locator, text: str) -> None:
    """Load the page until it is there: what other services do reaches it in their own time."""
    for _ in range(100):
        page.goto(path)
        if wanted.count():
            return
        page.wait_for_load_state("networkidle")
    raise AssertionError(f"{path} never had “{text}”: {page.inner_text('main')[:1500]}")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).locator("visible=true").last.click()


def test_from_the_draft_to_the_answer(chromium: Browser, system: str) -> None:
    browsing = Browsing(chromium, system)
    path = _drafted(browsing)
    _approved(browsing, path)
    browsing.pictures("kienht.skhcn", path, "sign")
    _signed(browsing, path)
    _issued(browsing, path)
    incoming = _received(browsing)
    _assigned(browsing, incoming)
    browsing.pictures("xuanbt.xayenson", "/", "work")
    _handled(browsing, incoming)
    with browsing.of("lanpn.skhcn") as page:
        until_shown(page, path, "Hoàn thành")
    browsing.pictures("lanpn.skhcn", path, "issued")
    browsing.pictures("nhungdt.xayenson", incoming, "incoming")
    browsing.pictures("lanpn.skhcn", "/so/di", "register")


def _drafted(browsing: Browsing) -> str:
    with browsing.of("tuyetnta.skhcn") as page:
        page.goto("/soan")
        page.select_option("#f-type", "Quyết định")
        page.fill("#f-subject", SUBJECT)
        chosen = page.locator("#f-signer_id option", has_text="Hà Trung Kiên").get_attribute("value")
        page.select_option("#f-signer_id", chosen)
        page.click("#f-organ")
        page.keyboard.type("ubnd xa yen son")
        page.wait_for_selector("#organs li")
        page.keyboard.press("Enter")
        page.wait_for_selector("[data-recipients] .picked li")
        page.fill("#f-legal_basis", "Căn cứ Luật Giao dịch điện tử ngày 22 tháng 6 năm 2023;")
        page.fill("#f-body", "Điều 1. Ban hành Kế hoạch.\nĐiều 2. Quyết định có hiệu lực từ ngày ký.")
        page.click("text=Lưu dự thảo")
        page.wait_for_url("**/van-ban/*")
        path = page.url.removeprefix(page.url.split("/van-ban/")[0])
        press(page, "Trình")
        page.wait_for_selector("text=Đã trình")
        return path


def _approved(browsing: Browsing, path: str) -> None:
    for user_name, act in (("hungtv.skhcn", "Duyệt nội dung"), ("vinhlq.skhcn", "Ký nháy")):
        with browsing.of(user_name) as page:
            until_shown(page, "/", SUBJECT)
            until_offered(page, path, act)
            press(page, act)
            page.wait_for_selector("text=Đã duyệt")


def _signed(browsing: Browsing, path: str) -> None:
    with browsing.of("kienht.skhcn") as page:
        until_shown(page, path, "Bạn ký chính bản")
        press(page, "Ký số")
        page.fill("#f-pin", "sai")
        page.locator("dialog[open] button.primary").click()
        page.wait_for_selector("text=PIN")
        press(page, "Ký số")
        page.fill("#f-pin", PIN)
        page.locator("dialog[open] button.primary").click()
        page.wait_for_selector("text=Đã ký số")


def _issued(browsing: Browsing, path: str) -> None:
    with browsing.of("lanpn.skhcn") as page:
        until_offered(page, path, "Cấp số và đóng dấu")
        press(page, "Cấp số và đóng dấu")
        page.locator("dialog[open] button.primary").click()
        page.wait_for_selector("text=Đã cấp số")
        until_shown(page, path, "Số và dấu đã đủ")
        press(page, "Phát hành")
        page.locator("dialog[open] button.primary").click()
        page.wait_for_selector("text=Đã phát hành")
        page.wait_for_function("document.querySelector('.pages img')?.naturalWidth > 0")


def _received(browsing: Browsing) -> str:
    with browsing.of("nhungdt.xayenson") as page:
        until_shown(page, "/den", SUBJECT)
        page.click(f"text={SUBJECT}")
        page.wait_for_url("**/den/*")
        path = page.url.removeprefix(page.url.split("/den/")[0])
        until_offered(page, path, "Tiếp nhận và vào sổ")
        press(page, "Tiếp nhận và vào sổ")
        page.wait_for_selector("text=số đến")
        return path


def _assigned(browsing: Browsing, path: str) -> None:
    with browsing.of("locnb.xayenson") as page:
        until_offered(page, path, "Phân công")
        chosen = page.locator("#f-lead_person_id option", has_text="Bàn Thị Xuân").get_attribute("value")
        page.select_option("#f-lead_person_id", chosen)
        press(page, "Phân công")
        page.wait_for_selector("text=Đã phân công")


def _handled(browsing: Browsing, path: str) -> None:
    with browsing.of("xuanbt.xayenson") as page:
        until_offered(page, path, "Nhận việc")
        press(page, "Nhận việc")
        page.wait_for_selector("text=Đã nhận việc")
        press(page, "Hoàn thành")
        page.fill("dialog[open] #f-note", "Đã xây dựng kế hoạch của xã")
        page.locator("dialog[open] button.primary").click()
        page.wait_for_selector("text=Đã hoàn thành")
