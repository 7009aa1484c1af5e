"""What is wrong with the values: dates, codes, numbers, what is missing."""

from __future__ import annotations

from infra.conformance.packages.documents import header_of, status, traces_of
from infra.conformance.packages.tree import Q, write
from tests.unit.gateway.edxml.corpus.bending import Case, bent

_WRONG_DATES = ["2014/02/30", "31/04/2026", "hôm nay", "2026/13/01", "0000/00/00", "2026/11/24x", "24.11.2026"]
_ODD_DATES = ["2026-11-24", "24/11/2026", "2026/1/5", "2026-11-24T08:00:00Z", "01/01/1900", "N/A"]

VALUES = [
    *(
        Case(
            f"a wrong date {n}",
            read=("DATE_INVALID",),
            make=lambda t=text: bent(lambda r: header_of(r).set("DueDate", t)),
        )
        for n, text in enumerate(_WRONG_DATES, 1)
    ),
    *(
        Case(f"an odd date {n}", read=(), make=lambda t=text: bent(lambda r: header_of(r).set("DueDate", t)))
        for n, text in enumerate(_ODD_DATES, 1)
    ),
    Case(
        "a moment that overflows",
        read=("DATE_INVALID",),
        make=lambda: bent(lambda r: traces_of(r).set("TraceHeader/Timestamp", "9999-12-31T23:59:59-12:00")),
    ),
    Case("status without a time", "STATUS_TIMESTAMP", make=lambda: write(status(at=""))),
    Case("status with a wrong time", "STATUS_TIMESTAMP", make=lambda: write(status(at="2026/02/30 00:00:00"))),
    Case("an unknown status", read=("STATUS_CODE",), make=lambda: write(status("99"))),
    Case(
        "an unknown business",
        read=("BUSINESS_TYPE",),
        make=lambda: bent(lambda r: traces_of(r).set("Bussiness/BussinessDocType", "9")),
    ),
    Case(
        "a number of words",
        read=("NUMBER_INVALID",),
        make=lambda: bent(lambda r: header_of(r).set("OtherInfo/PageAmount", "ba")),
    ),
    Case(
        "a number too long",
        read=("NUMBER_INVALID",),
        make=lambda: bent(lambda r: header_of(r).set("OtherInfo/PageAmount", "9" * 400)),
    ),
    Case("nobody sends", read=("MISSING",), make=lambda: bent(lambda r: header_of(r).drop("From"))),
    Case("nobody receives", read=("MISSING",), make=lambda: bent(lambda r: header_of(r).drop("To"))),
    Case("no subject", read=("MISSING",), make=lambda: bent(lambda r: header_of(r).drop("Subject"))),
    Case("no header", read=("MISSING",) * 4, make=lambda: f'<edXML xmlns="{Q}"><edXMLEnvelope/></edXML>'.encode()),
]
