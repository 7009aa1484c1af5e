"""Formats migrate provably: the original stays, tool, hashes and signatures before are kept (NĐ 30 PL VI, I.5e)."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pikepdf
import pypdfium2 as pdfium
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image, ImageDraw

from contracts.message import FileRef
from services.identity.service import service as identity
from services.registry.conversions import archival, rules
from services.registry.documents import convert
from services.registry.files.actions import hold
from services.registry.incoming.tables import Incoming
from services.registry.outgoing.tables import Outgoing
from services.registry.service import service as registry
from services.signing.service import service as signing
from shared.auth import Principal
from shared.clock import now
from shared.testing import System, running
from tests.unit.registry.office import CLERK, OFFICE, OTHER, ok
from tests.unit.registry.test_convert import docx
from tests.unit.signing import flow, pki

ARCHIVIST = Principal(str(uuid4()), "Bàn Thị Lưu", "person", OFFICE, None, frozenset({"archivist"}))
STRANGER = Principal(str(uuid4()), "Người Khác", "person", OTHER, None, frozenset({"archivist"}))
CODE = "07/QĐ-SKHCN"
with_ghostscript = pytest.mark.skipif(shutil.which("gs") is None, reason="Ghostscript is not installed")


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    """A deployment that trusts the test authority."""
    trust = tmp_path / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes(pki.world().root.certificate.public_bytes(Encoding.PEM))
    async with running(*(replace(one, jobs=[]) for one in (identity, registry, signing)), tmp_path=tmp_path) as made:
        yield made


@pytest.fixture
async def sealed() -> bytes:
    return await flow.issued(pki.world(), number="7")


async def stored(system: System, content: bytes, name: str = "quyet-dinh.pdf", kind: str = rules.PDF) -> FileRef:
    blob = await system.runtime("registry").blobs.put(content)
    return FileRef(sha256=blob.sha256, size=blob.size, name=name, display_name=name, content_type=kind)


async def kept(system: System, file: FileRef, state: str = "ISSUED") -> dict[str, str]:
    """An outgoing document of the office with this file; what is asked to convert it."""
    async with system.runtime("registry").work() as work:
        row = Outgoing(
            office_id=OFFICE, state=state, type_name="Quyết định", subject="Ban hành Quy chế", drafter_id="d",
            drafter_name="d", code=CODE, number=7, issued_date=date(2026, 11, 5), issued_at=now(),
            files=[file.model_dump(mode="json")],
        )  # fmt: skip
        work.save(row)
        await hold(work, [OFFICE], [file])
        await work.flush()
        return {"kind": "outgoing", "object_id": str(row.id), "sha256": file.sha256}


async def converted(system: System, wanted: dict[str, str]) -> dict:
    return await ok(await system.client("registry", ARCHIVIST).post("/v1/conversions", json=wanted))


async def content(system: System, file: dict) -> bytes:
    answer = await system.client("registry", ARCHIVIST).get(f"/v1/files/{file['sha256']}")
    assert answer.status_code == 200
    assert hashlib.sha256(answer.content).hexdigest() == file["sha256"]
    return answer.content


def seen(pdf: bytes) -> tuple[str, Image.Image]:
    """The words, and the first page without the line at its lower edge, small and grey."""
    document = pdfium.PdfDocument(pdf)
    document.init_forms()
    words = " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())
    image = document[0].render(scale=0.4, may_draw_forms=True).to_pil().convert("L")
    return words, image.crop((0, 0, image.width, round(image.height * 0.97)))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Mean of the differences of the dots, of 255."""
    pairs = list(zip(one.tobytes(), other.tobytes(), strict=True))
    return sum(abs(a - b) for a, b in pairs) / len(pairs)


def is_archival(pdf: bytes, source: str) -> bool:
    """It claims PDF/A-2b, names its colours, holds its fonts, carries no form, says from which file it is."""
    with pikepdf.open(io.BytesIO(pdf)) as whole:
        words = whole.open_metadata()
        claimed = (words["pdfaid:part"], words["pdfaid:conformance"], words["dc:source"])
        assert "Bản chuyển đổi sang PDF/A-2b" in words["dc:description"]
        assert "/AcroForm" not in whole.Root and "/OutputIntents" in whole.Root and not whole.is_encrypted
        return claimed == ("2", "B", f"urn:sha256:{source}")


