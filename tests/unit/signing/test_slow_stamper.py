"""A time stamper that is slow, or does not answer at all: signed once, waited for, and seen by everybody (R12.36)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from services.signing.authorities.stamper import HttpTimeStamper
from services.signing.keys.pkcs12 import FileKey
from services.signing.settings import SigningSettings
from tests.unit.signing import quick_clock
from tests.unit.signing.house import CLERK, DRAFTER, LEADER, House, house
from tests.unit.signing.slow_stamper import SlowStamper

LEADER_SIGN = "/v1/acts/leader-sign"


def ask(office: House, *urls: str) -> None:
    """Where the office's time stamps come from, from now on."""
    vault = office.runtime.state["vault"]
    vault.stamper = HttpTimeStamper(urls, vault.wire, seconds=SigningSettings().tsa_seconds)


async def until(office: House, document_id: str, state: str) -> dict[str, Any]:
    """The document, once it is in this state. Waits by state; the test as a whole has its limit."""
    system = office.system
    with quick_clock.hurry():
        while True:
            found = (await system.client("registry", DRAFTER).get(f"/v1/documents/{document_id}")).json()
            if found["state"] == state:
                break
            await asyncio.sleep(5)
    await system.settle()
    return found


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Everything that a key was asked to sign."""
    asked: list[bytes] = []
    original = FileKey.sign_now

    def sign_now(self: FileKey, data: bytes) -> bytes:
        asked.append(data)
        return original(self, data)

    monkeypatch.setattr(FileKey, "sign_now", sign_now)
    return asked


@pytest.mark.requirement("R12.36")
def test_an_answer_after_130_seconds_is_waited_for_and_a_dead_stamper_is_tried_again(
    tmp_path: Path, given: list[bytes]
) -> None:
    quick_clock.run(_slow_then_dead(tmp_path, given))


async def _slow_then_dead(folder: Path, given: list[bytes]) -> None:
    async with house(folder) as office:
        own = office.runtime.state["vault"].stamper
        stamper = SlowStamper(own, 130)
        async with stamper.listening() as url:
            ask(office, url)
            document = await office.approved()
            with quick_clock.hurry():
                answer = await office.system.client("signing", LEADER).post(LEADER_SIGN, json=office.order(document))
            assert answer.json() == {"state": "pending", "file": None}  # the person is not kept waiting
            waiting = await until(office, document["id"], "SIGNED_PENDING_TIMESTAMP")
            assert "dấu thời gian" in waiting["waiting_for"]
            signed = await until(office, document["id"], "SIGNED")
            assert (stamper.asked, len(given)) == (1, 1) and not signed["waiting_for"]
            assert (await office.sign(document)).json()["state"] == "done"
            notices = await office.done(CLERK, "workflow", "GET", "/v1/notices")
            assert [one["kind"] for one in notices] == ["timestamp-pending"] and "tự thử lại" in notices[0]["text"]
        # The port is closed now: nobody answers any more.
        numbered = await office.done(CLERK, "registry", "POST", f"/v1/documents/{document['id']}/number")
        numbered = await office.document(numbered["id"])
        assert numbered["state"] == "NUMBERED" and numbered["waiting_for"] and not numbered["sealing_error"]
        await office.done(CLERK, "registry", "POST", f"/v1/documents/{document['id']}/reseal")
        (_, seal) = await office.acts(document["id"])
        assert seal["state"] == "pending" and seal["attempts"] >= 2
        assert seal["signatures"][0]["state"] == "signed" and len(given) == 2
        async with SlowStamper(own, 0).listening() as url:
            ask(office, url)
            sealed = await until(office, document["id"], "SEALED")
        assert sealed["legal_state"] == "ORIGINAL" and not sealed["waiting_for"]
        assert len(given) == 2, "a signature was made twice"
        notices = await office.done(CLERK, "workflow", "GET", "/v1/notices")
        assert [one["kind"] for one in notices] == ["timestamp-pending"] * 2
