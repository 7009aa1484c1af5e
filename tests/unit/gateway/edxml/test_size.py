"""The size of a package is known before it is issued; what a partner cannot take is split or linked."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.edxml import Outgoing, measure, package_size, propose, read, write
from tests.unit.gateway.edxml.making import package

MB = 2**20
NAMES = ["a.pdf", "phụ lục 1.pdf", "b.zip", "c.docx", "d.xlsx", "không đuôi"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.binary(max_size=3000)), max_size=5), st.text("aé<&\n", max_size=40)
)
def test_the_measure_is_the_very_size(files: list[tuple[str, bytes]], subject: str) -> None:
    told = package(subject=f"V/v {subject}x")
    outgoing = [Outgoing(name, lambda body=body: io.BytesIO(body), description="Mô tả") for name, body in files]
    out = io.BytesIO()
    written = write(told, outgoing, out)
    assert measure(told, outgoing) == written.size == len(out.getvalue())
    plain = [Outgoing(name, lambda body=body: io.BytesIO(body)) for name, body in files]
    bound = package_size(told, [(name, len(body)) for name, body in files])
    exact = measure(told, plain)
    assert bound >= exact
    if all(name.endswith((".pdf", ".zip")) for name, _ in files):
        assert bound == exact


def test_base64_makes_a_legal_file_too_large_for_a_partner_of_fifty_megabytes() -> None:
    assert package_size(package(), [("a.pdf", 50 * MB)]) > 50 * MB
    assert package_size(package(), [("a.pdf", 37 * MB)]) < 50 * MB


def test_what_fits_goes_whole() -> None:
    found = propose(package(), [("a.pdf", MB), ("b.docx", MB)], 50 * MB)
    assert (found.kind, [part.files for part in found.parts]) == ("whole", [(0, 1)])
    assert found.parts[0].package == package()


def test_annexes_follow_in_further_packages_that_answer_to_the_first() -> None:
    files = [("vb.pdf", 20 * MB), ("pl1.pdf", 15 * MB), ("pl2.docx", 15 * MB), ("pl3.pdf", MB)]
    found = propose(package(), files, 50 * MB)
    assert (found.kind, [part.files for part in found.parts]) == ("split", [(0, 1), (2, 3)])
    first, second = (part.package for part in found.parts)
    assert first == package()
    assert second.document_id == "000.00.01.H36,2026/03/02,15/SNV-VP (phần 2/2)"
    assert second.subject.endswith("(phần 2/2)")
    assert second.response_for[0].document_id == first.document_id
    assert all(part.size <= 50 * MB for part in found.parts)


def test_a_file_larger_than_any_package_is_linked_and_the_rest_still_goes() -> None:
    found = propose(package(), [("vb.pdf", MB), ("phim.zip", 60 * MB), ("pl.pdf", 2 * MB)], 50 * MB)
    assert (found.kind, found.linked) == ("link", (1,))
    assert [part.files for part in found.parts] == [(0, 2)]


def test_a_document_that_is_itself_too_large_leaves_a_first_package_without_files() -> None:
    found = propose(package(), [("vb.pdf", 60 * MB)], 50 * MB)
    assert (found.kind, found.linked, [part.files for part in found.parts]) == ("link", (0,), [()])


def test_a_limit_below_the_header_is_impossible() -> None:
    found = propose(package(), [("a.pdf", 10)], 500)
    assert (found.kind, found.parts) == ("impossible", ())


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0, 60 * MB)), min_size=1, max_size=12),
    st.integers(10_000, 60 * MB),
)
def test_every_file_is_in_one_part_or_linked_and_no_part_is_too_large(files: list[tuple[str, int]], limit: int) -> None:
    found = propose(package(), files, limit)
    placed = [index for part in found.parts for index in part.files]
    assert sorted([*placed, *found.linked]) == list(range(len(files)))
    assert placed == sorted(placed)
    assert all(part.size <= limit for part in found.parts)
    identifiers = [part.package.document_id for part in found.parts]
    assert len(set(identifiers)) == len(identifiers)
    assert all(
        len(i) <= 75 and len(part.package.subject) <= 500 for i, part in zip(identifiers, found.parts, strict=True)
    )


def test_the_parts_can_be_written(tmp_path: Path) -> None:
    bodies = [b"%PDF-1.7\n" + bytes(9000), b"%PDF-1.7\n" + bytes(9000)]
    found = propose(package(), [("a.pdf", len(bodies[0])), ("b.pdf", len(bodies[1]))], 20_000)
    assert found.kind == "split"
    for part in found.parts:
        out = io.BytesIO()
        files = [Outgoing("a.pdf", lambda i=i: io.BytesIO(bodies[i])) for i in part.files]
        assert write(part.package, files, out, strict_id=False).size == part.size
        folder = tmp_path / str(part.files[0])
        folder.mkdir()
        assert read(io.BytesIO(out.getvalue()), folder).problems == ()


def test_a_name_of_a_document_too_long_for_a_mark_is_shortened_never_refused() -> None:
    told = package(subject="x" * 500)
    found = propose(told, [("a.pdf", 9000), ("b.pdf", 9000)], 20_000)
    assert found.parts[1].package.subject.endswith("(phần 2/2)")
    assert len(found.parts[1].package.subject) == 500


@pytest.mark.parametrize("name", NAMES)
def test_the_bound_holds_for_content_that_does_not_shrink(name: str) -> None:
    body = os.urandom(200_000)
    assert package_size(package(), [(name, len(body))]) >= measure(
        package(), [Outgoing(name, lambda: io.BytesIO(body))]
    )
