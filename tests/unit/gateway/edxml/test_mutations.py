"""A bounded share of `make fuzz`: whatever is spoilt in a package, it is refused or it shows (tests/fuzz/oracle.py)."""

import base64
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.conformance.packages.content import PDF, File
from infra.conformance.packages.documents import document, header_of, replacement, status, traces_of, update
from infra.conformance.packages.tree import Element, write
from services.gateway.edxml import EdxmlRefused
from tests.fuzz.__main__ import originals, run
from tests.fuzz.oracle import Broken, Original, compare, judged
from tests.unit.gateway.edxml.making import document_of, raw

LETTERS = st.characters(blacklist_categories=["Cs", "Cc", "Cn"], blacklist_characters="\ufffe\uffff")


@pytest.fixture(scope="module")
def found() -> list[Original]:
    return originals()


@pytest.mark.parametrize("seed", range(6))
def test_no_mutation_crashes_or_changes_a_meaning_silently(seed: int, found: list[Original]) -> None:
    assert run(seed, 150, found) == []


def _leaves(root: Element) -> list[Element]:
    if not root.children:
        return [] if root.raw else [root]
    return [leaf for child in root.children for leaf in _leaves(child)]


MAKERS = {"document": document, "update": update, "replacement": replacement, "status": status}


@settings(max_examples=150, deadline=None)
@given(kind=st.sampled_from(sorted(MAKERS)), data=st.data(), text=st.text(LETTERS, max_size=40))
def test_another_text_in_any_field_shows_or_is_refused(kind: str, data: st.DataObject, text: str) -> None:
    root = MAKERS[kind]()
    original = Original.of(kind, write(root))
    leaf = data.draw(st.sampled_from(_leaves(root)))
    leaf.text = text
    compare(original, write(root))


@settings(max_examples=150, deadline=None)
@given(body=st.binary(min_size=1, max_size=60), place=st.integers(0, 200), letter=st.sampled_from("ABz09+/=-_ \u00e0"))
def test_another_letter_of_base64_is_another_file_or_a_refusal(body: bytes, place: int, letter: str) -> None:
    text = base64.b64encode(body).decode()
    at = place % len(text)
    spoilt = text[:at] + letter + text[at + 1 :]
    if "".join(spoilt.split()) == text:
        return
    with TemporaryDirectory() as one, TemporaryDirectory() as other:
        before = document_of(raw(("1", "a.bin", body)), Path(one))
        try:
            after = document_of(raw(("1", "a.bin", spoilt)), Path(other))
        except EdxmlRefused as no:
            assert no.code.startswith("BASE64")
            return
        assert after.attachments[0].sha256 != before.attachments[0].sha256


def test_the_oracle_sees_a_change_that_a_reader_would_hide() -> None:
    """The test that the test can fail: two packages that differ may not be called the same."""
    one = Original.of("one", write(document()))
    other = document()
    header_of(other).set("Subject", "Khác")
    hidden = Original("hidden", one.data, one.told, judged(write(other)))
    with pytest.raises(Broken, match="silently"):
        compare(hidden, write(other))


def test_what_only_looks_different_is_the_same() -> None:
    root = document(files=(File("a.pdf", PDF),))
    original = Original.of("x", write(root))
    header_of(root).children.reverse()
    traces_of(root).set("Bussiness/Paper", "0")
    compare(original, write(root))
    assert judged(write(root)) == original.result
