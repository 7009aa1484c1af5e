"""Screens of signing and of copies at 1280 and 360 px: they fit, are silent and accessible."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import Response
from playwright.sync_api import Browser, Page

from services.signing.pdf import drawings
from tests.browser.conftest import SCREENS, log_in, open_context
from tests.browser.looking import look_at, watch
from tests.unit.portal.stand_in import AT, Services, incoming, outgoing, task
from tests.unit.portal.test_certificates import certificate, image
from tests.unit.portal.test_copies import KINDS, copy
from tests.unit.portal.test_placement import found

SCREEN_LIST = {
    "copies": "/ban-sao",
    "copy-new": "/ban-sao/moi?den=I1",
    "copy-of-paper": "/ban-sao/moi",
    "copy": "/ban-sao/C1",
    "certificates": "/chung-thu",
    "placement": "/van-ban/D1/vi-tri",
    "sign": "/van-ban/D1",
    "to-sign": "/lanh-dao/cho-ky",  # after "sign", which opened D1
}
EXPIRED = "Chứng thư số của bạn hết hạn ngày 01/11/2026. Hãy đề nghị gia hạn chứng thư rồi ký."


@pytest.fixture(scope="module")
def signing(services: Services) -> Iterator[Services]:
    before = dict(services.answers)
    subjects = ("V/v tăng cường trực bảo đảm thông tin liên lạc mùa mưa lũ", "Kế hoạch ứng dụng CNTT năm 2027")
    waiting = [
        task("sign", id=f"S{n}", object_id=f"D{n}", subject=words, urgency=n % 2, content_hash="h" * 64, sender="VP Sở")
        for n, words in enumerate(subjects, 1)
    ]
    services.answers |= {
        "GET workflow/v1/tasks": {"items": waiting, "next": None},
        "GET signing/v1/can-sign": {"can": True, "capacity": "GIÁM ĐỐC", "obstacles": []},
        "GET registry/v1/documents/D1": outgoing("INITIALLED"),
        "GET workflow/v1/objects/draft/D1": {"steps": [], "opinions": [], "my_task": waiting[0]},
        "POST signing/v1/placements/find": found("usual", "Không thấy họ tên người ký."),
        "GET registry/v1/copy-kinds": KINDS,
        "GET registry/v1/copies": {
            "items": [copy(), copy("DONE", id="C2", code="01/SY-SKHCN"), copy("REFUSED", id="C3")],
            "next": "c",
        },
        "GET registry/v1/copies/C1": copy(timeline=[{"at": AT, "act": "copy-asked", "text": "Đề nghị sao y"}]),
        "GET signing/v1/certificates": [
            certificate("a", state="lost", blocked_reason="Mất tại hội nghị ngày 19/11", blocked_at=AT),
            certificate("b", days_left=5, alarm=7, owner_kind="office", owner_name="Sở Khoa học và Công nghệ"),
            certificate("e"),
        ],
        "GET signing/v1/images": [image("A1"), image("A2", state="active", holder_at=AT, holder_by="Kiên")],
        "GET signing/v1/images/A1/png": Response(drawings.signature("Kiên"), media_type="image/png"),
        "GET signing/v1/images/A2/png": Response(drawings.signature("Kiên"), media_type="image/png"),
        "GET registry/v1/incoming/I1": incoming("REGISTERED", arrival_number=1274, registered_at=AT),
    }
    yield services
    services.answers.clear()
    services.answers |= before


@pytest.fixture(params=["1280", "360"])
def leader(request: pytest.FixtureRequest, chromium: Browser, portal: str, signing: Services) -> Iterator[Page]:
    context = open_context(chromium, request.param, base_url=portal)
    page = watch(context.new_page())
    log_in(page, portal, "kienht.skhcn")
    yield page
    context.close()


def test_the_screens_fit_are_silent_and_accessible(leader: Page, portal: str) -> None:
    for name, path in SCREEN_LIST.items():
        look_at(leader, portal, name, path)


def test_a_leader_signs_on_the_phone_in_three_taps(chromium: Browser, portal: str, signing: Services) -> None:
    """Open the document, "Ký số", the PIN's own button: the file that was shown is the file that is signed."""
    signing.answers["POST signing/v1/acts/leader-sign"] = {"state": "done"}
    context = open_context(chromium, "360", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "kienht.skhcn")
    page.goto("/lanh-dao/cho-ky")
    page.get_by_role("link", name="V/v tăng cường trực bảo đảm").tap()
    page.wait_for_url("**/van-ban/D1")
    shown = page.locator(".pages img").first.get_attribute("src") or ""
    page.get_by_role("button", name="Ký số").first.tap()
    page.keyboard.type("123456")  # the field has the focus
    page.get_by_role("dialog").get_by_role("button", name="Ký số").tap()
    page.wait_for_selector(".toast")
    sent = signing.sent("POST signing/v1/acts/leader-sign")
    assert sent["pin"] == "123456" and sent["main_file"]["sha256"] in shown
    context.close()


