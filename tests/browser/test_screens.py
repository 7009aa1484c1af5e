"""Every screen at 1280 and 360 px: fits, silent console, no rule of WCAG AA broken, only our own host, few bytes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import exchange_day, use_of_a_year
from tests.browser.conftest import SCREENS, log_in, open_context
from tests.browser.looking import look_at, watch
from tests.unit.portal.stand_in import (
    AT,
    COMPARISON,
    REASONS,
    RECALL_ANSWERS,
    RECALL_ORDER,
    Services,
    conversion,
    incoming,
    outgoing,
    paper_issues,
    task,
)
from tests.unit.portal.test_oversize import over

SCREEN_LIST = {
    "my-work": "/",
    "incoming": "/den",
    "incoming-several": "/den?trang_thai=CHECKED",
    "incoming-document": "/den/I1",
    "incoming-given-back": "/den/I8",
    "incoming-compare": "/den/I1/so-sanh/I9",
    "outgoing": "/di",
    "document": "/van-ban/D1",
    "document-recalled": "/van-ban/D8",
    "document-too-large": "/van-ban/D7",
    "document-wrong": "/van-ban/D1/sua-sai",
    "paper": "/van-ban/D1/phat-hanh-giay",
    "formats": "/van-ban/D1/dinh-dang",
    "registers-postal": "/so?loai=buu-dien",
    "owed": "/di/cho-tra-loi",
    "compose": "/soan",
    "registers": "/so",
    "registers-out": "/so?loai=di",
    "axes": "/truc",
    "dead-letters": "/truc/thu-chet",
    "traffic": "/truc/luu-luong?tu=2026-11-07&den=2026-11-20",
    "traffic-packages": "/truc/luu-luong/goi-tin?loai=sent&tu=2026-11-20&den=2026-11-20",
    "replay": "/truc/thu-chet/luot/R1",
    "package-check": "/truc/kiem-tra-goi-tin",
    "quarantine": "/cach-ly",
    "usage": "/tinh-hinh?thang=2026-11",
    "usage-documents": "/tinh-hinh/van-ban?loai=late&thang=2026-11",
    "me": "/toi",
    "help": "/tro-giup",
    "missing": "/van-ban/none",
}


@pytest.fixture(scope="module")
def full(services: Services) -> Services:
    """A day with a little of everything."""
    soon = datetime.now(UTC)
    items = [
        task(
            "handle", id="1", urgency=3, object_type="incoming", object_id="I1", role_tag="lead", note="Chủ trì ngay."
        ),
        task("coordinate", id="2", due_at=(soon - timedelta(days=1)).isoformat(), role_tag="coordinator"),
        task(
            "revise", id="3", due_at=(soon - timedelta(hours=2)).isoformat(), note="Bổ sung nguồn kinh phí ở mục III.2."
        ),
        task("sign", id="4", urgency=1, due_at=(soon + timedelta(days=3)).isoformat()),
        task("information", id="5", object_type="incoming", object_id="I1", role_tag="information"),
    ]
    rows = [incoming(id=f"I{i}", arrival_number=None if i < 2 else 1270 + i) for i in range(1, 5)]
    outs = [outgoing(s, id=f"D{i}", code="128/QĐ-SKHCN") for i, s in enumerate(("SIGNED", "SEALED", "ISSUED"), 1)]
    copies = [
        {
            "id": "1",
            "name": "Sở Tài chính",
            "channel": "local",
            "state": "03",
            "statuses": [
                {"code": "01", "at": AT},
                {"code": "05", "at": AT, "description": "Trạng thái 05 không hợp lệ khi đang ở 01.", "applied": False},
                {"code": "03", "at": AT, "description": "Số đến 412", "staff": "Lò Thị Hoa, điện thoại 0207 3822 114"},
            ],
        },
        {
            "id": "4",
            "name": "Sở Nội vụ",
            "channel": "local",
            "state": "01",
            "statuses": [{"code": "01", "at": AT}],
            "owed_since": AT,
            "late": True,
            "reminded_at": AT,
            "reminders": 2,
        },
        {"id": "2", "name": "Bộ Khoa học và Công nghệ", "channel": "national", "state": "02", "last_error": "Sai mã."},
        {"id": "3", "name": "UBND xã Yên Sơn", "channel": "local", "state": "waiting", "statuses": []},
    ]
    steps = [
        {"name": "Ký nháy", "step": "initial", "state": "done", "person_name": "Lê Quang Vinh", "at": AT},
        {"name": "Ký số", "step": "sign", "state": "current", "person_name": "Hoàng Trung Kiên", "at": AT},
    ]
    held = {"id": "Q1", "reason": "Gói tin khai sai mã băm của tệp.", "from": "H99", "subject": "", "state": "held"}
    owed = {"delivery_id": "4", "document_id": "D1", "code": "128/QĐ-SKHCN", "name": "Sở Nội vụ", "channel": "local"}
    owed |= {"subject": "Phê duyệt Kế hoạch ứng dụng công nghệ thông tin", "state": "01", "since": AT, "late": True}
    services.answers |= (
        exchange_day.ANSWERS
        | use_of_a_year.ANSWERS
        | {
            "GET workflow/v1/tasks": {"items": items, "next": None},
            "GET registry/v1/incoming": {"items": rows, "next": "c"},
            "GET registry/v1/documents": {"items": outs, "next": None},
            "GET registry/v1/incoming/I1": incoming(
                timeline=[{"at": AT, "act": "a", "text": "Đến qua trục quốc gia"}], duplicates_of=[COMPARISON["other"]]
            ),
            "GET registry/v1/incoming/I1/duplicates/I9": COMPARISON,
            "GET registry/v1/refusal-reasons": REASONS,
            "GET registry/v1/documents/D1": outgoing(
                "ISSUED", code="128/QĐ-SKHCN", legal_state="ORIGINAL", issued_at=AT
            ),
            "GET registry/v1/documents/D7": outgoing("SEALED", id="D7", code="130/QĐ-SKHCN"),
            "GET registry/v1/documents/D7/sending-plan": {"over": [over("none"), over(title="Trục liên thông tỉnh")]},
            "GET registry/v1/documents/D8": outgoing(
                "RECALLED",
                id="D8",
                code="129/QĐ-SKHCN",
                recall=RECALL_ORDER | {"sent_by": "Phạm Ngọc Lan", "sent_at": AT, "answers": RECALL_ANSWERS},
            ),
            "GET registry/v1/incoming/I8": incoming(
                "DESTROYED", id="I8", arrival_number=1270, destroyed_at=AT, take_back={"reason": "Gửi nhầm nơi nhận"}
            ),
            "GET gateway/v1/deliveries": copies,
            "GET workflow/v1/objects/draft/D1": {
                "steps": steps,
                "opinions": [{"text": "Nhất trí.", "by_name": "A", "at": AT}],
            },
            "GET gateway/v1/owed-answers": {"items": [owed, owed | {"delivery_id": "9", "late": False}], "next": "c"},
            "GET gateway/v1/owed-answers/counts": {"owed": 2, "late": 1, "documents": 2, "working_days": 1},
            "GET gateway/v1/quarantine/counts": [
                {"reason_code": "CONFLICT", "name": "Trùng mã định danh, khác nội dung", "count": 1, "overdue": 1},
                {"reason_code": "MALWARE", "name": "Có mã độc", "count": 1, "overdue": 0},
            ],
            "GET gateway/v1/quarantine/scanner": {"configured": True, "up": False, "waiting": 2, "since": AT},
            "GET gateway/v1/quarantine": [
                held | {"arrived_at": AT},
                held
                | {
                    "id": "Q2",
                    "arrived_at": AT,
                    "reason_code": "CONFLICT",
                    "reason_name": "Trùng mã định danh, khác nội dung",
                    "subject": "Về việc báo cáo quý",
                    "code": "12/BKHCN-VP",
                    "can_release": True,
                    "can_return": True,
                },
                held
                | {
                    "id": "Q3",
                    "arrived_at": AT,
                    "state": "refused",
                    "reason_code": "MALWARE",
                    "reason_name": "Có mã độc",
                    "note": "Tệp nhiễm mã độc",
                    "decided_by": "Phạm Ngọc Lan",
                    "decided_at": AT,
                    "can_reopen": True,
                },
            ],
            "GET registry/v1/registers/outgoing": [
                {
                    "id": "D2",
                    "number": 12,
                    "columns": [
                        "12/QĐ-SKHCN",
                        "20/11/2026",
                        "Quyết định Phê duyệt Kế hoạch",
                        "Hà Trung Kiên",
                        "UBND xã Yên Sơn",
                        "Văn thư",
                        "1",
                        "",
                        "",
                        "Hủy số: In nhầm họ tên người ký",
                    ],
                }
            ],
            "GET registry/v1/numbering/schemes": [
                {
                    "division": "by-type",
                    "valid_from": "2027-01-01",
                    "decision": "Quyết định số 12/QĐ-SKHCN ngày 20/12/2026",
                    "by_name": "Ma Thị Quản",
                }
            ],
            "GET registry/v1/registers/incoming": [
                {
                    "id": "I1",
                    "number": 1,
                    "columns": ["20/11/2026", "1", "Bộ KH&CN", "4821", "19/11", "V/v báo cáo", "", "", "", ""],
                }
            ],
        }
    )
    services.answers |= {
        "GET registry/v1/documents/D1/paper-issues": paper_issues(),
        "GET registry/v1/conversions/D1": [conversion()],
        "GET registry/v1/postal-register": [
            {"id": "D1", "number": 1, "columns": ["20/11/2026", "12/QĐ-SKHCN", "Hội Nông dân tỉnh", "1", "", "2 bản"]}
        ],
    }
    return services


@pytest.fixture(params=["1280", "360"])
def clerk(request: pytest.FixtureRequest, chromium: Browser, portal: str, full: Services) -> Iterator[Page]:
    context = open_context(chromium, request.param, base_url=portal)
    page = watch(context.new_page())
    log_in(page, portal, "lanpn.skhcn")
    yield page
    context.close()


@pytest.mark.parametrize("name", list(SCREEN_LIST))
def test_a_screen_fits_is_silent_and_accessible(clerk: Page, portal: str, name: str) -> None:
    look_at(clerk, portal, name, SCREEN_LIST[name])


@pytest.mark.parametrize("name", ["incoming-document", "document", "compose", "paper"])
def test_targets_are_large_enough(clerk: Page, name: str) -> None:
    clerk.goto(SCREEN_LIST[name])
    least = 44 if clerk.viewport_size["width"] == 360 else 24  # type: ignore[index]
    small = clerk.evaluate(
        """least => [...document.querySelectorAll("main button, main .button, main select")]
        .filter(e => e.offsetParent && !e.closest(".picked") && e.getBoundingClientRect().height < least - 0.5)
        .map(e => e.textContent + " " + e.getBoundingClientRect().height)""",
        least,
    )
    assert small == []


def test_the_journey_of_keys(chromium: Browser, portal: str, full: Services) -> None:
    """No mouse: a row down, open, to the lists by G, the search by /, the list of keys by ?."""
    context = open_context(chromium, "1280", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "lanpn.skhcn")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.rows li.here a.cover')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/van-ban/D1")
    for keys, place in (("gd", "**/den"), ("gp", "**/di"), ("gv", f"{portal}/"), ("?", "**/tro-giup")):
        for key in keys:
            page.keyboard.press(key)
        page.wait_for_url(place)
    page.keyboard.press("/")
    page.keyboard.type("lúa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tim-kiem?q=*")
    context.close()


def test_registering_by_keyboard(chromium: Browser, portal: str, full: Services) -> None:
    """The clerk opens with A, types the deadline and saves with Ctrl+Enter; registry gets the date."""
    full.answers["POST registry/v1/incoming/I1/accept"] = incoming("REGISTERED", arrival_number=1275)
    context = open_context(chromium, "1280", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "lanpn.skhcn")
    page.goto("/den")
    page.keyboard.press("a")
    page.wait_for_url("**/den/I1")
    page.focus("#f-due_date")
    page.keyboard.press("Control+A")
    page.keyboard.type("25/11/2026")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".toast")
    assert full.sent("POST registry/v1/incoming/I1/accept")["due_date"] == "2026-11-25"
    context.close()


def test_the_dialog_of_issuing_asks_and_can_be_left(chromium: Browser, portal: str, full: Services) -> None:
    kept = full.answers["GET registry/v1/documents/D1"]
    full.answers["GET registry/v1/documents/D1"] = outgoing("SEALED", code="128/QĐ-SKHCN")
    context = open_context(chromium, "360", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "lanpn.skhcn")
    page.goto("/van-ban/D1")
    page.get_by_role("button", name="Phát hành").first.click()
    assert (
        page.get_by_role("dialog").is_visible() and "UBND tỉnh Tuyên Quang" in page.get_by_role("dialog").inner_text()
    )
    page.screenshot(path=SCREENS / "issue-dialog-360.png")
    page.keyboard.press("Escape")
    assert not page.get_by_role("dialog").is_visible()
    assert not full.was_asked("POST registry/v1/documents/D1/issue")
    full.answers["GET registry/v1/documents/D1"] = kept
    context.close()


def test_the_dialog_of_issuing_shows_what_is_too_large_and_asks_for_the_link(clerk: Page, full: Services) -> None:
    full.answers["GET registry/v1/documents/D6"] = outgoing("SEALED", id="D6", code="131/QĐ-SKHCN")
    full.answers["GET registry/v1/documents/D6/sending-plan"] = {"over": [over()]}
    full.answers["POST registry/v1/documents/D6/issue"] = outgoing("ISSUED", id="D6")
    clerk.goto("/van-ban/D6")
    clerk.get_by_role("button", name="Phát hành").first.click()
    look_at(clerk, clerk.url.partition("/van-ban")[0], "issue-dialog-too-large")
    send = clerk.get_by_role("dialog").get_by_role("button", name="Phát hành")
    send.click()
    assert not full.was_asked("POST registry/v1/documents/D6/issue"), "the clerk has not chosen yet"
    clerk.get_by_label("Gửi các tệp lớn nêu trên bằng liên kết").check()
    send.click()
    clerk.wait_for_selector(".toast")
    assert full.sent("POST registry/v1/documents/D6/issue")["large_files"] == "link"
    full.asked.clear()


@pytest.mark.parametrize(("path", "most_kb", "most_requests"), [("/", 60, 6), ("/van-ban/D1", 180, 8)])
def test_cold_bytes_and_requests(
    chromium: Browser, portal: str, full: Services, path: str, most_kb: int, most_requests: int
) -> None:
    context = open_context(chromium, "1280", base_url=portal)
    page = context.new_page()
    log_in(page, portal, "lanpn.skhcn")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(path)
    page.wait_for_load_state("networkidle")
    assert len(sizes) <= most_requests
    assert sum(sizes) / 1024 <= most_kb, sizes
    context.close()


def test_without_javascript_pages_read_and_log_in_works(chromium: Browser, portal: str, full: Services) -> None:
    context = open_context(chromium, "1280", base_url=portal, java_script_enabled=False)
    page = context.new_page()
    log_in(page, portal, "lanpn.skhcn")
    page.goto("/den/I1")
    assert page.get_by_role("button", name="Tiếp nhận và vào sổ").is_visible()
    assert page.get_by_role("button", name="Từ chối tiếp nhận", exact=True).last.is_visible()
    context.close()
