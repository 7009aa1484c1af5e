"""MessageHeader, TraceHeaderList and Bussiness to the model (QCVN 102:2016; Decree 30/2020, appendix VI)."""

from services.gateway.edxml.dialects import STATUS_CODES
from services.gateway.edxml.errors import EdxmlRefused
from services.gateway.edxml.model import (
    Attachment,
    Organ,
    Package,
    ReceiverChange,
    Replacement,
    ResponseFor,
    SignatureVerdict,
    Staff,
    Status,
    Trace,
    UpdateInfo,
)
from services.gateway.edxml.reading.fields import Fields
from services.gateway.edxml.reading.target import Node
from services.gateway.edxml.values import parse_priority


def read_status(header: Node, fields: Fields, dialect: str) -> Status:
    """A status package; without a moment it has no key, so it is refused."""
    code = _status_code(header, fields)
    moment = fields.time(header, "Timestamp")
    if moment is None:
        given = fields.child(header, "Timestamp")
        at, found = given or header, given.text.strip() if given else ""
        raise EdxmlRefused("STATUS_TIMESTAMP", at.line, found, at.path, "MessageHeader.Timestamp")
    sender = _organ(fields.child(header, "From"), fields)
    answered = _responses(header, fields)
    _require(fields, header, {"From/OrganId": sender.organ_id, "ResponseFor": "x" if answered else ""})
    for node, _ in answered[1:]:
        fields.note("DUPLICATE_ELEMENT", "warning", node, node.raw)
        _give_back(node)
    for node in (*fields.named("Attachment"), *fields.named("Signature")):
        if node.parent and not node.parent.hidden:
            fields.note("UNKNOWN_ELEMENT", "warning", node, node.raw)
    return Status(
        sender=sender,
        response_for=answered[0][1] if answered else ResponseFor(""),
        code=code,
        timestamp=moment,
        description=fields.text(header, "Description"),
        staff=_staff(fields.child(header, "StaffInfo"), fields),
        other=fields.unknown(),
        readings=tuple(fields.readings),
        problems=tuple(fields.problems),
        dialect=dialect,
    )


def _status_code(header: Node, fields: Fields) -> str:
    raw = fields.code(header, "StatusCode")
    code = raw.zfill(2) if raw.isascii() and raw.isdigit() else raw
    node = fields.child(header, "StatusCode")
    if node and code != raw:
        fields.reading(node, "normalised", raw)
    if code not in STATUS_CODES:
        fields.note("STATUS_CODE", "warning", node or header, code)
    return code


def _give_back(node: Node) -> None:
    """What was read of an element that has no place in the model goes to the extension data."""
    for child in node.children:
        child.taken = False


def read_document(
    header: Node,
    fields: Fields,
    attachments: tuple[Attachment, ...],
    signature: SignatureVerdict,
    dialect: str,
) -> Package:
    """A document package; what is missing is a problem, never an exception."""
    code = fields.child(header, "Code")
    issued = fields.child(header, "PromulgationInfo")
    signer = fields.child(header, "SignerInfo")
    other = fields.child(header, "OtherInfo")
    trace = fields.first("TraceHeaderList")
    business = fields.child(trace, "Bussiness") or fields.child(header, "Bussiness")
    type_name, type_code, type_detail = _type(fields.child(header, "DocumentType"), fields)
    priority, priority_raw = _priority(other, fields)
    values = {
        "sender": _sender(header, issued, fields),
        "recipients": tuple(_organ(n, fields) for n in fields.all(header, "To")),
        "document_id": fields.code(header, "DocumentId"),
        "code_number": fields.text(code, "CodeNumber"),
        "code_notation": fields.text(code, "CodeNotation"),
        "place": fields.text(issued, "Place"),
        "promulgation_date": fields.date(issued, "PromulgationDate"),
        "subject": fields.text(header, "Subject"),
        "content": fields.text(header, "Content"),
        "signer_competence": fields.text(signer, "Competence"),
        "signer_position": fields.text(signer, "Position"),
        "signer_name": fields.text(signer, "FullName"),
        "due_date": fields.date(header, "DueDate"),
        "sphere": fields.text(other, "SphereOfPromulgation"),
        "typer_notation": fields.text(other, "TyperNotation"),
        "page_amount": fields.count(other, "PageAmount"),
        "promulgation_amount": fields.count(other, "PromulgationAmount"),
        "direction": _direction(other, fields),
        "appendixes": fields.texts(fields.child(other, "Appendixes"), "Appendix") + fields.texts(other, "Appendix"),
        "response_for": tuple(response for _, response in _responses(header, fields)),
        "steering_type": fields.count(header, "SteeringType") or 0,
        "to_places": fields.texts(fields.child(header, "ToPlaces"), "Place"),
        "traces": tuple(_trace(n, fields) for n in fields.all(trace, "TraceHeader")),
    }
    values |= _business(business, fields)
    if business is None:
        fields.reading(trace or header, "default", "")
    _check(values, header, fields)
    return Package(
        **values,  # type: ignore[arg-type]
        type_name=type_name,
        type_code=type_code,
        type_detail=type_detail,
        priority=priority,
        priority_raw=priority_raw,
        attachments=attachments,
        other=fields.unknown(),
        readings=tuple(fields.readings),
        problems=tuple(fields.problems),
        signature=signature,
        dialect=dialect,
    )