def test_ticked_documents_are_counted_and_signed_at_once(chromium: Browser, portal: str, signing: Services) -> None:
    signing.answers["POST signing/v1/acts/leader-sign-batch"] = [{"object_id": "D1", "state": "done"}]
    context = open_context(chromium, "360", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "kienht.skhcn")
    with page.expect_response("**/van-ban/D1/da-xem*"):
        page.goto("/van-ban/D1")
    page.goto("/lanh-dao/cho-ky")
    button = page.get_by_role("button", name="văn bản đã chọn")
    page.get_by_label("Chọn ký: V/v tăng cường").uncheck()
    assert button.is_disabled() and "Ký 0 văn bản" in button.inner_text()
    page.get_by_label("Chọn ký: V/v tăng cường").check()
    page.get_by_label("Mã PIN").fill("123456")
    button.tap()
    page.get_by_role("heading", name="Kết quả ký: 1/1 đã ký").wait_for()
    page.screenshot(path=SCREENS / "to-sign-outcomes-360.png", full_page=True)
    context.close()


def millimetres(page: Page, name: str) -> float:
    return float(page.locator(f"[name={name}]").input_value())


def test_boxes_are_moved_by_mouse_and_by_keys_and_the_seal_is_measured(
    chromium: Browser, portal: str, signing: Services
) -> None:
    context = open_context(chromium, "1280", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "kienht.skhcn")
    page.goto("/van-ban/D1/vi-tri")
    box = page.get_by_role("button", name="Ô số", exact=True)
    box.scroll_into_view_if_needed()
    at, wide = box.bounding_box(), page.locator(".sheet").first.bounding_box()
    assert at and wide
    page.mouse.move(at["x"] + 4, at["y"] + 4)
    page.mouse.down()
    page.mouse.move(at["x"] + 4 + wide["width"] / 21, at["y"] + 4, steps=3)  # a twenty-first of 210 mm
    page.mouse.up()
    assert abs(millimetres(page, "number-left") - 58) < 0.5 and abs(millimetres(page, "number-top") - 36) < 0.5
    page.get_by_role("button", name="Ô con dấu").focus()
    share = page.locator("[data-share]")
    assert "33 % chữ ký: đúng" in share.inner_text()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowDown")
    assert (millimetres(page, "seal-left"), millimetres(page, "seal-top")) == (111.5, 214.5)
    assert "43 % chữ ký; phải trùm 28–38 %" in share.inner_text()
    page.keyboard.press("PageUp")
    assert "cùng một trang" in share.inner_text()
    page.fill("[name=seal-page]", "2")
    page.fill("[name=seal-left]", "106,5")
    page.fill("[name=seal-top]", "213,5")
    assert "33 % chữ ký: đúng" in share.inner_text()
    context.close()


def test_a_box_is_moved_by_a_finger(chromium: Browser, portal: str, signing: Services) -> None:
    context = open_context(chromium, "360", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "kienht.skhcn")
    page.goto("/van-ban/D1/vi-tri")
    box = page.get_by_role("button", name="Ô chữ ký")
    box.scroll_into_view_if_needed()
    at, wide = box.bounding_box(), page.locator(".sheet").first.bounding_box()
    assert at and wide
    session, x, y = context.new_cdp_session(page), at["x"] + at["width"] * 0.6, at["y"] + 8
    places = ([(x, y)], [(x - wide["width"] / 42, y)], [(x - wide["width"] / 21, y)], [])
    for kind, points in zip(("touchStart", "touchMove", "touchMove", "touchEnd"), places, strict=True):
        touches = [{"x": left, "y": top} for left, top in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})
    assert abs(millimetres(page, "signature-left") - 116) < 1
    context.close()


def test_a_long_batch_shows_each_document_as_it_is_done(leader: Page, portal: str, signing: Services) -> None:
    """The page is read again by itself, survives a reload and ends with what became of each."""
    go_on, before = threading.Event(), dict(signing.answers)
    keys = [f"L{n}" for n in range(10)]

    async def in_groups(body: dict[str, Any]) -> list[dict[str, Any]]:
        if body["drafts"][0]["draft_id"] == "L8":
            await asyncio.to_thread(go_on.wait, 60)
        return [{"object_id": one["draft_id"], "state": "done"} for one in body["drafts"]]

    waiting = [
        task("sign", id=f"T{key}", object_id=key, subject=f"Văn bản {key}", content_hash="h" * 64) for key in keys
    ]
    signing.answers |= {f"GET registry/v1/documents/{key}": outgoing("INITIALLED", id=key) for key in keys}
    signing.answers |= {
        "GET workflow/v1/tasks": {"items": waiting, "next": None},
        "POST signing/v1/acts/leader-sign-batch": in_groups,
    }
    leader.goto("/lanh-dao/cho-ky")
    leader.evaluate(
        """async keys => { for (const key of keys) await fetch(`/van-ban/${key}/da-xem?ma=${"h".repeat(64)}`,
        { method: "POST", headers: { "X-CSRF": document.body.dataset.csrf } }); }""",
        keys,
    )
    leader.reload()
    leader.get_by_label("Mã PIN chữ ký số").fill("123456")
    leader.get_by_role("button", name="Ký 10 văn bản đã chọn").click()
    leader.wait_for_url("**/dot/*")
    look_at(leader, portal, "sign-run")
    leader.reload()
    assert leader.get_by_text("8/10 đã ký").is_visible() and leader.get_by_text("Chờ đến lượt.").count() == 2
    go_on.set()
    leader.get_by_text("10/10 đã ký").wait_for()
    leader.get_by_text("Đã xong").wait_for()
    signing.answers.clear()
    signing.answers |= before
