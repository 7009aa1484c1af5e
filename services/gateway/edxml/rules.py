"""What must hold before a package is sent (field lengths of the central server; Decree 30/2020, appendix VI)."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from services.gateway.edxml.errors import problem
from services.gateway.edxml.model import Organ, Package, Problem, ResponseFor, Staff, Status
from services.gateway.edxml.xmlout import FORBIDDEN

_RULE = re.compile(r"[^,]+,\d{4}/\d{2}/\d{2},[^,/]+/.+")
_STATUS = re.compile(r"[0-9]{2}")

Checked = tuple[str, str, int, bool]


def _organ(path: str, organ: Organ) -> Iterator[Checked]:
    yield f"{path}/OrganId", organ.organ_id, 35, True
    yield f"{path}/OrganName", organ.name, 200, False
    yield f"{path}/OrganizationInCharge", organ.in_charge, 200, False
    yield f"{path}/OrganAdd", organ.address, 250, False
    yield f"{path}/Email", organ.email, 100, False
    yield f"{path}/Telephone", organ.telephone, 20, False
    yield f"{path}/Fax", organ.fax, 20, False
    yield f"{path}/Website", organ.website, 100, False


def _response(path: str, response: ResponseFor) -> Iterator[Checked]:
    yield f"{path}/OrganId", response.organ_id, 35, True
    yield f"{path}/Code", response.code, 100, False
    yield f"{path}/DocumentId", response.document_id, 500, True


def _staff(staff: Staff | None) -> Iterator[Checked]:
    if staff:
        for value in (staff.department, staff.name, staff.email, staff.mobile):
            yield "StaffInfo", value, 200, False


def _document(package: Package) -> Iterator[Checked]:
    yield from _organ("From", package.sender)
    for recipient in package.recipients:
        yield from _organ("To", recipient)
    yield "DocumentId", package.document_id, 75, True
    yield "CodeNumber", package.code_number, 11, True
    yield "CodeNotation", package.code_notation, 30, True
    yield "Place", package.place, 50, False
    yield "TypeName", package.type_name, 100, True
    yield "Type", package.type_code, 9, False
    yield "Subject", package.subject, 500, True
    yield "Content", package.content[:500], 500, False
    yield "Competence", package.signer_competence, 100, False
    yield "Position", package.signer_position, 100, False
    yield "FullName", package.signer_name, 50, False
    yield "SphereOfPromulgation", package.sphere, 100, False
    yield "TyperNotation", package.typer_notation, 10, False
    for appendix in package.appendixes:
        yield "Appendix", appendix, 250, False
    for place in package.to_places:
        yield "ToPlaces/Place", place, 150, False
    yield from _business(package)


def _business(package: Package) -> Iterator[Checked]:
    for response in package.response_for:
        yield from _response("ResponseFor", response)
    yield from _staff(package.staff)
    yield "BussinessDocReason", package.business_reason, 500, False
    yield "Bussiness/DocumentId", package.business_document_id, 500, package.business_type == 2
    for trace in package.traces:
        yield "TraceHeader/OrganId", trace.organ_id, 35, False
    for replacement in package.replacements:
        yield "ReplacementInfo/DocumentId", replacement.document_id, 500, True
        for organ_id in replacement.organ_ids:
            yield "ReplacementInfo/OrganId", organ_id, 35, True
    for receiver in package.update_info.receivers if package.update_info else ():
        yield "Receiver/OrganId", receiver.organ_id, 35, True


def texts(checks: Iterator[Checked]) -> Iterator[Problem]:
    """The problems of lengths, missing texts and characters."""
    for path, value, longest, required in checks:
        if required and not value.strip():
            yield problem("REQUIRED", "error", path, detail=path)
        if len(normalize("NFC", value)) > longest:
            yield problem("TOO_LONG", "error", path, detail=path)
        if FORBIDDEN.search(value):
            yield problem("BAD_CHARACTER", "error", path, detail=path)


def document_problems(package: Package, *, strict_id: bool) -> list[Problem]:
    """All that keeps a document from being sent."""
    found = list(texts(_document(package)))
    if not package.recipients:
        found.append(problem("REQUIRED", "error", "To", detail="To"))
    if package.promulgation_date is None:
        found.append(problem("REQUIRED", "error", "PromulgationDate", detail="PromulgationDate"))
    if strict_id and not _RULE.fullmatch(package.document_id):
        found.append(problem("DOCUMENT_ID_RULE", "error", "DocumentId", detail=package.document_id))
    if package.business_type == 3 and not package.replacements:
        found.append(problem("REQUIRED", "error", "ReplacementInfo", detail="ReplacementInfo"))
    values = {
        "Priority": package.priority in range(5),
        "BussinessDocType": package.business_type in range(4),
        "SteeringType": package.steering_type in range(4),
        "PageAmount": (package.page_amount or 0) >= 0,
        "PromulgationAmount": (package.promulgation_amount or 0) >= 0,
    }
    found += [problem("BAD_VALUE", "error", name, detail=name) for name, good in values.items() if not good]
    return found


def status_problems(status: Status) -> list[Problem]:
    """All that keeps a status from being sent."""

    def checks() -> Iterator[Checked]:
        yield from _organ("From", status.sender)
        yield from _response("ResponseFor", status.response_for)
        yield from _staff(status.staff)
        yield "Description", status.description, 1000, False

    found = list(texts(checks()))
    if not _STATUS.fullmatch(status.code):
        found.append(problem("BAD_VALUE", "error", "StatusCode", detail="StatusCode"))
    if status.timestamp.tzinfo is None:
        found.append(problem("BAD_VALUE", "error", "Timestamp", detail="Timestamp"))
    return found
