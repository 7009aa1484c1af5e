"""MessageHeader, TraceHeaderList and Business to the model (QCVN 102:2016; Decree 30/2020, appendix VI)."""

import base64
from binascii import Error
from dataclasses import replace

from services.gateway.edxml.dialects import PLACEHOLDER_DIGESTS, STATUS_CODES
from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.fields import Fields
from services.gateway.edxml.model import (
    Attachment,
    Organ,
    Package,
    ReceiverChange,
    Replacement,
    ResponseFor,
    SignatureState,
    Staff,
    Status,
    Trace,
    UpdateInfo,
)
from services.gateway.edxml.tree import Node
from services.gateway.edxml.values import clean, parse_priority


def read_status(header: Node, fields: Fields, dialect: str) -> Status:
    """A status package; without a moment it has no key, so it is refused."""
    code = fields.text(header, "StatusCode")
    code = code.zfill(2) if code.isascii() and code.isdigit() else code
    if code not in STATUS_CODES:
        fields.note("STATUS_CODE", "warning", header, code)
    moment = fields.time(header, "Timestamp")
    if moment is None:
        raise EdxmlRefused("STATUS_TIMESTAMP", header.line)
    sender = _organ(fields.child(header, "From"), fields)
    answered = _responses(header, fields)
    _require(fields, header, {"From/OrganId": sender.organ_id, "ResponseFor": "x" if answered else ""})
    return Status(
        sender=sender,
        response_for=answered[0] if answered else ResponseFor(""),
        code=code,
        timestamp=moment,
        description=fields.text(header, "Description"),
        staff=_staff(fields.child(header, "StaffInfo"), fields),
        other=fields.unknown(),
        problems=tuple(fields.problems),
        dialect=dialect,
    )


def read_document(header: Node, fields: Fields, attachments: tuple[Attachment, ...], dialect: str) -> Package:
    """A document package; what is missing is a problem, never an exception."""
    code = fields.child(header, "Code")
    issued = fields.child(header, "PromulgationInfo")
    kind = fields.child(header, "DocumentType")
    signer = fields.child(header, "SignerInfo")
    other = fields.child(header, "OtherInfo")
    trace = next((n for n in fields.nodes if n.name == "TraceHeaderList"), None)
    business = fields.child(trace, "Business") or fields.child(header, "Business")
    fields.text(kind, "TypeDetail"), fields.text(other, "Direction")
    package = Package(
        sender=_organ(fields.child(header, "From"), fields),
        recipients=tuple(_organ(n, fields) for n in fields.all(header, "To")),
        document_id=fields.text(header, "DocumentId"),
        code_number=fields.text(code, "CodeNumber"),
        code_notation=fields.text(code, "CodeNotation"),
        place=fields.text(issued, "Place"),
        promulgation_date=fields.date(issued, "PromulgationDate"),
        type_name=fields.text(kind, "TypeName") or (clean(kind.text) if kind else ""),
        type_code=fields.text(kind, "Type"),
        subject=fields.text(header, "Subject"),
        content=fields.text(header, "Content"),
        signer_competence=fields.text(signer, "Competence"),
        signer_position=fields.text(signer, "Position"),
        signer_name=fields.text(signer, "FullName"),
        due_date=fields.date(header, "DueDate"),
        priority=parse_priority(fields.text(other, "Priority")),
        priority_raw=fields.text(other, "Priority"),
        sphere=fields.text(other, "SphereOfPromulgation"),
        typer_notation=fields.text(other, "TyperNotation"),
        page_amount=fields.count(other, "PageAmount"),
        promulgation_amount=fields.count(other, "PromulgationAmount"),
        appendixes=fields.texts(fields.child(other, "Appendixes"), "Appendix") + fields.texts(other, "Appendix"),
        response_for=_responses(header, fields),
        steering_type=fields.count(header, "SteeringType") or 0,
        to_places=fields.texts(fields.child(header, "ToPlaces"), "Place"),
        traces=_traces(trace, fields),
        business_type=_business_type(business, fields),
        business_reason=fields.text(business, "BusinessDocReason"),
        business_document_id=fields.text(business, "DocumentId"),
        update_info=_update(fields.child(business, "BusinessDocumentInfo"), fields),
        replacements=_replacements(business, fields),
        staff=_staff(fields.child(business, "StaffInfo"), fields),
        paper=fields.text(business, "Paper") == "1",
        attachments=attachments,
        other=fields.unknown(),
        signature_state=_signature(fields),
        dialect=dialect,
    )
    _check(package, header, fields)
    return replace(package, problems=tuple(fields.problems))


