"""Axis: who may call, and how a call is signed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from infra.conformance.suite import Case, Words
from infra.conformance.targets.axis import JSON, PREFIX, Answer, Axis, expect_good, expect_refused

CASES: list[Case] = []
Act = Callable[[Axis], Awaitable[None]]
OK = ("status OK, ErrorCode 0", "status OK, ErrorCode 0")
NO = ("ErrorCode khác 0, không làm gì", "an ErrorCode other than 0, and nothing done")
SIGNATURE = (
    "Tính HMAC-SHA256 trên đúng chữ của sign-header đã nhận, so từng tham số đã ký với tiêu đề; không ghép lại JSON.",
    "Compute the HMAC over the very text of sign-header, compare each signed parameter with its header; never "
    "re-serialise the JSON.",
)
TOLERANT = (
    "Chỉ đọc các tiêu đề mà thao tác cần; bỏ qua tiêu đề thừa, thứ tự, chữ hoa thường; chấp nhận thân rỗng và {}.",
    "Read only the headers that the operation needs; ignore surplus ones, their order and case; accept an empty body "
    "and {}.",
)


def demand(
    cases: list[Case],
    identifier: str,
    vi: str,
    en: str,
    expects: tuple[str, str],
    fix: tuple[str, str],
    *,
    rule: str = "axis §1.1",
    level: Literal["must", "should"] = "must",
    quick: bool = False,
) -> Callable[[Act], Act]:
    """Make a case of a function."""

    def add(act: Act) -> Act:
        cases.append(
            Case(f"axis.{identifier}", "axis", rule, Words(vi, en), Words(*expects), Words(*fix), act, level, quick)
        )
        return act

    return add


async def _list(axis: Axis, headers: dict[str, str], content: bytes = b"") -> Answer:
    return await axis.receiver.send("getReceivedEdocList", headers, content)


def _signed(axis: Axis, **options: object) -> dict[str, str]:
    return axis.receiver.headers({"servicetype": "eDoc", "messagetype": "edoc"}, **options)  # type: ignore[arg-type]


@demand(CASES, "call.good", "lời gọi ký đúng", "a call that is signed rightly", OK, SIGNATURE, quick=True)
async def good_call(axis: Axis) -> None:
    expect_good(await _list(axis, _signed(axis)), "getReceivedEdocList")


@demand(CASES, "call.wrong-secret", "sai khóa bí mật", "a wrong secret", NO, SIGNATURE, quick=True)
async def wrong_secret(axis: Axis) -> None:
    liar = replace(axis.receiver, secret=axis.receiver.secret + "x")
    expect_refused(await liar.call("getReceivedEdocList", servicetype="eDoc", messagetype="edoc"), "sai khóa")


@demand(
    CASES,
    "call.wrong-secret.code",
    "sai khóa: mã 15",
    "a wrong secret: code 15",
    ("ErrorCode 15",) * 2,
    SIGNATURE,
    rule="axis §1.5",
    level="should",
)
async def wrong_secret_code(axis: Axis) -> None:
    liar = replace(axis.receiver, secret="another")  # noqa: S106
    expect_refused(await liar.call("getReceivedEdocList", servicetype="eDoc", messagetype="edoc"), "sai khóa", "15")


@demand(CASES, "call.unknown-system", "mã hệ thống lạ", "an unknown system id", NO, SIGNATURE)
async def unknown_system(axis: Axis) -> None:
    stranger = replace(axis.receiver, code=f"X{axis.run}")
    expect_refused(await stranger.call("getReceivedEdocList", servicetype="eDoc", messagetype="edoc"), "mã lạ")


@demand(CASES, "call.changed-text", "sign-header bị sửa sau khi ký", "sign-header changed after signing", NO, SIGNATURE)
async def changed_text(axis: Axis) -> None:
    headers = _signed(axis)
    headers[PREFIX + "sign-header"] = headers[PREFIX + "sign-header"].replace('"edoc"', '"status"')
    expect_refused(await _list(axis, headers), "sign-header bị sửa")


@demand(
    CASES,
    "call.changed-parameter",
    "tham số khác với phần đã ký",
    "a parameter other than the signed one",
    NO,
    SIGNATURE,
    quick=True,
)
async def changed_parameter(axis: Axis) -> None:
    expect_refused(await _list(axis, _signed(axis) | {PREFIX + "messagetype": "status"}), "tham số bị sửa")


@demand(
    CASES,
    "call.borrowed-system",
    "mã hệ thống khác với phần đã ký",
    "a system id other than the signed one",
    NO,
    SIGNATURE,
)
async def borrowed_system(axis: Axis) -> None:
    expect_refused(await _list(axis, _signed(axis) | {PREFIX + "systemid": axis.sender.code}), "mượn mã hệ thống")


@demand(CASES, "call.unsigned", "không có chữ ký", "no signature at all", NO, SIGNATURE, quick=True)
async def unsigned(axis: Axis) -> None:
    kept = {k: v for k, v in _signed(axis).items() if "hash-header" not in k and "sign-header" not in k}
    expect_refused(await _list(axis, kept), "không ký")


@demand(
    CASES,
    "call.anonymous-download",
    "tải về không xác thực",
    "a download without any authentication",
    NO,
    SIGNATURE,
    rule="axis §1.2",
    quick=True,
)
async def anonymous_download(axis: Axis) -> None:
    item = await axis.delivered(axis.document())
    headers = {PREFIX + "docId": str(item["docId"]), PREFIX + "filePath": "edoc"}
    answer = await axis.receiver.send("downloadEdoc", headers, method="GET")
    if b"edXML" in answer.content:
        expect_refused(Answer(200, answer.content, {}), "tải về không xác thực")
    await axis.receiver.done(str(item["docId"]))


@demand(CASES, "call.lower-case", "tên tiêu đề viết thường", "header names in lower case", OK, TOLERANT, quick=True)
async def lower_case(axis: Axis) -> None:
    expect_good(await _list(axis, _signed(axis, lower=True)), "tiêu đề viết thường")


@demand(
    CASES, "call.another-order", "tham số đã ký theo thứ tự khác", "signed parameters in another order", OK, TOLERANT
)
async def another_order(axis: Axis) -> None:
    headers = axis.receiver.headers({"messagetype": "edoc", "servicetype": "eDoc"})
    expect_good(await _list(axis, dict(reversed(list(headers.items())))), "thứ tự khác")


@demand(
    CASES,
    "call.surplus",
    "tiêu đề thừa của lời gọi trước (SDK để sót)",
    "surplus headers of earlier calls (the SDK leaks)",
    OK,
    TOLERANT,
    quick=True,
)
async def surplus(axis: Axis) -> None:
    leaked = {"hash-file": "ab", "from": "X", "to": '["Y"]', "docId": "z", "status": "done"}
    headers = axis.receiver.headers({"servicetype": "eDoc", "messagetype": "edoc", **leaked})
    expect_good(await _list(axis, headers), "tiêu đề thừa")


@demand(
    CASES,
    "call.stale-time",
    "dấu thời gian của hôm qua (SDK giữ nguyên)",
    "yesterday's timestamp (the SDK keeps it)",
    OK,
    (
        "Không chặn lại theo dấu thời gian: SDK dùng lại một dấu cho mọi lời gọi.",
        "Do not refuse by the timestamp: the SDK uses one for all its calls.",
    ),
    level="should",
)
async def stale_time(axis: Axis) -> None:
    expect_good(await _list(axis, _signed(axis, age=timedelta(days=1))), "dấu thời gian cũ")


@demand(CASES, "call.same-again", "lặp lại nguyên lời gọi", "the very same call again", OK, TOLERANT)
async def same_again(axis: Axis) -> None:
    headers = _signed(axis)
    for _ in range(2):
        expect_good(await _list(axis, headers), "gọi lại")


@demand(CASES, "call.empty-body", "thân rỗng và thân {}", "an empty body and {}", OK, TOLERANT)
async def empty_body(axis: Axis) -> None:
    for content in (b"", b"{}"):
        expect_good(await _list(axis, _signed(axis), content), f"thân {content!r}")


@demand(
    CASES,
    "call.envelope",
    "vỏ câu trả lời",
    "the envelope of an answer",
    ("status, ErrorCode, ErrorDesc là chữ", "status, ErrorCode, ErrorDesc are texts"),
    (
        "Luôn gửi status, ErrorCode, ErrorDesc dạng chữ, kể cả khi lỗi.",
        "Always send status, ErrorCode and ErrorDesc as texts, in errors too.",
    ),
    rule="axis §1.3",
    quick=True,
)
async def envelope(axis: Axis) -> None:
    liar = replace(axis.receiver, secret="another")  # noqa: S106
    for answer in (await _list(axis, _signed(axis)), await liar.call("getReceivedEdocList", messagetype="edoc")):
        for name in ("status", "ErrorCode", "ErrorDesc"):
            if not isinstance(answer.body.get(name), str):
                raise _missing(name, answer)


def _missing(name: str, answer: Answer) -> Exception:
    from infra.conformance.suite import Failed

    return Failed(f"{name} dạng chữ", answer.shown())


__all__ = ["CASES", "JSON", "demand"]
