"""The shared history of a file answers as pyHanko does, and its steps forbid whatever pyHanko's comparisons forbid."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification

from services.signing.judging.history import History, Stepwise
from services.signing.judging.judge import judge
from services.signing.judging.policy import changes_allowed
from tests.unit.signing import documents, flow, foreign, pki


def with_outline(pdf: bytes, count: int) -> bytes:
    """Bookmarks that lead forwards, backwards and up: many paths to the same thing."""
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        with document.open_outline() as outline:
            for number in range(count):
                outline.root.append(pikepdf.OutlineItem(f"Chương {number}", number % len(document.pages)))
        target = io.BytesIO()
        document.save(target)
    return target.getvalue()


async def files() -> dict[str, bytes]:
    world = pki.world()
    tagged = documents.draft(paragraphs=40, standard="a-2a")
    return {
        "ours": await flow.issued(world),
        "tagged, signed by others": foreign.many(tagged, world, 3),
        "bookmarks": foreign.many(with_outline(documents.draft(paragraphs=30), 4), world, 2),
        "object streams": foreign.many(documents.resaved(documents.draft(), object_stream_mode=2), world, 2),
    }


async def test_every_use_of_every_object_in_every_revision_is_found() -> None:
    for name, pdf in (await files()).items():
        ours, theirs = History(io.BytesIO(pdf)), PdfFileReader(io.BytesIO(pdf))
        for revision in range(theirs.total_revisions):
            old = theirs.get_historical_resolver(revision)
            old._load_reverse_xref_cache()
            for ref, uses in old._indirect_object_access_cache.items():
                assert ours.uses.of(ref, revision) == uses, (name, revision, ref)
            for number in range(1, int(theirs.trailer["/Size"])):
                ref = theirs.trailer.raw_get("/Root").reference.__class__(number, 0, theirs)
                assert ours.uses.of(ref, revision) == old._get_usages_of_ref(ref), (name, revision, number)


async def test_steps_allow_what_comparisons_allow() -> None:
    for name, pdf in (await files()).items():
        ours, theirs = History(io.BytesIO(pdf)), PdfFileReader(io.BytesIO(pdf))
        steps = Stepwise(changes_allowed())
        for one, other in zip(ours.embedded_signatures, theirs.embedded_signatures, strict=True):
            one.compute_integrity_info(steps)
            other.compute_integrity_info(changes_allowed())
            assert str(one.diff_result) == str(other.diff_result), name
            assert not isinstance(one.diff_result, SuspiciousModification)


def redefining(pdf: bytes, number: int, body: bytes, *, size: int) -> bytes:
    """A revision that writes one object again and declares this size."""
    before = PdfFileReader(io.BytesIO(pdf), strict=False)
    at = len(pdf)
    root = before.root_ref.idnum
    text = b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"xref\n%d 1\n%010d 00000 n \ntrailer\n<< /Size %d /Root %d 0 R /Prev %d /ID [<00><00>] >>\n" % (
        number, at, size, root, before.last_startxref,
    )  # fmt: skip
    return pdf + text + table + b"startxref\n%d\n%%%%EOF\n" % (at + len(text))


@pytest.mark.parametrize("size", [5, 10_000])
def test_an_object_of_an_old_revision_is_never_new(size: int) -> None:
    """A revision that declares another number of objects must not make old ones look unassigned to the next."""
    world = pki.world()
    signed = foreign.sign(documents.draft(), world.leader, world, "Sig")
    reader = PdfFileReader(io.BytesIO(signed))
    page = reader.root["/Pages"]["/Kids"].raw_get(0).get_object()
    content = page.raw_get("/Contents").reference.idnum
    stream = b"<< /Length 3 >>\nstream\nq Q\nendstream"
    low = redefining(signed, 1, b"(nothing)", size=size)
    forged = redefining(low, content, stream, size=max(size, int(reader.trailer["/Size"])))
    assert not judge(forged, trust=world.trust).valid


def test_a_locked_field_stays_locked_over_many_steps() -> None:
    world = pki.world()
    pdf = foreign.sign(documents.draft(), world.leader, world, "First")
    for number in range(3):
        pdf = foreign.sign(pdf, world.office, world, f"More{number}", place=number + 1)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    field = writer.root["/AcroForm"]["/Fields"][1]
    field["/TU"] = field["/T"]
    writer.mark_update(field.container_ref)
    target = io.BytesIO()
    writer.write(target)
    for one in History(io.BytesIO(target.getvalue())).embedded_signatures:
        one.compute_integrity_info(Stepwise(changes_allowed()))
        assert isinstance(one.diff_result, SuspiciousModification)
