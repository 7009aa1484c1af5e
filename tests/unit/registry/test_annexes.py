"""All annexes before the issue: a wrong count stops it, a text that names annexes without files is pointed at."""

from __future__ import annotations

import pytest

from contracts.message import FileRef
from contracts.signing.events import SealedV1
from services.registry.outgoing import rules
from shared.clock import now
from tests.unit.registry.office import CLERK, OFFICE, office, ok, signed, tell


@pytest.mark.parametrize(
    ("subject", "body", "named", "attached", "said"),
    [
        ("Về việc thử", "Nội dung", None, 0, ""),
        ("Về việc thử", "Chi tiết tại Phụ lục I", None, 0, "Nội dung nhắc đến phụ lục"),
        ("Ban hành kèm theo Quy chế", "", None, 0, "Trích yếu nhắc đến"),
        ("Ban hành kèm theo Quy chế", "Xem phụ lục", None, 1, ""),
        ("Về việc thử", "", 2, 1, "ghi 2 phụ lục nhưng có 1 tệp"),
        ("Về việc thử", "Phụ lục của Nghị định", 0, 0, "Nội dung nhắc đến phụ lục"),
    ],
)
def test_what_a_person_should_look_at_is_said(
    subject: str, body: str, named: int | None, attached: int, said: str
) -> None:
    found = rules.warnings(subject, body, named, attached)
    assert (len(found) == 1 and said in found[0]) if said else found == []


async def test_a_document_with_fewer_annexes_than_it_names_is_not_issued(tmp_path):
    async with office(tmp_path) as system:
        clerk = system.client("registry", CLERK)
        for named, status in ((1, 409), (0, 200)):
            document = await signed(system, annex_count=named)
            path = f"/v1/documents/{document['id']}"
            numbered = await ok(await clerk.post(f"{path}/number"))
            main = FileRef(**numbered["files"][0])
            sealed = SealedV1(
                document_id=document["id"], office_id=OFFICE, main_file=main, legal_state="ORIGINAL", sealed_at=now()
            )
            await tell(system, sealed)
            answer = await clerk.post(f"{path}/issue")
            assert answer.status_code == status, answer.text
            if status == 409:
                assert answer.json()["kind"] == "annexes-missing"
                assert "ghi 1 phụ lục nhưng có 0 tệp" in (await ok(await clerk.get(path)))["warnings"][0]
