"""A minimal writer of packages for the simulated offices (edxml.md §2, §4 and §9), independent of the services."""

from __future__ import annotations

import base64
import uuid
from datetime import datetime
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from infra.axis_simulator.letters import Letterhead
from services.gateway.wire.summary import Reference, Summary

NAMESPACE = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
NOTATION = "CV-VP"  # of the letters that the offices write


def _now() -> datetime:
    return datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))


def _element(name: str, content: str) -> str:
    return f"<edXML:{name}>{content}</edXML:{name}>" if content else ""


def _text(name: str, value: str) -> str:
    return _element(name, escape(value))


def _from(code: str, name: str) -> str:
    return _element("From", _text("OrganId", code) + _text("OrganName", name))


def _response_for(reference: Reference) -> str:
    return _element(
        "ResponseFor",
        _text("OrganId", reference.organ_id)
        + _text("Code", reference.code)
        + _text("DocumentId", reference.document_id)
        + _text("PromulgationDate", reference.promulgation_date),
    )


def _package(header: str, body: str = "", attachments: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<edXML xmlns="{NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}">'
        f"<edXML:edXMLHeader>{header}</edXML:edXMLHeader>{body}</edXML:edXMLEnvelope>{attachments}</edXML>\n"
    ).encode()


def status_package(code: str, name: str, reference: Reference, status: str, description: str) -> bytes:
    """A status package: no To, no body."""
    staff = _element("StaffInfo", _text("Department", "Văn thư") + _text("Staff", "Văn thư cơ quan"))
    return _package(
        _element(
            "MessageHeader",
            _from(code, name)
            + _response_for(reference)
            + staff
            + _text("StatusCode", status)
            + _text("Description", description)
            + _text("Timestamp", _now().strftime("%Y/%m/%d %H:%M:%S")),
        )
    )


def reply_package(code: str, name: str, original: Summary, number: int, head: Letterhead | None = None) -> bytes:
    """A new document in answer to one received: a letter signed by the office, or a small PDF where it has no keys."""
    day = _now().date()
    today = day.strftime("%Y/%m/%d")
    reference = Reference(original.from_code, original.code, original.document_id, original.promulgation_date)
    subject = f"Trả lời văn bản số {original.code}"
    position, signer = (head.position, head.signer) if head else ("Chánh Văn phòng", "Nguyễn Văn Mẫu")
    if head:
        about = f"trả lời văn bản số {original.code}"
        to = original.from_name or original.from_code
        pdf = head.letter(name, to, f"{number}/{NOTATION}", about, original.code, day)
    else:
        pdf = small_pdf(f"Tra loi so {number}")
    header = (
        _from(code, name)
        + _element("To", _text("OrganId", original.from_code) + _text("OrganName", original.from_name))
        + _text("DocumentId", f"{code},{today},{number}/{NOTATION}")
        + _element("Code", _text("CodeNumber", str(number)) + _text("CodeNotation", NOTATION))
        + _element("PromulgationInfo", _text("PromulgationDate", today))
        + _element("DocumentType", _text("Type", "2") + _text("TypeDetail", "0") + _text("TypeName", "Công văn"))
        + _text("Subject", subject)
        + _text("Content", subject)
        + _element("SignerInfo", _text("Position", position) + _text("FullName", signer))
        + _element("OtherInfo", _text("Priority", "0") + _text("PageAmount", "1"))
        + _response_for(reference)
    )
    return _package(_element("MessageHeader", header) + _trace(code), *_attachment(number, pdf))


def new_package(code: str, name: str, to: str, subject: str, number: int, content: bytes = b"") -> bytes:
    """A new document of an office; without a file of its own a small PDF."""
    today = _now().date().strftime("%Y/%m/%d")
    header = (
        _from(code, name)
        + _element("To", _text("OrganId", to))
        + _text("DocumentId", f"{code},{today},{number}/{NOTATION}")
        + _element("Code", _text("CodeNumber", str(number)) + _text("CodeNotation", NOTATION))
        + _element("PromulgationInfo", _text("PromulgationDate", today))
        + _element("DocumentType", _text("Type", "2") + _text("TypeDetail", "0") + _text("TypeName", "Công văn"))
        + _text("Subject", subject)
        + _text("Content", subject)
        + _element("SignerInfo", _text("Position", "Chánh Văn phòng") + _text("FullName", "Nguyễn Văn Mẫu"))
        + _element("OtherInfo", _text("Priority", "0") + _text("PageAmount", "1"))
    )
    pdf = content or small_pdf(f"Van ban so {number}")
    return _package(_element("MessageHeader", header) + _trace(code), *_attachment(number, pdf))


def _trace(code: str) -> str:
    moment = _now().strftime("%Y/%m/%d %H:%M:%S")
    return _element(
        "TraceHeaderList",
        _element("Bussiness", _text("BussinessDocType", "0") + _text("Paper", "0"))
        + _element("TraceHeader", _text("OrganId", code) + _text("Timestamp", moment)),
    )


def _attachment(number: int, pdf: bytes) -> tuple[str, str]:
    content_id, file_name = f"cid:{uuid.uuid4()}", f"tra-loi-{number}.pdf"
    reference = _element(
        "Reference",
        _text("ContentId", content_id) + _text("ContentType", "application/pdf") + _text("AttachmentName", file_name),
    )
    manifest = f'<edXML:edXMLManifest version="1.0">{reference}</edXML:edXMLManifest>'
    encoded = base64.b64encode(pdf).decode()
    attachment = (
        f"<AttachmentEncoded><Attachment><ContentId>{content_id}</ContentId>"
        f"<AttachmentName>{file_name}</AttachmentName><ContentType>application/pdf</ContentType>"
        f'<edXML:ContentTransferEncoded xmlns:edXML="{NAMESPACE}">{encoded}</edXML:ContentTransferEncoded>'
        "</Attachment></AttachmentEncoded>"
    )
    return _element("edXMLBody", manifest), attachment


def small_pdf(line: str) -> bytes:
    """A one-page PDF with one ASCII line."""
    stream = f"BT /F1 14 Tf 72 760 Td ({line}) Tj ET".encode("ascii")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for index, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (index, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