def _check(package: Package, header: Node, fields: Fields) -> None:
    code_and_date = package.code_number and package.promulgation_date
    needed = {
        "From/OrganId": package.sender.organ_id,
        "To/OrganId": "".join(r.organ_id for r in package.recipients),
        "DocumentId": package.document_id or ("x" if code_and_date else ""),
        "Subject": package.subject,
    }
    _require(fields, header, needed)


def _require(fields: Fields, header: Node, needed: dict[str, str]) -> None:
    for name, value in needed.items():
        if not value:
            fields.note("MISSING", "error", header, name)


def _organ(node: Node | None, fields: Fields) -> Organ:
    names = ("OrganId", "OrganName", "OrganizationInCharge", "OrganAdd", "Email", "Telephone", "Fax", "Website")
    return Organ(*(fields.text(node, name) for name in names))


def _staff(node: Node | None, fields: Fields) -> Staff | None:
    staff = Staff(*(fields.text(node, name) for name in ("Department", "Staff", "Email", "Mobile")))
    return None if staff == Staff() else staff


def _responses(header: Node, fields: Fields) -> tuple[ResponseFor, ...]:
    found = []
    for node in fields.all(header, "ResponseFor"):
        organ_id, code, document_id = (fields.text(node, name) for name in ("OrganId", "Code", "DocumentId"))
        response = ResponseFor(organ_id, code, document_id, fields.date(node, "PromulgationDate"))
        if response != ResponseFor(""):
            found.append(response)
    return tuple(found)


def _traces(trace: Node | None, fields: Fields) -> tuple[Trace, ...]:
    nodes = fields.all(trace, "TraceHeader")
    return tuple(Trace(fields.text(n, "OrganId"), fields.time(n, "Timestamp")) for n in nodes)


def _business_type(business: Node | None, fields: Fields) -> int:
    raw = fields.text(business, "BusinessDocType")
    if raw in ("", "0", "1", "2", "3"):
        return int(raw or "0")
    fields.note("BUSINESS_TYPE", "error", business, raw)
    return 0


def _update(node: Node | None, fields: Fields) -> UpdateInfo | None:
    if node is None:
        return None
    receivers = tuple(
        ReceiverChange(fields.text(n, "OrganId"), fields.count(n, "ReceiverType") or 0)
        for n in fields.all(fields.child(node, "ReceiverList"), "Receiver")
    )
    return UpdateInfo(fields.text(node, "DocumentInfo") == "1", fields.text(node, "DocumentReceiver") == "1", receivers)


def _replacements(business: Node | None, fields: Fields) -> tuple[Replacement, ...]:
    nodes = fields.all(fields.child(business, "ReplacementInfoList"), "ReplacementInfo")
    found = (
        Replacement(fields.text(n, "DocumentId"), fields.texts(fields.child(n, "OrganIdList"), "OrganId"))
        for n in nodes
    )
    return tuple(dict.fromkeys(found))


def _signature(fields: Fields) -> SignatureState:
    """The XML signature is reported and never decides: the axis rewrites packages, so none survives."""
    node = next((n for n in fields.nodes if n.name == "Signature"), None)
    if node is None:
        return "absent"
    texts = {n.name: clean(n.text) for n in node.walk()}
    certificate = texts.get("X509Certificate", "")
    if len(certificate) < 200 or texts.get("DigestValue", "") in PLACEHOLDER_DIGESTS:
        return "placeholder"
    try:
        base64.b64decode("".join(texts.get("SignatureValue", "").split()), validate=True)
    except (Error, ValueError):
        return "placeholder"
    return "unverifiable"
