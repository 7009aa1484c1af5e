"""A package as plain data under the standard's own names: for showing, comparing and the conformance suite.

`{"MessageHeader.Subject": "…", "MessageHeader.To.OrganId": ["…", "…"], …}`: dates `yyyy/MM/dd`, times
`yyyy/MM/dd HH:mm:ss` as the clocks of Viet Nam show them; what may stand more than once is a list; what is not said is
left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from services.gateway.edxml.model import Organ, Package, ResponseFor, Staff, Status
from services.gateway.edxml.values import write_date, write_time

Flat = dict[str, str | list[str]]
_HEADER, _TRACES, _BUSINESS = "MessageHeader", "TraceHeaderList", "TraceHeaderList.Bussiness"
_ORGAN = {
    "OrganId": "organ_id",
    "OrganizationInCharge": "in_charge",
    "OrganName": "name",
    "OrganAdd": "address",
    "Email": "email",
    "Telephone": "telephone",
    "Fax": "fax",
    "Website": "website",
}


def flat(package: Package | Status) -> Flat:
    """Everything that the package says, files and how it was read left out."""
    pairs = _status(package) if isinstance(package, Status) else _document(package)
    return {name: value for name, value in pairs if (any(value) if isinstance(value, list) else value)}


def files(package: Package | Status) -> list[dict[str, str | int]]:
    """The files: name, SHA-256 and size of what the sender attached, whatever it was wrapped in."""
    found = package.attachments if isinstance(package, Package) else ()
    return [{"name": a.name, "sha256": a.sha256, "size": a.size, "description": a.description} for a in found]


def _day(value: date | None) -> str:
    return write_date(value) if value else ""


def _moment(value: datetime | None) -> str:
    return write_time(value) if value else ""


def _organ(path: str, organ: Organ) -> Iterator[tuple[str, str]]:
    for name, attribute in _ORGAN.items():
        yield f"{path}.{name}", getattr(organ, attribute)


def _organs(path: str, organs: Sequence[Organ]) -> Iterator[tuple[str, list[str]]]:
    for name, attribute in _ORGAN.items():
        yield f"{path}.{name}", [getattr(organ, attribute) for organ in organs]


def _responses(path: str, found: Sequence[ResponseFor]) -> Iterator[tuple[str, list[str]]]:
    yield f"{path}.OrganId", [r.organ_id for r in found]
    yield f"{path}.Code", [r.code for r in found]
    yield f"{path}.DocumentId", [r.document_id for r in found]
    yield f"{path}.PromulgationDate", [_day(r.promulgation_date) for r in found]


def _staff(path: str, staff: Staff | None) -> Iterator[tuple[str, str]]:
    if staff:
        yield f"{path}.Department", staff.department
        yield f"{path}.Staff", staff.name
        yield f"{path}.Email", staff.email
        yield f"{path}.Mobile", staff.mobile


def _document(package: Package) -> Iterator[tuple[str, str | list[str]]]:
    yield from _organ(f"{_HEADER}.From", package.sender)
    yield from _organs(f"{_HEADER}.To", package.recipients)
    yield f"{_HEADER}.DocumentId", package.document_id
    yield f"{_HEADER}.Code.CodeNumber", package.code_number
    yield f"{_HEADER}.Code.CodeNotation", package.code_notation
    yield f"{_HEADER}.PromulgationInfo.Place", package.place
    yield f"{_HEADER}.PromulgationInfo.PromulgationDate", _day(package.promulgation_date)
    yield f"{_HEADER}.DocumentType.Type", package.type_code
    yield f"{_HEADER}.DocumentType.TypeDetail", package.type_detail
    yield f"{_HEADER}.DocumentType.TypeName", package.type_name
    yield f"{_HEADER}.Subject", package.subject
    yield f"{_HEADER}.Content", package.content
    yield f"{_HEADER}.SignerInfo.Competence", package.signer_competence
    yield f"{_HEADER}.SignerInfo.Position", package.signer_position
    yield f"{_HEADER}.SignerInfo.FullName", package.signer_name
    yield f"{_HEADER}.DueDate", _day(package.due_date)
    yield from _other(package)
    yield from _responses(f"{_HEADER}.ResponseFor", package.response_for)
    yield f"{_HEADER}.SteeringType", str(package.steering_type or "")
    yield f"{_HEADER}.ToPlaces.Place", list(package.to_places)
    yield from _trace_list(package)


def _other(package: Package) -> Iterator[tuple[str, str | list[str]]]:
    other = f"{_HEADER}.OtherInfo"
    yield f"{other}.Priority", str(package.priority)
    yield f"{other}.SphereOfPromulgation", package.sphere
    yield f"{other}.TyperNotation", package.typer_notation
    yield f"{other}.PromulgationAmount", _number(package.promulgation_amount)
    yield f"{other}.PageAmount", _number(package.page_amount)
    yield f"{other}.Direction", "true" if package.direction else ""
    yield f"{other}.Appendixes.Appendix", list(package.appendixes)


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _trace_list(package: Package) -> Iterator[tuple[str, str | list[str]]]:
    yield f"{_BUSINESS}.DocumentId", package.business_document_id
    yield f"{_BUSINESS}.BussinessDocType", str(package.business_type)
    yield f"{_BUSINESS}.BussinessDocReason", package.business_reason
    yield f"{_BUSINESS}.Paper", "1" if package.paper else "0"
    if info := package.update_info:
        told = f"{_BUSINESS}.BussinessDocumentInfo"
        yield f"{told}.DocumentInfo", "1" if info.document_info else "0"
        yield f"{told}.DocumentReceiver", "1" if info.document_receiver else "0"
        yield f"{told}.ReceiverList.Receiver.OrganId", [r.organ_id for r in info.receivers]
        yield f"{told}.ReceiverList.Receiver.ReceiverType", [str(r.receiver_type) for r in info.receivers]
    replaced = f"{_BUSINESS}.ReplacementInfoList.ReplacementInfo"
    yield f"{replaced}.DocumentId", [r.document_id for r in package.replacements]
    yield f"{replaced}.OrganIdList.OrganId", [",".join(r.organ_ids) for r in package.replacements]
    yield from _staff(f"{_BUSINESS}.StaffInfo", package.staff)
    yield f"{_TRACES}.TraceHeader.OrganId", [t.organ_id for t in package.traces]
    yield f"{_TRACES}.TraceHeader.Timestamp", [_moment(t.timestamp) for t in package.traces]


def _status(status: Status) -> Iterator[tuple[str, str | list[str]]]:
    yield from _organ(f"{_HEADER}.From", status.sender)
    answered = status.response_for
    yield f"{_HEADER}.ResponseFor.OrganId", answered.organ_id
    yield f"{_HEADER}.ResponseFor.Code", answered.code
    yield f"{_HEADER}.ResponseFor.DocumentId", answered.document_id
    yield f"{_HEADER}.ResponseFor.PromulgationDate", _day(answered.promulgation_date)
    yield from _staff(f"{_HEADER}.StaffInfo", status.staff)
    yield f"{_HEADER}.StatusCode", status.code
    yield f"{_HEADER}.Description", status.description
    yield f"{_HEADER}.Timestamp", _moment(status.timestamp)
