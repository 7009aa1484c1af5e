"""Packages made to hurt: each has its named fate, in a process with little memory and time, and leaves nothing."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.conformance.hostile import CASES, LARGE, Case
from infra.conformance.packages.content import PDF, zipped
from services.gateway.edxml import EdxmlRefused, Limits, Package, read
from tests.unit.gateway.edxml.corpus import FOLDER, small, truncated
from tests.unit.gateway.edxml.making import document_of, raw, refusal_of

SMALL = Limits(package_bytes=200_000, attachment_bytes=50_000)
SMALL_KB, LARGE_KB = 12_000, 80_000
Judge = Callable[[bytes], dict[str, Any]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Reads a package in the cell."""
    path = tmp_path_factory.mktemp("cell") / "package.edxml"
    command = [sys.executable, "-m", "tests.unit.gateway.edxml.cell"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as cell:

        def ask(data: bytes) -> dict[str, Any]:
            path.write_bytes(data)
            assert cell.stdin and cell.stdout
            cell.stdin.write(f"{path}\n")
            cell.stdin.flush()
            found: dict[str, Any] = json.loads(cell.stdout.readline())
            return found

        yield ask
        assert cell.stdin
        cell.stdin.close()


def _has_its_fate(case: Case, found: dict[str, Any], kb: int) -> None:
    assert "killed" not in found, found
    assert "accident" not in found, found
    if case.refused:
        assert found.get("refused") == case.refused
    else:
        assert found.get("read") == list(case.read or ())
    assert found["left"] == 0
    assert found["kb"] < kb


def _is_explained(found: dict[str, Any], bad: bool) -> None:
    """The report is precise and polite in both languages, and its verdict is the right one."""
    report = found["report"]
    assert report["ok"] is not bad
    told = json.loads(report["json"])
    assert not told["problems"] or all(p["message_vi"] and p["message_en"] and p["fix_vi"] for p in told["problems"])
    if bad:
        worst = told["problems"][0]
        assert worst["severity"] == "error"
        assert re.fullmatch(r"[A-Z](\.[A-Za-z0-9]+)+", worst["rule"])
        assert worst["expected_vi"] and worst["expected_en"]
        assert f"[{worst['rule']}]" in report["text"]
        assert "Traceback" not in report["text"]


@pytest.mark.requirement("R17.17")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_each_case_has_its_fate_and_its_explanation(case: Case, judge: Judge) -> None:
    found = judge(case.make())
    _has_its_fate(case, found, SMALL_KB)
    errors = {"BUSINESS_TYPE", "MISSING", "HASH_MISMATCH", "ZIP_DAMAGED", "ATTACHMENT_MISSING"}
    _is_explained(found, bool(case.refused) or bool(errors & set(case.read or ())))


@pytest.mark.requirement("R17.17")
@pytest.mark.parametrize("case", LARGE, ids=lambda case: case.name)
def test_each_large_case_has_its_fate_in_bounded_memory(case: Case, judge: Judge) -> None:
    _has_its_fate(case, judge(case.make()), LARGE_KB)


def test_a_package_cut_anywhere_is_refused_as_cut(tmp_path: Path) -> None:
    for cut, data in truncated():
        assert (cut, refusal_of(data, tmp_path).code) == (cut, "TRUNCATED")


def test_the_folder_holds_what_the_generator_makes() -> None:
    """`python -m tests.unit.gateway.edxml.corpus` writes it anew."""
    made = {case.file: data for case, data in small()}
    kept = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    assert sorted(kept) == sorted(made)
    assert kept == made


@pytest.mark.requirement("R17.17")
def test_oversize_base64_and_package_are_refused(tmp_path: Path) -> None:
    assert refusal_of(raw(("1", "a.pdf", bytes(60_000))), tmp_path, SMALL).code == "OVERSIZE"
    assert refusal_of(raw(("1", "a.pdf", "QUJD" * 60_000)), tmp_path, SMALL).code == "OVERSIZE"
    two = raw(("1", "a.pdf", b"a"), ("2", "b.pdf", b"b"))
    assert refusal_of(two, tmp_path, Limits(attachments=1)).code == "TOO_MANY_ATTACHMENTS"
    together = raw(*((str(n), f"{n}.pdf", bytes(30_000)) for n in range(4)))
    assert refusal_of(together, tmp_path, Limits(total_bytes=100_000)).code == "OVERSIZE"


@pytest.mark.requirement("R17.17")
@pytest.mark.parametrize("name", ["../../outside.pdf", "/etc/passwd", "..\\..\\x.pdf", "a/b.pdf", "\u202egnp.pdf"])
def test_a_name_with_a_path_is_only_data(name: str, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    package = document_of(raw(("../../evil", name, PDF)), inner)
    assert package.attachments[0].name == name
    assert [p.name for p in tmp_path.rglob("*")] == ["inner", "0001.bin"]


def test_a_file_that_is_already_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "0001.bin").symlink_to(tmp_path / "victim")
    with pytest.raises(FileExistsError):
        read(io.BytesIO(raw(("1", "a.pdf", b"a"))), tmp_path)
    assert not (tmp_path / "victim").exists()


@pytest.mark.parametrize("held", [2**20, 0])
def test_memory_does_not_grow_with_the_attachment(held: int, tmp_path: Path) -> None:
    source = tmp_path / "big.edxml"
    source.write_bytes(raw(("1", "a.pdf", base64.b64encode(bytes(24_000_000)).decode())))
    tracemalloc.start()
    with source.open("rb") as stream:
        package = read(stream, tmp_path, Limits(held_bytes=held))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(package, Package)
    assert package.attachments[0].size == 24_000_000
    assert peak < 4_000_000


def test_a_reader_whose_disk_is_full_leaves_nothing(tmp_path: Path) -> None:
    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 400_000:
                raise OSError(28, "No space left on device")
            return super().read(size)

    data = raw(("1", "a.txt", zipped(b"x")), ("2", "b.pdf", base64.b64encode(bytes(600_000)).decode()))
    with pytest.raises(OSError, match="space"):
        read(Breaking(data), tmp_path, Limits(held_bytes=0))
    assert list(tmp_path.iterdir()) == []


def test_a_refusal_tells_its_element_and_its_line() -> None:
    data = raw(("1", "a.pdf", "%%%%")).replace(b"<Attachment>", b"\n\n<Attachment>")
    with pytest.raises(EdxmlRefused) as caught:
        read(io.BytesIO(data), Path("/nonexistent"))
    assert (caught.value.line, caught.value.problem.rule) == (4, "A.Base64")
