"""What must hold before a package is sent: the lengths and kinds of the standard table (Decree 30/2020, PL VI)."""

import re
from collections.abc import Iterator, Mapping
from unicodedata import normalize

from services.gateway.edxml.errors import problem
from services.gateway.edxml.model import Organ, Package, Problem, ResponseFor, Staff, Status
from services.gateway.edxml.standard import Element, by_path
from services.gateway.edxml.writing.xmlout import FORBIDDEN

DOCUMENT_ID = re.compile(r"[^,]+,\d{4}/\d{2}/\d{2},[^,/]+/.+", re.ASCII)
_STATUS = re.compile(r"[0-9]{2}")
_TRACES, _BUSINESS = "TraceHeaderList", "TraceHeaderList.Bussiness"

Checked = tuple[str, str]


def _organ(path: str, organ: Organ) -> Iterator[Checked]:
    yield f"{path}.OrganId", organ.organ_id
    yield f"{path}.OrganName", organ.name
    yield f"{path}.OrganizationInCharge", organ.in_charge
    yield f"{path}.OrganAdd", organ.address
    yield f"{path}.Email", organ.email
    yield f"{path}.Telephone", organ.telephone
    yield f"{path}.Fax", organ.fax
    yield f"{path}.Website", organ.website


def _response(path: str, response: ResponseFor) -> Iterator[Checked]:
    yield f"{path}.OrganId", response.organ_id
    yield f"{path}.Code", response.code
    yield f"{path}.DocumentId", response.document_id


def _staff(path: str, staff: Staff | None) -> Iterator[Checked]:
    if staff:
        yield f"{path}.Department", staff.department
        yield f"{path}.Staff", staff.name
        yield f"{path}.Email", staff.email
        yield f"{path}.Mobile", staff.mobile


def _document(package: Package) -> Iterator[Checked]:
    header = "MessageHeader"
    yield from _organ(f"{header}.From", package.sender)
    for recipient in package.recipients:
        yield from _organ(f"{header}.To", recipient)
    yield f"{header}.DocumentId", package.document_id
    yield f"{header}.Code.CodeNumber", package.code_number
    yield f"{header}.Code.CodeNotation", package.code_notation
    yield f"{header}.PromulgationInfo.Place", package.place
    yield f"{header}.DocumentType.Type", package.type_code
    yield f"{header}.DocumentType.TypeDetail", package.type_detail
    yield f"{header}.DocumentType.TypeName", package.type_name
    yield f"{header}.Subject", package.subject
    yield f"{header}.Content", package.content[:500]
    yield f"{header}.SignerInfo.Competence", package.signer_competence
    yield f"{header}.SignerInfo.Position", package.signer_position
    yield f"{header}.SignerInfo.FullName", package.signer_name
    yield f"{header}.OtherInfo.SphereOfPromulgation", package.sphere
    yield f"{header}.OtherInfo.TyperNotation", package.typer_notation
    for appendix in package.appendixes:
        yield f"{header}.OtherInfo.Appendixes.Appendix", appendix
    for place in package.to_places:
        yield f"{header}.ToPlaces.Place", place
    for response in package.response_for:
        yield from _response(f"{header}.ResponseFor", response)
    yield from _business(package)


def _business(package: Package) -> Iterator[Checked]:
    yield from _staff(f"{_BUSINESS}.StaffInfo", package.staff)
    yield f"{_BUSINESS}.BussinessDocReason", package.business_reason
    yield f"{_BUSINESS}.DocumentId", package.business_document_id
    for trace in package.traces:
        yield f"{_TRACES}.TraceHeader.OrganId", trace.organ_id
    info = f"{_BUSINESS}.ReplacementInfoList.ReplacementInfo"
    for replacement in package.replacements:
        yield f"{info}.DocumentId", replacement.document_id
        for organ_id in replacement.organ_ids:
            yield f"{info}.OrganIdList.OrganId", organ_id
    for receiver in package.update_info.receivers if package.update_info else ():
        yield f"{_BUSINESS}.BussinessDocumentInfo.ReceiverList.Receiver.OrganId", receiver.organ_id


