"""Codec: documents of every kind, statuses, order, prefixes, receivers, hops, answers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from infra.conformance.cases.making import PDF_FILE, SHORT, WHOLE, case
from infra.conformance.packages.documents import (
    OTHER,
    RECEIVER,
    document,
    header_of,
    organ,
    recall,
    replacement,
    status,
    traces_of,
    update,
)
from infra.conformance.packages.tree import Element, Style, group, leaves
from infra.conformance.suite import Case

STATUSES = {
    "01": "đã đến",
    "02": "từ chối tiếp nhận",
    "03": "đã tiếp nhận",
    "04": "phân công",
    "05": "đang xử lý",
    "06": "hoàn thành",
    "13": "lấy lại",
    "15": "đồng ý",
    "16": "từ chối cập nhật, thu hồi",
}
READ = (
    "Đọc theo tên cục bộ trong không gian tên, không theo tiền tố hay thứ tự.",
    "Read by local name within the namespace, not by prefix or order.",
)
BUSINESS = (
    "Đọc TraceHeaderList/Bussiness: BussinessDocType 0 mới, 1 thu hồi, 2 cập nhật, 3 thay thế; thiếu là 0.",
    "Read TraceHeaderList/Bussiness: BussinessDocType 0 new, 1 recall, 2 update, 3 replace; missing is 0.",
)
STATUS = (
    "Gói có StatusCode là gói trạng thái: đọc From, ResponseFor, StatusCode (hai chữ số), Timestamp.",
    "A package with StatusCode is a status: read From, ResponseFor, StatusCode (two digits), Timestamp.",
)
BUSINESS_TYPE = "TraceHeaderList.Bussiness.BussinessDocType"


def kinds() -> Iterator[Case]:
    """New, recall, update, replacement; all statuses."""
    yield case(
        "new",
        "QCVN 102 §2",
        "văn bản mới",
        "a new document",
        document,
        READ,
        fields=WHOLE | {BUSINESS_TYPE: "0"},
        files=(PDF_FILE,),
        quick=True,
    )
    yield case(
        "recall",
        "U.TraceHeaderList.Bussiness.BussinessDocType",
        "thu hồi",
        "a recall",
        recall,
        BUSINESS,
        quick=True,
        fields=SHORT | {BUSINESS_TYPE: "1"},
    )
    yield case(
        "update",
        "U.TraceHeaderList.Bussiness.BussinessDocType",
        "cập nhật",
        "an update",
        update,
        BUSINESS,
        quick=True,
        fields={BUSINESS_TYPE: "2", "TraceHeaderList.Bussiness.DocumentId": "G06,2014/02/30,7806/BKHCN-VP"},
    )
    replaced = "TraceHeaderList.Bussiness.ReplacementInfoList.ReplacementInfo.DocumentId"
    yield case(
        "replace",
        "U.TraceHeaderList.Bussiness.BussinessDocType",
        "thay thế hai văn bản",
        "a replacement of two documents",
        replacement,
        BUSINESS,
        quick=True,
        fields={BUSINESS_TYPE: "3", replaced: ["G06,2025/01/01,1/BKHCN-VP", "G06,2025/01/02,2/BKHCN-VP"]},
    )
    for code, vi in STATUSES.items():
        fields = {
            "MessageHeader.StatusCode": code,
            "MessageHeader.ResponseFor.DocumentId": "G06,2026/11/24,7816/BKHCN-VP",
            "MessageHeader.From.OrganId": RECEIVER,
            "MessageHeader.Timestamp": "2026/11/24 09:15:00",
        }
        yield case(
            f"status.{code}",
            "U.MessageHeader.StatusCode",
            f"trạng thái {code}: {vi}",
            f"status {code}",
            partial(status, code),
            STATUS,
            kind="status",
            fields=fields,
            quick=code in ("01", "13"),
        )
    for text in ("3", " 03 "):
        yield case(
            f"status.written.{text.strip()}",
            "U.MessageHeader.StatusCode",
            f"mã trạng thái viết «{text}»",
            f"a status code written '{text}'",
            partial(status, text),
            STATUS,
            kind="status",
            fields={"MessageHeader.StatusCode": "03"},
        )
    yield case(
        "status.any-order",
        "P.Order",
        "trạng thái, phần tử đảo thứ tự",
        "a status in another order",
        lambda: _reversed(status()),
        READ,
        kind="status",
        fields={"MessageHeader.StatusCode": "03"},
    )


def _reversed(root: Element) -> Element:
    header_of(root).children.reverse()
    return root


def forms() -> Iterator[Case]:
    """Prefixes, namespaces, declarations, line ends, order."""
    styles = {
        "no-prefix": ("không có tiền tố edXML:", "without the prefix edXML:", Style(prefixes=False)),
        "crlf": ("xuống dòng CR LF", "with CR LF", Style(eol="\r\n")),
        "one-line": ("không thụt dòng", "without indents", Style(indent=False)),
        "no-declaration": ("không có khai báo XML", "without an XML declaration", Style(declaration="")),
        "bom": ("có BOM", "with a byte order mark", Style(encoding="utf-8-sig")),
        "e-doc": (
            "không gian tên e-doc.vn",
            "in the namespace e-doc.vn",
            Style(namespace="http://www.e-doc.vn/Schema/"),
        ),
        "no-namespace": ("không có không gian tên", "without a namespace", Style(prefixes=False, namespace="")),
    }
    for name, (vi, en, style) in styles.items():
        yield case(
            f"form.{name}",
            "QCVN 102 §1",
            vi,
            en,
            document,
            READ,
            fields=WHOLE,
            files=(PDF_FILE,),
            style=style,
            level="should" if name in ("e-doc", "no-namespace") else "must",
            quick=name == "no-prefix",
        )
    yield case(
        "form.any-order",
        "P.Order",
        "phần tử đảo thứ tự",
        "elements in another order",
        lambda: _reversed(document()),
        READ,
        fields=WHOLE,
        quick=True,
    )
    yield case(
        "form.unknown-elements",
        "P.Unknown",
        "có phần tử lạ: bỏ qua, không từ chối",
        "unknown elements are no reason to refuse",
        lambda: _with_unknown(),
        READ,
        fields=WHOLE,
    )
    yield case(
        "form.empty-elements",
        "P.Empty",
        "phần tử rỗng là không có",
        "empty elements mean nothing",
        lambda: _with_empty(),
        READ,
        fields=SHORT,
    )
    yield case(
        "form.comments", "P.Comment", "có chú thích XML", "with XML comments", lambda: _commented(), READ, fields=WHOLE
    )


def _with_unknown() -> Element:
    root = document()
    header_of(root).children.insert(0, group("ResponseForTask", *leaves(TaskId="T-1")))
    return root


def _with_empty() -> Element:
    root = document()
    header_of(root).set("DueDate", "").set("Content", "").children.append(Element("ResponseFor"))
    return root


def _commented() -> bytes:
    from infra.conformance.packages.tree import write

    return write(document()).replace(b"<edXML:Subject>", b"<!-- trich yeu --><edXML:Subject>")


def receivers() -> Iterator[Case]:
    """To, traces and answers in every form."""
    fix = ("Đọc mọi phần tử To, giữ mã đúng từng chữ.", "Read every To; keep codes letter by letter.")
    many = [f"H60.{n}" for n in range(600)]
    yield case(
        "to.twice",
        "edXML §2",
        "một đơn vị hai mã (mới và cũ)",
        "a unit by its new and its old code",
        lambda: document(to=("G12", "000.00.00.G12")),
        fix,
        fields={"MessageHeader.To.OrganId": ["G12", "000.00.00.G12"]},
        quick=True,
    )
    yield case(
        "to.600",
        "edXML §2",
        "600 nơi nhận",
        "600 receivers",
        lambda: document(to=many),
        fix,
        fields={"MessageHeader.To.OrganId": many},
    )
    for code in ("vxp.saas.03", "020100107370", "H53.1137", "28.22.H17"):
        yield case(
            f"from.{code}",
            "edXML §2",
            f"mã nơi gửi {code}",
            f"sender {code}",
            partial(document, code),
            fix,
            fields={"MessageHeader.From.OrganId": code},
        )
    hops = ("Giữ mọi chặng; chặng thiếu OrganId hoặc ghi null là chặng không tên.", "Keep every hop, the nameless too.")
    yield case(
        "traces.nameless",
        "edXML §3",
        "chặng không có OrganId",
        "a hop without OrganId",
        lambda: _hops(),
        hops,
        fields={"TraceHeaderList.TraceHeader.OrganId": ["G06", "", "02.29.W00"]},
    )
    yield case(
        "traces.no-business",
        "edXML §3",
        "không có Bussiness: là văn bản mới",
        "without Bussiness it is new",
        lambda: _without_business(),
        BUSINESS,
        fields={BUSINESS_TYPE: "0"},
    )
    answers = ("Đọc mọi ResponseFor, con theo thứ tự bất kỳ.", "Read every ResponseFor, children in any order.")
    yield case(
        "answers.two",
        "edXML §2",
        "trả lời hai văn bản",
        "an answer to two documents",
        lambda: _answers(),
        answers,
        fields={"MessageHeader.ResponseFor.DocumentId": ["H60,2026/01/02,12/UBND", "H60,2026/01/03,13/UBND"]},
    )
    yield case(
        "to.names",
        "edXML §2",
        "tên đơn vị có dấu, khoảng trắng",
        "names with marks and spaces",
        lambda: _named(),
        fix,
        fields={"MessageHeader.From.OrganName": "Bộ Khoa học & Công nghệ <mới>"},
    )


def _hops() -> Element:
    root = document()
    traces_of(root).children += [
        group("TraceHeader", *leaves(Timestamp="2026/11/24 08:31:00")),
        group("TraceHeader", *leaves(OrganId="02.29.W00", Timestamp="2026/11/24 08:32:00")),
    ]
    return root


def _without_business() -> Element:
    root = document()
    traces_of(root).drop("Bussiness")
    return root


def _answers() -> Element:
    root = document(to=(RECEIVER, OTHER))
    header_of(root).children += [
        group("ResponseFor", *leaves(DocumentId=f"H60,2026/01/0{n},1{n}/UBND", Code=f"1{n}/UBND", OrganId="H60"))
        for n in (2, 3)
    ]
    return root


def _named() -> Element:
    root = document()
    header_of(root).children[0] = organ("From", "G06", "Bộ Khoa học & Công nghệ <mới>")
    return root


CASES = [*kinds(), *forms(), *receivers()]
