"""Receiver: unreadable packages, an axis that fails, answers that are lost. Nothing stops, nothing doubles."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator

from infra.conformance.cases.receiver_packages import TAKEN, addressed, arrives, made
from infra.conformance.hostile import CASES as HOSTILE
from infra.conformance.packages.documents import document
from infra.conformance.suite import Case, Failed, Skipped
from infra.conformance.targets.receiver import Receiver, Told

GOES_ON = ("mục xấu: done hoặc fail; văn bản sau vẫn tới", "the bad one: done or fail; the next one still arrives")
BAD = (
    "Gói không đọc được thì cất giữ cho người xem và xác nhận; không lặp lại mãi, không chặn gói sau.",
    "Keep what cannot be read for a person and acknowledge it; neither repeat for ever nor block what follows.",
)
AGAIN = (
    "Lỗi của trục là tạm thời: lùi thời gian rồi hỏi lại; danh sách rỗng chỉ là khi trục nói ErrorCode 0.",
    "An axis' error passes: back off and ask again; a list is empty only where the axis says ErrorCode 0.",
)
CHECK = (
    "Kiểm tra nội dung tải về là edXML trọn vẹn trước khi done; không thì để mục lại và lấy lần sau.",
    "Make sure that what you fetched is a whole edXML before done; else leave the item and fetch it again.",
)
ONCE = ("tới đúng một lần", "it arrives exactly once")
REPEAT = (
    "Mất câu trả lời không phải là thất bại: gọi lại; nơi nhận nhận ra gói trùng theo khóa của trạng thái.",
    "A lost answer is no failure: call again; the key of a status makes the second one harmless.",
)
BROKEN = (
    "empty", "a pdf", "another root", "doctype", "external entity", "entity bomb", "deep nesting", "cut in a file",
    "tags crossed", "utf-7", "data after padding", "zip bomb", "zip with dots", "zip with a link", "zip cut short",
    "same content id", "no header", "nobody receives",
)  # fmt: skip
QUICK = ("doctype", "zip bomb", "cut in a file")


def unreadable() -> Iterator[Case]:
    """Packages made to hurt, a good one behind each."""
    for hostile in HOSTILE:
        if hostile.name in BROKEN:
            yield made(
                f"bad.{hostile.name.replace(' ', '-')}", f"gói xấu: {hostile.vi}", f"a bad package: {hostile.name}",
                GOES_ON, BAD, _bad(hostile.make), rule="edXML §10", quick=hostile.name in QUICK,
            )  # fmt: skip


def _bad(make: Callable[[], bytes]) -> Callable[[Receiver], Awaitable[None]]:
    async def act(receiver: Receiver) -> None:
        _, body = addressed(receiver, make())
        await receiver.acknowledged(await receiver.send(body), states=("done", "fail"))
        await arrives(receiver, document())

    return act


def axis_faults() -> Iterator[Case]:
    """The axis is down, slow, or answers nonsense."""
    lists = ("getReceivedEdocList",)
    fetches = ("downloadEdoc", "getEdoc")
    yield _fault("down.list", "trục ngừng: HTTP 503", "the axis is down: 503", "down", lists, 3, quick=True)
    yield _fault("html.list", "trang HTML thay danh sách", "an HTML page for the list", "html", lists, 2, quick=True)
    yield _fault("error.list", "ErrorCode 20 thay danh sách", "ErrorCode 20 for the list", "error", lists, 2)
    yield _fault("slow.list", "danh sách chậm 3 giây", "a list that takes 3 seconds", "slow", lists, 2, seconds=3)
    yield _fault(
        "duplicate.list", "một mục hai lần trong danh sách", "an item twice in the list", "duplicate", lists, 1
    )
    yield _fault(
        "html.fetch", "trang HTML thay gói tin", "an HTML page for the package", "html", fetches, 1, quick=True
    )
    yield _fault("error.fetch", "ErrorCode 20 thay gói tin", "an error for the package", "error", fetches, 1)
    yield _fault("vanish.fetch", "mục biến mất rồi trở lại", "an item that is gone for a moment", "vanish", fetches, 1)
    yield _fault("truncated.fetch", "gói tin bị cắt nửa chừng", "half of the package", "truncated", fetches, 1)
    yield _fault("down.ack", "updateStatus: HTTP 503", "updateStatus answers 503", "down", ("updateStatus",), 2)
    yield _fault("lost.ack", "mất câu trả lời của updateStatus", "updateStatus' answer is lost", "lost_answer",
                 ("updateStatus",), 1)  # fmt: skip
    yield made("lost.status", "mất câu trả lời khi gửi trạng thái", "sendEdoc's answer to a status is lost", ONCE,
               REPEAT, _on_status("lost_answer"), rule="axis §1.7", alone=True)  # fmt: skip
    yield made("down.status", "sendEdoc: HTTP 503 khi gửi trạng thái", "sendEdoc answers a status with 503", ONCE,
               REPEAT, _on_status("down"), rule="axis §1.7", alone=True)  # fmt: skip


def _fault(
    name: str, vi: str, en: str, kind: str, operations: tuple[str, ...], count: int, *, quick: bool = False,
    **more: object,
) -> Case:  # fmt: skip
    async def act(receiver: Receiver) -> None:
        identifier, body = addressed(receiver, document())
        for operation in operations:
            await receiver.fault(kind, operation, count=count, **more)
        item = await receiver.send(body)
        await _used(receiver, kind, len(operations))
        await receiver.acknowledged(item)
        await receiver.status_about(identifier, ("01",))

    fix = CHECK if name.endswith("fetch") else REPEAT if name.endswith("ack") else AGAIN
    return made(f"fault.{name}", vi, en, ONCE if fix is REPEAT else TAKEN, fix, act, rule="axis §1.4, §1.8",
                alone=True, quick=quick)  # fmt: skip


async def _used(receiver: Receiver, kind: str, operations: int) -> None:
    """Wait until the fault has struck; of several operations the system calls one."""

    async def look() -> bool | None:
        left = (await receiver.control("GET", "faults"))["faults"]
        return True if len(left) < operations else None

    await receiver.until(f"lời gọi gặp lỗi đặt trước ({kind})", look)
    await receiver.control("DELETE", "faults")


def _on_status(kind: str) -> Callable[[Receiver], Awaitable[None]]:
    async def act(receiver: Receiver) -> None:
        for _ in range(3):  # the fault must be there before the system tells, and after the suite's own sendEdoc
            identifier, body = addressed(receiver, document())
            item = await receiver.send(body)
            await receiver.fault(kind, "sendEdoc")
            await receiver.acknowledged(item)
            told = await receiver.status_about(identifier, ("01",))
            left = (await receiver.control("GET", "faults"))["faults"]
            await receiver.control("DELETE", "faults")
            if not left:
                _same_moment(await receiver.statuses(told.status.response_for.document_id, ("01",)))
                return
        raise Skipped("trạng thái 01 luôn được gửi trước khi kịp đặt lỗi")

    return act


def _same_moment(found: list[Told]) -> None:
    moments = {told.status.timestamp for told in found}
    if len(moments) > 1:
        raise Failed("gói gửi lại giữ nguyên Timestamp", f"{len(moments)} Timestamp khác nhau")


CASES = [*unreadable(), *axis_faults()]