def _check(values: dict[str, object], header: Node, fields: Fields) -> None:
    """What no registration can do without; an identifier may be made of number and date."""
    sender, recipients = values["sender"], values["recipients"]
    assert isinstance(sender, Organ)
    assert isinstance(recipients, tuple)
    code_and_date = values["code_number"] and values["promulgation_date"]
    if code_and_date and not values["document_id"]:
        fields.reading(header, "inferred", "DocumentId")
    needed = {
        "From/OrganId": sender.organ_id,
        "To/OrganId": "".join(r.organ_id for r in recipients),
        "DocumentId": str(values["document_id"]) or ("x" if code_and_date else ""),
        "Subject": str(values["subject"]),
    }
    _require(fields, header, needed)


def _require(fields: Fields, header: Node, needed: dict[str, str]) -> None:
    for name, value in needed.items():
        if not value:
            below = name if header.name == "MessageHeader" else f"MessageHeader/{name}"
            fields.note("MISSING", "error", header, name, below)


_ORGAN = ("OrganName", "OrganizationInCharge", "OrganAdd", "Email", "Telephone", "Fax", "Website")


def _organ(node: Node | None, fields: Fields) -> Organ:
    return Organ(fields.code(node, "OrganId"), *(fields.text(node, name) for name in _ORGAN))


def _sender(header: Node, issued: Node | None, fields: Fields) -> Organ:
    """The form of go.vn names the issuing organ beside the date."""
    node = fields.child(header, "From")
    sender = _organ(node, fields)
    promulgator = fields.child(issued, "Promulgator")
    if sender.name or promulgator is None:
        return sender
    fields.reading(promulgator, "inferred", promulgator.text.strip())
    return Organ(sender.organ_id, fields.value(promulgator), *(fields.text(node, name) for name in _ORGAN[1:]))


def _staff(node: Node | None, fields: Fields) -> Staff | None:
    staff = Staff(*(fields.text(node, name) for name in ("Department", "Staff", "Email", "Mobile")))
    return None if staff == Staff() else staff


def _responses(header: Node, fields: Fields) -> list[tuple[Node, ResponseFor]]:
    found = []
    for node in fields.all(header, "ResponseFor"):
        organ_id, code, document_id = (fields.code(node, name) for name in ("OrganId", "Code", "DocumentId"))
        response = ResponseFor(organ_id, code, document_id, fields.date(node, "PromulgationDate"))
        if response != ResponseFor(""):
            found.append((node, response))
    return found


def _type(node: Node | None, fields: Fields) -> tuple[str, str, str]:
    """(name, code, detail); some write the name as the text of DocumentType itself."""
    name, code, detail = fields.text(node, "TypeName"), fields.code(node, "Type"), fields.code(node, "TypeDetail")
    if node and not name and node.text.strip():
        fields.reading(node, "inferred", node.text.strip())
        name = fields.value(node)
    return name, code, "" if detail == "0" else detail


def _priority(other: Node | None, fields: Fields) -> tuple[int, str]:
    """(priority, what was written): 5, nothing and all that is no priority are normal."""
    raw = fields.code(other, "Priority")
    value = parse_priority(raw)
    node = fields.child(other, "Priority")
    if node and raw != str(value):
        fields.reading(node, "inferred", raw)
    return value, raw


def _direction(other: Node | None, fields: Fields) -> bool:
    """`true` or `false`, whose meaning nobody documents."""
    raw = fields.code(other, "Direction")
    node = fields.child(other, "Direction")
    if node and raw not in ("", "true", "false"):
        fields.reading(node, "unreadable", raw)
    return raw == "true"


def _trace(node: Node, fields: Fields) -> Trace:
    """One hop; the form of go.vn names its organ as Path/From."""
    organ_id = fields.code(node, "OrganId")
    origin = fields.child(fields.child(node, "Path"), "From")
    if origin and not organ_id:
        organ_id = fields.value(origin, opaque=True)
        fields.reading(origin, "inferred", organ_id)
    return Trace(organ_id, fields.time(node, "Timestamp"))


def _business(business: Node | None, fields: Fields) -> dict[str, object]:
    return {
        "business_type": _business_type(business, fields),
        "business_reason": fields.text(business, "BussinessDocReason"),
        "business_document_id": fields.code(business, "DocumentId"),
        "update_info": _update(fields.child(business, "BussinessDocumentInfo"), fields),
        "replacements": _replacements(business, fields),
        "staff": _staff(fields.child(business, "StaffInfo"), fields),
        "paper": fields.flag(business, "Paper"),
    }


def _business_type(business: Node | None, fields: Fields) -> int:
    raw = fields.code(business, "BussinessDocType")
    if raw in ("", "0", "1", "2", "3"):
        return int(raw or "0")
    node = fields.child(business, "BussinessDocType")
    fields.note("BUSINESS_TYPE", "error", node, raw)
    if node:
        fields.reading(node, "unreadable", raw)
    return 0


def _update(node: Node | None, fields: Fields) -> UpdateInfo | None:
    if node is None:
        return None
    receivers = tuple(
        ReceiverChange(fields.code(n, "OrganId"), fields.count(n, "ReceiverType") or 0)
        for n in fields.all(fields.child(node, "ReceiverList"), "Receiver")
    )
    return UpdateInfo(fields.flag(node, "DocumentInfo"), fields.flag(node, "DocumentReceiver"), receivers)


def _replacements(business: Node | None, fields: Fields) -> tuple[Replacement, ...]:
    """Each pair once: the vendor's own template repeats one."""
    found: dict[Replacement, None] = {}
    for node in fields.all(fields.child(business, "ReplacementInfoList"), "ReplacementInfo"):
        codes = fields.codes(fields.child(node, "OrganIdList"), "OrganId")
        replacement = Replacement(fields.code(node, "DocumentId"), codes)
        if replacement in found:
            fields.reading(node, "normalised", replacement.document_id)
        found[replacement] = None
    return tuple(found)
