"""What is too much of a good thing: made while it is read, never kept."""

from __future__ import annotations

import base64

from infra.conformance.hostile.bending import Case, replaced, with_text
from infra.conformance.packages.content import PDF, File, zipped
from infra.conformance.packages.dialects import d7
from infra.conformance.packages.documents import document, header_of, organ, traces_of
from infra.conformance.packages.tree import group, leaves, write

LARGE = [
    Case(
        "a million attributes",
        refused="TOKEN_TOO_LONG",
        make=lambda: b"<edXML " + b" ".join(b'a%d=""' % n for n in range(1_000_000)) + b"/>",
    ),
    Case(
        "many attributes below the bound",
        refused="TOO_MANY_ATTRIBUTES",
        make=lambda: b"<edXML " + b" ".join(b'a%d=""' % n for n in range(80_000)) + b"/>",
    ),
    Case(
        "a million elements", refused="TOO_MANY_ELEMENTS", make=lambda: b"<edXML>" + b"<a/>" * 1_000_000 + b"</edXML>"
    ),
    Case(
        "a million names",
        refused="TOO_MANY_ELEMENTS",
        make=lambda: b"<edXML>" + b"".join(b"<a%d/>" % n for n in range(1_000_000)) + b"</edXML>",
    ),
    Case("a text without end", refused="TEXT_TOO_LONG", make=lambda: replaced(b"V/v", b"x" * 30_000_000)),
    Case(
        "many long texts",
        refused="TEXT_TOO_LONG",
        make=lambda: b"<edXML>" + (b"<a>" + b"x" * 200_000 + b"</a>") * 60 + b"</edXML>",
    ),
    Case("a comment without end", refused="TOKEN_TOO_LONG", make=lambda: b"<edXML><!--" + b"x" * 30_000_000),
    Case(
        "a million comments", read=(), make=lambda: replaced(b"<edXML:From>", b"<!--x-->" * 1_000_000 + b"<edXML:From>")
    ),
    Case("a tag without end", refused="TOKEN_TOO_LONG", make=lambda: b'<edXML a="' + b"x" * 30_000_000),
    Case("a name without end", refused="TOKEN_TOO_LONG", make=lambda: b"<edXML" + b"x" * 30_000_000),
    Case(
        "a thousand files",
        refused="TOO_MANY_ATTACHMENTS",
        make=lambda: write(document(files=[File(f"{n}.pdf", PDF, content_id=f"cid:{n}") for n in range(1000)])),
    ),
    Case("ten thousand recipients", read=(), make=lambda: _recipients(10_000)),
    Case(
        "ten thousand misspelt recipients",
        read=(),
        make=lambda: _recipients(10_000).replace(b"OrganizationInCharge", b"OrganInCharge"),
    ),
    Case("fifty thousand recipients", refused="TOO_MANY_ELEMENTS", make=lambda: _recipients(50_000)),
    Case("ten thousand wrong dates", read=("DATE_INVALID",) * 500 + ("MORE_PROBLEMS",), make=lambda: _hops(10_000)),
    Case(
        "bomb of many files",
        refused="ZIP_BOMB",
        make=lambda: write(
            document(
                files=[File(f"{n}.txt", zipped(bytes(1_000_000)), "application/zip", f"cid:{n}") for n in range(280)]
            )
        ),
    ),
    Case("spaces in a file", read=(), make=lambda: with_text(" ".join(base64.b64encode(PDF * 2000).decode()))),
    Case("deep and wide", refused="TOO_DEEP", make=lambda: b"<edXML>" + b"<a>" * 2_000_000),
    Case("rubbish without end", refused="NOT_XML", make=lambda: b"x" * 30_000_000),
    Case(
        "multipart headers without end", refused="MIME", make=lambda: b"MIME-Version: 1.0\r\n" + b"X: y\r\n" * 3_000_000
    ),
    Case(
        "multipart boundary without end",
        refused="MIME",
        make=lambda: d7().replace(b"7890\r\nContent-Type: text/xml", b"7890" + b" " * 3_000_000, 1),
    ),
]


def _recipients(count: int) -> bytes:
    root = document(files=())
    to = [organ("To", f"H60.{n}", f"Đơn vị {n}").set("OrganizationInCharge", "H60") for n in range(count)]
    header_of(root).children[1:2] = to
    return write(root)


def _hops(count: int) -> bytes:
    root = document(files=())
    traces_of(root).children += [group("TraceHeader", *leaves(OrganId="A", Timestamp="x")) for _ in range(count)]
    return write(root)
