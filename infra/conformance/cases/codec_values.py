"""Codec: dates, codes, priorities, letters; attachments in every form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from unicodedata import normalize

from infra.conformance.cases.making import PDF_FILE, case, file_of
from infra.conformance.packages.content import (
    PDF,
    UUID_ENTRY,
    File,
    docx,
    gzipped,
    zipped,
    zipped_streaming,
)
from infra.conformance.packages.documents import document, header_of
from infra.conformance.packages.tree import Element
from infra.conformance.suite import Case

TEXT = "Nội dung tệp".encode()
DATE = (
    "Đọc ngày dạng yyyy/MM/dd, yyyy-MM-dd, dd/MM/yyyy và ISO 8601; 01/01/1900, N/A và rỗng là không có.",
    "Read yyyy/MM/dd, yyyy-MM-dd, dd/MM/yyyy and ISO 8601; 01/01/1900, N/A and empty mean none.",
)
WRONG_DATE = (
    "Ngày không thể có thì báo cho người đọc; vẫn nhận gói tin.",
    "Tell the reader about an impossible date; take the package in all the same.",
)
PRIORITY = (
    "Priority 1–4 là khẩn tới hỏa tốc hẹn giờ; mọi giá trị khác là thường.",
    "Priority 1 to 4 are urgent to timed express; everything else is normal.",
)
MISSING = ("Coi N/A và null là không có giá trị.", "Treat N/A and null as missing.")
OPAQUE = ("Giữ mã văn bản đúng từng chữ, không phân tích.", "Keep identifiers letter by letter; do not parse them.")
FILE = (
    "Xét theo nội dung, không theo nhãn: giải base64, nếu là zip một tệp do trục đóng gói thì mở một lớp.",
    "Judge by content, not by label: decode base64, and open one level of a zip that an axis library made.",
)
IDS = (
    "Bỏ mọi tiền tố cid: rồi mới ghép; không ghép được thì theo thứ tự, rồi theo tên.",
    "Strip every cid: before matching; else match by order, then by name.",
)


def _doc(path: str, text: str) -> Callable[[], Element]:
    def make() -> Element:
        root = document()
        header_of(root).set(path, text)
        return root

    return make


def dates() -> Iterator[Case]:
    """Every form that is seen, and none."""
    forms = {
        "ymd": ("2026/12/05", "2026/12/05"),
        "short": ("2026/12/5", "2026/12/05"),
        "iso": ("2026-12-05", "2026/12/05"),
        "dmy": ("05/12/2026", "2026/12/05"),
        "iso-time": ("2026-12-05T10:00:00+07:00", "2026/12/05"),
        "with-time": ("2026/12/05 10:00:00", "2026/12/05"),
        "1900": ("01/01/1900", ""),
        "n-a": ("N/A", ""),
        "empty": ("", ""),
    }
    for name, (text, value) in forms.items():
        yield case(
            f"date.{name}",
            "T.MessageHeader.DueDate",
            f"ngày viết «{text}»",
            f"a date written '{text}'",
            _doc("DueDate", text),
            DATE,
            fields={"MessageHeader.DueDate": value},
            quick=name == "dmy",
        )
    for text in ("2014/02/30", "hôm nay"):
        yield case(
            f"date.impossible.{text.replace('/', '-').replace(' ', '-')}",
            "T.MessageHeader.DueDate",
            f"ngày không có thật «{text}»",
            f"an impossible date '{text}'",
            _doc("DueDate", text),
            WRONG_DATE,
            fields={"MessageHeader.DueDate": ""},
            told=True,
            level="should",
        )


def codes() -> Iterator[Case]:
    """Priorities, types, identifiers, words for nothing."""
    priority = "MessageHeader.OtherInfo.Priority"
    for text, value in {"0": "0", "1": "1", "3": "3", "4": "4", "5": "0", "": "0", "cao": "0"}.items():
        yield case(
            f"priority.{text or 'empty'}",
            "M.MessageHeader.OtherInfo.Priority",
            f"độ khẩn «{text}»",
            f"priority '{text}'",
            _doc("OtherInfo/Priority", text),
            PRIORITY,
            fields={priority: value},
        )
    for word in ("N/A", "null"):
        yield case(
            f"missing.{word.replace('/', '-')}",
            "P.Empty",
            f"nơi ban hành ghi «{word}»",
            f"a place that says '{word}'",
            _doc("PromulgationInfo/Place", word),
            MISSING,
            fields={"MessageHeader.PromulgationInfo.Place": ""},
        )
    identifiers = ("9fbfbad2-f1f8-4256-a2eb-50fb1061cddb", "GW-20251014073327634-773", "G06,2014/02/30,1/X")
    for index, identifier in enumerate(identifiers, 1):
        yield case(
            f"identifier.{index}",
            "M.MessageHeader.DocumentId",
            f"mã văn bản {identifier}",
            f"identifier {identifier}",
            _doc("DocumentId", identifier),
            OPAQUE,
            fields={"MessageHeader.DocumentId": identifier},
        )
    for number in ("BINTEST123", "20251014073327"):
        yield case(
            f"number.{number}",
            "R.MessageHeader.Code.CodeNumber",
            f"số văn bản {number}",
            f"number {number}",
            _doc("Code/CodeNumber", number),
            OPAQUE,
            fields={"MessageHeader.Code.CodeNumber": number},
        )
    yield case(
        "type.code-without-meaning",
        "edXML §5.2",
        "mã loại 71 với tên Công văn: theo tên",
        "type 71 called Công văn",
        _doc("DocumentType/Type", "71"),
        ("Theo TypeName, bỏ qua mã Type.", "Go by TypeName; ignore Type."),
        fields={"MessageHeader.DocumentType.TypeName": "Công văn"},
    )
    apart = normalize("NFD", "Về việc tổ chức kỷ niệm")
    yield case(
        "letters.nfd",
        "P.Nfc",
        "chữ tách dấu NFD",
        "letters in NFD",
        _doc("Subject", apart),
        ("Chuyển chữ về NFC khi đọc.", "Bring letters to NFC when reading."),
        fields={"MessageHeader.Subject": "Về việc tổ chức kỷ niệm"},
        level="should",
    )
    entities = "A & B < C > D \"E\" 'F'"
    yield case(
        "letters.entities",
        "QCVN 102 §1",
        "ký tự & < > trong trích yếu",
        "& < > in the subject",
        _doc("Subject", entities),
        ("Giải thực thể XML đúng một lần.", "Decode XML entities exactly once."),
        fields={"MessageHeader.Subject": entities},
        quick=True,
    )


def attachments() -> Iterator[Case]:
    """A file must come out as its sender attached it."""
    forms: dict[str, tuple[str, str, File, bytes]] = {
        "raw-pdf": ("PDF nguyên", "a raw PDF", File("a.pdf", PDF), PDF),
        "zip": (
            "zip một tệp, nhãn zip",
            "a zip of one file, called zip",
            File("a.txt", zipped(TEXT), "application/zip"),
            TEXT,
        ),
        "zip-streamed": (
            "zip không ghi kích thước ở đầu",
            "a zip without sizes in its local header",
            File("a.txt", zipped_streaming(TEXT), "application/zip"),
            TEXT,
        ),
        "zip-called-pdf": (
            "zip nhưng nhãn PDF",
            "a zip called PDF",
            File("a.pdf", zipped(PDF, f"{UUID_ENTRY}.pdf")),
            PDF,
        ),
        "zip-called-text": (
            "zip nhưng nhãn text/plain",
            "a zip called text",
            File("a.txt", zipped(TEXT), "text/plain"),
            TEXT,
        ),
        "zip-as-such": (
            "tệp zip của người gửi",
            "a zip that is the sender's own",
            File("a.zip", zipped(TEXT), "application/zip"),
            zipped(TEXT),
        ),
        "docx": ("DOCX nguyên (vốn là zip)", "a raw DOCX", File("a.docx", docx(), "application/docx"), docx()),
        "docx-zipped": (
            "DOCX trong zip",
            "a DOCX in a zip",
            File("a.docx", zipped(docx(), f"{UUID_ENTRY}.docx"), "application/zip"),
            docx(),
        ),
        "gzip": ("gzip", "a gzip", File("a.txt", gzipped(TEXT), "text/plain"), TEXT),
        "name": (
            "tên tệp có dấu, ngoặc, chữ hoa",
            "a name with marks and brackets",
            File("Phụ lục [1] (2).PDF", PDF),
            PDF,
        ),
    }
    for name, (vi, en, file, body) in forms.items():
        yield case(
            f"file.{name}",
            "edXML §6",
            vi,
            en,
            partial(document, files=(file,)),
            FILE,
            files=(file_of(file, body),),
            level="should" if name in ("gzip", "zip-called-text") else "must",
            quick=name == "zip",
        )
    yield case(
        "file.lines",
        "A.Base64",
        "base64 xuống dòng 76 ký tự",
        "base64 in lines of 76",
        lambda: document(files=(_in_lines(),)),
        FILE,
        files=(PDF_FILE,),
    )
    several = [File(f"{n}.pdf", PDF + str(n).encode(), content_id=f"cid:{n}") for n in range(5)]
    yield case(
        "file.five",
        "edXML §6",
        "năm tệp",
        "five files",
        lambda: document(files=several),
        FILE,
        files=tuple(file_of(f, f.body) for f in several),
    )
    yield case("file.none", "edXML §6", "không có tệp", "no file", lambda: document(files=()), FILE, files=())
    big = File("lon.pdf", PDF + bytes(5_000_000))
    yield case(
        "file.five-megabytes",
        "edXML §6",
        "tệp 5 MB",
        "a file of 5 MB",
        lambda: document(files=(big,)),
        FILE,
        files=(file_of(big, big.body),),
    )


def _in_lines() -> File:
    import base64

    return File(PDF_FILE[0], PDF, encoded=base64.encodebytes(PDF).decode())


def identifiers() -> Iterator[Case]:
    """References and attachments that name one another in different ways."""
    pairs = {
        "bare": ("cid:1", "1", "Attachment không có cid:", "an Attachment without cid:"),
        "doubled": ("cid:cid:1", "cid:cid:1", "cid:cid:", "cid: twice"),
        "half-doubled": ("cid:1", "cid:cid:1", "cid: lặp ở một phía", "cid: twice on one side"),
        "by-order": ("cid:x", "cid:y", "ContentId khác nhau, ghép theo thứ tự", "ids that differ, matched by order"),
    }
    for name, (above, below, vi, en) in pairs.items():
        yield case(
            f"content-id.{name}",
            "A.ContentId",
            vi,
            en,
            partial(_ids, above, below),
            IDS,
            files=(PDF_FILE,),
            quick=name == "bare",
        )


def _ids(above: str, below: str) -> Element:
    root = document()
    next(root.all("Reference")).set("ContentId", above)
    next(root.all("Attachment")).set("ContentId", below)
    return root


CASES = [*dates(), *codes(), *attachments(), *identifiers()]
