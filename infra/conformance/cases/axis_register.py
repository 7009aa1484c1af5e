"""Axis: what was sent can be looked up before it is sent again; the register of units."""

from __future__ import annotations

from infra.conformance.cases.axis_calls import NO, OK, demand
from infra.conformance.suite import Case, Failed
from infra.conformance.targets.axis import Answer, Axis, expect_equal, expect_good, expect_refused, offered

CASES: list[Case] = []
SENT = (
    "Trả một mục cho mỗi nơi nhận với notation, title, fromCode, toCode, sendStatus, receiveStatus.",
    "Give an item for each receiver with notation, title, fromCode, toCode, sendStatus, receiveStatus.",
)
REGISTER = (
    "registerAgency tạo hoặc sửa đơn vị của trung tâm gọi; deleteAgency khóa lại.",
    "registerAgency makes or changes a unit of the calling centre; deleteAgency closes it.",
)
LIST = ("Trả mọi đơn vị, mọi giá trị dạng chữ.", "Give all units, all values as texts.")


async def _sent(axis: Axis, **parameters: str) -> Answer:
    answer = await axis.sender.call("getSentEdocList", servicetype="eDoc", messagetype="edoc", more=parameters)
    offered(answer, "getSentEdocList")
    expect_good(answer, "getSentEdocList")
    return answer


@demand(
    CASES,
    "sent.item",
    "văn bản đã gửi tra lại được",
    "what was sent can be looked up",
    ("notation, title, toCode đúng", "the right notation, title, toCode"),
    SENT,
    rule="axis §1.7",
    quick=True,
)
async def sent_item(axis: Axis) -> None:
    answer = await axis.sender.deposit(axis.document())
    expect_good(answer, "sendEdoc")
    identifier = str(answer.body.get("DocId"))
    found = [i for i in (await _sent(axis, docId=identifier)).data if i.get("toCode") == axis.receiver.unit]
    if not found:
        raise Failed(f"một mục tới {axis.receiver.unit}", "không có")
    expect_equal("fromCode", axis.sender.unit, found[0].get("fromCode"))
    expect_equal("notation", "7816/BKHCN-VP", found[0].get("notation"))
    expect_equal("title", "V/v kết nối, liên thông phần mềm quản lý văn bản", found[0].get("title"))


@demand(
    CASES,
    "sent.received",
    "receiveStatus là done sau khi nơi nhận xác nhận",
    "receiveStatus is done once it is acknowledged",
    ("receiveStatus = done",) * 2,
    SENT,
    rule="axis §1.6",
)
async def sent_received(axis: Axis) -> None:
    before = {i.get("docId") for i in await axis.receiver.waiting()}
    answer = await axis.sender.deposit(axis.document())
    expect_good(answer, "sendEdoc")
    for item in await axis.receiver.waiting():
        if item.get("docId") not in before:
            expect_good(await axis.receiver.done(str(item["docId"])), "updateStatus")
    found = (await _sent(axis, docId=str(answer.body.get("DocId")))).data
    expect_equal("receiveStatus", ["done"], [i.get("receiveStatus") for i in found])


@demand(
    CASES,
    "sent.only-own",
    "không thấy văn bản trung tâm khác gửi",
    "what others sent is not shown",
    ("không có", "nothing"),
    SENT,
    rule="axis §1.6",
)
async def sent_only_own(axis: Axis) -> None:
    answer = await axis.sender.deposit(axis.document())
    identifier = str(answer.body.get("DocId"))
    foreign = await axis.receiver.call("getSentEdocList", servicetype="eDoc", messagetype="edoc", docId=identifier)
    offered(foreign, "getSentEdocList")
    expect_equal("mục của trung tâm khác", [], foreign.data)


async def _units(axis: Axis, operation: str) -> list[dict[str, object]]:
    answer = await axis.sender.call(operation, more={"level": "1"} if operation.endswith("QD20") else {})
    offered(answer, operation)
    expect_good(answer, operation)
    return answer.data


