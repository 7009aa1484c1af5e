"""The letters of simulated offices which have keys: signed by a person and the office, good for a strict judge."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cryptography import x509

from infra.axis_simulator.app import Simulator
from infra.axis_simulator.letters import Letterhead
from infra.axis_simulator.model import Account, OfficeSpec, SimulatorConfig
from infra.axis_simulator.packages import reply_package
from infra.demo import ministry
from services.gateway.edxml import Package, read
from services.gateway.wire.summary import Summary
from services.signing.judging.judge import judge
from services.signing.judging.verdict import Expected

ORIGINAL = Summary(
    from_code="H60.10",
    from_name="Sở Khoa học và Công nghệ tỉnh Tuyên Quang",
    document_id="H60.10,2026/11/25,01/QĐ-SKHCN",
    number="01",
    notation="QĐ-SKHCN",
    promulgation_date="2026/11/25",
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ministry")
    return ministry.keys(folder / "keys", folder / "trust")


def trust(keys: Path) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates((keys.parent / "trust" / "bo-thu-nghiem.pem").read_bytes())


def pdf_of(keys: Path) -> bytes:
    return Letterhead(keys).letter(ministry.NAME, "Sở", "7/CV-VP", "trả lời", "01/QĐ", date(2026, 11, 25))


def told(package: Package) -> Expected:
    """All that the package says of its letter."""
    return Expected(
        organ_ids=(package.sender.organ_id,),
        office_name=package.sender.name,
        signer_name=package.signer_name,
        number=package.code_number,
        notation=package.code_notation,
        issued=package.promulgation_date,
    )


def test_a_letter_is_an_original_of_its_office(keys: Path, tmp_path: Path) -> None:
    body = reply_package(ministry.CODE, ministry.NAME, ORIGINAL, 7, Letterhead(keys))
    (tmp_path / "letter.edxml").write_bytes(body)
    with (tmp_path / "letter.edxml").open("rb") as stream:
        package = read(stream, tmp_path)
    assert isinstance(package, Package)
    assert package.response_for[0].document_id == ORIGINAL.document_id
    assert (package.signer_name, package.signer_position) == (ministry.SIGNER, ministry.POSITION)
    [file] = package.attachments
    assert file.path is not None
    verdict = judge(file.path.read_bytes(), trust=trust(keys), expected=told(package))
    assert (verdict.legal_state, verdict.reasons) == ("ORIGINAL", ())
    assert [(s.role, s.signer, s.level) for s in verdict.signatures] == [
        ("person", ministry.SIGNER, "B-LT"),
        ("office", ministry.NAME, "B-LT"),
    ]


def test_whoever_does_not_trust_its_authority_does_not_take_it_for_an_original(keys: Path, tmp_path: Path) -> None:
    pdf = pdf_of(keys)
    other = ministry.keys(tmp_path / "keys", tmp_path / "trust")
    assert judge(pdf, trust=trust(other)).legal_state == "REFERENCE_ONLY"


def test_nothing_in_the_file_tells_a_time_which_the_second_signature_would_change(keys: Path) -> None:
    with pikepdf.open(BytesIO(pdf_of(keys))) as file:
        assert "/Metadata" not in file.Root


def test_keys_are_made_once_and_lists_anew(keys: Path) -> None:
    before = {path.name: path.read_bytes() for path in keys.iterdir()}
    ministry.keys(keys, keys.parent / "trust")
    after = {path.name: path.read_bytes() for path in keys.iterdir()}
    assert {name for name in before if before[name] != after[name]} <= {"root.crl", "ca.crl"}


def test_a_folder_that_is_none_stops_the_simulator_at_its_start(tmp_path: Path) -> None:
    config = SimulatorConfig(
        data=tmp_path / "axis",
        accounts=(Account("H60", "s"),),
        offices=(OfficeSpec("G06", "Bộ", "reply", tmp_path / "nothing"),),
    )
    with pytest.raises(FileNotFoundError):
        Simulator(config)