def texts(checks: Iterator[Checked], *, status: bool = False) -> Iterator[Problem]:
    """The problems of lengths, missing texts and characters."""
    form = by_path(status)
    for path, value in checks:
        element = form[path]
        if not value:
            if element.least:
                yield _wrong("REQUIRED", path, element)
            continue
        if element.least and not value.strip(" \t\r\n"):
            yield _wrong("REQUIRED", path, element)
        if element.longest and len(value) > element.longest and len(normalize("NFC", value)) > element.longest:
            yield _wrong("TOO_LONG", path, element)
        if FORBIDDEN.search(value):
            yield _wrong("BAD_CHARACTER", path, element)


def _wrong(code: str, path: str, element: Element | None = None, detail: str = "") -> Problem:
    """A problem of an element, which is named as the office names it."""
    shown = detail or (f"{element.vi} ({element.name})" if element else path.rpartition(".")[2])
    return problem(code, "error", path.replace(".", "/"), detail=shown, element=path)


def document_problems(package: Package, *, strict_id: bool) -> list[Problem]:
    """All that keeps a document from being sent."""
    form = by_path()
    found = list(texts(_document(package)))
    if not package.recipients:
        found.append(_wrong("REQUIRED", "MessageHeader.To", form["MessageHeader.To"]))
    if package.promulgation_date is None:
        path = "MessageHeader.PromulgationInfo.PromulgationDate"
        found.append(_wrong("REQUIRED", path, form[path]))
    if strict_id and not DOCUMENT_ID.fullmatch(package.document_id):
        found.append(_wrong("DOCUMENT_ID_RULE", "MessageHeader.DocumentId", detail=package.document_id))
    if package.business_type == 3 and not package.replacements:
        path = f"{_BUSINESS}.ReplacementInfoList.ReplacementInfo"
        found.append(_wrong("REQUIRED", path, form[path]))
    if package.business_type == 2 and not package.business_document_id.strip():
        found.append(_wrong("REQUIRED", f"{_BUSINESS}.DocumentId", form[f"{_BUSINESS}.DocumentId"]))
    return found + list(_values(package, form))


def _values(package: Package, form: Mapping[str, Element]) -> Iterator[Problem]:
    """Numbers and codes outside their lists."""
    other = "MessageHeader.OtherInfo"
    good = {
        f"{other}.Priority": package.priority in range(5),
        f"{_BUSINESS}.BussinessDocType": package.business_type in range(4),
        "MessageHeader.SteeringType": package.steering_type in range(4),
        f"{other}.PageAmount": 0 <= (package.page_amount or 0) < 10**9,
        f"{other}.PromulgationAmount": 0 <= (package.promulgation_amount or 0) < 10**9,
        "MessageHeader.DocumentType.Type": not package.type_code or package.type_code.strip().isdecimal(),
    }
    for path, fine in good.items():
        if not fine:
            yield _wrong("BAD_VALUE", path, form[path])


def status_problems(status: Status) -> list[Problem]:
    """All that keeps a status from being sent."""
    form = by_path(status=True)

    def checks() -> Iterator[Checked]:
        yield from _organ("MessageHeader.From", status.sender)
        yield from _response("MessageHeader.ResponseFor", status.response_for)
        yield from _staff("MessageHeader.StaffInfo", status.staff)
        yield "MessageHeader.Description", status.description

    found = list(texts(checks(), status=True))
    if not _STATUS.fullmatch(status.code):
        found.append(_wrong("BAD_VALUE", "MessageHeader.StatusCode", form["MessageHeader.StatusCode"]))
    if status.timestamp.tzinfo is None:
        found.append(_wrong("BAD_VALUE", "MessageHeader.Timestamp", form["MessageHeader.Timestamp"]))
    return found
