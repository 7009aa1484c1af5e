"""edXML codec: packages of QCVN 102:2016/BTTTT read from any dialect, written in one strict form."""

from services.gateway.edxml.errors import EdxmlInvalid, EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import (
    Attachment,
    Organ,
    Package,
    Problem,
    Reading,
    Replacement,
    ResponseFor,
    SignatureVerdict,
    Staff,
    Status,
    Trace,
)
from services.gateway.edxml.reading.reader import read
from services.gateway.edxml.signature.verdict import Trust
from services.gateway.edxml.writing.packing import Outgoing
from services.gateway.edxml.writing.size import Proposal, measure, package_size, propose
from services.gateway.edxml.writing.writer import Written, make_document_id, write, write_status

__all__ = [
    "Attachment",
    "EdxmlInvalid",
    "EdxmlRefused",
    "Limits",
    "Organ",
    "Outgoing",
    "Package",
    "Problem",
    "Proposal",
    "Reading",
    "Replacement",
    "ResponseFor",
    "SignatureVerdict",
    "Staff",
    "Status",
    "Trace",
    "Trust",
    "Written",
    "make_document_id",
    "measure",
    "package_size",
    "propose",
    "read",
    "write",
    "write_status",
]
