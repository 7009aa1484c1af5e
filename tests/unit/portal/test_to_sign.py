"""The leader's queue: what may be ticked, one PIN for all, the outcome of each; the button of one document."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.portal.base import SignRun
from shared.clock import now
from shared.service import Runtime
from tests.unit.portal.conftest import Person
from tests.unit.portal.stand_in import AT, FILE, Services, outgoing, refusal, task

HASH = "h" * 64
EXPIRED = "Chứng thư số của bạn đã hết hạn ngày 01/11/2026. Hãy đề nghị gia hạn."


def can(*why: str) -> dict[str, Any]:
    return {"can": not why, "capacity": "GIÁM ĐỐC", "obstacles": [{"code": "x", "message": one} for one in why]}


@pytest.fixture
def services(services: Services) -> Services:
    waiting = [task("sign", id=f"T{n}", object_id=f"D{n}", content_hash=HASH, subject=f"Văn bản {n}") for n in (1, 2)]
    services.answers |= {
        "GET workflow/v1/tasks": {"items": [*waiting, task("initial", object_id="D9")], "next": None},
        "GET signing/v1/can-sign": can(),
        "GET registry/v1/documents/D1": outgoing("INITIALLED"),
        "GET registry/v1/documents/D2": outgoing("INITIALLED", id="D2"),
    }
    return services


async def see_draft(person: Person, key: str, content_hash: str = HASH) -> int:
    page = await person.see("/tro-giup")
    found = re.search(r'data-csrf="([^"]+)"', page)
    assert found
    answer = await person.http.post(f"/van-ban/{key}/da-xem?ma={content_hash}", headers={"X-CSRF": found[1]})
    return answer.status_code


def ticks(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="ids" value="(D\d)"[^>]*?(checked|disabled)>', page))


async def test_only_what_was_opened_in_this_very_content_can_be_ticked(person: Person) -> None:
    await person.log_in("kienht")
    page = await person.see("/lanh-dao/cho-ky")
    assert ticks(page) == {"D1": "disabled", "D2": "disabled"} and "2 văn bản chờ chữ ký của bạn" in page
    assert await see_draft(person, "D1") == 204 and await see_draft(person, "D2", "another") == 204
    page = await person.see("/lanh-dao/cho-ky")
    assert ticks(page) == {"D1": "checked", "D2": "disabled"} and "Đã xem" in page and "Ký 1 văn bản đã chọn" in page
    await person.log_in("vinhlq")
    assert ticks(await person.see("/lanh-dao/cho-ky"))["D1"] == "disabled"  # what another person saw does not count


async def test_what_may_not_be_signed_says_why(person: Person, services: Services) -> None:
    services.answers["GET signing/v1/can-sign"] = can(EXPIRED)
    await person.log_in("kienht")
    await see_draft(person, "D1")
    page = await person.see("/lanh-dao/cho-ky")
    assert EXPIRED in page and ticks(page) == {"D1": "disabled", "D2": "disabled"}


async def test_one_pin_signs_what_was_seen_and_each_outcome_is_listed(person: Person, services: Services) -> None:
    services.answers["POST signing/v1/acts/leader-sign-batch"] = [{"object_id": "D1", "state": "done"}]
    await person.log_in("kienht")
    await see_draft(person, "D1")
    names = {"ten-D1": "Văn bản 1", "ten-D2": "Văn bản 2"}
    answer = await person.send("/lanh-dao/cho-ky/ky", ids=["D1", "D2"], pin="123456", **names)
    assert (answer.status_code, answer.headers["location"]) == (303, "/lanh-dao/cho-ky")
    sent = services.sent("POST signing/v1/acts/leader-sign-batch")
    assert sent == {"pin": "123456", "drafts": [{"draft_id": "D1", "content_hash": HASH, "main_file": FILE}]}
    page = await person.see("/lanh-dao/cho-ky")
    assert "Kết quả ký: 1/2 đã ký" in page and "Bạn chưa mở bản này" in page
    assert "123456" not in page and "Kết quả ký" not in await person.see("/lanh-dao/cho-ky")


MANY = [f"D{n}" for n in range(1, 21)]


async def begun(person: Person, services: Services, answer: Callable[[dict[str, Any]], Any]) -> str:
    """Twenty drafts were opened and are sent to be signed; where the browser is led."""
    services.answers["GET workflow/v1/tasks"] = {"items": [], "next": None}
    for key in MANY:
        services.answers[f"GET registry/v1/documents/{key}"] = outgoing("INITIALLED", id=key)
    services.answers["POST signing/v1/acts/leader-sign-batch"] = answer
    await person.log_in("kienht")
    for key in MANY:
        await see_draft(person, key)
    names = {f"ten-{key}": f"Văn bản số {key}" for key in MANY}
    answered = await person.send("/lanh-dao/cho-ky/ky", ids=MANY, pin="123456", **names)
    assert answered.status_code == 303
    return str(answered.headers["location"])


def all_done(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"object_id": one["draft_id"], "state": "done"} for one in body["drafts"]]


async def over(runtime: Runtime) -> None:
    """The background work has come to its end."""
    await asyncio.gather(*(task for task in asyncio.all_tasks() if "sign-run" in task.get_name()))


async def test_a_long_batch_runs_on_while_its_page_shows_each_document(
    person: Person, services: Services, runtime: Runtime
) -> None:
    held, groups = asyncio.Event(), []

    async def slowly(body: dict[str, Any]) -> list[dict[str, Any]]:
        groups.append([one["draft_id"] for one in body["drafts"]])
        if len(groups) == 2:
            await held.wait()
        return all_done(body)

    here = await begun(person, services, slowly)
    assert re.fullmatch(r"/lanh-dao/cho-ky/dot/[0-9a-f-]{36}", here)
    for _ in range(2):  # and again: it survives that the page is read anew
        page = await person.see(here)
        assert "8/20 đã ký" in page and page.count("Chờ đến lượt.") == 12 and "data-job" in page
    assert "Đang ký một đợt 20 văn bản" in await person.see("/lanh-dao/cho-ky")
    held.set()
    await over(runtime)
    page = await person.see(here)
    assert "20/20 đã ký" in page and "data-job" not in page and "Văn bản số D20" in page and "123456" not in page
    assert groups == [MANY[:8], MANY[8:16], MANY[16:]]
    assert "Đang ký một đợt" not in await person.see("/lanh-dao/cho-ky")
    await person.log_in("vinhlq")
    await person.see(here, 404)
    await person.see("/lanh-dao/cho-ky/dot/x", 404)


async def test_one_that_is_refused_holds_up_no_other_and_a_lost_key_ends_the_run(
    person: Person, services: Services, runtime: Runtime
) -> None:
    groups: list[int] = []

    def revoked_later(body: dict[str, Any]) -> Any:
        groups.append(len(body["drafts"]))
        if len(groups) == 3:
            return refusal(422, "certificate-revoked", "Chứng thư số của bạn đã bị thu hồi.")
        first, *rest = all_done(body)
        return [first | {"state": "refused", "reason": "Không tìm được chỗ ký."}, *rest]

    here = await begun(person, services, revoked_later)
    await over(runtime)
    page = await person.see(here)
    assert "14/20 đã ký" in page and page.count("Không tìm được chỗ ký.") == 2
    assert page.count("Chứng thư số của bạn đã bị thu hồi.") == 4 and "Đã xong" in page


async def test_a_wrong_pin_is_said_before_a_long_batch_begins(person: Person, services: Services) -> None:
    here = await begun(person, services, lambda _: refusal(422, "wrong-pin", "Mã PIN không đúng."))
    assert here == "/lanh-dao/cho-ky" and "Mã PIN không đúng." in await person.see(here)
    assert sum(key == "POST signing/v1/acts/leader-sign-batch" for key, _, _ in services.asked) == 1


async def test_a_run_whose_server_died_says_so(person: Person, services: Services, runtime: Runtime) -> None:
    here = await begun(person, services, all_done)
    await over(runtime)
    async with runtime.work() as work:
        run = await work.locked(SignRun, UUID(here.rpartition("/")[2]))
        run.ended_at, run.at = None, now() - timedelta(minutes=10)
        run.lines = [*run.lines[:-1], run.lines[-1] | {"state": "waiting"}]
    page = await person.see(here)
    assert "Dừng giữa chừng" in page and "19/20 đã ký" in page and "data-job" not in page


async def test_a_draft_that_changed_since_it_was_seen_is_not_signed(person: Person, services: Services) -> None:
    await person.log_in("kienht")
    await see_draft(person, "D1")
    services.answers["GET registry/v1/documents/D1"] = outgoing("INITIALLED", content_hash="n" * 64)
    await person.send("/lanh-dao/cho-ky/ky", ids=["D1"], pin="1")
    assert not services.was_asked("POST signing/v1/acts/leader-sign-batch")
    assert "Dự thảo đã đổi sau khi bạn xem" in await person.see("/lanh-dao/cho-ky")


async def test_a_wrong_pin_signs_nothing_and_says_so(person: Person, services: Services) -> None:
    wrong = refusal(422, "wrong-pin", "Mã PIN không đúng. Còn 4 lần.")
    services.answers["POST signing/v1/acts/leader-sign-batch"] = wrong
    await person.log_in("kienht")
    await see_draft(person, "D1")
    await person.send("/lanh-dao/cho-ky/ky", ids=["D1"], pin="1")
    assert "Mã PIN không đúng. Còn 4 lần." in await person.see("/lanh-dao/cho-ky")
    await person.send("/lanh-dao/cho-ky/ky", pin="1")
    assert "Chưa chọn văn bản nào" in await person.see("/lanh-dao/cho-ky")


async def test_a_seen_mark_needs_the_proof_of_the_page(person: Person) -> None:
    await person.log_in("kienht")
    answer = await person.http.post("/van-ban/D1/da-xem?ma=x", headers={"X-CSRF": "other"})
    assert answer.status_code == 403
    assert ticks(await person.see("/lanh-dao/cho-ky"))["D1"] == "disabled"


async def test_the_button_of_a_document_is_off_with_every_reason(person: Person, services: Services) -> None:
    services.answers["GET workflow/v1/objects/draft/D1"] = {"steps": [], "opinions": [], "my_task": task("sign")}
    await person.log_in("kienht")
    page = await person.see("/van-ban/D1")
    assert "Mã PIN" in page and "data-seen=" in page and "Ký với thẩm quyền GIÁM ĐỐC" in page
    services.answers["GET signing/v1/can-sign"] = can(EXPIRED, "Văn bản này do người khác ký.")
    page = await person.see("/van-ban/D1")
    assert EXPIRED in page and "do người khác ký" in page and "Mã PIN" not in page
    assert re.search(r'<button class="wide" disabled>.*?Ký số', page)


async def test_the_panel_says_who_in_which_role_when_at_which_level_and_why_not(
    person: Person, services: Services
) -> None:
    signed = {"signer": "Hoàng Trung Kiên", "role": "leader", "time": AT, "level": "B-LT", "valid": True}
    signed |= {"sentence": "Chữ ký số của người có thẩm quyền hợp lệ.", "issuer": "CA của Chính phủ"}
    bad = {
        "signer": "Sở KH&CN",
        "role": "office",
        "time": AT,
        "level": "B-B",
        "valid": False,
        "reason": "Đã bị thu hồi.",
    }
    verdict = {
        "signatures": [signed, bad],
        "reasons": [{"code": "x", "message": "Chứng thư của cơ quan đã bị thu hồi."}],
    }
    services.answers["GET registry/v1/documents/D1"] = outgoing("ISSUED", code="1/QĐ")
    services.answers[f"GET signing/v1/verdicts/{FILE['sha256']}"] = verdict
    await person.log_in("kienht")
    page = await person.see("/van-ban/D1")
    for words in (
        "Người có thẩm quyền", "20/11/2026 14:05", "bằng chứng lưu trong tệp (B-LT)", "CA của Chính phủ",
        "Chữ ký của Sở KH&amp;CN không hợp lệ. Đã bị thu hồi.", "Chứng thư của cơ quan đã bị thu hồi.",
    ):  # fmt: skip
        assert words in page, words


async def test_only_those_who_sign_have_the_place_in_their_menu(person: Person) -> None:
    await person.log_in("kienht")
    assert 'href="/lanh-dao/cho-ky"' in await person.see("/tro-giup")
    await person.log_in("lanpn")
    assert 'href="/lanh-dao/cho-ky"' not in await person.see("/tro-giup")
