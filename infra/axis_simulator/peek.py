"""Reads the few fields of a package that routing and the answering offices need (edxml.md §1-§4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

STOP_AT = {"edXMLHeader", "edXMLBody", "AttachmentEncoded", "Attachment"}


@dataclass(slots=True)
class Reference:
    """A ResponseFor element."""

    organ_id: str = ""
    code: str = ""
    document_id: str = ""
    promulgation_date: str = ""


@dataclass(slots=True)
class Summary:
    """The head of a package; empty texts where it says nothing."""

    from_code: str = ""
    from_name: str = ""
    to: list[str] = field(default_factory=list)
    document_id: str = ""
    number: str = ""
    notation: str = ""
    promulgation_date: str = ""
    subject: str = ""
    business_type: str = "0"
    status_code: str = ""
    response_for: list[Reference] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Number and notation joined, as ResponseFor/Code wants them."""
        return f"{self.number}/{self.notation}".strip("/")


def peek(path: Path) -> Summary:
    """Read the header only; attachments are never loaded. An unreadable package gives what was found."""
    summary = Summary()
    header: Any = None
    try:
        # resolve_entities off and no network: nothing outside the file is ever read.
        events = etree.iterparse(
            str(path), events=("start", "end"), resolve_entities=False, no_network=True, recover=True, huge_tree=False
        )
        for event, element in events:
            name = _local(element)
            if event == "start":
                if name in STOP_AT - {"edXMLHeader"}:
                    break
            elif name == "MessageHeader":
                header = element
                _message_header(header, summary)
            elif name == "BussinessDocType":
                summary.business_type = (element.text or "").strip() or "0"
            elif name == "edXMLHeader":
                break
    except etree.XMLSyntaxError:
        return summary
    return summary


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def _child(element: Any, *names: str) -> Any:
    for name in names:
        element = next((child for child in element if _local(child) == name), None)
        if element is None:
            return None
    return element


def _value(element: Any, *names: str) -> str:
    found = _child(element, *names)
    return "" if found is None else " ".join((found.text or "").split())


def _message_header(header: Any, summary: Summary) -> None:
    summary.from_code = _value(header, "From", "OrganId")
    summary.from_name = _value(header, "From", "OrganName")
    summary.to = [code for child in header if _local(child) == "To" if (code := _value(child, "OrganId"))]
    summary.document_id = _value(header, "DocumentId")
    summary.number = _value(header, "Code", "CodeNumber")
    summary.notation = _value(header, "Code", "CodeNotation")
    summary.promulgation_date = _value(header, "PromulgationInfo", "PromulgationDate")
    summary.subject = _value(header, "Subject")
    summary.status_code = _value(header, "StatusCode")
    summary.response_for = [_reference(child) for child in header if _local(child) == "ResponseFor"]


def _reference(element: Any) -> Reference:
    return Reference(
        _value(element, "OrganId"),
        _value(element, "Code"),
        _value(element, "DocumentId"),
        _value(element, "PromulgationDate"),
    )
