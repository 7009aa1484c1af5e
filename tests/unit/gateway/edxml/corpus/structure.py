"""What is wrong with the XML itself: bombs, links, depth, tags, encodings."""

from __future__ import annotations

from unicodedata import normalize

from infra.conformance.packages.content import PDF
from infra.conformance.packages.documents import document, header_of
from infra.conformance.packages.tree import Element, Style, group, leaves, write
from tests.unit.gateway.edxml.corpus.bending import Case, bent, headed, replaced


def _entities(count: int) -> str:
    rest = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, count))
    return f'<!DOCTYPE edXML [<!ENTITY e0 "ha">{rest}]>'


STRUCTURE = [
    Case("empty", "NOT_XML", make=lambda: b""),
    Case("spaces only", "NOT_XML", make=lambda: b" \r\n" * 50),
    Case("zero bytes", "NOT_XML", make=lambda: bytes(4000)),
    Case("a pdf", "NOT_XML", make=lambda: PDF),
    Case("json", "NOT_XML", make=lambda: b'{"status":"FAIL","ErrorCode":"99"}'),
    Case("html", "NOT_EDXML", make=lambda: b"<html><body><h1>502</h1></body></html>"),
    Case(
        "another root",
        "NOT_EDXML",
        make=lambda: write(document()).replace(b"edXML ", b"eDoc ").replace(b"/edXML>", b"/eDoc>"),
    ),
    Case("doctype", "DOCTYPE", make=lambda: headed("<!DOCTYPE edXML>")),
    Case(
        "doctype from outside", "DOCTYPE", make=lambda: headed('<!DOCTYPE edXML SYSTEM "http://example.invalid/x.dtd">')
    ),
    Case("entity bomb", "DOCTYPE", make=lambda: headed(_entities(10), "&e9;")),
    Case(
        "external entity",
        "DOCTYPE",
        make=lambda: headed('<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
    ),
    Case(
        "parameter entity",
        "DOCTYPE",
        make=lambda: headed('<!DOCTYPE edXML [<!ENTITY % x SYSTEM "http://example.invalid/">%x;]>'),
    ),
    Case("undeclared entity", "ENTITY", make=lambda: headed("", "&xxe;")),
    Case(
        "xinclude",
        "LINK",
        make=lambda: bent(
            lambda r: header_of(r).children.append(
                Element("i:include", attributes={"xmlns:i": "http://www.w3.org/2001/XInclude", "href": "/etc/hostname"})
            )
        ),
    ),
    Case(
        "link to a file",
        "LINK",
        make=lambda: bent(
            lambda r: next(r.all("Reference")).attributes.update(
                {"xmlns:xlink": "http://www.w3.org/1999/xlink", "xlink:href": "file:///etc/hostname"}
            )
        ),
    ),
    Case(
        "deep nesting",
        "TOO_DEEP",
        make=lambda: headed("").replace(b"<edXML:Subject>", b"<a>" * 3000 + b"</a>" * 3000 + b"<edXML:Subject>", 1),
    ),
    Case("deep without end", "TOO_DEEP", make=lambda: b"<edXML>" + b"<a>" * 9000),
    Case(
        "33 attributes",
        "TOO_MANY_ATTRIBUTES",
        make=lambda: replaced(
            b"<edXML:edXMLHeader>", b"<edXML:edXMLHeader " + b" ".join(b'a%d="1"' % n for n in range(33)) + b">"
        ),
    ),
    Case(
        "an attribute twice",
        "NOT_WELL_FORMED",
        make=lambda: replaced(b"<edXML:edXMLHeader>", b'<edXML:edXMLHeader a="1" a="2">'),
    ),
    Case("unclosed", "TAG_MISMATCH", make=lambda: replaced(b"</edXML:From>", b"")),
    Case("closed twice", "TAG_MISMATCH", make=lambda: replaced(b"</edXML:From>", b"</edXML:From></edXML:From>")),
    Case("tags crossed", "TAG_MISMATCH", make=lambda: replaced(b"</edXML:OrganName>", b"</edXML:From>")),
    Case("cut in a tag", "TRUNCATED", make=lambda: write(document())[:-3]),
    Case("cut in a file", "TRUNCATED", make=lambda: write(document())[:-120]),
    Case("cut in a comment", "TRUNCATED", make=lambda: write(document())[:300] + b"<!-- "),
    Case("something after the end", "AFTER_END", make=lambda: write(document()) + b"<edXML/>"),
    Case("text after the end", "AFTER_END", make=lambda: write(document()) + b"het"),
    Case("crlf after the end", read=(), make=lambda: write(document()) + b"\r\n"),
    Case("control characters", "NOT_WELL_FORMED", make=lambda: replaced(b"V/v", b"V/v\x01")),
    Case("zero in the text", "NOT_WELL_FORMED", make=lambda: replaced(b"V/v", b"V/v\x00")),
    Case("a bare ampersand", "NOT_WELL_FORMED", make=lambda: replaced(b"V/v", b"A & B")),
    Case(
        "digits before the declaration", read=("RUBBISH_BEFORE_DECLARATION",), make=lambda: b"1212" + write(document())
    ),
    Case(
        "undeclared prefix",
        read=("UNBOUND_PREFIX",),
        make=lambda: replaced(
            b"<edXML:Reference>", b'<edXML:Reference xlink:href="cid:5c1f7a10-0000-4000-8000-000000000001">'
        ),
    ),
    Case(
        "two headers",
        read=("DUPLICATE_ELEMENT",),
        make=lambda: bent(
            lambda r: r.find("edXMLEnvelope/edXMLHeader").children.append(
                group("MessageHeader", *leaves(Subject="Khác"))
            )
        ),
    ),
    Case(
        "two subjects",
        read=("DUPLICATE_ELEMENT",),
        make=lambda: bent(lambda r: header_of(r).children.append(Element("Subject", "Khác"))),
    ),
    Case(
        "an unknown namespace",
        read=("UNKNOWN_NAMESPACE",),
        make=lambda: write(document(), Style(prefixes=False, namespace="urn:example")),
    ),
]

LETTERS = [
    Case(
        "utf-16 little",
        read=("ENCODING",),
        make=lambda: write(document(), Style(encoding="utf-16", declaration='<?xml version="1.0" encoding="UTF-16"?>')),
    ),
    Case(
        "utf-16 big",
        read=("ENCODING",),
        make=lambda: (
            b"\xfe\xff"
            + write(document(), Style(encoding="utf-16-be", declaration='<?xml version="1.0" encoding="UTF-16"?>'))
        ),
    ),
    Case("utf-16 called utf-8", read=("ENCODING",), make=lambda: write(document(), Style(encoding="utf-16"))),
    Case(
        "doctype in utf-16",
        "DOCTYPE",
        make=lambda: headed("<!DOCTYPE edXML>").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    ),
    Case("utf-32", "NOT_WELL_FORMED", make=lambda: write(document(), Style(encoding="utf-32"))),
    Case(
        "windows-1258", read=("ENCODING",), make=lambda: _windows_1258('<?xml version="1.0" encoding="windows-1258"?>')
    ),
    Case(
        "windows-1258 called utf-8",
        "ENCODING_REFUSED",
        make=lambda: _windows_1258('<?xml version="1.0" encoding="UTF-8"?>'),
    ),
    Case("latin letters called utf-8", "ENCODING_REFUSED", make=lambda: replaced(b"V/v", "Về việc à".encode()[:-1])),
    Case("utf-7", "ENCODING_REFUSED", make=lambda: replaced(b'encoding="UTF-8"', b'encoding="UTF-7"')),
    Case(
        "an encoding nobody knows",
        "ENCODING_REFUSED",
        make=lambda: replaced(b'encoding="UTF-8"', b'encoding="TCVN9999"'),
    ),
    Case(
        "nfd",
        read=(),
        make=lambda: bent(lambda r: header_of(r).set("Subject", normalize("NFD", "Về việc tổ chức kỷ niệm"))),
    ),
]


def _windows_1258(declaration: str) -> bytes:
    """Precomposed letters and combining tones, as Windows writes Vietnamese."""
    text = write(document(), Style(declaration=declaration)).decode()
    out = []
    for letter in text:
        try:
            out.append(letter.encode("cp1258"))
        except UnicodeEncodeError:
            apart = normalize("NFD", letter)
            tones = [c for c in apart if c in "\u0300\u0301\u0303\u0309\u0323"]
            base = normalize("NFC", "".join(c for c in apart if c not in tones))
            out.append((base + "".join(tones)).encode("cp1258", "replace"))
    return b"".join(out)
