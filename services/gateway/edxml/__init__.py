"""edXML codec: packages of QCVN 102:2016/BTTTT read from any dialect, written in one strict form."""

from services.gateway.edxml.errors import EdxmlInvalid, EdxmlRefused
from services.gateway.edxml.limits import Limits
from services.gateway.edxml.model import Attachment, Organ, Package, Problem, ResponseFor, Staff, Status, Trace
from services.gateway.edxml.reader import read
from services.gateway.edxml.writer import Outgoing, Written, make_document_id, package_size, write, write_status

__all__ = [
    "Attachment",
    "EdxmlInvalid",
    "EdxmlRefused",
    "Limits",
    "Organ",
    "Outgoing",
    "Package",
    "Problem",
    "ResponseFor",
    "Staff",
    "Status",
    "Trace",
    "Written",
    "make_document_id",
    "package_size",
    "read",
    "write",
    "write_status",
]
