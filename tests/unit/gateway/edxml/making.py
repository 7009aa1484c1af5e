"""Packages for the tests: models for the writer, raw bytes for the reader, and short ways to read them."""

import base64
import io
from datetime import UTC, date, datetime
from pathlib import Path

from infra.conformance.packages.content import UUID_ENTRY
from infra.conformance.packages.content import zipped as zipped
from infra.conformance.packages.tree import Element, Q, Style, write
from services.gateway.edxml import EdxmlRefused, Limits, Organ, Package, Status, Trace, read

UUID_NAME = f"{UUID_ENTRY}.txt"


def package(**changes: object) -> Package:
    """A good new document."""
    values: dict[str, object] = {
        "sender": Organ("000.00.01.H36", "Sở Nội vụ"),
        "recipients": (Organ("000.00.02.H36", "Sở Tài chính"),),
        "document_id": "000.00.01.H36,2026/03/02,15/SNV-VP",
        "code_number": "15",
        "code_notation": "SNV-VP",
        "promulgation_date": date(2026, 3, 2),
        "type_name": "Công văn",
        "type_code": "2",
        "subject": "V/v <họp> & báo cáo",
        "priority_raw": "0",
        "traces": (Trace("000.00.01.H36", datetime(2026, 3, 2, 1, 2, 3, tzinfo=UTC)),),
        "dialect": "standard",
    }
    return Package(**{**values, **changes})  # type: ignore[arg-type]


def raw(*files: tuple[str, str, bytes | str], head: str = "", extra: str = "") -> bytes:
    """A minimal document as text: files are (content id, name, bytes or base64 text)."""
    parts = []
    for content_id, name, body in files:
        text = base64.b64encode(body).decode() if isinstance(body, bytes) else body
        parts.append(
            f"<Attachment><ContentId>{content_id}</ContentId><AttachmentName>{name}</AttachmentName>"
            f"<ContentTransferEncoded>{text}</ContentTransferEncoded></Attachment>"
        )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<edXML xmlns="{Q}"><edXMLEnvelope><edXMLHeader><MessageHeader>'
        "<From><OrganId>A</OrganId></From><To><OrganId>B</OrganId></To><DocumentId>X</DocumentId>"
        f"<Subject>S</Subject>{extra}</MessageHeader></edXMLHeader></edXMLEnvelope>"
        f"<AttachmentEncoded>{''.join(parts)}</AttachmentEncoded></edXML>"
    ).encode()


def document_of(
    data: bytes | Element, folder: Path, limits: Limits | None = None, style: Style | None = None
) -> Package:
    """The document that was read."""
    content = write(data, style) if isinstance(data, Element) else data
    found = read(io.BytesIO(content), folder, limits or Limits())
    assert isinstance(found, Package)
    return found


def status_of(data: bytes | Element, folder: Path) -> Status:
    """The status that was read."""
    found = read(io.BytesIO(write(data) if isinstance(data, Element) else data), folder)
    assert isinstance(found, Status)
    return found


def refusal_of(data: bytes | Element, folder: Path, limits: Limits | None = None) -> EdxmlRefused:
    """Why the package is refused; nothing may be left of it."""
    content = write(data) if isinstance(data, Element) else data
    try:
        read(io.BytesIO(content), folder, limits or Limits())
    except EdxmlRefused as refused:
        assert refused.message_vi
        assert refused.fix_vi
        assert not list(folder.iterdir())
        return refused
    raise AssertionError("it was read")


def codes_of(found: Package | Status) -> list[str]:
    """The reasons of the problems, notes left out."""
    return [p.code for p in found.problems if p.severity != "info"]


def readings_of(found: Package | Status) -> list[tuple[str, str, str]]:
    """(last name of the path, how, what stood there)."""
    return [(r.path.rpartition("/")[2], r.how, r.raw) for r in found.readings]


def others_of(found: Package | Status) -> list[tuple[str, str]]:
    """(last name of the path, text) of what was kept as extension data."""
    return [(u.path.rpartition("/")[2], u.text) for u in found.other]
