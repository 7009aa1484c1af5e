"""What is wrong with the XML itself: bombs, links, depth, tags, encodings."""

from __future__ import annotations

from unicodedata import normalize

from infra.conformance.hostile.bending import Case, bent, headed, replaced
from infra.conformance.packages.content import PDF
from infra.conformance.packages.documents import document, header_of
from infra.conformance.packages.tree import Element, Style, group, leaves, write


def _entities(count: int) -> str:
    rest = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, count))
    return f'<!DOCTYPE edXML [<!ENTITY e0 "ha">{rest}]>'


STRUCTURE = [
    Case("empty", "tệp rỗng", refused="NOT_XML", make=lambda: b""),
    Case("spaces only", "chỉ có khoảng trắng", refused="NOT_XML", make=lambda: b" \r\n" * 50),
    Case("zero bytes", "toàn byte 0", refused="NOT_XML", make=lambda: bytes(4000)),
    Case("a pdf", "tệp PDF thay cho gói tin", refused="NOT_XML", make=lambda: PDF),
    Case("json", "JSON thay cho gói tin", refused="NOT_XML", make=lambda: b'{"status":"FAIL","ErrorCode":"99"}'),
    Case(
        "html",
        "trang HTML thay cho gói tin",
        refused="NOT_EDXML",
        make=lambda: b"<html><body><h1>502</h1></body></html>",
    ),
    Case(
        "another root",
        "phần tử gốc khác",
        refused="NOT_EDXML",
        make=lambda: write(document()).replace(b"edXML ", b"eDoc ").replace(b"/edXML>", b"/eDoc>"),
    ),
    Case("doctype", "có DOCTYPE", refused="DOCTYPE", make=lambda: headed("<!DOCTYPE edXML>")),
    Case(
        "doctype from outside",
        "DOCTYPE từ bên ngoài",
        refused="DOCTYPE",
        make=lambda: headed('<!DOCTYPE edXML SYSTEM "http://example.invalid/x.dtd">'),
    ),
    Case("entity bomb", "bom thực thể", refused="DOCTYPE", make=lambda: headed(_entities(10), "&e9;")),
    Case(
        "external entity",
        "thực thể đọc tệp của máy",
        refused="DOCTYPE",
        make=lambda: headed('<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "&x;"),
    ),
    Case(
        "parameter entity",
        "thực thể tham số từ mạng",
        refused="DOCTYPE",
        make=lambda: headed('<!DOCTYPE edXML [<!ENTITY % x SYSTEM "http://example.invalid/">%x;]>'),
    ),
    Case("undeclared entity", "thực thể chưa khai báo", refused="ENTITY", make=lambda: headed("", "&xxe;")),
    Case(
        "xinclude",
        "XInclude",
        refused="LINK",
        make=lambda: bent(
            lambda r: header_of(r).children.append(
                Element("i:include", attributes={"xmlns:i": "http://www.w3.org/2001/XInclude", "href": "/etc/hostname"})
            )
        ),
    ),
    Case(
        "link to a file",
        "liên kết tới tệp của máy",
        refused="LINK",
        make=lambda: bent(
            lambda r: next(r.all("Reference")).attributes.update(
                {"xmlns:xlink": "http://www.w3.org/1999/xlink", "xlink:href": "file:///etc/hostname"}
            )
        ),
    ),
    Case(
        "deep nesting",
        "lồng hàng nghìn mức",
        refused="TOO_DEEP",
        make=lambda: headed("").replace(b"<edXML:Subject>", b"<a>" * 3000 + b"</a>" * 3000 + b"<edXML:Subject>", 1),
    ),
    Case("deep without end", "lồng không đóng", refused="TOO_DEEP", make=lambda: b"<edXML>" + b"<a>" * 9000),
    Case(
        "33 attributes",
        "33 thuộc tính",
        refused="TOO_MANY_ATTRIBUTES",
        make=lambda: replaced(
            b"<edXML:edXMLHeader>", b"<edXML:edXMLHeader " + b" ".join(b'a%d="1"' % n for n in range(33)) + b">"
        ),
    ),
    Case(
        "an attribute twice",
        "một thuộc tính hai lần",
        refused="NOT_WELL_FORMED",
        make=lambda: replaced(b"<edXML:edXMLHeader>", b'<edXML:edXMLHeader a="1" a="2">'),
    ),
    Case("unclosed", "thẻ không đóng", refused="TAG_MISMATCH", make=lambda: replaced(b"</edXML:From>", b"")),
    Case(
        "closed twice",
        "thẻ đóng hai lần",
        refused="TAG_MISMATCH",
        make=lambda: replaced(b"</edXML:From>", b"</edXML:From></edXML:From>"),
    ),
    Case(
        "tags crossed",
        "thẻ đóng chéo",
        refused="TAG_MISMATCH",
        make=lambda: replaced(b"</edXML:OrganName>", b"</edXML:From>"),
    ),
    Case("cut in a tag", "cắt giữa thẻ", refused="TRUNCATED", make=lambda: write(document())[:-3]),
    Case("cut in a file", "cắt giữa tệp đính kèm", refused="TRUNCATED", make=lambda: write(document())[:-120]),
    Case(
        "cut in a comment", "cắt giữa chú thích", refused="TRUNCATED", make=lambda: write(document())[:300] + b"<!-- "
    ),
    Case(
        "something after the end",
        "phần tử sau thẻ cuối",
        refused="AFTER_END",
        make=lambda: write(document()) + b"<edXML/>",
    ),
    Case("text after the end", "chữ sau thẻ cuối", refused="AFTER_END", make=lambda: write(document()) + b"het"),
    Case("crlf after the end", "CR LF sau thẻ cuối (trục gửi kèm)", read=(), make=lambda: write(document()) + b"\r\n"),
    Case(
        "control characters", "ký tự điều khiển", refused="NOT_WELL_FORMED", make=lambda: replaced(b"V/v", b"V/v\x01")
    ),
    Case("zero in the text", "ký tự 0 trong chữ", refused="NOT_WELL_FORMED", make=lambda: replaced(b"V/v", b"V/v\x00")),
    Case("a bare ampersand", "dấu & đứng một mình", refused="NOT_WELL_FORMED", make=lambda: replaced(b"V/v", b"A & B")),
    Case(
        "digits before the declaration",
        "chữ số trước khai báo XML",
        read=("RUBBISH_BEFORE_DECLARATION",),
        make=lambda: b"1212" + write(document()),
    ),
    Case(
        "undeclared prefix",
        "tiền tố chưa khai báo",
        read=("UNBOUND_PREFIX",),
        make=lambda: replaced(
            b"<edXML:Reference>", b'<edXML:Reference xlink:href="cid:5c1f7a10-0000-4000-8000-000000000001">'
        ),
    ),
    Case(
        "two headers",
        "hai MessageHeader",
        read=("DUPLICATE_ELEMENT",),
        make=lambda: bent(
            lambda r: r.find("edXMLEnvelope/edXMLHeader").children.append(
                group("MessageHeader", *leaves(Subject="Khác"))
            )
        ),
    ),
    Case(
        "two subjects",
        "hai trích yếu",
        read=("DUPLICATE_ELEMENT",),
        make=lambda: bent(lambda r: header_of(r).children.append(Element("Subject", "Khác"))),
    ),
    Case(
        "an unknown namespace",
        "không gian tên lạ",
        read=("UNKNOWN_NAMESPACE",),
        make=lambda: write(document(), Style(prefixes=False, namespace="urn:example")),
    ),
]

LETTERS = [
    Case(
        "utf-16 little",
        "UTF-16 (little endian)",
        read=("ENCODING",),
        make=lambda: write(document(), Style(encoding="utf-16", declaration='<?xml version="1.0" encoding="UTF-16"?>')),
    ),
    Case(
        "utf-16 big",
        "UTF-16 (big endian)",
        read=("ENCODING",),
        make=lambda: (
            b"\xfe\xff"
            + write(document(), Style(encoding="utf-16-be", declaration='<?xml version="1.0" encoding="UTF-16"?>'))
        ),
    ),
    Case(
        "utf-16 called utf-8",
        "UTF-16 khai là UTF-8",
        read=("ENCODING",),
        make=lambda: write(document(), Style(encoding="utf-16")),
    ),
    Case(
        "doctype in utf-16",
        "DOCTYPE giấu trong UTF-16",
        refused="DOCTYPE",
        make=lambda: headed("<!DOCTYPE edXML>").decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    ),
    Case("utf-32", "UTF-32", refused="NOT_WELL_FORMED", make=lambda: write(document(), Style(encoding="utf-32"))),
    Case(
        "windows-1258",
        "windows-1258",
        read=("ENCODING",),
        make=lambda: _windows_1258('<?xml version="1.0" encoding="windows-1258"?>'),
    ),
    Case(
        "windows-1258 called utf-8",
        "windows-1258 khai là UTF-8",
        refused="ENCODING_REFUSED",
        make=lambda: _windows_1258('<?xml version="1.0" encoding="UTF-8"?>'),
    ),
    Case(
        "latin letters called utf-8",
        "byte không phải UTF-8",
        refused="ENCODING_REFUSED",
        make=lambda: replaced(b"V/v", "Về việc à".encode()[:-1]),
    ),
    Case("utf-7", "UTF-7", refused="ENCODING_REFUSED", make=lambda: replaced(b'encoding="UTF-8"', b'encoding="UTF-7"')),
    Case(
        "an encoding nobody knows",
        "bảng mã không có thật",
        refused="ENCODING_REFUSED",
        make=lambda: replaced(b'encoding="UTF-8"', b'encoding="TCVN9999"'),
    ),
    Case(
        "nfd",
        "chữ tách dấu (NFD)",
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
