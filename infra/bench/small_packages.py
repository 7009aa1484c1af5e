"""Small packages (50 KB, two attachments), one core: read, validated and stored; built and stored.

Floor, with the plain means: the same packages parsed by lxml into a tree, the attachments decoded (encoded) by the
standard base64 and written to files of their own; no rule of edXML is looked at and nothing is hashed.
"""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from lxml import etree

from infra.bench.frame import Row, against
from services.gateway.edxml import Organ, Outgoing, Package, Trace, make_document_id, read, write
from shared.clock import now

PACKAGES, ROUNDS = 300, 9
SIZES = (24_000, 12_000)  # of the attachments: in base64 and with the header about 50 KB
CONTENT = "{*}ContentTransferEncoded"
MEMORY = Path("/dev/shm")  # noqa: S108 the figure is of the processor, not of what else the disk has to do


def rows() -> list[Row]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as name:
        folder, out = Path(name), Path(name) / "out"
        files = [_files(folder, number) for number in range(PACKAGES)]
        packages = [folder / f"{number}.edxml" for number in range(PACKAGES)]
        for number in range(PACKAGES):
            _build(number, files[number], packages[number])
        reading, plain_reading = _best(
            out, lambda n: _take(packages[n], out / str(n)), lambda n: _take_plainly(packages[n], out / str(n))
        )
        trees = [etree.parse(path) for path in packages]
        building, plain_building = _best(
            out, lambda n: _build(n, files[n], packages[n]), lambda n: _build_plainly(trees[n], files[n], packages[n])
        )
    return [
        _row("read, validated and stored", reading, plain_reading),
        _row("built and stored", building, plain_building),
    ]


def _row(what: str, ours: float, floor: float) -> Row:
    name = f"edxml 50 KB, {len(SIZES)} attachments, {what}"
    return against(name, PACKAGES / ours, PACKAGES / floor, "packages/s", at_least=0.5)


def _best(out: Path, *acts: Callable[[int], None]) -> list[float]:
    """Processor seconds of the quickest round of each over all packages; in turn, so that all meet the same machine."""
    times = [float("inf")] * len(acts)
    for _ in range(ROUNDS):
        for place, act in enumerate(acts):
            _emptied(out)
            started = time.process_time()
            for number in range(PACKAGES):
                act(number)
            times[place] = min(times[place], time.process_time() - started)
    return times


def _files(folder: Path, number: int) -> list[Path]:
    found = []
    for place, size in enumerate(SIZES):
        path = folder / f"{number}-{place}.pdf"
        path.write_bytes(b"%PDF-1.7\n" + os.urandom(size))
        found.append(path)
    return found


def _emptied(out: Path) -> None:
    """A fresh folder for the files of each package; making and emptying them is not measured."""
    shutil.rmtree(out, ignore_errors=True)
    for number in range(PACKAGES):
        (out / str(number)).mkdir(parents=True)


def _build(number: int, files: list[Path], to: Path) -> None:
    day = date(2026, 11, 24)
    package = Package(
        sender=Organ("H60.10", "Sở Khoa học và Công nghệ"),
        recipients=(Organ("G06", "Bộ Khoa học và Công nghệ"), Organ("H26", "Ủy ban nhân dân thành phố Hà Nội")),
        document_id=make_document_id("H60.10", day, str(number + 1), "SKHCN-VP"),
        code_number=str(number + 1),
        code_notation="SKHCN-VP",
        place="Tuyên Quang",
        promulgation_date=day,
        type_name="Công văn",
        subject="Về việc báo cáo kết quả thực hiện nhiệm vụ khoa học và công nghệ",
        content="Về việc báo cáo kết quả thực hiện nhiệm vụ khoa học và công nghệ",
        signer_position="Giám đốc",
        signer_name="Hà Trung Kiên",
        traces=(Trace("H60.10", now()),),
    )
    outgoing = [Outgoing(f"van-ban-{place}.pdf", path) for place, path in enumerate(files)]
    with to.open("wb") as out:
        write(package, outgoing, out)


def _build_plainly(tree: etree._ElementTree, files: list[Path], to: Path) -> None:
    for place, path in zip(tree.iter(CONTENT), files, strict=True):
        place.text = base64.b64encode(path.read_bytes()).decode()
    tree.write(to, xml_declaration=True, encoding="UTF-8")


def _take(package: Path, folder: Path) -> None:
    with package.open("rb") as stream:
        read(stream, folder)


def _take_plainly(package: Path, folder: Path) -> None:
    tree = etree.parse(package, etree.XMLParser(huge_tree=True))
    for place, content in enumerate(tree.iter(CONTENT)):
        (folder / f"{place}.pdf").write_bytes(base64.b64decode(content.text or "", validate=True))
