"""The header of a package in the order of the axis vendor's library (QCVN 102:2016; Decree 30/2020, appendix VI)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from unicodedata import normalize

from services.gateway.edxml.dialects import Q
from services.gateway.edxml.model import Organ, Package, ResponseFor, Staff, Status, Trace
from services.gateway.edxml.values import write_date, write_time
from services.gateway.edxml.writing.xmlout import XmlOut, escape

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
CONTENT_MAX = 500
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"


@dataclass(frozen=True)
class Listed:
    """An attachment as the manifest names it."""

    content_id: str
    content_type: str
    name: str
    description: str = ""
    sha256: str = ""  # told only in a package that is signed


def document_head(package: Package, listed: Sequence[Listed], envelope_id: str = "") -> bytes:
    """All before the first encoded file. With an id the envelope can be signed."""
    out = _opened()
    identified = f' Id="{envelope_id}"' if envelope_id else ""
    with out.inside("edXMLEnvelope", f' xmlns:edXML="{Q}"{identified}'):
        with out.inside("edXMLHeader"):
            _message_header(out, package)
            _trace_list(out, package)
        with out.inside("edXMLBody"), out.inside("edXMLManifest", ' version="1.0"'):
            for item in listed:
                _reference(out, item)
    if listed:
        out.raw("<AttachmentEncoded>")
    return out.bytes()


def document_tail(any_attachment: bool) -> bytes:
    """All after the last encoded file."""
    return b"  </AttachmentEncoded>\n</edXML>\n" if any_attachment else b"</edXML>\n"


def reference(item: Listed) -> bytes:
    """A file's line in the manifest."""
    out = XmlOut(level=4)
    _reference(out, item)
    return out.bytes()


def attachment_head(item: Listed) -> bytes:
    """An Attachment up to its content."""
    out = XmlOut(prefix="", level=2)
    out.raw("<Attachment>")
    children = XmlOut(prefix="", level=3)
    children.leaf("ContentId", item.content_id, opaque=True)
    children.leaf("AttachmentName", item.name)
    children.leaf("Description", item.description)
    children.leaf("ContentType", item.content_type)
    return out.bytes() + children.bytes() + f'      <edXML:ContentTransferEncoded xmlns:edXML="{Q}">'.encode()


ATTACHMENT_TAIL = b"</edXML:ContentTransferEncoded>\n    </Attachment>\n"


def status_bytes(status: Status) -> bytes:
    """A whole status package."""
    out = _opened()
    with (
        out.inside("edXMLEnvelope", f' xmlns:edXML="{Q}"'),
        out.inside("edXMLHeader"),
        out.inside("MessageHeader"),
    ):
        _organ(out, "From", status.sender)
        _response(out, status.response_for)
        _staff(out, status.staff)
        out.leaf("StatusCode", status.code)
        out.leaf("Description", status.description)
        out.leaf("Timestamp", write_time(status.timestamp))
    return out.bytes() + b"</edXML>\n"


def _opened() -> XmlOut:
    out = XmlOut()
    out.raw(DECLARATION)
    out.raw(f'<edXML xmlns="{escape(Q)}">')
    out.indent()
    return out


def _reference(out: XmlOut, item: Listed) -> None:
    with out.inside("Reference"):
        out.leaf("ContentId", item.content_id, opaque=True)
        out.leaf("ContentType", item.content_type)
        out.leaf("Description", item.description)
        out.leaf("AttachmentName", item.name)
        out.leaf("ContentDigest", item.sha256, attributes=f' Algorithm="{SHA256}"')


def _organ(out: XmlOut, tag: str, organ: Organ) -> None:
    with out.inside(tag):
        out.leaf("OrganId", organ.organ_id, opaque=True)
        out.leaf("OrganizationInCharge", organ.in_charge)
        out.leaf("OrganName", organ.name)
        out.leaf("OrganAdd", organ.address)
        out.leaf("Email", organ.email)
        out.leaf("Telephone", organ.telephone)
        out.leaf("Fax", organ.fax)
        out.leaf("Website", organ.website)


def _response(out: XmlOut, response: ResponseFor) -> None:
    with out.inside("ResponseFor"):
        out.leaf("OrganId", response.organ_id, opaque=True)
        out.leaf("Code", response.code, opaque=True)
        out.leaf("DocumentId", response.document_id, opaque=True)
        if response.promulgation_date:
            out.leaf("PromulgationDate", write_date(response.promulgation_date))


