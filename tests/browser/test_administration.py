"""The screens of who looks after the system: partners, their forms and keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import exchange_day, use_of_a_year
from tests.browser.conftest import log_in, open_context
from tests.browser.looking import look_at, watch
from tests.unit.portal.stand_in import Services

SCREEN_LIST = {
    "partners": "/truc/doi-tac",
    "partner": "/truc/doi-tac/P1",
    "partner-new": "/truc/doi-tac/moi?loai=lgsp",
    "usage-province": "/tinh-hinh?thang=2026-11",
}


@pytest.fixture(scope="module", params=["1280", "360"])
def admin(chromium: Browser, portal: str, services: Services, request: pytest.FixtureRequest) -> Iterator[Page]:
    services.answers |= exchange_day.ANSWERS | use_of_a_year.PROVINCE
    context = open_context(chromium, request.param, base_url=portal)
    page = watch(context.new_page())
    log_in(page, portal, "quanmt.skhcn")
    yield page
    context.close()


@pytest.mark.parametrize("name", list(SCREEN_LIST))
def test_a_screen_fits_is_silent_and_accessible(admin: Page, portal: str, name: str) -> None:
    look_at(admin, portal, name, SCREEN_LIST[name])


def test_a_key_is_made_shown_once_and_gone(admin: Page, portal: str) -> None:
    admin.goto("/truc/doi-tac/P1")
    admin.get_by_text("Tạo khóa mới", exact=True).click()
    admin.get_by_role("button", name="Tạo khóa", exact=True).click()
    admin.wait_for_selector("textarea[readonly]")
    secret = exchange_day.ANSWERS["POST gateway/v1/partners/P1/credentials"]["secret"]
    assert admin.input_value("textarea[readonly]") == secret
    look_at(admin, portal, "partner-key-once")
    admin.get_by_role("link", name="Đã sao chép").click()
    admin.wait_for_url("**/truc/doi-tac/P1*")
    assert secret not in admin.content()
