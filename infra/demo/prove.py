"""What must be true of the evidence: judged by pyHanko and by programs that have nothing to do with this project."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from lxml import etree
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from infra.demo.evidence import ANNEXES, REGISTERS
from infra.demo.journey import CLERK, TO_CLERK, Story
from infra.demo.narrate import Narrator
from infra.demo.people import Desks
from infra.demo.world import Place
from shared.assembly import assemble, find_services
from shared.audit import verify
from shared.settings import Settings

STATUSES = {"01", "02", "03", "04", "05", "06", "13", "15"}


async def prove(folder: Path, place: Place, desks: Desks, story: Story, say: Narrator) -> None:
    """Raises NotProven at the first thing that does not hold."""
    await _signatures(folder / "issued.pdf", place, 2, say)
    _second_program(folder / "issued.pdf", 2, say)
    _structure(folder / "issued.pdf", say)
    for annex in [folder / name for name in ANNEXES if (folder / name).exists()]:
        await _signatures(annex, place, 1, say)
        _second_program(annex, 1, say)
    _shown(folder / "issued.pdf", story, say)
    _package(folder / "package.edxml", story, say)
    _received(folder, story, say)
    await _registers(folder, desks, story, say)
    _timeline(folder / "timeline.json", say)
    await _audit(say)


async def _signatures(file: Path, place: Place, wanted: int, say: Narrator) -> None:
    root = _root(place)
    found = _reader(file).embedded_regular_signatures
    states = []
    for one in found:
        context = ValidationContext(trust_roots=[root], allow_fetching=False, revocation_mode="soft-fail")
        status = await async_validate_pdf_signature(one, context, ts_validation_context=context)
        states.append((one.field_name, status.intact, status.valid, status.trusted))
    good = len(states) == wanted and all(intact and valid and trusted for _, intact, valid, trusted in states)
    say.check(good, f"pyHanko: {file.name} có {wanted} chữ ký nguyên vẹn, hợp lệ, tin cậy", states)


def _root(place: Place) -> asn1_x509.Certificate:
    content = (place.folder / "data" / "secrets" / "pki" / "root.pem").read_bytes()
    return asn1_x509.Certificate.load(pem.unarmor(content)[2])


def _reader(file: Path) -> PdfFileReader:
    return PdfFileReader(BytesIO(file.read_bytes()))


def _second_program(file: Path, wanted: int, say: Narrator) -> None:
    """pdfsig (poppler, NSS) or mutool (MuPDF, OpenSSL): digest and signature, whoever they trust."""
    if shutil.which("pdfsig"):
        text = _output(["pdfsig", "-nocert", str(file)])
        good = len(re.findall(r"Signature Validation: Signature is Valid", text)) == wanted
        say.check(good, f"pdfsig: {file.name} có {wanted} chữ ký đúng mã băm, đúng chữ ký", text)
    elif shutil.which("mutool"):
        text = _output(["mutool", "sign", "-v", str(file)])
        say.check(text.count("signature is valid") >= wanted, f"mutool: {file.name} có {wanted} chữ ký đúng", text)
    else:
        say.said("Không có pdfsig (poppler-utils) hay mutool (mupdf-tools) trên máy: bỏ qua phép thử thứ hai.")


def _structure(file: Path, say: Narrator) -> None:
    if shutil.which("qpdf") is None:
        say.said("Không có qpdf trên máy: bỏ qua phép thử cấu trúc tệp.")
        return
    done = subprocess.run(["qpdf", "--check", str(file)], capture_output=True, text=True, check=False)
    say.check(done.returncode == 0, "qpdf: cấu trúc tệp không lỗi", done.stdout + done.stderr)


def _output(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _shown(file: Path, story: Story, say: Narrator) -> None:
    """Page 1 shows the number and the date of the register, as a program of others reads it where there is one."""
    year, month, day = (int(part) for part in (story.issued.issued_date or "").split("-"))
    number = story.issued.code.split("/")[0]
    if shutil.which("pdftotext"):
        text = " ".join(_output(["pdftotext", "-f", "1", "-l", "1", str(file), "-"]).split())
        shown = story.issued.code in text and f"ngày {day:02} tháng {_month(month)} năm {year}" in text
    else:
        values = _fields(file)
        text, shown = str(values), {number, f"{day:02}", _month(month)} <= values
    say.check(
        shown, f"Trang 1 có số {story.issued.code}, ngày {day:02}/{_month(month)}/{year} như trong sổ", text[:600]
    )


def _month(month: int) -> str:
    """January and February are written with a leading zero (NĐ 30, annex I)."""
    return f"{month:02}" if month < 3 else str(month)


def _fields(file: Path) -> set[str]:
    with pikepdf.open(file) as document:
        return {str(field.get("/V", "")) for field in document.Root.AcroForm.Fields if field.get("/FT") == "/Tx"}


def _words(file: Path) -> str:
    """The text of every page."""
    return " ".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(file.read_bytes()))


def _letters(text: str) -> str:
    """Without spaces and hyphens: a narrow column breaks a code at its hyphen."""
    return re.sub(r"[\s\ufffe\u00ad-]", "", text)


def _package(file: Path, story: Story, say: Narrator) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    text = " ".join(str(t) for t in etree.parse(str(file), parser).getroot().itertext())
    number = story.issued.code.split("/")[0]
    say.check(number in text and "H60.10" in text, "package.edxml mang số và mã cơ quan của văn bản", text[:300])


def _received(folder: Path, story: Story, say: Narrator) -> None:
    """What the receiver stored is byte for byte what was sealed."""
    sent = {f.sha256 for f in story.issued.files if f.role in ("main", "annex")}
    got = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (folder / "received").iterdir()}
    say.check(sent == got, f"received/: {len(got)} tệp giống từng byte với tệp đã phát hành", (sent, got))


async def _registers(folder: Path, desks: Desks, story: Story, say: Narrator) -> None:
    for name, direction, user_name, document in (
        (REGISTERS[0], "outgoing", CLERK, story.issued),
        (REGISTERS[1], "incoming", TO_CLERK, story.received),
    ):
        rows = await (await desks.of(user_name)).registry.get_register(direction)
        row = next((row for row in rows if row.id == document.id), None)
        say.check(row is not None, f"Sổ văn bản {'đi' if direction == 'outgoing' else 'đến'} có {document.code}", rows)
        printed = _letters(_words(folder / name))
        say.check(_letters(document.code) in printed, f"{name} in ra có {document.code}", printed[:500])


def _timeline(file: Path, say: Narrator) -> None:
    entries = json.loads(file.read_text("utf-8"))
    whole = all(e[key] for e in entries for key in ("time", "service", "actor", "event_id", "status"))
    statuses, services = {e["status"] for e in entries}, {e["service"] for e in entries}
    say.check(
        whole and statuses >= STATUSES and {"registry", "workflow", "signing", "gateway"} <= services,
        f"timeline.json: {len(entries)} bước, đủ trạng thái {', '.join(sorted(STATUSES))}",
        (statuses, services),
    )


async def _audit(say: Narrator) -> None:
    """The hash chains are whole; the newest second may still wait for its link."""
    records = 0
    for name, runtime in assemble(find_services(), Settings()).items():
        async with runtime.work(reading=True) as work:
            verdict = await verify(work)
        if verdict.broken_at is not None:
            say.check(False, f"Nhật ký của {name} nguyên vẹn", verdict)
        records += verdict.records
        await runtime.engine.dispose()
    say.check(records > 20, f"Chuỗi nhật ký của mọi dịch vụ nguyên vẹn ({records} bản ghi)")
