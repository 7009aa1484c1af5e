"""Packages made by hand for the tests."""

import base64
import io
import zipfile
from datetime import UTC, date, datetime

from services.gateway.edxml import Organ, Package, Trace

Q = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
UUID_NAME = "0f0e0d0c-1111-2222-3333-444455556666.txt"


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


def zipped(body: bytes, name: str = UUID_NAME, *, link: bool = False) -> bytes:
    """A zip of one entry."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        if link:
            info.external_attr = 0o120777 << 16
        archive.writestr(info, body)
    return out.getvalue()
