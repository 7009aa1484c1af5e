"""Placement by hand: boxes for one file and for a type, refused where the form forbids them, used when it is signed."""

from __future__ import annotations

import hashlib
import io
from dataclasses import asdict, replace

import pikepdf
import pypdfium2 as pdfium
import pytest
import typst

from services.signing.judging.judge import judged
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.pdf import names
from services.signing.pdf.byhand import ByHand, Marked, PlaceOffPage
from services.signing.pdf.places import MM
from services.signing.pdf.prepare import prepare
from services.signing.placement import rules
from tests.unit.signing import documents
from tests.unit.signing.house import CLERK, DRAFTER, LEADER, STRANGER, house

GOOD = {
    "number": Marked(1, 48, 40, 16, 6),
    "day": Marked(1, 140, 40, 9, 6),
    "month": Marked(1, 162, 40, 9, 6),
    "signature": Marked(2, 120, 150, 54, 25),
    "seal": Marked(2, 120 + 54 / 3 - 36, 150 + 12.5 - 18, 36, 36),
}
# No words that tell where anything goes: as of an office's own old form.
SILENT = typst.compile(
    '#set page(paper: "a4")\n#set text(font: "Tinos", size: 13pt)\nMẫu riêng #pagebreak() Hết'.encode(),
    format="pdf",
)


def plain(boxes: dict[str, Marked]) -> dict:
    return {name: asdict(box) for name, box in boxes.items()}


