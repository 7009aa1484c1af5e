"""The legal state of a document follows from its two signatures, and is stored with the report (QĐ 51 Đ5)."""

from __future__ import annotations

import hashlib
from itertools import product
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from services.signing.service import service
from services.signing.verdicts import actions
from services.signing.verdicts.tables import Report
from shared.auth import Principal
from shared.testing import running
from tests.unit.signing import documents, flow, foreign, pki

CLERK = Principal("p1", "Vàng Văn Thư", "person", "o1", None, frozenset({"clerk"}))
GOOD, BAD, MISSING = "hợp lệ", "không hợp lệ", "không có"


def signed(person: str, agency: str) -> bytes:
    """A document with these signatures; a bad one is by a certificate of an authority that nobody trusts."""
    world = pki.world()
    stranger = pki.Authority.root("Root CA lạ").below("CA lạ")
    pdf = documents.draft(paragraphs=2)
    for place, (state, key) in enumerate(((person, world.leader), (agency, world.office))):
        if state != MISSING:
            used = key if state == GOOD else stranger.issue(key.certificate.subject)
            pdf = foreign.sign(pdf, used, world, f"Sig{place}", place=place)
    return foreign.with_evidence(pdf, world, world.leader, world.office)


@pytest.mark.requirement("R05.1")
async def test_both_signatures_make_an_original_and_anything_less_is_for_reference_only(tmp_path: Path) -> None:
    trust = tmp_path / "secrets" / "trust"
    trust.mkdir(parents=True)
    (trust / "root.pem").write_bytes(pki.world().root.certificate.public_bytes(Encoding.PEM))
    ours = await flow.issued(pki.world())
    matrix = {(one, other): signed(one, other) for one, other in product((GOOD, BAD, MISSING), repeat=2)}
    async with running(service, tmp_path=tmp_path) as system:
        http, runtime = system.client("signing", CLERK), system.runtime("signing")
        for (person, agency), pdf in [*matrix.items(), ((GOOD, GOOD), ours)]:
            said = (await http.post("/v1/validate", content=pdf)).json()
            state = "ORIGINAL" if (person, agency) == (GOOD, GOOD) else "REFERENCE_ONLY"
            assert (said["legal_state"], said["valid"]) == (state, state == "ORIGINAL"), (person, agency, said)
            beginning = "Văn bản có giá trị như bản gốc: " if said["valid"] else "Văn bản chỉ để biết, tham khảo. "
            assert said["sentence"].startswith(beginning) and len(said["sentence"]) > len(beginning) + 20
            key = {"sha256": hashlib.sha256(pdf).hexdigest(), "judge": actions.judge_name(runtime), "annex": False}
            async with runtime.work(reading=True) as work:
                stored = await work.get(Report, key)
            assert stored.report["legal_state"] == state and stored.report["valid"] == said["valid"]
            again = (await http.post("/v1/validate", content=pdf)).json()
            assert again == said  # the same report, with the moment of the first judgement
