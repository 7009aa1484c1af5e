"""`qlvb sign verify`: its exit codes and its JSON, whatever file it is given."""

from __future__ import annotations

import asyncio
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from services.signing.commands import app
from tests.unit.signing import documents, flow, foreign, pki

KEYS = ["valid", "legal_state", "judge", "signatures", "reasons"]
OF_SIGNATURE = ["role", "signer", "organ_id", "time", "valid", "level"]


@dataclass(frozen=True)
class Files:
    """What is judged, and the root that it is judged by."""

    folder: Path
    issued: bytes
    root: Path

    def new(self, content: bytes) -> Path:
        path = self.folder / "văn bản.pdf"
        path.write_bytes(content)
        return path


@pytest.fixture(scope="module")
def issued() -> bytes:
    return asyncio.run(flow.issued(pki.world()))


@pytest.fixture
def files(tmp_path: Path, issued: bytes, monkeypatch: pytest.MonkeyPatch) -> Files:
    monkeypatch.setenv("QLVB_DATA_DIR", str(tmp_path))
    root = tmp_path / "root.pem"
    root.write_bytes(pki.world().root.certificate.public_bytes(Encoding.PEM))
    return Files(tmp_path, issued, root)


def run(path: Path, *options: str | Path) -> tuple[int, dict]:
    """Exit code and JSON of the command."""
    result = CliRunner().invoke(app, ["verify", str(path), "--json", *map(str, options)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    said = json.loads(result.stdout)
    assert list(said) == KEYS and all(list(one) == OF_SIGNATURE for one in said["signatures"])
    assert all(list(one) == ["code", "message"] and one["message"] for one in said["reasons"])
    return result.exit_code, said


def test_a_document_of_ours_is_valid(files: Files) -> None:
    code, said = run(files.new(files.issued), "--trust", files.root)
    assert code == 0 and said["valid"] and said["legal_state"] == "ORIGINAL" and not said["reasons"]
    leader, office = said["signatures"]
    assert (leader["role"], leader["signer"], leader["level"]) == ("leader", documents.SIGNER, "B-LT")
    assert (office["role"], office["organ_id"], office["valid"]) == ("office", "H60.10", True)


def test_good_files_of_other_producers_are_valid_by_the_roots_that_are_named(files: Files) -> None:
    stamped, plain = (foreign.many(documents.draft(), pki.world(), 2, stamped=s) for s in (True, False))
    stranger = files.folder / "another.pem"
    stranger.write_bytes(pki.Authority.root("Root CA khác").certificate.public_bytes(Encoding.PEM))
    for pdf in (stamped, plain):
        code, said = run(files.new(pdf), "--trust", stranger, "--trust", files.root)
        assert code == 0 and said["legal_state"] == "ORIGINAL"
        assert [one["role"] for one in said["signatures"]] == ["person", "office"]
    assert [one["code"] for one in said["reasons"]] == ["no-timestamp", "no-timestamp", "proofs-after"]
    code, said = run(files.new(stamped), "--trust", stranger)
    assert code == 1 and not said["valid"] and "unknown-ca" in [one["code"] for one in said["reasons"]]


def test_without_named_roots_the_deployments_own_count(files: Files) -> None:
    path = files.new(files.issued)
    code, said = run(path)
    assert code == 1 and "unknown-ca" in [one["code"] for one in said["reasons"]]
    trust = files.folder / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes(files.root.read_bytes())
    assert run(path)[0] == 0


def test_one_signature_and_changed_bytes_are_not_valid(files: Files) -> None:
    code, said = run(files.new(foreign.many(documents.draft(), pki.world(), 1, stamped=True)), "--trust", files.root)
    assert code == 1 and [one["code"] for one in said["reasons"]] == ["proofs-after", "office-missing"]
    assert said["legal_state"] == "REFERENCE_ONLY" and said["signatures"][0]["valid"]
    changed = files.issued.replace(b"/Type /Page ", b"/Type /Pagf ", 1)
    code, said = run(files.new(changed), "--trust", files.root)
    assert code == 1 and "changed-bytes" in [one["code"] for one in said["reasons"]]
    code, said = run(files.new(documents.draft()), "--trust", files.root)
    assert code == 1 and [one["code"] for one in said["reasons"]] == ["unsigned"] and said["signatures"] == []


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda pdf: b"", "unreadable"),
        (lambda pdf: "Kính gửi: …".encode(), "unreadable"),
        (lambda pdf: b"PK\3\4" + bytes(500), "unreadable"),
        (lambda pdf: pdf[: len(pdf) // 2], "unreadable"),
        (lambda pdf: pdf[:1000], "unreadable"),
        (lambda pdf: pdf[1000:], "unreadable"),
        (lambda pdf: b"%PDF-1.7\n" + bytes(range(256)) + b"\nstartxref\n99999999999999999999\n%%EOF", "unreadable"),
        (lambda pdf: encrypted("secret"), "encrypted"),
        (lambda pdf: encrypted(""), "encrypted"),
    ],
    ids=["empty", "text", "zip", "half", "head", "tail", "garbage", "password", "owner's password"],
)
def test_what_cannot_be_read_is_2(files: Files, made: Callable[[bytes], bytes], reason: str) -> None:
    code, said = run(files.new(made(files.issued)), "--trust", files.root)
    assert code == 2 and not said["valid"] and said["legal_state"] == "REFERENCE_ONLY"
    assert [one["code"] for one in said["reasons"]] == [reason]


def encrypted(password: str) -> bytes:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(documents.draft())) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(owner="owner", user=password))
    return target.getvalue()


def test_a_directory_a_missing_file_and_roots_that_are_none_are_2(files: Files) -> None:
    for path, words in ((files.folder, "là một thư mục"), (files.folder / "không có.pdf", "không có tệp này")):
        code, said = run(path, "--trust", files.root)
        assert code == 2 and [one["code"] for one in said["reasons"]] == ["no-file"]
        assert words in said["reasons"][0]["message"]
    document = files.new(files.issued)
    empty = files.folder / "empty.pem"
    empty.write_bytes(b"")
    for trust in (empty, document, files.folder, files.folder / "missing.pem"):
        code, said = run(document, "--trust", trust)
        assert code == 2 and [one["code"] for one in said["reasons"]] == ["no-trust"]


def test_the_command_itself_prints_nothing_but_its_json_and_words(files: Files) -> None:
    program = [Path(sys.executable).with_name("qlvb"), "sign", "verify"]
    broken = files.new(files.issued[:2000])
    machine = subprocess.run([*program, str(broken), "--json"], capture_output=True, text=True)
    assert machine.returncode == 2 and json.loads(machine.stdout)["reasons"][0]["code"] == "unreadable"
    assert machine.stderr == ""
    words = CliRunner().invoke(app, ["verify", str(files.new(files.issued)), "--trust", str(files.root)])
    assert words.exit_code == 0 and words.stdout.startswith("Hợp lệ: có giá trị như bản gốc.\n- Nguyễn Văn Ước (leader")
