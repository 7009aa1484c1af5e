"""Codec: the names and forms of every builder of the country."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from infra.conformance.cases.codec_documents import BUSINESS_TYPE
from infra.conformance.cases.making import PDF_FILE, SHORT, case
from infra.conformance.packages.content import PDF, File
from infra.conformance.packages.dialects import DIALECTS, d7
from infra.conformance.packages.documents import FILE, recall
from infra.conformance.packages.tree import Element
from infra.conformance.suite import Case

SPELLING = (
    "Nhận các cách viết khác của tên phần tử; bảng ở mục 8 của tài liệu edXML.",
    "Accept the other spellings of element names (see the guide's table).",
)


def spellings() -> Iterator[Case]:
    """Names as other builders write them."""
    renames: dict[str, tuple[str, str, str | list[str]]] = {
        "Author": ("SignerInfo", "MessageHeader.SignerInfo.FullName", "Nguyễn Văn Phúc"),
        "Function": ("Position", "MessageHeader.SignerInfo.Position", "Cục trưởng"),
        "Signer": ("FullName", "MessageHeader.SignerInfo.FullName", "Nguyễn Văn Phúc"),
        "ResponseDate": ("DueDate", "MessageHeader.DueDate", "2026/12/15"),
        "Business": ("Bussiness", BUSINESS_TYPE, "1"),
        "BusinessDocType": ("BussinessDocType", BUSINESS_TYPE, "1"),
        "TimeStamp": ("Timestamp", "TraceHeaderList.TraceHeader.Timestamp", ["2026/11/24 08:30:00"]),
    }
    for spelling, (standard, name, value) in renames.items():
        yield case(
            f"spelling.{spelling}",
            "edXML §8",
            f"{standard} viết là {spelling}",
            f"{standard} written {spelling}",
            partial(_renamed, standard, spelling),
            SPELLING,
            fields={name: value},
        )


def _renamed(standard: str, spelling: str) -> Element:
    return recall().rename({standard: spelling})


def dialects() -> Iterator[Case]:
    """Every builder of the country."""
    for name, make in DIALECTS.items():
        old = name in ("D5", "D7", "D8")
        yield case(
            f"dialect.{name}",
            "edXML §8",
            f"mẫu {name}: {_title(make)}",
            f"dialect {name}",
            partial(make, FILE),
            SPELLING,
            fields=SHORT if name != "D2" else {"MessageHeader.Subject": SHORT["MessageHeader.Subject"]},
            files=(PDF_FILE,),
            level="should" if old else "must",
            quick=name in ("D1", "D3", "D6"),
        )
    yield case(
        "dialect.D7.bare",
        "edXML §8",
        "SOAP nhiều phần, không có tiêu đề MIME, LF",
        "SOAP parts without headers, LF",
        lambda: d7(eol="\n", headers=False),
        SPELLING,
        fields=SHORT,
        files=(PDF_FILE,),
        level="should",
    )
    yield case(
        "dialect.D7.binary",
        "edXML §8",
        "SOAP nhiều phần, tệp nhị phân",
        "SOAP with a binary part",
        lambda: d7(File("7816_BKHCN-VP.pdf", PDF), encoding="binary"),
        SPELLING,
        files=(PDF_FILE,),
        level="should",
    )


def _title(make: object) -> str:
    return str(make.__doc__ or "").split(":")[0].rstrip(".")


CASES = [*spellings(), *dialects()]
