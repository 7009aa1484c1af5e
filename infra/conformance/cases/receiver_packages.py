"""Receiver: it polls, fetches before it acknowledges, and tells the sender that a package arrived."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal

from infra.conformance.packages.content import PDF, File, docx, zipped
from infra.conformance.packages.dialects import DIALECTS
from infra.conformance.packages.documents import (
    DOCUMENT_ID,
    FILE,
    RECEIVER,
    SENDER,
    document,
    header_of,
    replacement,
    status,
    traces_of,
    update,
)
from infra.conformance.packages.documents import recall as recall_package
from infra.conformance.packages.tree import Element, write
from infra.conformance.suite import Case, Failed, Words
from infra.conformance.targets.axis import expect_equal
from infra.conformance.targets.receiver import Receiver, Told

Act = Callable[[Receiver], Awaitable[None]]
ARRIVED = ("updateStatus done, rồi gói trạng thái 01", "updateStatus done, then a status package 01")
TAKEN = ("updateStatus done hoặc fail", "updateStatus done or fail")
POLL = (
    "Hỏi getReceivedEdocList đều đặn cho cả edoc và status, không dày hơn mỗi giây một lần.",
    "Ask getReceivedEdocList regularly for edoc and for status, at most once a second.",
)
TAKE = (
    "Lấy gói bằng downloadEdoc hoặc getEdoc, lưu bền vững, rồi mới updateStatus done.",
    "Fetch by downloadEdoc or getEdoc, store durably, and only then say updateStatus done.",
)
TELL = (
    "Sau khi lưu, gửi gói trạng thái 01 về ResponseFor/OrganId = đơn vị gửi, DocumentId giữ đúng từng chữ.",
    "After storing, send a status package 01: ResponseFor/OrganId is the sender, DocumentId letter by letter.",
)
READ = (
    "Đọc theo tên cục bộ, mọi thứ tự; chạy các ca codec.* trước để tìm chỗ sai.",
    "Read by local names in any order; run the codec.* cases first to find what fails.",
)
ALLOWED_SKEW = timedelta(minutes=15)
_IDENTIFIER = re.compile(rb"DocumentId>([^<]+)<")


def made(
    identifier: str,
    vi: str,
    en: str,
    expects: tuple[str, str],
    fix: tuple[str, str],
    act: Act,
    *,
    rule: str = "axis §1.6",
    level: Literal["must", "should"] = "must",
    quick: bool = False,
    alone: bool = False,
) -> Case:
    """A receiver case."""
    words = Words(vi, en), Words(*expects), Words(*fix)
    return Case(f"receiver.{identifier}", "receiver", rule, *words, act, level, quick, None, alone)


def addressed(receiver: Receiver, package: bytes | Element) -> tuple[str, bytes]:
    """The package from the suite's unit to the unit under test, with an identifier of its own."""
    body = write(package) if isinstance(package, Element) else package
    identifier = receiver.axis.identifier()
    own = _IDENTIFIER.search(body)
    changes = {
        own[1] if own else DOCUMENT_ID.encode(): identifier,
        f">{SENDER}<".encode(): f">{receiver.axis.sender.unit}<",
        f">{RECEIVER}<".encode(): f">{receiver.unit}<",
    }
    for old, new in changes.items():
        body = body.replace(old, new.encode())
    return identifier, body


async def arrives(receiver: Receiver, package: bytes | Element) -> Told:
    """It is acknowledged and answered with 01."""
    identifier, body = addressed(receiver, package)
    await receiver.acknowledged(await receiver.send(body))
    return await receiver.status_about(identifier, ("01",))


def polling() -> Iterator[Case]:
    for kind, vi in (("edoc", "văn bản"), ("status", "trạng thái")):
        yield made(
            f"poll.{kind}", f"hỏi danh sách {vi}", f"asks for the list of {kind}", ("có lời gọi", "there are calls"),
            POLL, _polls(kind), quick=True,
        )  # fmt: skip
    yield made(
        "poll.pace", "không hỏi dồn dập", "does not ask all the time", ("≤ 4 lời gọi mỗi giây", "≤ 4 calls a second"),
        POLL, _pace, level="should",
    )  # fmt: skip
    yield made(
        "fetch.before-done", "lấy gói trước khi xác nhận", "fetches before it acknowledges",
        ("downloadEdoc hoặc getEdoc đứng trước updateStatus done", "downloadEdoc or getEdoc before updateStatus done"),
        TAKE, _fetches_first, quick=True,
    )  # fmt: skip


