"""The documents and statuses from which every case is bent: complete, strict, of invented offices."""

from __future__ import annotations

from collections.abc import Sequence

from infra.conformance.packages.content import PDF, File
from infra.conformance.packages.tree import Element, group, leaves

SENDER, RECEIVER, OTHER = "G06", "H60.10", "H60.32.61"
NAMES = {SENDER: "Bộ Khoa học và Công nghệ", RECEIVER: "Sở Khoa học và Công nghệ", OTHER: "Ủy ban nhân dân xã Yên Sơn"}
DOCUMENT_ID = "G06,2026/11/24,7816/BKHCN-VP"
FILE = File("7816_BKHCN-VP.pdf", PDF)


def organ(tag: str, code: str, name: str = "") -> Element:
    """From or To."""
    return group(tag, *leaves(OrganId=code, OrganName=name or NAMES.get(code, code)))


def document(
    sender: str = SENDER,
    to: Sequence[str] = (RECEIVER,),
    files: Sequence[File] = (FILE,),
    *,
    document_id: str = DOCUMENT_ID,
    business: str = "0",
) -> Element:
    """A whole document package in the strict order, every element filled."""
    header = group(
        "MessageHeader",
        organ("From", sender),
        *(organ("To", code) for code in to),
        Element("DocumentId", document_id),
        group("Code", *leaves(CodeNumber="7816", CodeNotation="BKHCN-VP")),
        group("PromulgationInfo", *leaves(Place="Hà Nội", PromulgationDate="2026/11/24")),
        group("DocumentType", *leaves(Type="2", TypeDetail="0", TypeName="Công văn")),
        *leaves(Subject="V/v kết nối, liên thông phần mềm quản lý văn bản", Content="Kết nối, liên thông"),
        group("SignerInfo", *leaves(Competence="TL. BỘ TRƯỞNG", Position="Cục trưởng", FullName="Nguyễn Văn Phúc")),
        Element("DueDate", "2026/12/15"),
        group(
            "OtherInfo",
            *leaves(Priority="0", SphereOfPromulgation="Lưu hành nội bộ", TyperNotation="NVP"),
            *leaves(PromulgationAmount="2", PageAmount="3", Direction="false"),
            group("Appendixes", Element("Appendix", "Phụ lục kỹ thuật")),
        ),
        Element("SteeringType", "1"),
        group("ToPlaces", Element("Place", "Như trên"), Element("Place", "Lưu: VT")),
    )
    traces = group(
        "TraceHeaderList",
        group("Bussiness", *leaves(BussinessDocType=business, Paper="0")),
        group("TraceHeader", *leaves(OrganId=sender, Timestamp="2026/11/24 08:30:00")),
    )
    return group("edXML", _envelope(header, traces, files), *_encoded(files))


def _envelope(header: Element, traces: Element, files: Sequence[File]) -> Element:
    manifest = group("edXMLManifest", *(reference(file) for file in files), version="1.0")
    return group("edXMLEnvelope", group("edXMLHeader", header, traces), group("edXMLBody", manifest))


def reference(file: File) -> Element:
    """The file as the manifest names it."""
    texts = {"ContentId": file.content_id, "ContentType": file.label, "Description": file.description}
    return group("Reference", *leaves(**{k: v for k, v in texts.items() if v}, AttachmentName=file.name))


def attachment(file: File) -> Element:
    """The file with its content."""
    texts = {"ContentId": file.content_id, "AttachmentName": file.name}
    texts |= {"Description": file.description} if file.description else {}
    return group(
        "Attachment", *leaves(**texts, ContentType=file.label), Element("ContentTransferEncoded", raw=file.text)
    )


def _encoded(files: Sequence[File]) -> list[Element]:
    return [group("AttachmentEncoded", *(attachment(file) for file in files))] if files else []


def header_of(root: Element) -> Element:
    """The message header of a package."""
    return next(root.all("MessageHeader"))


def traces_of(root: Element) -> Element:
    """The trace list of a document."""
    return next(root.all("TraceHeaderList"))


def status(
    code: str = "03",
    sender: str = RECEIVER,
    to: str = SENDER,
    *,
    document_id: str = DOCUMENT_ID,
    number: str = "7816/BKHCN-VP",
    at: str = "2026/11/24 09:15:00",
) -> Element:
    """A whole status package in the strict order."""
    header = group(
        "MessageHeader",
        organ("From", sender),
        group(
            "ResponseFor",
            *leaves(OrganId=to, Code=number, DocumentId=document_id, PromulgationDate="2026/11/24"),
        ),
        group(
            "StaffInfo",
            *leaves(Department="Văn thư", Staff="Trần Thị Mai", Email="vanthu@skhcn.example", Mobile="0912000001"),
        ),
        *leaves(StatusCode=code, Description="Đã tiếp nhận văn bản", Timestamp=at),
    )
    return group("edXML", group("edXMLEnvelope", group("edXMLHeader", header)))


def recall(**options: object) -> Element:
    """A recall as the vendor's template makes it: the document's own id in the header."""
    root = document(business="1", **options)  # type: ignore[arg-type]
    traces_of(root).find("Bussiness").children.insert(1, Element("BussinessDocReason", "Thu hồi do sai nội dung"))
    return root


def update(**options: object) -> Element:
    """An update of the document and of its receivers."""
    root = document(business="2", **options)  # type: ignore[arg-type]
    changes = group(
        "BussinessDocumentInfo",
        *leaves(DocumentInfo="1", DocumentReceiver="1"),
        group("ReceiverList", group("Receiver", *leaves(OrganId=RECEIVER, ReceiverType="0"))),
    )
    traces_of(root).find("Bussiness").children = [
        Element("DocumentId", "G06,2014/02/30,7806/BKHCN-VP"),
        *leaves(BussinessDocType="2", BussinessDocReason="Cập nhật văn bản", Paper="0"),
        changes,
    ]
    return root


def replacement(**options: object) -> Element:
    """A document that replaces two others, for named units."""
    root = document(business="3", **options)  # type: ignore[arg-type]
    replaced = [
        group(
            "ReplacementInfo",
            Element("DocumentId", f"G06,2025/01/0{n},{n}/BKHCN-VP"),
            group("OrganIdList", Element("OrganId", RECEIVER), Element("OrganId", OTHER)),
        )
        for n in (1, 2)
    ]
    traces_of(root).add("Bussiness", group("ReplacementInfoList", *replaced))
    return root
