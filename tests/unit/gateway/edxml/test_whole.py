"""A small package that is read in one piece says the same as the stream of it, to the line, and is refused as it is."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from infra.conformance.packages.documents import document, status
from infra.conformance.packages.tree import write
from services.gateway.edxml import EdxmlRefused, Package, read
from services.gateway.edxml.reading import reader
from tests.fuzz.__main__ import packages
from tests.fuzz.mutations import mutate
from tests.unit.gateway.edxml.corpus import small

MUTATIONS = 600


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each reading was done in one piece."""
    found, real = list[bool](), reader.read_whole

    def noted(*args: Any) -> bool:
        found.append(False)
        found[-1] = real(*args)
        return found[-1]

    monkeypatch.setattr(reader, "read_whole", noted)
    return found


def said(data: bytes) -> Any:
    """All that is read, or why nothing is."""
    with TemporaryDirectory() as folder:
        try:
            found = read(io.BytesIO(data), Path(folder))
        except EdxmlRefused as refused:
            return refused.code, str(refused), refused.problem, list(Path(folder).iterdir())
    if not isinstance(found, Package):
        return found
    return replace(found, attachments=tuple(replace(one, path=None) for one in found.attachments))


def streamed(data: bytes, monkeypatch: pytest.MonkeyPatch) -> Any:
    with monkeypatch.context() as patch:
        patch.setattr(reader, "read_whole", lambda *_: False)
        return said(data)


def test_the_usual_packages_are_read_in_one_piece(at_once: list[bool]) -> None:
    for root in (document(), status()):
        said(write(root))
    assert at_once == [True, True]


@pytest.mark.parametrize(
    "careful", [b"<!DOCTYPE edXML>", b"<!-- x --><!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?pi x?>", b"<!-- x -->"]
)
def test_what_stands_before_the_root_is_left_to_the_stream(careful: bytes, at_once: list[bool]) -> None:
    text = write(document())
    end = text.index(b"?>") + 2
    said(text[:end] + careful + text[end:])
    assert at_once == [False]


def test_every_kind_of_package_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, data in packages():
        assert said(data) == streamed(data, monkeypatch), name


def test_every_hostile_file_is_refused_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for case, data in small():
        assert said(data) == streamed(data, monkeypatch), case


def test_whatever_is_spoilt_says_the_same(monkeypatch: pytest.MonkeyPatch, at_once: list[bool]) -> None:
    chance, originals = Random(7), [data for _, data in packages()]
    for number in range(MUTATIONS):
        data = mutate(originals[number % len(originals)], chance)
        assert said(data) == streamed(data, monkeypatch), number
    assert 0 < sum(at_once) < len(at_once), "both ways were taken"
