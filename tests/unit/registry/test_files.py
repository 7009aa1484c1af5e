"""Hostile and harmless files."""

from __future__ import annotations

import io
import zipfile

import pikepdf
import pytest

from services.registry.files import content, rules
from services.registry.files.names import distinct, safe_name


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
