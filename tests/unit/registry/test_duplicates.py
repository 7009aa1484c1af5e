"""The same document twice, over the axis or on paper: side by side, linked, or registered with a reason."""

from __future__ import annotations

import pytest

from contracts.message import FileRef
from contracts.registry.events import DocumentRegisteredV1, IncomingLinkedV1
from services.registry.incoming.rules import code_key
from tests.unit.registry.office import CLERK, DRAFTER, STRANGER, arrived, office, ok
from tests.unit.registry.test_acts import Heard

PAPER = {
    "sender_name": "Xã  1",
    "code_number": "15",
    "code_notation": "bc-ubnd",
    "subject": "Báo cáo bản giấy",
    "promulgation_date": "2026-01-02",
}
ELECTRONIC = {"code_number": "015", "code_notation": "BC-UBND", "promulgation_date": "2026-01-02"}


@pytest.mark.requirement("R11.5")
async def test_paper_after_electronic_shows_the_first_and_is_linked_or_registered_with_a_reason(tmp_path):
    async with office(tmp_path) as system:
        heard = Heard()
        kinds = [IncomingLinkedV1.message_type, DocumentRegisteredV1.message_type]
        await system.runtime("registry").bus.subscribe("listener", kinds, heard)
        clerk = system.client("registry", CLERK)
        first = await arrived(system, **ELECTRONIC)
        await ok(await clerk.post(f"/v1/incoming/{first}/accept", json={}))
        paper = await ok(await clerk.post("/v1/incoming", json=PAPER))
        [double] = paper["duplicates_of"]
        assert (double["id"], double["arrival_number"], double["medium"], double["same"]) == (
            first,
            1,
            "electronic",
            "number",
        )
        side = await ok(await clerk.get(f"/v1/incoming/{paper['id']}/duplicates/{first}"))
        fields = {row["name"]: (row["this"], row["other"]) for row in side["fields"]}
        assert fields["subject"] == ("Báo cáo bản giấy", "Báo cáo")
        assert fields["medium"] == ("Giấy", "Điện tử")
        assert side["files"] == [{"name": "a.pdf", "sha256": "a" * 64, "in_this": False, "in_other": True}]

        bare = await clerk.post(f"/v1/incoming/{paper['id']}/accept", json={})
        assert (bare.status_code, bare.json()["kind"], bare.json()["number"]) == (409, "duplicate", 1)
        linked = await ok(await clerk.post(f"/v1/incoming/{paper['id']}/link", json={"to": first}))
        assert (linked["state"], linked["arrival_number"], linked["linked_to"]["id"]) == ("LINKED", None, first)
        assert (await ok(await clerk.post(f"/v1/incoming/{paper['id']}/link", json={"to": first})))["state"] == "LINKED"

        third = await ok(await clerk.post("/v1/incoming", json=PAPER))
        note = {"note": "Bản giấy có bút phê của Chủ tịch"}
        registered = await ok(await clerk.post(f"/v1/incoming/{third['id']}/accept", json=note))
        assert (registered["arrival_number"], registered["note"]) == (2, note["note"])
        await heard.until(3)
        [link] = heard.of(IncomingLinkedV1)
        assert (link["arrival_id"], link["arrival_number"]) == ("", 1)
        assert [m["arrival_id"] != "" for m in heard.of(DocumentRegisteredV1)] == [True, False]


@pytest.mark.requirement("R11.5")
async def test_the_same_identifier_twice(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        same = {"identifier": "H60.1,2026/01/02,7/BC", "files": (FileRef(sha256="c" * 64, size=1, name="b.pdf"),)}
        first = await arrived(system, identifier="H60.1,2026/01/02,7/BC")
        await ok(await clerk.post(f"/v1/incoming/{first}/accept", json={}))
        second = await arrived(system, **same)
        [double] = (await ok(await clerk.get(f"/v1/incoming/{second}")))["duplicates_of"]
        assert (double["id"], double["same"], double["arrival_number"]) == (first, "identifier", 1)
        side = await ok(await clerk.get(f"/v1/incoming/{second}/duplicates/{first}"))
        assert [(f["in_this"], f["in_other"]) for f in side["files"]] == [(True, False), (False, True)]
        assert (await clerk.post(f"/v1/incoming/{second}/accept", json={})).json()["kind"] == "duplicate"


async def test_another_year_another_issuer_or_another_office_is_no_duplicate(tmp_path):
    async with office(tmp_path) as system:
        await arrived(system, **ELECTRONIC)
        clerk = system.client("registry", CLERK)
        for change in ({"promulgation_date": "2025-01-02"}, {"sender_name": "Xã 2"}, {"code_number": "16"}):
            paper = await ok(await clerk.post("/v1/incoming", json=PAPER | change))
            assert paper["duplicates_of"] == [], change
        theirs = await ok(await system.client("registry", STRANGER).post("/v1/incoming", json=PAPER))
        assert theirs["duplicates_of"] == []


async def test_linking_asks_for_a_registered_copy_of_the_same_document(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        first, other = await arrived(system, **ELECTRONIC), await arrived(system)
        paper = await ok(await clerk.post("/v1/incoming", json=PAPER))
        path = f"/v1/incoming/{paper['id']}/link"
        assert (await clerk.post(path, json={"to": first})).json()["kind"] == "first-not-registered"
        assert (await clerk.post(path, json={"to": other})).status_code == 404
        assert (await system.client("registry", DRAFTER).post(path, json={"to": first})).status_code == 403
        assert (await clerk.get(f"/v1/incoming/{paper['id']}/duplicates/{other}")).status_code == 404
        await ok(await clerk.post(f"/v1/incoming/{paper['id']}/accept", json={}))
        assert (await clerk.post(path, json={"to": first})).json()["kind"] == "wrong-state"


async def test_paper_is_entered_by_a_clerk_with_what_stands_on_it(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        assert (await system.client("registry", DRAFTER).post("/v1/incoming", json=PAPER)).status_code == 403
        assert (await clerk.post("/v1/incoming", json=PAPER | {"subject": " "})).status_code == 422
        strange = PAPER | {"files": [{"sha256": "d" * 64, "size": 1, "name": "x.pdf"}]}
        assert (await clerk.post("/v1/incoming", json=strange)).status_code == 404
        paper = await ok(await clerk.post("/v1/incoming", json=PAPER))
        assert (paper["medium"], paper["legal_state"], paper["state"]) == ("paper", "PAPER", "CHECKED")
        done = await ok(await clerk.post(f"/v1/incoming/{paper['id']}/accept", json={}))
        [row] = await ok(await clerk.get("/v1/registers/incoming"))
        assert (done["arrival_number"], row["columns"][8]) == (1, "")


def test_numbers_are_compared_as_people_read_them():
    assert code_key(" 015 / BC-UBND ") == code_key("15/bc-ubnd") == "15/BC-UBND"
