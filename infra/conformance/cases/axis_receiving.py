"""Axis: what waits, fetching it, acknowledging it; the same bytes come out that went in."""

from __future__ import annotations

import base64

from infra.conformance.cases.axis_calls import NO, OK, demand
from infra.conformance.cases.axis_sending import OWN
from infra.conformance.packages.content import PDF
from infra.conformance.suite import Case, Failed
from infra.conformance.targets.axis import Axis, expect_equal, expect_good, expect_refused, expect_same

CASES: list[Case] = []
KEEP = ("Giữ mục trong danh sách cho tới done hoặc fail.", "Keep an item in the list until done or fail.")
SAME = (
    "Lưu và trả gói như đã nhận, trừ CR LF cuối; trục chỉ được thêm một TraceHeader, không sửa gì khác.",
    "Store and give the package as it came, less the final CR LF; an axis may add a TraceHeader and nothing else.",
)
BYTES = (
    "cùng nội dung, cùng tệp; chỉ có thể thêm TraceHeader",
    "the same content and files; TraceHeaders may be added",
)


@demand(
    CASES,
    "list.item",
    "một mục của danh sách",
    "an item of the list",
    ("mọi giá trị là chữ", "all values are texts"),
    (
        "Gửi docId, serviceType, messageType, created_time, updated_time, from, to, status, status_desc dạng chữ.",
        "Send docId, serviceType, messageType, created_time, updated_time, from, to, status, status_desc as texts.",
    ),
    rule="axis §1.3",
    quick=True,
)
async def list_item(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    names = (
        "docId",
        "serviceType",
        "messageType",
        "created_time",
        "updated_time",
        "from",
        "to",
        "status",
        "status_desc",
    )
    wrong = [name for name in names if not isinstance(item.get(name), str)]
    if wrong:
        raise Failed("mọi trường dạng chữ", f"thiếu hoặc không phải chữ: {', '.join(wrong)}")
    expect_equal("messageType", "edoc", item["messageType"])


@demand(
    CASES,
    "list.by-type",
    "văn bản không nằm trong danh sách trạng thái",
    "documents are not in the list of statuses",
    OK,
    KEEP,
    rule="axis §1.2",
)
async def list_by_type(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    if any(i.get("docId") == item["docId"] for i in await axis.receiver.waiting("status")):
        raise Failed("không có văn bản trong danh sách status", str(item["docId"]))


@demand(
    CASES,
    "list.until-done",
    "mục còn nguyên cho tới done",
    "an item stays until done",
    ("còn, rồi mất", "there, then gone"),
    KEEP,
    rule="axis §1.6",
    quick=True,
)
async def list_until_done(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    identifier = str(item["docId"])
    await axis.receiver.download(identifier)
    expect_good(await axis.receiver.done(identifier, "processing"), "updateStatus processing")
    expect_equal("còn trong danh sách", True, await _waits(axis, identifier))
    expect_good(await axis.receiver.done(identifier), "updateStatus done")
    expect_equal("còn trong danh sách", False, await _waits(axis, identifier))


@demand(
    CASES, "list.until-fail", "mục mất sau fail", "an item goes after fail", ("mất", "gone"), KEEP, rule="axis §1.6"
)
async def list_until_fail(axis: Axis) -> None:
    identifier = str((await axis.delivered(axis.document()))["docId"])
    expect_good(await axis.receiver.done(identifier, "fail"), "updateStatus fail")
    expect_equal("còn trong danh sách", False, await _waits(axis, identifier))


async def _waits(axis: Axis, identifier: str) -> bool:
    return any(str(i.get("docId")) == identifier for i in await axis.receiver.waiting())


@demand(
    CASES,
    "list.order",
    "cũ trước mới sau",
    "the oldest first",
    ("thứ tự gửi", "the order of sending"),
    ("Trả danh sách theo thứ tự nhận được.", "Give the list in the order of arrival."),
    rule="axis §1.6",
    level="should",
)
async def list_order(axis: Axis) -> None:
    sent = [str((await axis.delivered(axis.document()))["docId"]) for _ in range(3)]
    found = [str(i.get("docId")) for i in await axis.receiver.waiting() if str(i.get("docId")) in sent]
    expect_equal("thứ tự", sent, found)


@demand(
    CASES,
    "get.raw",
    "downloadEdoc: gói như đã gửi",
    "downloadEdoc: the package as it was sent",
    BYTES,
    SAME,
    rule="axis §1.2",
    quick=True,
)
async def get_raw(axis: Axis) -> None:
    body = axis.document()
    item = await axis.delivered(body)
    expect_same("downloadEdoc", body, (await axis.receiver.download(str(item["docId"]))).content)


@demand(
    CASES,
    "get.base64",
    "getEdoc: gói như đã gửi, trong base64",
    "getEdoc: the package as it was sent, in base64",
    BYTES,
    SAME,
    rule="axis §1.2",
    quick=True,
)
async def get_base64(axis: Axis) -> None:
    body = axis.document()
    item = await axis.delivered(body)
    answer = await axis.receiver.call("getEdoc", b"{}", docId=str(item["docId"]), filePath="edoc")
    expect_good(answer, "getEdoc")
    expect_same("getEdoc", body, base64.b64decode(str(answer.body.get("data"))))


@demand(
    CASES,
    "get.crlf-of-its-own",
    "gói tin tự kết thúc bằng CR LF",
    "a package that ends with CR LF of its own",
    BYTES,
    SAME,
    rule="axis §1.2",
)
async def get_own_crlf(axis: Axis) -> None:
    body = axis.document() + b"\r\n"
    item = await axis.delivered(body)
    expect_same("downloadEdoc", body, (await axis.receiver.download(str(item["docId"]))).content)


@demand(CASES, "get.large", "gói tin 8 MB", "a package of 8 MB", BYTES, SAME, rule="axis §1.7")
async def get_large(axis: Axis) -> None:
    body = axis.document(body=PDF + bytes(6_000_000))
    item = await axis.delivered(body)
    expect_same("downloadEdoc", body, (await axis.receiver.download(str(item["docId"]))).content)


@demand(
    CASES, "get.foreign", "mục của trung tâm khác", "an item of another centre", NO, OWN, rule="axis §1.6", quick=True
)
async def get_foreign(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    answer = await axis.sender.download(str(item["docId"]))
    if b"edXMLEnvelope" in answer.content:
        raise Failed("từ chối", "trả về gói tin của trung tâm khác")
    expect_refused(await axis.sender.done(str(item["docId"])), "xác nhận mục của trung tâm khác")


@demand(CASES, "get.unknown", "tải mục không tồn tại", "an item that does not exist", NO, OWN, rule="axis §1.4")
async def get_unknown(axis: Axis) -> None:
    expect_refused(await axis.receiver.download(f"khong-co-{axis.run}"), "mục không tồn tại")
    expect_refused(await axis.receiver.done(f"khong-co-{axis.run}"), "xác nhận mục không tồn tại")


@demand(
    CASES,
    "ack.docId",
    "updateStatus với docId thay cho docid",
    "updateStatus with docId for docid",
    OK,
    (
        "Tên tiêu đề không phân biệt hoa thường, kể cả trong sign-header-key.",
        "Header names have no case, in sign-header-key neither.",
    ),
    rule="axis §1.6",
)
async def acknowledge_other_case(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    expect_good(
        await axis.receiver.call("updateStatus", b"{}", docId=str(item["docId"]), status="done"), "updateStatus"
    )


@demand(
    CASES,
    "ack.unknown-state",
    "updateStatus với giá trị lạ",
    "updateStatus with an unknown value",
    NO,
    KEEP,
    rule="axis §1.6",
)
async def acknowledge_unknown(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    expect_refused(await axis.receiver.done(str(item["docId"]), "maybe"), "updateStatus maybe")


@demand(
    CASES,
    "ack.twice",
    "done hai lần",
    "done twice",
    OK,
    ("Xác nhận lại là thành công, không phải lỗi.", "To acknowledge again is a success, not an error."),
    rule="axis §1.6",
    level="should",
)
async def acknowledge_twice(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    for _ in range(2):
        expect_good(await axis.receiver.done(str(item["docId"])), "updateStatus done")
