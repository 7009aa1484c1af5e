"""Short ways to write a codec case: a package, what must be read in it, what to change when it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Literal

from infra.conformance.packages.content import PDF, File
from infra.conformance.packages.tree import Element, Style, write
from infra.conformance.suite import Case, Words
from infra.conformance.targets.codec import Expected, Value, act_of

SUBJECT = "V/v kết nối, liên thông phần mềm quản lý văn bản"
WHOLE: dict[str, Value] = {
    "MessageHeader.From.OrganId": "G06",
    "MessageHeader.To.OrganId": ["H60.10"],
    "MessageHeader.DocumentId": "G06,2026/11/24,7816/BKHCN-VP",
    "MessageHeader.Code.CodeNumber": "7816",
    "MessageHeader.Code.CodeNotation": "BKHCN-VP",
    "MessageHeader.PromulgationInfo.PromulgationDate": "2026/11/24",
    "MessageHeader.DocumentType.TypeName": "Công văn",
    "MessageHeader.Subject": SUBJECT,
    "MessageHeader.SignerInfo.FullName": "Nguyễn Văn Phúc",
}
SHORT: dict[str, Value] = {name: WHOLE[name] for name in list(WHOLE)[:3]} | {"MessageHeader.Subject": SUBJECT}
PDF_FILE = ("7816_BKHCN-VP.pdf", hashlib.sha256(PDF).hexdigest())

ACCEPTED = Words("chấp nhận, đọc đúng các trường và tệp", "accepted, with the right fields and files")
REFUSED = Words("từ chối, không treo, không lỗi máy chủ", "refused, without a hang or a server error")
EITHER = Words("từ chối, hoặc chấp nhận và đọc đúng", "refused, or accepted and read correctly")


def file_of(file: File, body: bytes) -> tuple[str, str]:
    """A file as the verdict must name it."""
    return file.name, hashlib.sha256(body).hexdigest()


def case(
    identifier: str,
    rule: str,
    vi: str,
    en: str,
    make: Callable[[], bytes | Element],
    fix: tuple[str, str],
    *,
    fields: Mapping[str, Value] | None = None,
    files: tuple[tuple[str, str], ...] | None = None,
    verdict: Literal["accepted", "refused", "either"] = "accepted",
    kind: str = "document",
    told: bool = False,
    level: Literal["must", "should"] = "must",
    quick: bool = False,
    style: Style | None = None,
) -> Case:
    """A codec case."""

    def data() -> bytes:
        made = make()
        return write(made, style) if isinstance(made, Element) else made

    expected = Expected(verdict, kind, fields or {}, files, told)
    expects = {"accepted": ACCEPTED, "refused": REFUSED, "either": EITHER}[verdict]
    return Case(
        f"codec.{identifier}",
        "codec",
        rule,
        Words(vi, en),
        expects,
        Words(*fix),
        act_of(data, expected),
        level,
        quick,
        data,
    )
