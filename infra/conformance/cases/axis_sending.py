"""Axis: sending a package, and where it goes."""

from __future__ import annotations

import hashlib

from infra.conformance.cases.axis_calls import NO, OK, demand
from infra.conformance.suite import Case, Failed
from infra.conformance.targets.axis import Axis, expect_equal, expect_good, expect_refused, expect_same, short_hash

CASES: list[Case] = []
SEND = (
    "Kiểm tra hash-file trên thân sau khi bỏ đúng một CR LF cuối; nhận cả hai dạng viết của SHA-256.",
    "Check hash-file over the body less one final CR LF; accept both ways of writing a SHA-256.",
)
ROUTE = (
    "Chuyển theo tiêu đề to nếu có, không thì theo To của gói tin; trạng thái theo ResponseFor/OrganId.",
    "Route by the header to when it is given, else by the package's To; a status by ResponseFor/OrganId.",
)
OWN = (
    "Chỉ trung tâm của nơi nhận được thấy, tải, xác nhận mục của mình.",
    "Only the receiver's centre may see, fetch and acknowledge its items.",
)


@demand(
    CASES,
    "send.document",
    "gửi văn bản",
    "send a document",
    ("DocId khác rỗng", "a DocId"),
    SEND,
    rule="axis §1.2",
    quick=True,
)
async def send_document(axis: Axis) -> None:
    answer = await axis.sender.deposit(axis.document())
    expect_good(answer, "sendEdoc")
    if not str(answer.body.get("DocId") or ""):
        raise Failed("DocId khác rỗng", answer.shown())


@demand(
    CASES,
    "send.status",
    "gửi trạng thái không có to: về nơi ở ResponseFor",
    "a status without `to` goes to ResponseFor",
    OK,
    ROUTE,
    rule="axis §1.6",
    quick=True,
)
async def send_status(axis: Axis) -> None:
    body = axis.status()
    expect_good(await axis.receiver.deposit(body, kind="status"), "sendEdoc status")
    found = [i for i in await axis.sender.waiting("status") if i.get("to") == axis.sender.unit]
    if len(found) != 1:
        raise Failed("một trạng thái trong danh sách status của nơi gửi văn bản", f"{len(found)} mục")
    expect_same("downloadEdoc", body, (await axis.sender.download(str(found[0]["docId"]))).content)


@demand(
    CASES, "send.without-crlf", "thân không có CR LF cuối", "a body without the final CR LF", OK, SEND, rule="axis §1.2"
)
async def send_without_crlf(axis: Axis) -> None:
    expect_good(await axis.sender.deposit(axis.document(), final=b""), "không có CR LF")


@demand(
    CASES,
    "send.hash.sdk",
    "hash-file dạng của SDK (bỏ số 0 đầu mỗi byte)",
    "hash-file as the SDK writes it",
    OK,
    SEND,
    rule="axis §1.2",
    quick=True,
)
async def hash_of_sdk(axis: Axis) -> None:
    body = axis.document()
    while len(short_hash(body)) == 64:  # until the two forms differ
        body = axis.document()
    expect_good(await axis.sender.deposit(body, digest=short_hash(body)), "hash-file của SDK")


@demand(CASES, "send.hash.proper", "hash-file đủ 64 ký tự", "hash-file of 64 characters", OK, SEND, rule="axis §1.2")
async def hash_proper(axis: Axis) -> None:
    body = axis.document()
    expect_good(await axis.sender.deposit(body, digest=hashlib.sha256(body).hexdigest()), "hash-file 64 ký tự")


@demand(CASES, "send.hash.wrong", "hash-file sai", "a wrong hash-file", NO, SEND, rule="axis §1.2", quick=True)
async def hash_wrong(axis: Axis) -> None:
    answer = await axis.sender.deposit(axis.document(), digest=short_hash(b"another"))
    expect_refused(answer, "hash-file sai")


