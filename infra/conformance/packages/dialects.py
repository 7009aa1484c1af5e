"""The same document as each builder in the country writes it (D1 to D8 of the table of dialects)."""

from __future__ import annotations

import base64
from collections.abc import Callable

from infra.conformance.packages.content import File
from infra.conformance.packages.documents import (
    DOCUMENT_ID,
    FILE,
    NAMES,
    RECEIVER,
    SENDER,
    document,
    header_of,
    traces_of,
)
from infra.conformance.packages.tree import Element, Q, Style, escaped, group, leaves, write

E_DOC, GO_VN = "http://www.e-doc.vn/Schema/", "http://www.go.vn/eDoc"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XLINK = "http://www.w3.org/1999/xlink"
CRLF = "\r\n"


def placeholder_signature() -> Element:
    """The signature of the vendor's template: it signs nothing."""
    dsig = "http://www.w3.org/2000/09/xmldsig#"
    algorithm = {"Algorithm": f"{dsig}sha1"}
    return group(
        "Signature",
        group(
            "SignedInfo",
            Element(
                "CanonicalizationMethod", attributes={"Algorithm": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"}
            ),
            Element("SignatureMethod", attributes={"Algorithm": f"{dsig}rsa-sha1"}),
            group(
                "Reference",
                group("Transforms", Element("Transform", attributes={"Algorithm": f"{dsig}enveloped-signature"})),
                Element("DigestMethod", attributes=algorithm),
                Element("DigestValue", "FwgIqsSYJshUS2+wlOM61L+q7Aw="),
                URI="",
            ),
        ),
        Element("SignatureValue", "GbVb8n9+qFxz466Ag0sbpVdLPs2R0+9JBekp12UyarA="),
        group("KeyInfo", group("X509Data", *leaves(X509SubjectName="CN=user05", X509Certificate="MIIFqTCCBJG"))),
    )


def d1(file: File = FILE) -> bytes:
    """The vendor's template: CR LF, Bussiness after the traces, a placeholder for a signature."""
    root = document(files=(file,))
    traces_of(root).children.reverse()
    root.find("edXMLEnvelope/edXMLHeader").children.append(placeholder_signature())
    return write(root, Style(eol=CRLF))


def d2(file: File = FILE) -> bytes:
    """Delivered by the axis: a second hop, a UUID for an identifier, an empty ResponseFor."""
    root = document(files=(file,), document_id="9fbfbad2-f1f8-4256-a2eb-50fb1061cddb")
    hop = group("TraceHeader", *leaves(OrganId="001.00.20.TT2", Timestamp="2026/11/24 08:31:02"))
    traces_of(root).drop("Bussiness").children.append(hop)
    header_of(root).children.insert(-2, Element("ResponseFor"))
    return write(root, Style(eol=CRLF))


def d3(file: File = FILE) -> bytes:
    """Delivered by the axis from a real sender: three hops, one of nobody, one of `null`; no Bussiness."""
    root = document(files=(file,))
    traces_of(root).drop("Bussiness").children.extend(
        [
            group("TraceHeader", *leaves(Timestamp="2026/11/24 08:31:02")),
            group("TraceHeader", *leaves(OrganId="null", Timestamp="2026/11/24 08:31:03")),
            group("TraceHeader", *leaves(OrganId="02.29.W00", Timestamp="2026/11/24 08:32:00")),
        ]
    )
    header_of(root).find("From").drop("OrganName")
    return write(root, Style(eol=CRLF))


def d4(file: File = FILE) -> bytes:
    """An integrator's string builder: only what it needs."""
    root = document(files=(file,))
    header = header_of(root)
    kept = ("From", "To", "DocumentId", "Subject")
    header.children = [child for child in header.children if child.name in kept]
    root.find("edXMLEnvelope/edXMLHeader").drop("TraceHeaderList")
    return write(root)


def d5(file: File = FILE) -> bytes:
    """A private form: files as AttachmentData within the envelope, no manifest."""
    root = document(files=())
    envelope = root.find("edXMLEnvelope")
    envelope.find("edXMLHeader").drop("TraceHeaderList")
    envelope.find("edXMLBody").children = [Element("Content", f"File: {file.name}")]
    data = base64.b64encode(file.body).decode()
    told = leaves(AttachmentName=file.name, AttachmentType="PDF", AttachmentSize=str(len(file.body)))
    envelope.children.append(group("edXMLAttachments", group("Attachment", *told, Element("AttachmentData", raw=data))))
    return write(root)


def d6(file: File = FILE) -> bytes:
    """The LGSP / X-Road form of the C# library: SOAP marks, N/A for what is missing, no cid: on the file."""
    root = document(files=(file,))
    root.attributes = {
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xmlns:xsd": "http://www.w3.org/2001/XMLSchema",
    }
    root.children[:0] = leaves(Boundary="LzQ5d9rbLkm1K9QwOd6DiQzz", ContentId="8FB2FCA1.edxml", ContentType="text/xml")
    header = header_of(root)
    header.children.append(header.children.pop([c.name for c in header.children].index("DocumentId")))
    header.find("From").children += leaves(Email="N/A", Fax="N/A")
    header.find("DocumentType").children.reverse()
    traces_of(root).attributes = {"id": "3490sdo9", "version": "1.0", "mustUnderstand": "1"}
    traces_of(root).attributes["actor"] = "http://schemas.xmlsoap.org/soap/actor/next"
    traces_of(root).find("Bussiness").children = [
        *leaves(BussinessDocType="0", BussinessDocReason="Văn bản điện tử mới"),
        group("StaffInfo", *leaves(Department="Văn phòng", Staff="Lê Thị Hoa"), Element("Mobile"), Element("Email")),
        Element("Paper", "0"),
    ]
    root.find("edXMLEnvelope/edXMLHeader").children.append(Element("DigitalSignature"))
    return write(_d6_files(root, file))


def _d6_files(root: Element, file: File) -> Element:
    href = {"xmlns:xlink": XLINK, "xlink:href": file.content_id, "xlink:role": "XLinkRole", "xlink:type": "simple"}
    reference = next(root.all("Reference"))
    reference.attributes = href
    reference.children = leaves(AttachmentName=file.name, ContentType=file.label, ContentId=file.content_id)
    bare = file.content_id.removeprefix("cid:")
    content = Element("ContentTransferEncoded", raw=file.text, attributes={"xmlns": Q})
    next(root.all("Attachment")).children = [
        *leaves(ContentType=file.label, ContentId=bare, Description="Tệp đính kèm"),
        content,
        Element("AttachmentName", file.name),
    ]
    return root


def d7_xml(file: File = FILE) -> bytes:
    """The SOAP envelope of e-doc.vn, with its file still elsewhere."""
    inner = header_of(document(files=()))
    header = "".join(_prefixed(child) for child in inner.children)
    trace = "".join(
        f"<edXML:{name}>{text}</edXML:{name}>"
        for name, text in (("OrganId", SENDER), ("Timestamp", "2026/11/24 08:30:00"), ("Comment", "Chuyển tiếp"))
    )
    manifest = (
        f'<edXML:Reference xlink:href="{file.content_id}"><edXML:AttachmentName>{escaped(file.name)}'
        f"</edXML:AttachmentName><edXML:ContentType>{file.label}</edXML:ContentType></edXML:Reference>"
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\r\n<soap-env:Envelope xmlns:soap-env="{SOAP}" xmlns:edXML="{E_DOC}" '
        f'xmlns:xlink="{XLINK}"><soap-env:Header><edXML:MessageHeader OriginalBodyRequested="true" '
        f'ImmediateResponseRequired="false">{header}</edXML:MessageHeader><edXML:TraceHeaderList><edXML:TraceHeader>'
        f"{trace}</edXML:TraceHeader></edXML:TraceHeaderList><edXML:ErrorList/></soap-env:Header><soap-env:Body>"
        f"<edXML:Manifest>{manifest}</edXML:Manifest></soap-env:Body></soap-env:Envelope>"
    ).encode()


def _prefixed(element: Element) -> str:
    inner = "".join(_prefixed(child) for child in element.children) or escaped(element.text)
    return f"<edXML:{element.name}>{inner}</edXML:{element.name}>"


def d7(
    file: File = FILE, *, encoding: str = "base64", eol: str = CRLF, headers: bool = True, content: bytes | None = None
) -> bytes:
    """SOAP with attachments: multipart/related, the envelope first, the file a part of its own."""
    boundary, line = "----=_Part_7_1234567890", eol.encode()
    body = base64.encodebytes(file.body).replace(b"\n", line) if encoding == "base64" else file.body
    top = [b"MIME-Version: 1.0", f'Content-Type: multipart/related; type="text/xml"; start="<root>";{eol}\t'.encode()]
    top[1] += f'boundary="{boundary}"'.encode()
    root = [b"Content-Type: text/xml; charset=UTF-8", b"Content-Transfer-Encoding: binary", b"Content-ID: <root>"]
    part = [
        f"Content-Type: {file.label}".encode(),
        f"Content-Transfer-Encoding: {encoding}".encode(),
        f"Content-ID: <{file.content_id.removeprefix('cid:')}>".encode(),
    ]
    mark = f"--{boundary}".encode()
    pieces = [*top, b""] if headers else []
    pieces += [
        mark,
        *root,
        b"",
        d7_xml(file),
        mark,
        *part,
        b"",
        body if content is None else content,
        mark + b"--",
        b"",
    ]
    return line.join(pieces)


def d8(file: File = FILE) -> bytes:
    """The first builder of a province after its own guide: go.vn names, no prefixes, ISO dates."""
    header = group(
        "MessageHeader",
        group("From", *leaves(OrganId=SENDER)),
        group("To", *leaves(OrganId=RECEIVER, OrganName=NAMES[RECEIVER])),
        Element("DocumentId", DOCUMENT_ID),
        group("Code", *leaves(CodeNumber="7816", CodeNotation="BKHCN-VP")),
        group("PromulgationInfo", *leaves(Promulgator=NAMES[SENDER], PromulgationDate="2026-11-24T00:00:00+07:00")),
        *leaves(DocumentType="Công văn", Subject="V/v kết nối, liên thông phần mềm quản lý văn bản"),
        group("SignerInfo", *leaves(Signer="Nguyễn Văn Phúc", Position="Cục trưởng", Competence="TL. BỘ TRƯỞNG")),
        group("OtherInfo", *leaves(PageAmount="3", Appendix="Phụ lục kỹ thuật")),
        group(
            "TraceHeaderList",
            group(
                "TraceHeader",
                Element("Time", "2026-11-24T01:30:00Z"),
                group("Path", *leaves(From=SENDER, To=RECEIVER)),
            ),
        ),
    )
    content = Element("Content", raw=file.text)
    files = group("Manifest", group("Attachment", content, *leaves(FileName=file.name, FileType=file.label)))
    return write(group("EdXMLEnvelope", header, files), Style(prefixes=False, namespace=GO_VN))


DIALECTS: dict[str, Callable[[File], bytes]] = {
    "D1": d1, "D2": d2, "D3": d3, "D4": d4, "D5": d5, "D6": d6, "D7": d7, "D8": d8
}  # fmt: skip
