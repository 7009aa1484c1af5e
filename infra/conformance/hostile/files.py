"""What is wrong with the files: base64, digests, names, zips, multipart."""

from __future__ import annotations

import gzip
import io
import zipfile

from infra.conformance.hostile.bending import TEXT, Case, bent, with_file, with_text, with_two
from infra.conformance.packages.content import PDF, UUID_ENTRY, File, zipped
from infra.conformance.packages.dialects import d7
from infra.conformance.packages.documents import document
from infra.conformance.packages.tree import write


def _zip(*entries: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _encrypted() -> bytes:
    data = bytearray(zipped(TEXT))
    data[6] |= 1  # local header: encrypted
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _directory_lies() -> bytes:
    """The end record speaks of a directory of two gigabytes."""
    data = bytearray(zipped(TEXT))
    at = data.rindex(b"PK\x05\x06") + 12
    data[at : at + 4] = (2**31 - 1).to_bytes(4, "little")
    return bytes(data)


def _size_lies(size: int) -> bytes:
    data = bytearray(zipped(TEXT))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = size.to_bytes(4, "little")
    return bytes(data)


FILES = [
    Case("letters in base64", "ký tự lạ trong base64", refused="BASE64", make=lambda: with_text("%%%%")),
    Case(
        "vietnamese in base64",
        "tiếng Việt thay cho base64",
        refused="BASE64",
        make=lambda: with_text("Đây là tệp đính kèm"),
    ),
    Case("base64 for links", "base64 kiểu URL", refused="BASE64", make=lambda: with_text("-_-_")),
    Case("base64 cut short", "base64 thiếu ký tự", refused="BASE64", make=lambda: with_text("QUJDR")),
    Case("surplus bits in base64", "base64 thừa bit", refused="BASE64", make=lambda: with_text("QR==")),
    Case("a tag in base64", "thẻ giữa base64", refused="BASE64", make=lambda: with_text("QUJD<b/>QUJD")),
    Case("data after padding", "dữ liệu sau dấu =", refused="BASE64_AFTER_PADDING", make=lambda: with_text("QQ==QUJD")),
    Case(
        "data after padding, later",
        "dữ liệu sau dấu =, ở xa",
        refused="BASE64_AFTER_PADDING",
        make=lambda: with_text("Q" * 65534 + "==" + "QUJD" * 9),
    ),
    Case("too much padding", "thừa dấu =", refused="BASE64_AFTER_PADDING", make=lambda: with_text("QUJDQ===")),
    Case("an empty file", "tệp đính kèm rỗng", read=("ATTACHMENT_EMPTY",), make=lambda: with_text(" ")),
    Case(
        "wrong digest",
        "sai mã băm SHA-256",
        read=("HASH_MISMATCH",),
        make=lambda: bent(lambda r: next(r.all("Reference")).set("ContentDigest", "0" * 64)),
    ),
    Case("same content id", "trùng ContentId", refused="DUPLICATE_CONTENT_ID", make=lambda: with_two("cid:1", "cid:1")),
    Case(
        "same content id behind its prefix",
        "trùng ContentId sau khi bỏ cid:",
        refused="DUPLICATE_CONTENT_ID",
        make=lambda: with_two("cid:1", "cid:cid:1"),
    ),
    Case(
        "a name with dots",
        "tên tệp có ../",
        read=("ATTACHMENT_NAME",),
        make=lambda: with_file(PDF, "../../etc/cron.d/x.pdf", "application/pdf"),
    ),
    Case(
        "a name from the root",
        "tên tệp từ gốc /",
        read=("ATTACHMENT_NAME",),
        make=lambda: with_file(PDF, "/etc/passwd.pdf", "application/pdf"),
    ),
    Case(
        "a name from windows",
        "tên tệp có ..\\",
        read=("ATTACHMENT_NAME",),
        make=lambda: with_file(PDF, "..\\..\\x.pdf", "application/pdf"),
    ),
    Case(
        "a content id with a path",
        "ContentId có đường dẫn",
        read=(),
        make=lambda: write(document(files=(File("a.pdf", PDF, content_id="cid:../../evil"),))),
    ),
    Case("zip bomb", "bom zip", refused="ZIP_BOMB", make=lambda: with_file(zipped(bytes(20_000_000)))),
    Case(
        "gzip bomb", "bom gzip", refused="ZIP_BOMB", make=lambda: with_file(gzip.compress(bytes(20_000_000), mtime=0))
    ),
    Case(
        "zip with dots",
        "zip có ../",
        refused="PATH_TRAVERSAL",
        make=lambda: with_file(zipped(TEXT, "../../etc/cron.d/x")),
    ),
    Case(
        "zip with a root",
        "zip có đường dẫn gốc",
        refused="PATH_TRAVERSAL",
        make=lambda: with_file(zipped(TEXT, "/etc/passwd")),
    ),
    Case(
        "zip with a drive",
        "zip có ổ đĩa C:",
        refused="PATH_TRAVERSAL",
        make=lambda: with_file(zipped(TEXT, "C:\\Windows\\x")),
    ),
    Case(
        "zip with a link", "zip có liên kết", refused="LINK", make=lambda: with_file(zipped(b"/etc/passwd", link=True))
    ),
    Case("zip with a password", "zip có mật khẩu", read=("ZIP_DAMAGED",), make=lambda: with_file(_encrypted())),
    Case("zip cut short", "zip bị cắt", read=("ZIP_DAMAGED",), make=lambda: with_file(zipped(TEXT)[:40])),
    Case(
        "zip with a lying directory",
        "zip khai mục lục khổng lồ",
        refused="ZIP_BOMB",
        make=lambda: with_file(_directory_lies()),
    ),
    Case(
        "zip that says it is huge",
        "zip khai kích thước khổng lồ",
        refused="ZIP_BOMB",
        make=lambda: with_file(_size_lies(2**31)),
    ),
    Case(
        "zip that says it is small",
        "zip khai kích thước sai",
        read=("ZIP_DAMAGED",),
        make=lambda: with_file(_size_lies(3)),
    ),
    Case("zip of two files", "zip hai tệp", read=(), make=lambda: with_file(_zip(("a.txt", TEXT), ("b.txt", TEXT)))),
    Case("zip of no file", "zip không có tệp", read=("ZIP_DAMAGED",), make=lambda: with_file(_zip())),
    Case(
        "zip in a zip",
        "zip trong zip",
        read=(),
        make=lambda: with_file(zipped(zipped(bytes(500_000)), f"{UUID_ENTRY}.zip")),
    ),
    Case(
        "gzip cut short",
        "gzip bị cắt",
        read=("ZIP_DAMAGED",),
        make=lambda: with_file(gzip.compress(TEXT, mtime=0)[:20]),
    ),
    Case(
        "not the file of its name",
        "nội dung không đúng đuôi tệp",
        read=("ATTACHMENT_TYPE",),
        make=lambda: with_file(TEXT, "a.pdf", "application/pdf"),
    ),
    Case(
        "named without content",
        "nêu tên mà không có nội dung",
        read=("ATTACHMENT_MISSING",),
        make=lambda: bent(lambda r: r.drop("AttachmentEncoded")),
    ),
    Case("multipart cut", "gói nhiều phần bị cắt", refused="TRUNCATED", make=lambda: d7()[:-60]),
    Case(
        "multipart without xml",
        "gói nhiều phần không có XML",
        refused="NOT_XML",
        make=lambda: d7().replace(b"<?xml", b"xml").replace(b"<", b"("),
    ),
    Case(
        "multipart with a bomb",
        "gói nhiều phần có bom zip",
        refused="ZIP_BOMB",
        make=lambda: d7(File("a.txt", zipped(bytes(20_000_000)), "application/zip")),
    ),
]
