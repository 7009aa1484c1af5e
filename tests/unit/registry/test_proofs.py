"""The original kept here is what was sent: proven on a sheet, with the signatures judged anew (NĐ 30 Đ19)."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pypdfium2 as pdfium
import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from contracts.message import FileRef
from services.gateway.service import service as gateway
from services.identity.service import service as identity
from services.registry.outgoing.tables import Outgoing
from services.registry.service import service as registry
from services.signing.service import service as signing
from shared.clock import now
from shared.testing import System, running
from tests.unit.gateway import exchange
from tests.unit.signing import flow, pki

DOCUMENT = uuid4()
CODE, FAR = "07/QĐ-SKHCN", "G06"


@pytest.fixture
async def system(tmp_path: Path) -> AsyncIterator[System]:
    """A deployment that trusts the test authority, with one issued document."""
    trust = tmp_path / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes(pki.world().root.certificate.public_bytes(Encoding.PEM))
    services = (replace(one, jobs=[]) for one in (identity, gateway, registry, signing))
    async with running(*services, tmp_path=tmp_path) as made:
        made.partners = {"national": exchange.Partner()}  # type: ignore[attr-defined]
        for office in (exchange.OURS, exchange.THEIRS):
            await made.emit("gateway", exchange.office_fact(office))
        await made.settle()
        pdf = await flow.issued(pki.world(), number="07")
        blob = await made.runtime("registry").blobs.put(pdf)
        made.file = FileRef(sha256=blob.sha256, size=blob.size, name="quyet-dinh.pdf")  # type: ignore[attr-defined]
        yield made


async def kept(system: System, state: str = "ISSUED") -> str:
    async with system.runtime("registry").work() as work:
        work.save(
            Outgoing(
                id=DOCUMENT, office_id="o1", state=state, type_name="Quyết định", subject="Ban hành Quy chế",
                drafter_id="d", drafter_name="d", code=CODE, number=7, issued_date=date(2026, 11, 5), issued_at=now(),
                files=[system.file.model_dump(mode="json")],
            )
        )  # fmt: skip
    return f"/v1/documents/{DOCUMENT}/proof.pdf"


async def issued(system: System, file: FileRef) -> None:
    """Registry has told that it goes to a ministry."""
    about = {"identifier": "H60.10,2026/11/05,07/QĐ-SKHCN", "code_number": "07", "code": CODE}
    await exchange.issued(system, FAR, document_id=str(DOCUMENT), files=(file,), **about)


async def told(system: System, path: str) -> str:
    """The words of the sheet, in one line."""
    answer = await system.client("registry", exchange.CLERK).get(path)
    assert answer.status_code == 200, answer.text
    document = pdfium.PdfDocument(answer.content)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    return " ".join(text.split())


@pytest.mark.requirement("R12.30")
async def test_the_original_is_what_was_sent_and_the_sheet_says_so(system: System) -> None:
    path = await kept(system)
    await issued(system, system.file)
    await exchange.sent(system)
    ((_, _, _, package),) = system.partners["national"].sent
    folder = system.runtime("gateway").settings.data_dir
    (left,) = exchange.unpack(package, folder).attachments
    stored = await system.runtime("registry").blobs.get(system.file.sha256)
    assert hashlib.sha256(stored).hexdigest() == left.sha256 == system.file.sha256

    text = await told(system, path)
    assert "PHIẾU XÁC MINH" in text and CODE in text and "chữ ký số hợp lệ." in text
    assert "trùng khớp với bản đã gửi" in text and "CHƯA xác minh" not in text
    assert "Nguyễn Văn Ước" in text and "Văn bản có giá trị như bản gốc" in text
    assert system.file.sha256 in text.replace(" ", "") and hashlib.sha256(package).hexdigest() in text.replace(" ", "")


async def test_a_changed_store_another_package_and_a_doubtful_signature_are_told(system: System) -> None:
    path = await kept(system)
    other = await system.runtime("gateway").blobs.put(await flow.issued(pki.world(), number="8"))
    sent = FileRef(sha256=other.sha256, size=other.size, name="quyet-dinh.pdf")
    assert "văn bản chưa gửi đi nơi nào" in await told(system, path)
    await issued(system, sent)
    differs = await told(system, path)
    assert "CHƯA xác minh được" in differs and "KHÁC với bản đã gửi" in differs
    place = system.runtime("registry").blobs.path(system.file.sha256)
    assert place is not None
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1] + b" ")
    damaged = await told(system, path)
    assert "CHƯA xác minh được" in damaged and "KHÔNG còn nguyên vẹn trong kho" in damaged


async def test_others_do_not_see_it_and_what_is_not_issued_has_none(system: System) -> None:
    path = await kept(system, state="SEALED")
    assert (await system.client("registry", exchange.OTHER_CLERK).get(path)).status_code == 404
    refused = await system.client("registry", exchange.CLERK).get(path)
    assert refused.status_code == 409 and "chưa phát hành" in refused.json()["detail"]
    assert (
        await system.client("registry", exchange.CLERK).get(f"/v1/documents/{uuid4()}/proof.pdf")
    ).status_code == 404
