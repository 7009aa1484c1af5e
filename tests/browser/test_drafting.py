"""A specialist of the demo province drafts with the real identity, registry and gateway behind the portal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from shared.assembly import assemble, find_services, mount_all, started
from shared.settings import Settings
from tests.browser.conftest import SCREENS, Listening, log_in, open_context
from tests.unit.portal.stand_in import Services

REAL = ["identity", "registry", "gateway", "portal"]


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("system")

    async def run(serve: Callable[[Any], Awaitable[None]]) -> None:
        runtimes = assemble(find_services(REAL), Settings(data_dir=folder, demo=True))
        empty = Services()
        for name in ("workflow", "signing"):
            runtimes["portal"].apps[name] = empty.app(name)
        application = mount_all(runtimes)
        async with started(runtimes):
            await serve(application)

    listening = Listening(run)
    yield listening.url
    listening.stop()


@pytest.fixture(params=["1280", "360"])
def specialist(request: pytest.FixtureRequest, chromium: Browser, system: str) -> Iterator[Page]:
    context = open_context(chromium, request.param, base_url=system)
    page = context.new_page()
    log_in(page, system, "tuyetnta.skhcn")
    yield page
    context.close()


def test_from_template_to_submitted(specialist: Page) -> None:
    """Template, signer, recipient found without diacritics, annex uploaded, saved, seen as page images, handed in."""
    page = specialist
    width = page.viewport_size["width"]  # type: ignore[index]
    page.goto("/soan")
    page.fill("#f-subject", "Ban hành Quy chế quản lý, sử dụng chữ ký số")
    page.select_option("#f-signer_id", index=1)
    page.click("#f-organ")
    page.keyboard.type("yen son")
    page.wait_for_selector("#organs li")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-recipients] .picked li")
    page.fill("#f-legal_basis", "Căn cứ Luật Giao dịch điện tử ngày 22/6/2023;")
    page.fill(
        "#f-body", "Điều 1. Ban hành kèm theo Quyết định này Quy chế.\nĐiều 2. Quyết định có hiệu lực từ ngày ký."
    )
    page.set_input_files("#f-annex", {"name": "Phu luc.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    page.wait_for_selector("[data-role=annex] input[type=hidden]", state="attached")
    page.screenshot(path=SCREENS / f"real-compose-{width}.png", full_page=True)
    page.click("text=Lưu dự thảo")
    page.wait_for_url("**/van-ban/*")
    page.wait_for_selector(".toast")
    page.wait_for_function("document.querySelector('.pages img')?.naturalWidth > 0")
    page.screenshot(path=SCREENS / f"real-draft-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert "Phu luc.csv" in page.inner_text(".files")
    page.get_by_role("button", name="Trình", exact=True).click()
    page.wait_for_selector("text=Đã trình")


def test_a_wrong_file_is_refused_in_words(specialist: Page) -> None:
    specialist.goto("/soan")
    specialist.set_input_files("#f-annex", {"name": "x.exe", "mimeType": "application/x-msdownload", "buffer": b"MZ"})
    specialist.wait_for_selector("[data-role=annex] [role=alert]")
    assert "x.exe" in specialist.inner_text("[data-role=annex] [role=alert]")


def test_an_upload_goes_on_after_the_line_broke(specialist: Page) -> None:
    """Two of three pieces arrive; it tries again by itself, then waits for the person; nothing is sent twice."""
    page, content = specialist, b"".join(b"%d,%d\n" % (n, n * n) for n in range(200_000))
    pieces: list[int] = []

    def break_after_two(route: Route) -> None:
        if route.request.method != "PATCH" or len(pieces) < 2 or not broken:
            if route.request.method == "PATCH":
                pieces.append(len(route.request.post_data_buffer or b""))
            return route.continue_()
        return route.abort("internetdisconnected")

    broken = True
    page.clock.install()
    page.route("**/tai-len/*", break_after_two)
    page.goto("/soan")
    page.set_input_files("#f-annex", {"name": "Số liệu.csv", "mimeType": "text/csv", "buffer": content})
    go_on = page.get_by_role("button", name="Tiếp tục tải Số liệu.csv")
    for time in (1, 2, 3):
        page.wait_for_selector(f"text=đang thử lại lần {time}")
        page.clock.run_for(9000)
    go_on.wait_for()
    row = page.locator("[data-role=annex] li")
    said = row.inner_text()
    assert "Mất kết nối" in said and f"Đã tải {100 * sum(pieces) // len(content)}%" in said and len(pieces) == 2
    width = page.viewport_size["width"]  # type: ignore[index]
    page.screenshot(path=SCREENS / f"real-upload-broken-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    broken = False
    go_on.click()
    page.wait_for_selector("[data-role=annex] input[type=hidden]", state="attached")
    field = json.loads(page.input_value("[data-role=annex] input[type=hidden]"))
    assert (field["sha256"], field["role"]) == (hashlib.sha256(content).hexdigest(), "annex")
    assert sum(pieces) == len(content), "what had arrived was not sent again"


def test_an_upload_goes_on_after_the_page_was_closed_and_the_form_waits_for_it(
    chromium: Browser, system: str, tmp_path: Path
) -> None:
    content = b"".join(b"%d,%d\n" % (n, 3 * n) for n in range(200_000))
    (tmp_path / "bang.csv").write_bytes(content)
    pieces: list[int] = []

    def let_two_through(route: Route) -> None:
        if route.request.method == "PATCH" and len(pieces) == 2 and closed is None:
            return None  # no answer ever comes
        if route.request.method == "PATCH":
            pieces.append(len(route.request.post_data_buffer or b""))
        return route.continue_()

    closed = None
    context = open_context(chromium, "1280", base_url=system)
    page = context.new_page()
    log_in(page, system, "tuyetnta.skhcn")
    page.route("**/tai-len/*", let_two_through)
    page.goto("/soan")
    page.set_input_files("#f-annex", tmp_path / "bang.csv")
    page.wait_for_selector('[data-going] [role=status]:text-matches("^([6-9]|100)")')
    page.fill("#f-subject", "Về việc thử")
    page.select_option("#f-signer_id", index=1)
    page.click("text=Lưu dự thảo")
    assert "Đợi tải xong tệp này" in page.inner_text("[data-going] [role=status]") and page.url.endswith("/soan")
    page.once("dialog", lambda dialog: dialog.accept())  # "leave without saving?"
    closed = page.goto("/soan")
    page.set_input_files("#f-annex", tmp_path / "bang.csv")
    page.wait_for_selector("[data-role=annex] input[type=hidden]", state="attached")
    field = json.loads(page.input_value("[data-role=annex] input[type=hidden]"))
    assert field["sha256"] == hashlib.sha256(content).hexdigest()
    assert sum(pieces) == len(content), "what had arrived was not sent again"
    context.close()


@pytest.mark.parametrize("path", ["/", "/den", "/di", "/du-thao", "/so", "/so?loai=di", "/toi", "/tim-kiem?q=quy"])
def test_places_open_on_real_services(specialist: Page, path: str) -> None:
    answer = specialist.goto(path)
    assert answer is not None and answer.status == 200
    assert "Chưa tải được" not in specialist.inner_text("main")