def _polls(kind: str) -> Act:
    async def act(receiver: Receiver) -> None:
        async def look() -> bool | None:
            calls = await receiver.calls("getReceivedEdocList")
            return any(f"messagetype={kind}" in str(call["detail"]) for call in calls) or None

        await receiver.until(f"getReceivedEdocList với messagetype={kind}", look)

    return act


async def _pace(receiver: Receiver) -> None:
    await receiver.until("getReceivedEdocList", lambda: _some(receiver))
    moments = [str(call["at"]) for call in await receiver.calls("getReceivedEdocList")]
    most = max(moments.count(moment) for moment in set(moments))
    if most > 4:
        raise Failed("≤ 4 lời gọi getReceivedEdocList mỗi giây", f"{most} lời gọi trong một giây")


async def _some(receiver: Receiver) -> bool | None:
    return bool(await receiver.calls("getReceivedEdocList")) or None


async def _fetches_first(receiver: Receiver) -> None:
    _, body = addressed(receiver, document())
    item = await receiver.send(body)
    await receiver.acknowledged(item)
    names = [str(c["operation"]) for c in await receiver.calls() if f"docid={item}" in str(c["detail"]).lower()]
    if not any(name in ("downloadEdoc", "getEdoc") for name in names[: names.index("updateStatus")]):
        raise Failed("downloadEdoc hoặc getEdoc, rồi updateStatus", " → ".join(names))


def answers() -> Iterator[Case]:
    yield made(
        "status.form", "gói trạng thái đúng mẫu chuẩn", "the status package has the strict form",
        ("không có cảnh báo", "no warning"),
        ("Chạy qlvb edxml check trên gói của mình và sửa theo từng dòng.", "Run qlvb edxml check and mend each line."),
        _status_form, rule="QCVN 102 §4", quick=True,
    )  # fmt: skip
    yield made(
        "status.about", "trạng thái nói về đúng văn bản", "the status is about the right document",
        ("ResponseFor có OrganId, Code, DocumentId của văn bản", "ResponseFor with OrganId, Code, DocumentId of it"),
        TELL, _status_about, rule="N.MessageHeader.ResponseFor.DocumentId", quick=True,
    )  # fmt: skip
    yield made(
        "status.time", "thời điểm là giờ Việt Nam hiện tại", "the time is now, in Viet Nam",
        ("lệch không quá 15 phút", "within 15 minutes"),
        ("Ghi Timestamp theo giờ Việt Nam, dạng yyyy/MM/dd HH:mm:ss.", "Write Timestamp in Viet Nam's local time."),
        _status_time, rule="T.MessageHeader.Timestamp", level="should",
    )  # fmt: skip
    yield made(
        "status.once", "mỗi văn bản một trạng thái 01", "one status 01 for a document", ("đúng một gói", "exactly one"),
        ("Ghi nhớ trạng thái đã gửi cùng giao dịch với văn bản.", "Keep what was sent in the document's transaction."),
        _status_once, level="should",
    )  # fmt: skip


async def _status_form(receiver: Receiver) -> None:
    told = await arrives(receiver, document())
    if not told.report.strict:
        raise Failed("đúng mẫu chuẩn", told.report.to_text()[:1500])


async def _status_about(receiver: Receiver) -> None:
    about = (await arrives(receiver, document())).status
    expect_equal("From/OrganId", receiver.unit, about.sender.organ_id)
    expect_equal("ResponseFor/OrganId", receiver.axis.sender.unit, about.response_for.organ_id)
    expect_equal("ResponseFor/Code", "7816/BKHCN-VP", about.response_for.code)


async def _status_time(receiver: Receiver) -> None:
    told = await arrives(receiver, document())
    skew = abs(datetime.now(UTC) - told.status.timestamp)
    if skew > ALLOWED_SKEW:
        raise Failed("lệch ≤ 15 phút", f"lệch {skew}")


async def _status_once(receiver: Receiver) -> None:
    told = await arrives(receiver, document())
    await arrives(receiver, document())  # what comes after it has had its time
    expect_equal("số gói 01", 1, len(await receiver.statuses(told.status.response_for.document_id, ("01",))))


