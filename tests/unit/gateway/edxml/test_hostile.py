"""Packages made to hurt: each is refused by name, in bounded memory, and leaves nothing on disk."""

import base64
import gzip
import io
import tracemalloc
from pathlib import Path

import pytest

from services.gateway.edxml import EdxmlRefused, Limits, Package, read
from tests.unit.gateway.edxml.making import raw, zipped

SMALL = Limits(package_bytes=200_000, attachment_bytes=50_000)
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
SUBSET = f'<!DOCTYPE edXML [<!ENTITY e0 "ha">{BOMB}]>'
EXTERNAL = '<!DOCTYPE edXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LINKED = (
    '<edXMLManifest><Reference xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///etc/hostname"/></edXMLManifest>'
)

HOSTILE = {
    "doctype": ("DOCTYPE", raw(head="<!DOCTYPE edXML>")),
    "external doctype": ("DOCTYPE", raw(head='<!DOCTYPE edXML SYSTEM "http://example.invalid/x.dtd">')),
    "entity bomb": ("DOCTYPE", raw(head=SUBSET, extra="<Content>&e9;</Content>")),
    "external entity": ("DOCTYPE", raw(head=EXTERNAL, extra="<Content>&x;</Content>")),
    "entity without doctype": ("ENTITY", raw(extra="<Content>&x;</Content>")),
    "deep nesting": ("TOO_DEEP", raw(extra="<a>" * 5000 + "</a>" * 5000)),
    "attributes": ("TOO_MANY_ATTRIBUTES", raw(extra="<a {}/>".format(" ".join(f'b{n}=""' for n in range(33))))),
    "elements": ("TOO_MANY_ELEMENTS", raw(extra="<a/>" * 100_001)),
    "long text": ("TEXT_TOO_LONG", raw(extra=f"<a>{'x' * 300_000}</a>")),
    "long tag": ("TOKEN_TOO_LONG", raw(extra='<a b="' + "x" * 2_000_000 + '"/>')),
    "xinclude": ("LINK", raw(extra='<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="/etc/hostname"/>')),
    "outer link": ("LINK", raw(extra=LINKED)),
    "letters in base64": ("BASE64", raw(("1", "a.pdf", "%%%%"))),
    "vietnamese in base64": ("BASE64", raw(("1", "a.pdf", "Đây là tệp"))),
    "cut base64": ("BASE64", raw(("1", "a.pdf", "QUJDR"))),
    "tag in base64": ("BASE64", raw(("1", "a.pdf", "QUJD<b/>QUJD"))),
    "data after padding": ("BASE64_AFTER_PADDING", raw(("1", "a.pdf", "QQ==QUJD"))),
    "data after padding, later": ("BASE64_AFTER_PADDING", raw(("1", "a.pdf", "Q" * 65534 + "==" + "QUJD" * 9))),
    "same id": ("DUPLICATE_CONTENT_ID", raw(("cid:1", "a.pdf", b"a"), ("1", "b.pdf", b"b"))),
    "zip bomb": ("ZIP_BOMB", raw(("1", "a.txt", zipped(bytes(30_000_000))))),
    "gzip bomb": ("ZIP_BOMB", raw(("1", "a.txt", gzip.compress(bytes(30_000_000))))),
    "zip with ..": ("PATH_TRAVERSAL", raw(("1", "a.txt", zipped(b"x", "../../etc/cron.d/x")))),
    "zip with root": ("PATH_TRAVERSAL", raw(("1", "a.txt", zipped(b"x", "/etc/passwd")))),
    "zip with drive": ("PATH_TRAVERSAL", raw(("1", "a.txt", zipped(b"x", "C:\\Windows\\x")))),
    "zip with link": ("LINK", raw(("1", "a.txt", zipped(b"/etc/passwd", link=True)))),
    "not xml": ("NOT_XML", b"%PDF-1.7 something"),
    "empty": ("NOT_XML", b""),
    "html": ("NOT_EDXML", b"<html><body/></html>"),
    "cut": ("TRUNCATED", raw(("1", "a.pdf", b"abc" * 100))[:-80]),
    "cut in a tag": ("TRUNCATED", raw()[:-3]),
}


def _code(data: bytes, folder: Path, limits: Limits) -> str:
    with pytest.raises(EdxmlRefused) as caught:
        read(io.BytesIO(data), folder, limits)
    assert caught.value.message_vi
    return caught.value.code


@pytest.mark.requirement("R17.17")
@pytest.mark.parametrize("name", HOSTILE)
def test_refused_by_name(name: str, tmp_path: Path) -> None:
    code, data = HOSTILE[name]
    assert _code(data, tmp_path, Limits()) == code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("R17.17")
def test_oversize_base64_and_package_are_refused(tmp_path: Path) -> None:
    assert _code(raw(("1", "a.pdf", bytes(60_000))), tmp_path, SMALL) == "OVERSIZE"
    assert _code(raw(("1", "a.pdf", "QUJD" * 60_000)), tmp_path, SMALL) == "OVERSIZE"
    assert _code(raw(("1", "a.pdf", b"a"), ("2", "b.pdf", b"b")), tmp_path, Limits(attachments=1)) == (
        "TOO_MANY_ATTACHMENTS"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.requirement("R17.17")
@pytest.mark.parametrize("name", ["../../outside.pdf", "/etc/passwd", "..\\..\\x.pdf", "a/b.pdf"])
def test_a_name_with_a_path_is_only_data(name: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    package = read(io.BytesIO(raw(("../../evil", name, b"%PDF-1.7"))), inner)
    assert isinstance(package, Package)
    assert package.attachments[0].name == name
    assert [p.name for p in tmp_path.rglob("*")] == ["inner", "0001.bin"]
    assert "ATTACHMENT_NAME" in {p.code for p in package.problems}


def test_a_file_that_is_already_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "0001.bin").symlink_to(tmp_path / "victim")
    with pytest.raises(FileExistsError):
        read(io.BytesIO(raw(("1", "a.pdf", b"a"))), tmp_path)
    assert not (tmp_path / "victim").exists()


def test_memory_does_not_grow_with_the_attachment(tmp_path: Path) -> None:
    source = tmp_path / "big.edxml"
    source.write_bytes(raw(("1", "a.pdf", base64.b64encode(bytes(24_000_000)).decode())))
    tracemalloc.start()
    with source.open("rb") as stream:
        package = read(stream, tmp_path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(package, Package)
    assert package.attachments[0].size == 24_000_000
    assert peak < 4_000_000
