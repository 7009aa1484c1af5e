"""What a process must keep to, whoever writes it (NĐ 30/2020 Đ10–13)."""

from __future__ import annotations

from contracts.workflow.api import NewProcess
from shared.problems import Invalid


class SignatureNotLast(Invalid):
    kind = "signature-not-last"
    message = "Quy trình văn bản đi phải có đúng một bước ký và đó là bước cuối. Hãy xếp lại các bước."


class InitialMissing(Invalid):
    kind = "initial-missing"
    message = "Quy trình không có bước ký nháy. Hãy thêm bước này, hoặc ghi rõ quyết định cho phép bỏ ký nháy."


class OnlyInitialSigned(Invalid):
    kind = "only-initial-signed"
    message = "Chỉ bước ký nháy mới đặt được yêu cầu ký bằng chữ ký số. Hãy bỏ yêu cầu này ở bước “{name}”."


class DatesWrong(Invalid):
    kind = "dates-wrong"
    message = "Ngày hết hiệu lực phải sau ngày có hiệu lực. Hãy sửa lại hai ngày này."


def check(process: NewProcess) -> None:
    if process.valid_to is not None and process.valid_to < process.valid_from:
        raise DatesWrong
    if process.kind != "outgoing":
        return
    steps = [s.step for s in process.steps]
    if steps.count("sign") != 1 or steps[-1] != "sign":
        raise SignatureNotLast
    for one in process.steps:
        if one.signed and one.step != "initial":
            raise OnlyInitialSigned(name=one.name)
    if "initial" not in steps and not process.without_initial:
        raise InitialMissing