def rects(pdf: bytes) -> dict[str, tuple[int, list[float]]]:
    """Page (from 1) and rectangle in millimetres from the upper left, of every field."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        pages = [page.obj.objgen for page in file.pages]
        height = float(file.pages[0].MediaBox[3])
        found = {}
        for field in file.Root.AcroForm.Fields:
            x0, y0, x1, y1 = (float(v) for v in field.Rect)
            found[str(field.T)] = (
                pages.index(field.P.objgen) + 1,
                [x0 / MM, (height - y1) / MM, (x1 - x0) / MM, (y1 - y0) / MM],
            )
        return found


def test_good_boxes_are_taken():
    rules.check(GOOD)


SPOILED = [
    ({"number": None}, rules.BoxMissing, "ô số"),
    ({"seal": None, "day": None}, rules.BoxMissing, "ô ngày, ô con dấu"),
    ({"number": replace(GOOD["number"], width=3)}, rules.BoxSize, "quá nhỏ"),
    ({"signature": replace(GOOD["signature"], height=80)}, rules.BoxSize, "quá lớn"),
    ({"day": replace(GOOD["day"], left=50)}, rules.BoxesOverlap, "Ô số và ô ngày"),
    ({"seal": replace(GOOD["seal"], left=130)}, rules.SealPlace, "1/3"),
    ({"seal": replace(GOOD["seal"], top=120)}, rules.SealPlace, "1/3"),
    ({"seal": replace(GOOD["seal"], page=1)}, rules.SealPlace, "1/3"),
]


@pytest.mark.parametrize(("changes", "refusal", "words"), SPOILED)
def test_what_the_form_forbids_is_refused_in_words(changes, refusal, words):
    boxes = {name: box for name, box in (GOOD | changes).items() if box is not None}
    with pytest.raises(refusal) as told:
        rules.check(boxes)
    assert words in told.value.text


def test_the_boxes_become_the_fields_to_the_tenth_of_a_millimetre_and_the_seal_keeps_its_true_size():
    ready = prepare(SILENT, signer_name="Ai", places=ByHand(GOOD, seal_mm=30.0))
    found = rects(ready.pdf)
    for name, field in (
        ("number", names.NUMBER),
        ("day", names.DAY),
        ("month", names.MONTH),
        ("signature", names.LEADER),
    ):
        box = GOOD[name]
        assert found[field][0] == box.page
        assert found[field][1] == pytest.approx([box.left, box.top, box.width, box.height], abs=0.1)
    page, (left, top, width, height) = found[names.SEAL]
    assert page == 2 and (width, height) == (pytest.approx(30, abs=0.1), pytest.approx(30, abs=0.1))
    assert left + width == pytest.approx(GOOD["seal"].left + 36, abs=0.1)
    assert top + height / 2 == pytest.approx(GOOD["seal"].top + 18, abs=0.1)


@pytest.mark.parametrize("box", [replace(GOOD["number"], page=3), replace(GOOD["number"], left=205)])
def test_a_box_outside_the_file_is_refused(box):
    with pytest.raises(PlaceOffPage):
        prepare(SILENT, signer_name="Ai", places=ByHand(GOOD | {"number": box}))


async def asked(home, pdf: bytes, who=DRAFTER, **params) -> dict:
    return await home.done(who, "signing", "POST", "/v1/placements/find", content=pdf, params=params)


async def test_found_by_words_then_by_hand_then_forgotten(tmp_path):
    pdf = documents.draft()
    path = f"/v1/placements/{hashlib.sha256(pdf).hexdigest()}"
    async with house(tmp_path) as home:
        words = await asked(home, pdf, signer_name=documents.SIGNER)
        assert (words["source"], words["why"], len(words["pages"])) == ("words", "", 1)
        assert words["pages"][0]["width"] == pytest.approx(210, abs=0.2)
        rules.check({name: Marked(**box) for name, box in words["boxes"].items()})  # what is found fits the rules too
        moved = plain({name: replace(box, page=1) for name, box in GOOD.items()})
        await home.done(DRAFTER, "signing", "PUT", path, json={"boxes": moved})
        mine = await asked(home, pdf, signer_name=documents.SIGNER)
        assert (mine["source"], mine["boxes"]["signature"]) == ("hand", moved["signature"])
        theirs = await asked(home, pdf, STRANGER, signer_name=documents.SIGNER)
        assert theirs["source"] == "words"  # another office's boxes are its own matter
        await home.done(DRAFTER, "signing", "DELETE", path)
        assert (await asked(home, pdf, signer_name=documents.SIGNER))["source"] == "words"
        bad = await home.ask(DRAFTER, "signing", "PUT", path, json={"boxes": plain(GOOD) | {"seal": moved["number"]}})
        assert (bad.status_code == 422 and "Con dấu" in bad.json()["detail"]) or "Ô con dấu" in bad.json()["detail"]
        assert (await home.ask(DRAFTER, "signing", "PUT", "/v1/placements/none", json={"boxes": {}})).status_code == 422
        assert "placement.kept" in await home.audited(path.rsplit("/", 1)[1])


async def test_where_no_words_tell_the_usual_places_are_shown_with_the_reason(tmp_path):
    async with house(tmp_path) as home:
        found = await asked(home, SILENT, signer_name=LEADER.name)
        assert found["source"] == "usual" and "số văn bản" in found["why"]
        rules.check({name: Marked(**box) for name, box in found["boxes"].items()})
        broken = await home.ask(DRAFTER, "signing", "POST", "/v1/placements/find", content=b"not a PDF")
        assert (broken.status_code, broken.json()["kind"]) == (422, "pdf-unreadable")


async def test_a_draft_whose_words_tell_nothing_is_signed_and_sealed_where_a_person_marked_it(tmp_path):
    async with house(tmp_path) as home:
        draft = await home.approved(pdf=SILENT)
        assert (await home.sign(draft)).json()["kind"] == "place-not-found"
        main = next(f for f in draft["files"] if f["role"] == "main")
        body = {"boxes": plain(GOOD), "type_name": "Quyết định"}
        await home.done(DRAFTER, "signing", "PUT", f"/v1/placements/{main['sha256']}", json=body)
        assert (await home.sign(draft)).status_code == 200
        await home.done(CLERK, "registry", "POST", f"/v1/documents/{draft['id']}/number")
        document = await home.document(draft["id"])
        assert document["state"] == "SEALED", document
        pdf = await home.pdf(document)
        verdict = await judged(pdf, trust=vault(home.runtime).trust, expected=Expected())
        assert verdict.valid, verdict.reasons
        page, rect = rects(pdf)[names.LEADER]
        assert page == 2 and rect == pytest.approx([120, 150, 54, 25], abs=0.1)
        drawn = pdfium.PdfDocument(pdf)
        drawn.init_forms()
        assert (
            dark(drawn, GOOD["number"])
            and dark(drawn, GOOD["signature"])
            and not dark(drawn, Marked(1, 80, 100, 20, 20))
        )

        # The office's next draft of the type takes the same boxes; another type has still to be marked.
        second = await home.approved(pdf=SILENT)
        assert (await home.sign(second)).status_code == 200
        third = await home.approved(pdf=SILENT, type_name="Báo cáo")
        assert (await home.sign(third)).json()["kind"] == "place-not-found"


def dark(document: pdfium.PdfDocument, box: Marked) -> bool:
    """Whether anything is printed in this box."""
    page = document[box.page - 1].render(scale=2 / MM, may_draw_forms=True).to_pil().convert("L")
    part = page.crop(
        (int(box.left * 2), int(box.top * 2), int((box.left + box.width) * 2), int((box.top + box.height) * 2))
    )
    return part.getextrema()[0] < 200
