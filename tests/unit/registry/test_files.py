"""Hostile and harmless files."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from uuid import uuid4

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from contracts.identity.events import PostRef
from infra.local_clamd import OWN, Clamd, available
from services.registry.files import content, rules
from services.registry.files.names import distinct, safe_name
from services.registry.service import service as registry
from services.workflow.service import service as workflow
from shared.auth import Principal
from shared.testing import running
from tests.unit.registry.office import DRAFTER, OFFICE, office, ok, person_fact, upload

ADMIN = Principal(str(uuid4()), "Ma Thị Quản", "person", OFFICE, None, frozenset({"unit_admin"}))
clamav = pytest.mark.skipif(not available(), reason="no clamd (Debian: clamav-daemon)")


def pdf(change=lambda file: None) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as file:
        file.add_blank_page()
        change(file)
        file.save(out)
    return out.getvalue()


def archive(**entries: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, value in entries.items():
            file.writestr(name.replace("__", "/"), value)
    return out.getvalue()


def script(file) -> None:
    file.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def launch(file) -> None:
    file.Root.OpenAction = file.make_indirect(pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe"))


TYPES = {"[Content_Types].xml": b"<Types/>"}
DOCX = archive(**TYPES, word__document=b"x")
HOSTILE = [
    ("virus.exe", b"MZ", rules.FormatRefused),
    ("a.js", b"x", rules.FormatRefused),
    ("a.docm", DOCX, rules.FormatRefused),
    ("a.exe.pdf", pdf(), rules.DoubleExtension),
    ("a.pdf", b"MZ\x90\x00" + b"0" * 100, rules.TypeMismatch),
    ("a.pdf", content.EICAR, rules.Malware),
    ("a.docx", archive(**TYPES, word__x=content.EICAR), rules.Malware),
    ("a.docx", archive(**TYPES, word__vbaProject=b"x"), rules.ActiveContent),
    ("a.docx", pdf(), rules.TypeMismatch),
    ("a.pdf", pdf(script), rules.ActiveContent),
    ("a.pdf", pdf(launch), rules.ActiveContent),
    ("a.pdf", b"%PDF-1.7 broken", rules.Unreadable),
    ("a.txt", b"<html><script>", rules.TypeMismatch),
    ("a.txt", b"", rules.EmptyFile),
    ("a.html", b"<script>", rules.FormatRefused),
    ("a.xlsm", b"x", rules.FormatRefused),
    ("a.doc", content.OLE + "Workbook".encode("utf-16-le"), rules.TypeMismatch),
    ("a.doc", content.OLE + "WordDocument_VBA_PROJECT".encode("utf-16-le"), rules.ActiveContent),
    ("a.odt", archive(mimetype=rules.TYPES[".odt"].encode(), Basic__x=b"x"), rules.ActiveContent),
    ("a.png", b"\xff\xd8\xff\xe0" + b"0" * 50, rules.TypeMismatch),
]


@pytest.mark.parametrize(("name", "data", "error"), HOSTILE)
def test_hostile_files_are_refused(tmp_path, name, data, error):
    (tmp_path / "f").write_bytes(data)
    with pytest.raises(error):
        content.inspect(tmp_path / "f", name)


@pytest.mark.parametrize(("name", "data"), [("Quyết định.v2.pdf", pdf()), ("a.docx", DOCX), ("a.txt", "chữ".encode())])
def test_harmless_files_are_taken(tmp_path, name, data):
    (tmp_path / "f").write_bytes(data)
    assert content.inspect(tmp_path / "f", name) in rules.TYPES.values()


@pytest.mark.requirement("R07.6")
def test_names_are_plain_short_and_distinct():
    assert safe_name("Báo cáo quý III.pdf") == "BaoCaoQuyIII.pdf"
    assert safe_name("Đ" * 60 + ".docx") == "D" * 45 + ".docx"
    assert distinct(["A.pdf", "a.pdf", "A.pdf"]) == ["A.pdf", "a2.pdf", "A3.pdf"]
    assert len(distinct(["x" * 46 + ".pdf"] * 2)[1]) == 50


def image(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 4)).save(out, kind)
    return out.getvalue()


ACCEPTED = {
    ".txt": "Kính gửi".encode(),
    ".csv": b"a;b\n1;2\n",
    ".rtf": b"{\\rtf1 chu}",
    ".doc": content.OLE + "WordDocument".encode("utf-16-le"),
    ".xls": content.OLE + "Workbook".encode("utf-16-le"),
    ".docx": DOCX,
    ".xlsx": archive(**TYPES, xl__workbook=b"x"),
    ".odt": archive(mimetype=rules.TYPES[".odt"].encode(), content=b"x"),
    ".ods": archive(mimetype=rules.TYPES[".ods"].encode(), content=b"x"),
    ".pdf": pdf(),
    ".jpg": image("JPEG"),
    ".jpeg": image("JPEG"),
    ".png": image("PNG"),
    ".tif": image("TIFF"),
    ".tiff": image("TIFF"),
    ".gif": image("GIF"),
}


@pytest.mark.requirement("R07.4")
def test_exactly_the_listed_formats_are_accepted_and_the_message_names_them(tmp_path):
    assert set(ACCEPTED) == set(rules.TYPES)
    for extension, data in ACCEPTED.items():
        (tmp_path / "f").write_bytes(data)
        assert content.inspect(tmp_path / "f", f"Tệp{extension}") == rules.TYPES[extension]
    for name in ("a.exe", "a.js", "a.html", "a.docm", "a.xlsm", "a.zip", "a"):
        with pytest.raises(rules.FormatRefused, match=re.escape(".docx")):
            rules.extension_of(name)
    for name in ("a.exe.pdf", "a.pdf.docx", "a.js.txt"):
        with pytest.raises(rules.DoubleExtension):
            rules.extension_of(name)


async def test_fifty_megabytes_are_taken_and_a_byte_more_is_refused_before_it_is_sent(tmp_path):
    async with office(tmp_path) as system:
        client = system.client("registry", DRAFTER)
        sent = 0

        async def chunks(size: int):
            nonlocal sent
            while size > 0:
                part = min(size, 2**20)
                sent, size = sent + part, size - part
                yield b"a" * part

        headers = {"X-File-Name": "a.txt"}
        taken = await client.post("/v1/files", content=chunks(rules.LIMIT), headers=headers)
        assert (taken.status_code, taken.json()["size"]) == (201, rules.LIMIT)
        declared = headers | {"Content-Length": str(rules.LIMIT + 1)}
        assert (await client.post("/v1/files", content=b"a", headers=declared)).status_code == 413
        assert (await client.post("/v1/files", content=chunks(rules.LIMIT + 1), headers=headers)).status_code == 413
        form = {"file": ("Báo cáo.txt", b"xin", "text/plain")}
        assert (await ok(await client.post("/v1/files", files=form)))["name"] == "BaoCao.txt"


@pytest.mark.requirement("R07.8")
async def test_what_is_blocked_is_told_to_the_sender_and_to_the_offices_contact_for_security(tmp_path):
    zipped = archive(**TYPES, word__document=content.EICAR)
    async with (
        running(registry, workflow, tmp_path=tmp_path) as system,
        system.client("registry", DRAFTER) as sender,
        system.client("workflow", ADMIN) as contact,
    ):
        for person in (DRAFTER, ADMIN):
            posts = tuple(PostRef(role=role, office_id=OFFICE) for role in person.roles)
            await system.emit("registry", person_fact(person, posts=posts), key=person.id)
        await system.settle()
        cases = [
            ("a.pdf", content.EICAR, "malware"),
            ("b.docx", zipped, "malware"),
            ("c.pdf", pdf(script), "active-content"),
            ("d.pdf", pdf(launch), "active-content"),
            ("e.pdf", b"MZ\x90\0" + b"0" * 100, "type-mismatch"),
        ]
        for name, data, kind in cases:
            answer = await sender.post("/v1/files", content=data, headers={"X-File-Name": name})
            assert (answer.status_code in (415, 422), answer.json()["kind"]) == (True, kind)
            assert name in answer.json()["detail"]
            sha256 = hashlib.sha256(data).hexdigest()
            assert (await sender.get(f"/v1/files/{sha256}")).status_code == 404  # nothing of it is kept
        await system.settle()
        told = [n["text"] for n in (await contact.get("/v1/notices")).json() if n["kind"] == "file-blocked"]
        assert len(told) == 4
        assert all(DRAFTER.name in text for text in told)
        assert {name for name in "abcd" if any(f"“{name}." in text for text in told)} == set("abcd")
        runtime = system.runtime("registry")
        async with runtime.work(reading=True) as work:
            acts = await work.all(select(runtime.tables.Audit.act))
        assert acts.count("registry.upload-blocked") == 4


@clamav
async def test_uploads_pass_the_scanner_and_wait_for_it_when_it_is_down(tmp_path):
    clamd = Clamd(tmp_path / "clamd")
    clamd.start()
    try:
        async with running(registry, tmp_path=tmp_path, clamd=clamd.address, clamd_seconds=20) as system:
            found = await upload(system, "a.txt", b"vo hai " + OWN)
            assert (found.status_code, found.json()["kind"]) == (422, "malware")
            assert (await upload(system, "b.txt", "vô hại".encode())).status_code == 201
            clamd.stop()
            waiting = await upload(system, "c.txt", "vô hại".encode())
            assert (waiting.status_code, waiting.json()["kind"]) == (503, "not-scanned")
            assert "máy quét không trả lời" in waiting.json()["detail"]
    finally:
        clamd.stop()
