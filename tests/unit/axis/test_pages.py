"""The simulator's pages: what passed, one package's way, the switches of the faults."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from .conftest import Body, Running, document


async def passed(running: Running, package: Callable[[bytes], Body]) -> str:
    body = package(document("H01", "G01", "G04", number=7))
    async with running.axis("H01", "one") as axis:
        receipt = await axis.send(body.path, body.sha256, "H01", [], "edoc")
    running.simulator.offices.work()
    return receipt.axis_id


async def test_what_passed_and_a_packages_way(running: Running, package: Callable[[bytes], Body]) -> None:
    doc_id = await passed(running, package)
    page = httpx.get(running.url).text
    assert "Về việc thử" in page and "G04" in page and f"/goi-tin/{doc_id}" in page
    way = httpx.get(f"{running.url}/goi-tin/{doc_id}").text
    assert [way.index(f"trạng thái <b>{code}</b>") for code in ("01", "03", "04", "05", "06")] == sorted(
        way.index(f"trạng thái <b>{code}</b>") for code in ("01", "03", "04", "05", "06")
    )
    assert "Bộ Hoàn Thành" in way and "chờ lấy" not in way.split("G04")[0]
    raw = httpx.get(f"{running.url}/goi-tin/{doc_id}/tai-ve")
    assert raw.content == document("H01", "G01", "G04", number=7)
    assert httpx.get(f"{running.url}/goi-tin/none").status_code == 404
    assert httpx.get(f"{running.url}/goi-tin/none/tai-ve").status_code == 404


async def test_calls_are_found_by_system_and_operation(running: Running, package: Callable[[bytes], Body]) -> None:
    await passed(running, package)
    async with running.axis("H02", "two") as other:
        await other.list_received("edoc")
    only = httpx.get(f"{running.url}/?he-thong=H02&thao-tac=getReceivedEdocList&tu-dong=5").text
    calls = only.split("<h2>Cuộc gọi</h2>")[1]
    assert "H02</td>" in calls and "H01</td>" not in calls
    assert 'http-equiv="refresh" content="5"' in only
    assert "Chưa có cuộc gọi nào như vậy" in httpx.get(f"{running.url}/?he-thong=nobody").text


def test_faults_are_switched_on_the_page(running: Running) -> None:
    answer = httpx.post(
        f"{running.url}/loi", data={"kind": "error", "code": "18", "count": "2", "operation": "sendEdoc"}
    )
    assert answer.status_code == 303
    page = httpx.get(running.url).text
    assert "trả mã lỗi 18" in page and "2 lần" in page
    httpx.post(f"{running.url}/loi", data={"kind": "down", "seconds": "28800"})
    assert "giây</td>" in httpx.get(running.url).text
    assert httpx.post(f"{running.url}/loi", data={"kind": "down", "count": "many"}).status_code == 400
    assert httpx.post(f"{running.url}/loi/bo").status_code == 303
    assert "Không có lỗi nào" in httpx.get(running.url).text


def test_another_sites_page_presses_no_button(running: Running) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert httpx.post(f"{running.url}/loi", data={"kind": "down"}, headers=headers).status_code == 403
    assert httpx.post(f"{running.url}/loi/bo", headers=headers).status_code == 403
    assert running.simulator.faults.describe() == []


async def test_what_a_stranger_wrote_is_shown_as_text(running: Running, package: Callable[[bytes], Body]) -> None:
    content = document("H01", "G04").replace("Về việc thử".encode(), b"&lt;script&gt;alert(1)&lt;/script&gt;")
    body = package(content)
    async with running.axis("H01", "one") as axis:
        receipt = await axis.send(body.path, body.sha256, "H01", [], "edoc")
    for page in (httpx.get(running.url).text, httpx.get(f"{running.url}/goi-tin/{receipt.axis_id}").text):
        assert "<script>" not in page and "&lt;script&gt;" in page


def test_an_empty_axis_says_what_will_come(running: Running) -> None:
    page = httpx.get(running.url).text
    assert "Chưa có gói tin nào" in page and "Không có lỗi nào" in page and "Chưa có cuộc gọi nào" in page
