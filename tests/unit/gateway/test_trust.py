"""What keeps a readable package from passing: malware, marks of secrecy, the partner's rule about signatures."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typst
from sqlalchemy import func, select

from infra.local_clamd import EICAR, OWN, Clamd, available
from services.gateway.edxml.model import Organ, Package, Unknown
from services.gateway.quarantine.jobs import scan_again
from services.gateway.receiving.intake import Source, take_in
from services.gateway.trust import rules
from shared.scanner import Scanner, ScannerDown
from shared.testing import System
from tests.unit.gateway.exchange import ADMIN, CLERK, OTHER_CLERK, exchange, package, person, received

clamav = pytest.mark.skipif(not available(), reason="no clamd (Debian: clamav-daemon)")


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    found = Clamd(tmp_path_factory.mktemp("clamd"))
    found.start()
    yield found
    found.stop()


def scanning(system: System, address: str) -> None:
    system.runtime("gateway").state["scanner"] = Scanner(address, 20)


def pdf(*lines: str) -> bytes:
    """A PDF with these lines as text."""
    source = "\n\n".join(f"#[{line}]" for line in lines)
    found: bytes = typst.compile(source.encode(), format="pdf")
    return found


async def held(system: System, who: Any = OTHER_CLERK, **params: str) -> list[dict[str, Any]]:
    answer = await system.client("gateway", who).get("/v1/quarantine", params=params)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


async def act(system: System, entry: dict[str, Any], verb: str, who: Any = OTHER_CLERK, **body: Any) -> Any:
    path = f"/v1/quarantine/{entry['id']}/{verb}"
    return await system.client("gateway", who).post(path, json={"note": "Đã xem xét kỹ"} | body)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("MẬT", "MẬT"), ("  TỐI   MẬT ", "TỐI MẬT"), ("TUYỆT MẬT", "TUYỆT MẬT"), ("M Ậ T", "MẬT"),
        ("T Ố I M Ậ T", "TỐI MẬT"), (unicodedata.normalize("NFD", "TUYỆT MẬT"), "TUYỆT MẬT"), ("- MẬT -", "MẬT"),
        ("Mật", ""), ("BẢO MẬT", ""), ("MẬT ĐỘ DÂN SỐ", ""), ("VĂN BẢN MẬT", ""), ("", ""),
    ],
)  # fmt: skip
def test_a_mark_is_a_whole_line(line: str, found: str) -> None:
    assert rules.mark(line) == found


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"subject": "MẬT"}, "MẬT"),
        ({"content": "Kính gửi\nTỐI MẬT\nnội dung"}, "TỐI MẬT"),
        ({"other": (Unknown("OtherInfo/SecurityLevel", "MẬT"),)}, "MẬT"),
        ({"other": (Unknown("OtherInfo/DoMat", "A"),)}, "A"),
        ({"other": (Unknown("OtherInfo/SecretLevel", "0"),)}, ""),
        ({"subject": "Về bảo vệ bí mật nhà nước"}, ""),
    ],
)
def test_a_header_may_say_so(changes: dict[str, Any], found: str) -> None:
    values = {"sender": Organ("G1"), "recipients": (), "document_id": "x"} | changes
    assert rules.header_mark(Package(**values)) == found


@pytest.mark.parametrize(
    ("rule", "state", "passes"),
    [
        ("", "absent", True), ("", "invalid", True), ("required", "absent", False), ("required", "placeholder", False),
        ("required", "unverifiable", True), ("required", "valid", True), ("required", "invalid", False),
        ("valid", "unverifiable", False), ("valid", "valid", True), ("valid", "absent", False),
    ],
)  # fmt: skip
def test_the_partner_s_rule_about_signatures(rule: str, state: str, passes: bool) -> None:
    assert (rules.signature(rule, state) is None) is passes


async def test_a_mark_in_a_pdf_is_for_the_clerk_of_the_office_alone(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        body = package(tmp_path, "H60.20", text=pdf("CỘNG HÒA", "TỐI MẬT", "Nội dung"))
        await received(system, "edoc", "H60.20", body)
        [entry] = await held(system)
        assert (entry["reason_code"], entry["secret"], entry["can_release"]) == ("SECRET", True, True)
        assert "TỐI MẬT" in entry["reason"] and "kênh riêng" in entry["reason"]
        for other in (CLERK, ADMIN, person("unit_admin", "o2")):
            assert await held(system, other) == []
            assert (await act(system, entry, "release", other)).status_code == 404
        counts = (await system.client("gateway", OTHER_CLERK).get("/v1/quarantine/counts")).json()
        assert [(row["reason_code"], row["count"]) for row in counts] == [("SECRET", 1)]
        assert await audited(system, "gateway.quarantine") == 1


async def audited(system: System, name: str) -> int:
    table = system.runtime("gateway").tables.Audit
    async with system.runtime("gateway").work(reading=True) as work:
        return int(await work.scalar(select(func.count()).select_from(table).where(table.act == name)) or 0)


async def test_a_false_alarm_is_released_with_a_reason(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", text=pdf("MẬT", "ong rừng")))
        [entry] = await held(system)
        assert (await act(system, entry, "release")).json()["state"] == "received"
        assert (await held(system))[0]["state"] == "released"


@pytest.mark.parametrize("verb", ["refuse", "return"])
async def test_a_secret_that_is_not_released_is_destroyed(tmp_path: Path, verb: str) -> None:
    async with exchange(tmp_path) as system:
        body = package(tmp_path, "H60.20", text=pdf("TUYỆT MẬT"))
        await received(system, "edoc", "H60.20", body)
        [entry] = await held(system)
        closed = (await act(system, entry, verb)).json()
        assert (closed["purged"], closed["can_reopen"]) == (True, False)
        blobs = [p for p in (tmp_path / "blobs").rglob("*") if p.is_file()]
        assert blobs == []
        assert (await act(system, entry, "reopen")).json()["kind"] == "nothing-to-undo"


async def test_a_partner_s_rule_holds_unsigned_packages(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        made = type("Made", (), {"signature_rule": "required", "limit_mb": None, "poll_seconds": None, "version": 1})
        system.runtime("gateway").state["axes_made"] = {"national": made}
        path = tmp_path / "p.edxml"
        path.write_bytes(package(tmp_path, "H60.20"))
        result = await take_in(system.runtime("gateway"), path, Source("H60.20"))
        system.runtime("gateway").state["axes_made"] = {}
        assert (result.state, (await held(system))[0]["reason_code"]) == ("quarantined", "SIGNATURE")
        [entry] = await held(system)
        assert (await act(system, entry, "release")).json()["state"] == "received"


@clamav
async def test_malware_is_held_and_nobody_releases_it(tmp_path: Path, clamd: Clamd) -> None:
    async with exchange(tmp_path) as system:
        scanning(system, clamd.address)
        for number, content in (("1", EICAR), ("2", zipped(EICAR)), ("3", b"%PDF-1.7 " + OWN)):
            await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", number=number, text=content))
        await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", number="4"))
        entries = await held(system)
        assert [(e["reason_code"], e["can_release"]) for e in entries] == [("MALWARE", False)] * 3
        assert "Eicar-Test" in entries[-1]["reason"] and "không giải phóng được" in entries[-1]["reason"]
        for who in (OTHER_CLERK, person("system_admin", "o2"), person("unit_admin", "o2")):
            answer = await act(system, entries[0], "release", who)
            assert (answer.status_code, answer.json()["kind"]) == (403, "not-releasable")
        assert (await act(system, entries[0], "return")).json()["state"] == "returned"
        assert (await act(system, entries[1], "refuse")).json()["state"] == "refused"
        assert (await act(system, entries[1], "reopen")).json()["state"] == "held"


def zipped(content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bao-cao.txt", content)
    return out.getvalue()


@clamav
async def test_while_the_scanner_is_down_packages_wait_and_go_on_by_themselves(tmp_path: Path) -> None:
    scanner = Clamd(tmp_path / "clamd")
    async with exchange(tmp_path) as system:
        scanning(system, scanner.address)
        for number, content in (("1", b"%PDF-1.7 sach"), ("2", EICAR)):
            await received(system, "edoc", "H60.20", package(tmp_path, "H60.20", number=number, text=content))
        entries = await held(system, state="held")
        assert [e["reason_code"] for e in entries] == ["SCAN_WAITING"] * 2
        assert (await act(system, entries[0], "release")).json()["kind"] == "scan-first"
        runtime = system.runtime("gateway")
        await scan_again(runtime)
        assert len(await held(system, state="held")) == 2
        lamps = {row["name"]: row for row in (await system.client("gateway", OTHER_CLERK).get("/v1/axes")).json()}
        assert (lamps["clamd"]["up"], lamps["clamd"]["title"]) == (False, "Máy quét mã độc")
        state = (await system.client("gateway", OTHER_CLERK).get("/v1/quarantine/scanner")).json()
        assert (state["configured"], state["up"], state["waiting"]) == (True, False, 2)
        scanner.start()
        try:
            await scan_again(runtime)
        finally:
            scanner.stop()
        assert [(e["reason_code"], e["state"]) for e in await held(system)] == [
            ("MALWARE", "held"), ("SCAN_WAITING", "released"), ("SCAN_WAITING", "released"),
        ]  # fmt: skip
        await scan_again(runtime)


@clamav
async def test_the_scanner_speaks_over_tcp_and_over_its_socket(tmp_path: Path, clamd: Clamd) -> None:
    bad, good = tmp_path / "bad", tmp_path / "good"
    bad.write_bytes(b"x" * 700_000 + EICAR)
    good.write_bytes(b"y" * 3_000_000)
    for address in (clamd.address, str(clamd.socket)):
        scanner = Scanner(address, 20)
        assert await scanner.virus_in(good) == ""
        assert "Eicar-Test" in await scanner.virus_in(bad)
        assert "ClamAV" in await scanner.version()


@clamav
async def test_a_file_larger_than_the_scanner_takes_waits(tmp_path: Path) -> None:
    small = Clamd(tmp_path / "small", stream_limit="1M")
    small.start()
    try:
        big = tmp_path / "big"
        big.write_bytes(b"z" * 3_000_000)
        for address in (small.address, str(small.socket)):
            with pytest.raises(ScannerDown):
                await Scanner(address, 20).virus_in(big)
    finally:
        small.stop()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "/nowhere/clamd.sock"])
async def test_a_scanner_that_is_not_there_gives_no_verdict(tmp_path: Path, address: str) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"x")
    with pytest.raises(ScannerDown):
        await Scanner(address, 2).virus_in(file)
    with pytest.raises(ScannerDown):
        await Scanner(address, 2).version()


async def test_without_a_scanner_the_page_says_so(tmp_path: Path) -> None:
    async with exchange(tmp_path) as system:
        state = (await system.client("gateway", OTHER_CLERK).get("/v1/quarantine/scanner")).json()
        assert state["configured"] is False