def _staff(out: XmlOut, staff: Staff | None) -> None:
    if staff:
        with out.inside("StaffInfo"):
            out.leaf("Department", staff.department)
            out.leaf("Staff", staff.name)
            out.leaf("Email", staff.email)
            out.leaf("Mobile", staff.mobile)


def _message_header(out: XmlOut, package: Package) -> None:
    with out.inside("MessageHeader"):
        _organ(out, "From", package.sender)
        for recipient in package.recipients:
            _organ(out, "To", recipient)
        out.leaf("DocumentId", package.document_id, opaque=True)
        _identity(out, package)
        out.leaf("Subject", package.subject)
        out.leaf("Content", normalize("NFC", package.content.strip())[:CONTENT_MAX])
        _signer(out, package)
        if package.due_date:
            out.leaf("DueDate", write_date(package.due_date))
        _other_info(out, package)
        for response in package.response_for:
            _response(out, response)
        out.leaf("SteeringType", package.steering_type or None)
        with out.inside("ToPlaces"):
            for place in package.to_places:
                out.leaf("Place", place)


def _identity(out: XmlOut, package: Package) -> None:
    with out.inside("Code"):
        out.leaf("CodeNumber", package.code_number)
        out.leaf("CodeNotation", package.code_notation)
    with out.inside("PromulgationInfo"):
        out.leaf("Place", package.place)
        if package.promulgation_date:
            out.leaf("PromulgationDate", write_date(package.promulgation_date))
    with out.inside("DocumentType"):
        out.leaf("Type", package.type_code or "2")
        out.leaf("TypeDetail", package.type_detail or "0")
        out.leaf("TypeName", package.type_name)


def _signer(out: XmlOut, package: Package) -> None:
    with out.inside("SignerInfo"):
        out.leaf("Competence", package.signer_competence)
        out.leaf("Position", package.signer_position)
        out.leaf("FullName", package.signer_name)


def _other_info(out: XmlOut, package: Package) -> None:
    with out.inside("OtherInfo"):
        out.leaf("Priority", package.priority)
        out.leaf("SphereOfPromulgation", package.sphere)
        out.leaf("TyperNotation", package.typer_notation)
        out.leaf("PromulgationAmount", package.promulgation_amount)
        out.leaf("PageAmount", package.page_amount)
        out.leaf("Direction", "true" if package.direction else "false")
        with out.inside("Appendixes"):
            for appendix in package.appendixes:
                out.leaf("Appendix", appendix)


def _trace_list(out: XmlOut, package: Package) -> None:
    with out.inside("TraceHeaderList"):
        _business(out, package)
        for trace in package.traces or (Trace(package.sender.organ_id, datetime.now(UTC)),):
            with out.inside("TraceHeader"):
                out.leaf("OrganId", trace.organ_id, opaque=True)
                if trace.timestamp:
                    out.leaf("Timestamp", write_time(trace.timestamp))


def _business(out: XmlOut, package: Package) -> None:
    with out.inside("Bussiness"):
        out.leaf("DocumentId", package.business_document_id, opaque=True)
        out.leaf("BussinessDocType", package.business_type)
        out.leaf("BussinessDocReason", package.business_reason)
        out.leaf("Paper", int(package.paper))
        _update(out, package)
        _replacements(out, package)
        _staff(out, package.staff)


def _update(out: XmlOut, package: Package) -> None:
    if info := package.update_info:
        with out.inside("BussinessDocumentInfo"):
            out.leaf("DocumentInfo", int(info.document_info))
            out.leaf("DocumentReceiver", int(info.document_receiver))
            with out.inside("ReceiverList"):
                for receiver in info.receivers:
                    with out.inside("Receiver"):
                        out.leaf("OrganId", receiver.organ_id, opaque=True)
                        out.leaf("ReceiverType", receiver.receiver_type)


def _replacements(out: XmlOut, package: Package) -> None:
    with out.inside("ReplacementInfoList"):
        for replacement in package.replacements:
            with out.inside("ReplacementInfo"):
                out.leaf("DocumentId", replacement.document_id, opaque=True)
                with out.inside("OrganIdList"):
                    for organ_id in replacement.organ_ids:
                        out.leaf("OrganId", organ_id, opaque=True)