@with_ghostscript
@pytest.mark.requirement("R14.8")
async def test_the_original_stays_and_event_tool_hashes_and_signatures_before_are_kept(system, sealed):
    file = await stored(system, sealed)
    wanted = await kept(system, file)
    # a kept verdict is used: the one of this policy on this file
    judged = await system.client("signing", ARCHIVIST).post(
        "/v1/validate", content=sealed, headers={"Content-Type": rules.PDF}
    )
    made = await converted(system, wanted)
    assert made["format"] == "PDF/A-2b" and made["tool"] == await archival.tool()
    assert made["source"]["sha256"] == file.sha256 != made["result"]["sha256"]
    assert (made["signature_state"], made["legal_state"]) == ("VALID", "ORIGINAL")
    assert made["judged_at"] == judged.json()["judged_at"] and made["judge"] == judged.json()["judge"]
    assert any("Nguyễn Văn Ước" in one for one in made["signatures"]) and len(made["signatures"]) >= 2

    assert await content(system, {"sha256": file.sha256}) == sealed  # byte for byte
    archive = await content(system, made["result"])
    assert is_archival(archive, file.sha256)
    (before, picture), (after, shown) = seen(sealed), seen(archive)
    assert difference(picture, shown) < 2
    assert "QUYẾT ĐỊNH" in before and "QUYẾT ĐỊNH" in after
    assert f"SHA-256 {file.sha256}" in after.replace("SHA- 256", "SHA-256") and "không thay bản gốc" in after
    assert made["result"]["display_name"] == "quyet-dinh (bản chuyển đổi PDF-A).pdf"

    [event] = (await ok(await system.client("registry", ARCHIVIST).get(f"/v1/documents/{wanted['object_id']}")))[
        "timeline"
    ]
    assert event["act"] == "format-converted" and event["actor"] == ARCHIVIST.name and made["tool"] in event["text"]
    assert "Chữ ký số hợp lệ trước khi chuyển đổi" in event["text"]
    assert await converted(system, wanted) == made  # again: the same one
    listed = await ok(await system.client("registry", CLERK).get(f"/v1/conversions/{wanted['object_id']}"))
    assert listed == [made]


@with_ghostscript
async def test_a_changed_file_is_said_not_valid_and_an_unsigned_one_unsigned(system, sealed):
    with pikepdf.open(io.BytesIO(sealed)) as whole:
        out = io.BytesIO()
        whole.save(out)
        changed = out.getvalue()
    made = await converted(system, await kept(system, await stored(system, changed)))
    assert made["signature_state"] == "NOT_VALID" and made["reasons"]
    with pikepdf.new() as blank:
        blank.add_blank_page()
        out = io.BytesIO()
        blank.save(out)
    made = await converted(system, await kept(system, await stored(system, out.getvalue())))
    assert (made["signature_state"], made["signatures"]) == ("UNSIGNED", [])


@with_ghostscript
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
async def test_a_picture_becomes_a_page_with_its_own_samples(system, kind):
    image = Image.new("RGBA" if kind == "PNG" else "RGB", (600, 400), "white")
    ImageDraw.Draw(image).rectangle((100, 100, 300, 300), fill="red")
    out = io.BytesIO()
    image.save(out, kind, **({"save_all": True, "append_images": [image]} if kind == "TIFF" else {}))
    file = await stored(system, out.getvalue(), f"anh.{kind.lower()}", f"image/{kind.lower()}")
    made = await converted(system, await kept(system, file))
    assert (made["signature_state"], made["judged_at"]) == ("CARRIES_NONE", None)
    archive = await content(system, made["result"])
    assert is_archival(archive, file.sha256)
    pages = pdfium.PdfDocument(archive)
    assert len(pages) == (2 if kind == "TIFF" else 1)
    dots = pages[0].render(scale=0.3).to_pil().convert("RGB").tobytes()
    assert any(r > 200 and g < 60 for r, g in zip(dots[::3], dots[1::3], strict=True))