def packages() -> Iterator[Case]:
    """Every package that a system meets in the country."""
    yield made("take.new", "văn bản mới", "a new document", ARRIVED, TAKE, _taking(document), quick=True)
    for name, make in DIALECTS.items():
        if name == "D7":  # travels over SOAP only
            continue
        old = name in ("D5", "D8")
        yield made(
            f"take.{name}", f"mẫu {name}", f"dialect {name}", ARRIVED, READ, _taking(partial(make, FILE)),
            rule="edXML §8", level="should" if old else "must", quick=name == "D3",
        )  # fmt: skip
    forms: dict[str, tuple[str, str, Callable[[], Element]]] = {
        "two-codes": ("một đơn vị hai mã", "a unit by two codes", lambda: document(to=(RECEIVER, "000.00.10.H60"))),
        "600-receivers": ("600 nơi nhận", "600 receivers", lambda: document(to=[RECEIVER, *_others()])),
        "no-file": ("không có tệp đính kèm", "without a file", lambda: document(files=())),
        "zip-called-pdf": ("zip nhãn PDF", "a zip called PDF", lambda: document(files=(File("a.pdf", zipped(PDF)),))),
        "docx": ("DOCX nguyên", "a raw DOCX", lambda: document(files=(File("a.docx", docx(), "application/docx"),))),
        "8-megabytes": ("tệp 8 MB", "a file of 8 MB", lambda: document(files=(File("a.pdf", PDF + bytes(8 << 20)),))),
        "impossible-date": ("ngày không có thật", "an impossible date", _impossible_date),
        "no-traces": ("không có Bussiness", "without Bussiness", _without_business),
    }
    for name, (vi, en, build) in forms.items():
        yield made(f"take.{name}", vi, en, ARRIVED, READ, _taking(build), rule="edXML §2, §6")
    yield made("take.three", "ba văn bản liền nhau", "three documents at once", ARRIVED, TAKE, _three, quick=True)


def _others() -> list[str]:
    return [f"H61.{n}" for n in range(599)]


def _impossible_date() -> Element:
    root = document()
    header_of(root).set("DueDate", "2014/02/30")
    return root


def _without_business() -> Element:
    root = document()
    traces_of(root).drop("Bussiness")
    return root


def _taking(make: Callable[[], bytes | Element]) -> Act:
    async def act(receiver: Receiver) -> None:
        await arrives(receiver, make())

    return act


async def _three(receiver: Receiver) -> None:
    sent = [addressed(receiver, document()) for _ in range(3)]
    items = [await receiver.send(body) for _, body in sent]
    for item, (identifier, _) in zip(items, sent, strict=True):
        await receiver.acknowledged(item)
        await receiver.status_about(identifier, ("01",))


def business() -> Iterator[Case]:
    """Messages about a document that is there already, and about one that nobody knows."""
    tell = (
        "Văn thư trả lời thu hồi, cập nhật bằng 15 (đồng ý) hoặc 16 (từ chối); gói vẫn được xác nhận ngay.",
        "A clerk answers a recall or an update by 15 or 16; the package itself is acknowledged at once.",
    )
    for name, make, vi in (("recall", recall_package, "thu hồi"), ("update", update, "cập nhật"),
                           ("replace", replacement, "thay thế")):  # fmt: skip
        yield made(f"business.{name}", f"gói {vi}", f"a package of type {name}", TAKEN, tell,
                   _business(make), rule="edXML §3.1", quick=name == "recall")  # fmt: skip
    unknown = ("Trạng thái không áp dụng được thì lưu và hiện ra; không chặn hàng đợi.", "Store and show it; go on.")
    for code, en in (("03", "about a document nobody sent"), ("13", "take back"), ("99", "unknown code")):
        yield made(f"status.{code}", f"nhận trạng thái {code}", f"status {code}, {en}", TAKEN, unknown,
                   _status(code), rule="edXML §4", quick=code == "03")  # fmt: skip


def _business(make: Callable[..., Element]) -> Act:
    async def act(receiver: Receiver) -> None:
        identifier, first = addressed(receiver, document())
        await receiver.acknowledged(await receiver.send(first))
        _, second = addressed(receiver, make())
        for old in (b"G06,2014/02/30,7806/BKHCN-VP", b"G06,2025/01/01,1/BKHCN-VP"):
            second = second.replace(old, identifier.encode())
        await receiver.acknowledged(await receiver.send(second), states=("done", "fail"))

    return act


def _status(code: str) -> Act:
    async def act(receiver: Receiver) -> None:
        about = f"{receiver.unit},2026/11/24,1/KHONG-CO"
        body = write(status(code, receiver.axis.sender.unit, receiver.unit, document_id=about))
        await receiver.acknowledged(await receiver.send(body, "status"), "status", ("done", "fail"))

    return act


CASES = [*polling(), *answers(), *packages(), *business()]
