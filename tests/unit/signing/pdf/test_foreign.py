"""The office's signature on files that others have signed: theirs stays valid, ours covers all."""

from __future__ import annotations

import asyncio
import ctypes
import io
import re

import pikepdf
import pypdfium2.raw as raw
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.signing.judging.judge import judge, judged
from services.signing.judging.proofs import asn1_of
from services.signing.judging.verdict import Expected
from services.signing.pdf import corner, detached, foreign, pending
from services.signing.pdf.corner import sign_annex, sign_copy
from services.signing.pdf.foreign import FIELD, ClosedBySigner
from services.signing.pdf.normalise import Unreadable
from services.signing.pdf.opening import finished
from services.signing.pdf.text import glyphs_of, size_at
from shared.clock import now
from tests.unit.signing import documents, flow, odd, pki
from tests.unit.signing.pdf.test_files import Dead
from tests.unit.signing.pdf.test_properties import flat


class Theirs(signers.Signer):
    """A signer of pyHanko's with a key of the test world."""

    def __init__(self, key: pki.SoftKey) -> None:
        super().__init__(signing_cert=asn1_of(key.certificate), cert_registry=SimpleCertificateStore())
        self.key = key
        self.cert_registry.register_multiple([asn1_of(one) for one in key.chain])

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return self.key.sign_now(data)


def signed_elsewhere(
    pdf: bytes, world: pki.World, place: tuple[int, int, int, int] | None = None, **meta: object
) -> bytes:
    """Signed by a person with pyHanko, as other systems do: one signature, no form of ours."""
    spec = fields.SigFieldSpec("Signature1", on_page=0, box=place) if place else None
    made = signers.PdfSignatureMetadata(field_name="Signature1", md_algorithm="sha256", **meta)
    target = io.BytesIO()
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signers.PdfSigner(made, Theirs(world.leader), new_field_spec=spec).sign_pdf(writer, output=target)
    return target.getvalue()


def countersigned(pdf: bytes, world: pki.World) -> bytes:
    return asyncio.run(
        sign_annex(pdf, world.office, code="07/QĐ-SKHCN", tsa=world.stamper(), evidence=world.evidence())
    )


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("written", ["object streams", "plain tables", "linearized"])
def test_both_signatures_are_valid_and_the_line_is_where_the_reader_sees_it(turn: int, written: str) -> None:
    world, draft = pki.world(), documents.draft(paragraphs=2)
    theirs = signed_elsewhere(odd.WRITTEN[written](odd.turned(turn)(draft) if turn else draft), world)
    pdf = countersigned(theirs, world)
    assert pdf.startswith(theirs)
    verdict = judge(pdf, trust=world.trust, expected=Expected(annex=True))
    assert verdict.valid, verdict.reasons
    assert [one.by_office for one in verdict.signatures] == [False, True]
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as document:
        assert int(document.pages[0].get("/Rotate", 0)) == turn
        (field,) = (f for f in document.Root.AcroForm.Fields if f.T == FIELD)
        rect = [float(v) for v in field.Rect]
    assert (rect[2] - rect[0] > rect[3] - rect[1]) == (turn in (0, 180))
    assert re.fullmatch(r"Số:07/QĐ-SKHCN;[\d/]{10};[\d:]{8}\+07:00", seen_line(pdf))


def seen_line(pdf: bytes) -> str:
    """The letters of size 10 in the corner that the reader sees as the upper right one, from left to right."""
    page = flat(pdf)[0]
    reading, (width, height) = page.get_textpage(), map(round, page.get_size())
    found, (x, y), (across, down) = [], (ctypes.c_double(), ctypes.c_double()), (ctypes.c_int(), ctypes.c_int())
    for glyph in glyphs_of(reading):
        if round(size_at(reading, glyph.index), 1) == 10.0:
            raw.FPDFText_GetCharOrigin(reading.raw, glyph.index, x, y)
            raw.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, x, y, across, down)
            found.append((across.value, down.value, glyph.text))
    assert max(down for _, down, _ in found) - min(down for _, down, _ in found) <= 1, "one line"
    assert all(down < 45 and width / 2 < across < width - 30 for across, down, _ in found), "at the top right"
    assert max(across for across, _, _ in found) > width - 70
    return "".join(text for _, _, text in sorted(found, key=lambda one: one[0]))


def test_the_line_stands_below_what_others_have_put_into_the_corner() -> None:
    world, draft = pki.world(), documents.draft(paragraphs=2)
    theirs = signed_elsewhere(draft, world, place=(330, 780, 580, 835))
    with pikepdf.Pdf.open(io.BytesIO(countersigned(theirs, world))) as document:
        boxes = {str(f.T): [float(v) for v in f.Rect] for f in document.Root.AcroForm.Fields}
    assert boxes[FIELD][3] <= 780 and boxes[FIELD][3] > 760


async def test_a_copy_and_a_key_elsewhere() -> None:
    world = pki.world("rsa")
    theirs = await asyncio.to_thread(signed_elsewhere, documents.draft(paragraphs=2), world)
    pdf = await sign_copy(
        theirs, world.office, form="SAO Y", office=flow.OFFICE, tsa=world.stamper(), evidence=world.evidence()
    )
    assert (await judged(pdf, trust=world.trust, expected=Expected(annex=True))).valid
    line = corner.annex("1/A")(now())
    opened = await asyncio.to_thread(foreign.open_foreign, theirs, world.office, line=line, evidence=world.evidence())
    again = detached.restored(detached.saved(opened), theirs)
    waiting = await finished(again, await world.office.sign(again.attributes), Dead(), may_wait=True)
    found = pending.waiting(waiting, hole=again.tail.hole)
    assert found is not None
    stamped = pending.stamp(waiting, await world.stamper().token(found.imprint), hole=again.tail.hole)
    assert (await judged(stamped, trust=world.trust, expected=Expected(annex=True))).valid


def test_what_its_signers_have_closed_is_told() -> None:
    world, draft = pki.world(), documents.draft(paragraphs=2)
    certified = signed_elsewhere(draft, world, certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS)
    sealed = asyncio.run(flow.issued(world))
    for pdf in (certified, sealed):
        with pytest.raises(ClosedBySigner):
            countersigned(pdf, world)


def test_rubbish_after_a_signature_is_unreadable() -> None:
    world = pki.world()
    theirs = signed_elsewhere(documents.draft(paragraphs=2), world)
    with pytest.raises(Unreadable):
        countersigned(theirs[: len(theirs) // 2] + b"\n%%EOF\n", world)