@with_ghostscript
@pytest.mark.skipif(convert.program() is None, reason="LibreOffice is not installed")
async def test_an_office_file_goes_by_libreoffice_and_both_tools_are_named(system):
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    file = await stored(system, docx(), "phu-luc.docx", kind)
    made = await converted(system, await kept(system, file))
    assert made["tool"].startswith("LibreOffice ") and "; Ghostscript " in made["tool"]
    archive = await content(system, made["result"])
    assert is_archival(archive, file.sha256) and "Ủy ban nhân dân tỉnh Tuyên Quang" in seen(archive)[0]


@with_ghostscript
@pytest.mark.parametrize("broken", [b"%PDF-1.7 broken", b"%PDF-1.4"])
async def test_what_cannot_be_read_is_refused_and_nothing_is_written_down(system, broken):
    file = await stored(system, broken, "hong.pdf")
    wanted = await kept(system, file)
    client = system.client("registry", ARCHIVIST)
    refused = await client.post("/v1/conversions", json=wanted)
    assert refused.status_code == 422 and "Tệp gốc vẫn được giữ nguyên" in refused.json()["detail"]
    assert await ok(await client.get(f"/v1/conversions/{wanted['object_id']}")) == []


@with_ghostscript
async def test_it_is_stopped_at_its_limit_of_time(system, sealed):
    with pytest.raises(rules.NotConverted) as refusal:
        await archival.converted(sealed, "pdf", "a.pdf", mark="m", title="t", source="a" * 64, seconds=0.01)
    assert "quá 0.01 giây" in refusal.value.text


async def test_who_may_and_what(system, sealed, monkeypatch):
    file = await stored(system, sealed)
    wanted, draft = await kept(system, file), await kept(system, file, state="SEALED")
    for who, status in ((CLERK, 403), (STRANGER, 404)):
        assert (await system.client("registry", who).post("/v1/conversions", json=wanted)).status_code == status
    assert await ok(await system.client("registry", STRANGER).get(f"/v1/conversions/{wanted['object_id']}")) == []
    client = system.client("registry", ARCHIVIST)
    assert (await client.post("/v1/conversions", json=draft)).json()["kind"] == "not-on-record"
    assert (await client.post("/v1/conversions", json=wanted | {"sha256": "a" * 64})).status_code == 404
    csv = await stored(system, b"a;b", "so-lieu.csv", "text/csv")
    assert (await client.post("/v1/conversions", json=await kept(system, csv))).json()["kind"] == "not-to-convert"
    monkeypatch.setattr(archival.shutil, "which", lambda name: None)
    missing = await client.post("/v1/conversions", json=wanted)
    assert missing.status_code == 503 and "Ghostscript" in missing.json()["detail"]


@with_ghostscript
async def test_copies_of_a_document_that_is_destroyed_go_with_it(system, sealed):
    file = await stored(system, sealed)
    async with system.runtime("registry").work() as work:
        row = Incoming(
            office_id=OFFICE, arrival_id=str(uuid4()), state="REGISTERED", sender_organ_id="G06", sender_name="Bộ",
            subject="V/v", code=CODE, arrival_number=1, arrived_at=now(), files=[file.model_dump(mode="json")],
        )  # fmt: skip
        work.save(row)
        await hold(work, [OFFICE], [file])
        await work.flush()
        key = str(row.id)
    made = await converted(system, {"kind": "incoming", "object_id": key, "sha256": file.sha256})
    async with system.runtime("registry").work() as work:
        row = await work.locked(Incoming, UUID(key))
        row.state, row.state_before, row.take_back = "TAKE_BACK_REQUESTED", "REGISTERED", True
    await ok(await system.client("registry", CLERK).post(f"/v1/incoming/{key}/take-back", json={"agree": True}))
    await system.settle()
    blobs = system.runtime("registry").blobs
    assert not await blobs.exists(file.sha256) and not await blobs.exists(made["result"]["sha256"])
    client = system.client("registry", ARCHIVIST)
    assert (await client.get(f"/v1/files/{made['result']['sha256']}")).status_code == 404
    [event] = await ok(await client.get(f"/v1/conversions/{key}"))
    assert event["id"] == made["id"]  # that it happened stays
    again = {"kind": "incoming", "object_id": key, "sha256": file.sha256}
    assert (await client.post("/v1/conversions", json=again)).status_code == 409