@demand(
    CASES,
    "units.listed",
    "đơn vị đã đăng ký có trong danh bạ",
    "a registered unit is in the register",
    OK,
    LIST,
    rule="axis §1.2",
    quick=True,
)
async def units_listed(axis: Axis) -> None:
    found = [u for u in await _units(axis, "getAgenciesList") if u.get("code") == axis.receiver.unit]
    expect_equal("số mục", 1, len(found))
    expect_equal("name", f"Đơn vị thử {axis.receiver.unit}", found[0].get("name"))


@demand(CASES, "units.qd20", "danh bạ theo QĐ 20", "the register by QĐ 20", OK, LIST, rule="axis §1.2", level="should")
async def units_qd20(axis: Axis) -> None:
    found = await _units(axis, "getAgenciesListQD20")
    if not all(isinstance(u.get("code"), str) and isinstance(u.get("code102", ""), str) for u in found):
        raise Failed("code, code102 dạng chữ", str(found[:1]))


@demand(
    CASES,
    "units.changed",
    "registerAgency lần nữa là sửa tên",
    "registerAgency again changes the name",
    OK,
    REGISTER,
    rule="axis §1.2",
)
async def units_changed(axis: Axis) -> None:
    code = axis.code(axis.receiver, 4)
    for name in ("Tên cũ", "Tên mới"):
        expect_good(await axis.register(axis.receiver, code, name), "registerAgency")
    names = [u.get("name") for u in await _units(axis, "getAgenciesList") if u.get("code") == code]
    expect_equal("name", ["Tên mới"], names)


@demand(
    CASES,
    "units.deleted",
    "đơn vị đã xóa không nhận văn bản",
    "a deleted unit receives nothing",
    NO,
    REGISTER,
    rule="axis §1.2",
    quick=True,
)
async def units_deleted(axis: Axis) -> None:
    code = axis.code(axis.receiver, 5)
    expect_good(await axis.register(axis.receiver, code, "Đơn vị sẽ xóa"), "registerAgency")
    expect_good(await axis.receiver.call("deleteAgency", b"{}", AgencyCode=code), "deleteAgency")
    expect_refused(await axis.sender.deposit(axis.document(to=[code])), "gửi tới đơn vị đã xóa")


@demand(
    CASES,
    "units.foreign",
    "không sửa được đơn vị của trung tâm khác",
    "a foreign unit cannot be changed",
    NO,
    REGISTER,
    rule="axis §1.6",
    quick=True,
)
async def units_foreign(axis: Axis) -> None:
    answer = await axis.register(axis.sender, axis.receiver.unit, "Chiếm đoạt")
    expect_refused(answer, "đăng ký đơn vị của trung tâm khác")


@demand(
    CASES,
    "units.synchronised",
    "getSynchronizeUnit có version, deleted, modifyDate",
    "getSynchronizeUnit has version, deleted, modifyDate",
    OK,
    LIST,
    rule="axis §1.2",
    level="should",
)
async def units_synchronised(axis: Axis) -> None:
    found = await _units(axis, "getSynchronizeUnit")
    own = next((u for u in found if u.get("code") == axis.receiver.unit), None)
    if own is None or any(name not in own for name in ("version", "deleted", "modifyDate")):
        raise Failed("mục có version, deleted, modifyDate", str(own))


@demand(
    CASES,
    "count",
    "countReceiveEdoc bằng số mục đang chờ",
    "countReceiveEdoc is the number that waits",
    OK,
    ("Đếm các mục chưa done, fail.", "Count what is neither done nor fail."),
    rule="axis §1.2",
    level="should",
)
async def count(axis: Axis) -> None:
    answer = await axis.receiver.call("countReceiveEdoc", b"{}")
    offered(answer, "countReceiveEdoc")
    expect_good(answer, "countReceiveEdoc")
    expect_equal("count", len(await axis.receiver.waiting()), int(str(answer.body.get("count"))))
