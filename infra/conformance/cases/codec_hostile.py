"""Codec: what must be refused by whoever reads packages of strangers, and what must not be lost by being strict."""

from __future__ import annotations

from collections.abc import Iterator

from infra.conformance.cases.making import case
from infra.conformance.hostile import CASES as HOSTILE
from infra.conformance.hostile import Case as Hostile
from infra.conformance.suite import Case
from services.gateway.edxml.rulebook import words

# Reading these at all is a kindness, not a duty: they may be refused as well.
_KIND = frozenset(
    {"ENCODING", "RUBBISH_BEFORE_DECLARATION", "UNBOUND_PREFIX", "UNKNOWN_NAMESPACE", "DUPLICATE_ELEMENT"}
)
_LENIENT = frozenset({"surplus bits in base64", "zip of no file", "too much padding", "zip with a password"})
_STATUS = frozenset({"an unknown status"})
# Of which element the rule is, where it is one of the element's.
_ELEMENTS = {
    "DATE_INVALID": "MessageHeader.DueDate",
    "NUMBER_INVALID": "MessageHeader.OtherInfo.PageAmount",
    "STATUS_CODE": "MessageHeader.StatusCode",
    "STATUS_TIMESTAMP": "MessageHeader.Timestamp",
    "BUSINESS_TYPE": "TraceHeaderList.Bussiness.BussinessDocType",
    "a moment that overflows": "TraceHeaderList.TraceHeader.Timestamp",
    "nobody sends": "MessageHeader.From.OrganId",
    "nobody receives": "MessageHeader.To.OrganId",
    "no subject": "MessageHeader.Subject",
    "no header": "MessageHeader.From.OrganId",
}
_REFUSE = (
    "Từ chối trước khi dùng bất cứ dữ liệu nào của gói; giới hạn bộ nhớ, thời gian; không mở liên kết, thực thể.",
    "Refuse before any data of the package is used; bound memory and time; follow no link and no entity.",
)


def cases() -> Iterator[Case]:
    """One for each package of the corpus."""
    for hostile in HOSTILE:
        yield _refused(hostile) if hostile.refused else _read(hostile)


def _name(hostile: Hostile) -> str:
    return "hostile." + hostile.name.replace(" ", "-").replace(",", "")


def _refused(hostile: Hostile) -> Case:
    rule = words(hostile.refused, element=_ELEMENTS.get(hostile.refused, "")).rule
    return case(
        _name(hostile),
        rule,
        f"phải từ chối: {hostile.vi}",
        f"must be refused: {hostile.name}",
        hostile.make,
        _REFUSE,
        verdict="refused",
        level="should" if hostile.name in _LENIENT else "must",
        quick=hostile.name in ("doctype", "zip bomb", "empty"),
    )


def _read(hostile: Hostile) -> Case:
    codes = hostile.read or ()
    broken = any(words(code).rule in ("N", "U") for code in codes) or "HASH_MISMATCH" in codes
    kind = "status" if hostile.name in _STATUS else "document"
    either = bool(_KIND & set(codes)) or broken or hostile.name in _LENIENT
    element = _ELEMENTS.get(hostile.name) or _ELEMENTS.get(codes[0], "") if codes else ""
    fix = words(codes[0], element=element) if codes else words("EMPTY_ELEMENT")
    return case(
        _name(hostile),
        fix.rule if codes else "edXML §10",
        f"không được treo hay đọc sai: {hostile.vi}",
        f"may not hang or be read wrongly: {hostile.name}",
        hostile.make,
        (fix.fix_vi, fix.fix_en),
        verdict="either" if either or codes else "accepted",
        kind=kind,
        told=bool(codes),
        level="should",
    )


CASES = list(cases())
