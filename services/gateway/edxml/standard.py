"""The strict form as data: every element, its order, number, length and kind (QCVN 102:2016; Decree 30/2020, PL VI)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

Kind = Literal["group", "text", "code", "date", "time", "number", "flag", "choice", "content", "signature"]
MANY = 1_000_000


@dataclass(frozen=True)
class Element:
    """One element. `longest` counts characters, 0 is no limit; `bare` means: written without the prefix `edXML:`."""

    name: str
    vi: str
    kind: Kind = "text"
    least: int = 0
    most: int = 1
    longest: int = 0
    choices: tuple[str, ...] = ()
    bare: bool = False
    children: tuple[Element, ...] = ()

    @property
    def raw(self) -> str:
        """The tag, letter by letter."""
        return self.name if self.bare else f"edXML:{self.name}"


def _group(name: str, vi: str, *children: Element, least: int = 0, most: int = 1, bare: bool = False) -> Element:
    return Element(name, vi, "group", least, most, bare=bare, children=children)


def _organ(name: str, vi: str, most: int = 1) -> Element:
    return _group(
        name,
        vi,
        Element("OrganId", "mã định danh", "code", 1, longest=35),
        Element("OrganizationInCharge", "cơ quan chủ quản", longest=200),
        Element("OrganName", "tên cơ quan", longest=200),
        Element("OrganAdd", "địa chỉ", longest=250),
        Element("Email", "thư điện tử", longest=100),
        Element("Telephone", "điện thoại", longest=20),
        Element("Fax", "số fax", longest=20),
        Element("Website", "trang tin", longest=100),
        least=1,
        most=most,
    )


_DOCUMENT_ID = Element("DocumentId", "mã định danh văn bản", "code", longest=500)
_STAFF = _group(
    "StaffInfo",
    "người thực hiện",
    Element("Department", "phòng ban", longest=200),
    Element("Staff", "họ tên", longest=200),
    Element("Email", "thư điện tử", longest=200),
    Element("Mobile", "di động", longest=200),
)


def _response(least: int, most: int) -> Element:
    return _group(
        "ResponseFor",
        "văn bản được trả lời",
        Element("OrganId", "mã định danh", "code", 1, longest=35),
        Element("Code", "số, ký hiệu", "code", longest=100),
        Element("DocumentId", "mã định danh văn bản", "code", 1, longest=500),
        Element("PromulgationDate", "ngày ban hành", "date"),
        least=least,
        most=most,
    )


_MESSAGE_HEADER = _group(
    "MessageHeader",
    "thông tin văn bản",
    _organ("From", "nơi gửi"),
    _organ("To", "nơi nhận", MANY),
    Element("DocumentId", "mã định danh văn bản", "code", 1, longest=75),
    _group(
        "Code",
        "số, ký hiệu",
        Element("CodeNumber", "số văn bản", "code", 1, longest=11),
        Element("CodeNotation", "ký hiệu văn bản", "code", 1, longest=30),
        least=1,
    ),
    _group(
        "PromulgationInfo",
        "thông tin ban hành",
        Element("Place", "nơi ban hành", longest=50),
        Element("PromulgationDate", "ngày ban hành", "date", 1),
        least=1,
    ),
    _group(
        "DocumentType",
        "loại văn bản",
        Element("Type", "mã loại", "number", longest=9),
        Element("TypeDetail", "mã loại chi tiết", "number", longest=9),
        Element("TypeName", "tên loại", least=1, longest=100),
        least=1,
    ),
    Element("Subject", "trích yếu", least=1, longest=500),
    Element("Content", "nội dung tóm tắt", longest=500),
    _group(
        "SignerInfo",
        "người ký",
        Element("Competence", "quyền hạn", longest=100),
        Element("Position", "chức vụ", longest=100),
        Element("FullName", "họ tên người ký", longest=50),
    ),
    Element("DueDate", "hạn trả lời", "date"),
    _group(
        "OtherInfo",
        "thông tin khác",
        Element("Priority", "độ khẩn", "choice", choices=("0", "1", "2", "3", "4")),
        Element("SphereOfPromulgation", "phạm vi lưu hành", longest=100),
        Element("TyperNotation", "ký hiệu người soạn", longest=10),
        Element("PromulgationAmount", "số lượng bản", "number", longest=9),
        Element("PageAmount", "số trang", "number", longest=9),
        Element("Direction", "chiều", "choice", choices=("true", "false")),
        _group("Appendixes", "phụ lục", Element("Appendix", "tên phụ lục", most=MANY, longest=250)),
    ),
    _response(0, MANY),
    Element("SteeringType", "loại chỉ đạo", "choice", choices=("0", "1", "2", "3")),
    _group("ToPlaces", "nơi nhận ghi trên văn bản", Element("Place", "nơi nhận", most=MANY, longest=150)),
    least=1,
)

_BUSINESS = _group(
    "Bussiness",
    "nghiệp vụ",
    _DOCUMENT_ID,
    Element("BussinessDocType", "loại nghiệp vụ", "choice", 1, choices=("0", "1", "2", "3")),
    Element("BussinessDocReason", "lý do", longest=500),
    Element("Paper", "có bản giấy", "flag"),
    _group(
        "BussinessDocumentInfo",
        "nội dung cập nhật",
        Element("DocumentInfo", "đổi thông tin", "flag"),
        Element("DocumentReceiver", "đổi nơi nhận", "flag"),
        _group(
            "ReceiverList",
            "các nơi nhận",
            _group(
                "Receiver",
                "nơi nhận",
                Element("OrganId", "mã định danh", "code", 1, longest=35),
                Element("ReceiverType", "loại thay đổi", "number", longest=9),
                most=MANY,
            ),
        ),
    ),
    _group(
        "ReplacementInfoList",
        "các văn bản bị thay thế",
        _group(
            "ReplacementInfo",
            "văn bản bị thay thế",
            Element("DocumentId", "mã định danh văn bản", "code", 1, longest=500),
            _group("OrganIdList", "các đơn vị", Element("OrganId", "mã định danh", "code", 1, MANY, 35)),
            most=MANY,
        ),
    ),
    _STAFF,
)

_TRACES = _group(
    "TraceHeaderList",
    "vết chuyển",
    _BUSINESS,
    _group(
        "TraceHeader",
        "chặng",
        Element("OrganId", "mã định danh", "code", longest=35),
        Element("Timestamp", "thời điểm", "time", 1),
        least=1,
        most=MANY,
    ),
    least=1,
)

_REFERENCE = _group(
    "Reference",
    "tệp được nêu",
    Element("ContentId", "mã tệp", "code", 1, longest=104),
    Element("ContentType", "kiểu tệp", longest=100),
    Element("Description", "mô tả", longest=500),
    Element("AttachmentName", "tên tệp", least=1, longest=200),
    Element("ContentDigest", "mã băm SHA-256", "code", longest=64),
    most=MANY,
)

_ATTACHMENT = _group(
    "Attachment",
    "tệp đính kèm",
    Element("ContentId", "mã tệp", "code", 1, longest=104, bare=True),
    Element("AttachmentName", "tên tệp", least=1, longest=200, bare=True),
    Element("Description", "mô tả", longest=500, bare=True),
    Element("ContentType", "kiểu tệp", longest=100, bare=True),
    Element("ContentTransferEncoded", "nội dung base64", "content", 1),
    most=MANY,
    bare=True,
)

_STATUS_HEADER = _group(
    "MessageHeader",
    "thông tin trạng thái",
    _organ("From", "nơi báo"),
    _response(1, 1),
    _STAFF,
    Element("StatusCode", "mã trạng thái", "choice", 1, choices=("01", "02", "03", "04", "05", "06", "13", "15", "16")),
    Element("Description", "diễn giải", longest=1000),
    Element("Timestamp", "thời điểm", "time", 1),
    least=1,
)


def _package(
    header: Element, *rest: Element, after: tuple[Element, ...] = (), body: tuple[Element, ...] = ()
) -> Element:
    inner = _group("edXMLHeader", "phần đầu", header, *rest, least=1)
    return _group("edXML", "gói tin", _group("edXMLEnvelope", "phong bì", inner, *body, least=1), *after, bare=True)


DOCUMENT = _package(
    _MESSAGE_HEADER,
    _TRACES,
    Element("Signature", "chữ ký XML", "signature", bare=True),
    body=(_group("edXMLBody", "phần thân", _group("edXMLManifest", "danh mục tệp", _REFERENCE, least=1), least=1),),
    after=(_group("AttachmentEncoded", "các tệp", _ATTACHMENT, bare=True),),
)
STATUS = _package(_STATUS_HEADER)

# Groups which a rule id leaves out, so that it reads `R.MessageHeader.Subject`.
_UNNAMED = frozenset({"edXML", "edXMLEnvelope", "edXMLHeader", "edXMLBody", "Envelope", "Header", "Body"})


def dotted(names: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    """The path of an element as rule ids name it."""
    return ".".join(name for name in names if name not in _UNNAMED)


@cache
def by_path(status: bool = False) -> dict[str, Element]:
    """Every element of the form under its dotted path."""
    found: dict[str, Element] = {}
    _collect(STATUS if status else DOCUMENT, (), found)
    return found


def _collect(element: Element, above: tuple[str, ...], found: dict[str, Element]) -> None:
    names = (*above, element.name)
    found[dotted(names)] = element
    for child in element.children:
        _collect(child, names, found)


_KINDS_VI = {"date": "ngày dạng yyyy/MM/dd", "time": "thời điểm dạng yyyy/MM/dd HH:mm:ss", "number": "số nguyên từ 0"}
_KINDS_EN = {"date": "a date yyyy/MM/dd", "time": "a time yyyy/MM/dd HH:mm:ss", "number": "a whole number from 0"}


def expectation(element: Element) -> tuple[str, str]:
    """What must stand there, in Vietnamese and English."""
    vi, en = [], []
    if element.least:
        vi.append("bắt buộc")
        en.append("required")
    if element.kind == "flag":
        vi.append("0 hoặc 1")
        en.append("0 or 1")
    elif element.choices:
        vi.append("một trong các giá trị " + ", ".join(element.choices))
        en.append("one of " + ", ".join(element.choices))
    elif element.kind in _KINDS_VI:
        vi.append(_KINDS_VI[element.kind])
        en.append(_KINDS_EN[element.kind])
    if element.longest:
        vi.append(f"tối đa {element.longest} ký tự")
        en.append(f"at most {element.longest} characters")
    return ", ".join(vi), ", ".join(en)
