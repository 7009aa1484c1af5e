"""What is wrong with the values: dates, codes, numbers, what is missing."""

from __future__ import annotations

from functools import partial

from infra.conformance.hostile.bending import Case, bent
from infra.conformance.packages.documents import header_of, status, traces_of
from infra.conformance.packages.tree import Q, write

_WRONG_DATES = ["2014/02/30", "31/04/2026", "hôm nay", "2026/13/01", "0000/00/00", "2026/11/24x", "24.11.2026"]
_ODD_DATES = ["2026-11-24", "24/11/2026", "2026/1/5", "2026-11-24T08:00:00Z", "01/01/1900", "N/A"]


def _due(text: str) -> bytes:
    return bent(lambda root: header_of(root).set("DueDate", text))


VALUES = [
    *(
        Case(
            f"a wrong date {n}",
            f"ngày sai: {text}",
            read=("DATE_INVALID",),
            make=partial(_due, text),
        )
        for n, text in enumerate(_WRONG_DATES, 1)
    ),
    *(
        Case(
            f"an odd date {n}",
            f"ngày khác dạng: {text}",
            read=(),
            make=partial(_due, text),
        )
        for n, text in enumerate(_ODD_DATES, 1)
    ),
    Case(
        "a moment that overflows",
        "thời điểm tràn số",
        read=("DATE_INVALID",),
        make=lambda: bent(lambda r: traces_of(r).set("TraceHeader/Timestamp", "9999-12-31T23:59:59-12:00")),
    ),
    Case(
        "status without a time",
        "trạng thái thiếu thời điểm",
        refused="STATUS_TIMESTAMP",
        make=lambda: write(status(at="")),
    ),
    Case(
        "status with a wrong time",
        "trạng thái sai thời điểm",
        refused="STATUS_TIMESTAMP",
        make=lambda: write(status(at="2026/02/30 00:00:00")),
    ),
    Case("an unknown status", "mã trạng thái lạ", read=("STATUS_CODE",), make=lambda: write(status("99"))),
    Case(
        "an unknown business",
        "loại nghiệp vụ lạ",
        read=("BUSINESS_TYPE",),
        make=lambda: bent(lambda r: traces_of(r).set("Bussiness/BussinessDocType", "9")),
    ),
    Case(
        "a number of words",
        "số trang bằng chữ",
        read=("NUMBER_INVALID",),
        make=lambda: bent(lambda r: header_of(r).set("OtherInfo/PageAmount", "ba")),
    ),
    Case(
        "a number too long",
        "số trang quá dài",
        read=("NUMBER_INVALID",),
        make=lambda: bent(lambda r: header_of(r).set("OtherInfo/PageAmount", "9" * 400)),
    ),
    Case("nobody sends", "thiếu nơi gửi", read=("MISSING",), make=lambda: bent(lambda r: header_of(r).drop("From"))),
    Case("nobody receives", "thiếu nơi nhận", read=("MISSING",), make=lambda: bent(lambda r: header_of(r).drop("To"))),
    Case("no subject", "thiếu trích yếu", read=("MISSING",), make=lambda: bent(lambda r: header_of(r).drop("Subject"))),
    Case(
        "no header",
        "thiếu phần đầu",
        read=("MISSING",) * 4,
        make=lambda: f'<edXML xmlns="{Q}"><edXMLEnvelope/></edXML>'.encode(),
    ),
]