@demand(
    CASES,
    "send.error.docid",
    "lỗi của sendEdoc vẫn có DocId rỗng",
    "sendEdoc's errors carry an empty DocId",
    ("DocId có mặt, dạng chữ", "DocId present, as text"),
    ('Thêm "DocId":"" vào mọi lỗi của sendEdoc: SDK cần nó.', 'Add "DocId":"" to every sendEdoc error.'),
    rule="axis §1.4",
    quick=True,
)
async def error_has_docid(axis: Axis) -> None:
    answer = await axis.sender.deposit(axis.document(), digest=short_hash(b"another"))
    if not isinstance(answer.body.get("DocId"), str):
        raise Failed('"DocId": ""', answer.shown())


@demand(CASES, "send.empty", "gói tin rỗng", "an empty package", NO, SEND, rule="axis §1.5")
async def send_empty(axis: Axis) -> None:
    expect_refused(await axis.sender.deposit(b"", to=[axis.receiver.unit]), "gói rỗng")


@demand(
    CASES,
    "send.unknown-receiver",
    "nơi nhận không tồn tại",
    "an unknown receiver",
    NO,
    ROUTE,
    rule="axis §1.5",
    quick=True,
)
async def unknown_receiver(axis: Axis) -> None:
    expect_refused(await axis.sender.deposit(axis.document(to=[f"X{axis.run}"])), "nơi nhận lạ")


@demand(
    CASES,
    "send.unknown-receiver.code",
    "nơi nhận không tồn tại: mã 18",
    "an unknown receiver: code 18",
    ("ErrorCode 18",) * 2,
    ROUTE,
    rule="axis §1.5",
    level="should",
)
async def unknown_receiver_code(axis: Axis) -> None:
    expect_refused(await axis.sender.deposit(axis.document(to=[f"X{axis.run}"])), "nơi nhận lạ", "18")


@demand(
    CASES, "send.unknown-sender", "nơi gửi chưa đăng ký", "a sender who is not registered", NO, ROUTE, rule="axis §1.5"
)
async def unknown_sender(axis: Axis) -> None:
    expect_refused(await axis.sender.deposit(axis.document(), sender=f"X{axis.run}"), "nơi gửi lạ")


@demand(
    CASES,
    "send.foreign-sender",
    "gửi dưới tên đơn vị của trung tâm khác",
    "sending under a foreign unit's name",
    NO,
    OWN,
    rule="axis §1.6",
    quick=True,
)
async def foreign_sender(axis: Axis) -> None:
    answer = await axis.sender.deposit(axis.document(sender=axis.receiver.unit), sender=axis.receiver.unit)
    expect_refused(answer, "mượn tên đơn vị")


@demand(CASES, "send.type", "messagetype lạ", "an unknown messagetype", NO, SEND, rule="axis §1.2")
async def unknown_type(axis: Axis) -> None:
    expect_refused(await axis.sender.deposit(axis.document(), kind="letter"), "messagetype lạ")


@demand(
    CASES,
    "route.by-header",
    "theo tiêu đề to, không theo gói tin",
    "by the header to, not by the package",
    OK,
    ROUTE,
    rule="axis §1.6",
)
async def route_by_header(axis: Axis) -> None:
    item = await axis.delivered(axis.document(to=[f"X{axis.run}"]), to=[axis.receiver.unit])
    expect_equal("to", axis.receiver.unit, item.get("to"))


@demand(
    CASES, "route.by-package", "theo To của gói tin", "by the package's To", OK, ROUTE, rule="axis §1.6", quick=True
)
async def route_by_package(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    expect_equal("from", axis.sender.unit, item.get("from"))
    expect_equal("to", axis.receiver.unit, item.get("to"))


@demand(
    CASES,
    "route.two-units",
    "hai đơn vị của một trung tâm: hai mục",
    "two units of one centre: two items",
    ("hai mục, mỗi đơn vị một", "two items, one a unit"),
    ROUTE,
    rule="axis §1.6",
)
async def route_to_two(axis: Axis) -> None:
    other = axis.code(axis.receiver, 3)
    expect_good(await axis.register(axis.receiver, other, "Đơn vị thử 3"), "registerAgency")
    before = {i.get("docId") for i in await axis.receiver.waiting()}
    expect_good(await axis.sender.deposit(axis.document(to=[axis.receiver.unit, other])), "sendEdoc")
    found = sorted(str(i.get("to")) for i in await axis.receiver.waiting() if i.get("docId") not in before)
    expect_equal("to", [axis.receiver.unit, other], found)
