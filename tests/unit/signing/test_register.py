"""The register of certificates: what it lists, when it warns, and that a lost device signs nothing any more."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from infra.signers.token import UsbToken
from services.signing.certificates import actions
from services.signing.certificates.tables import Certificate
from services.signing.pdf import drawings
from shared.clock import now
from tests.unit.signing import documents
from tests.unit.signing.house import (
    ADMIN,
    CLERK,
    DEPUTY,
    DRAFTER,
    HEAD,
    LEADER,
    NAME,
    OFFICE,
    STRANGER,
    House,
    house,
)  # fmt: skip
from tests.unit.signing.test_keys import DEVICE_PIN, issued


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


async def listed(office: House, who: Any = ADMIN) -> dict[str, dict[str, Any]]:
    found = await office.done(who, "signing", "GET", "/v1/certificates")
    return {one["owner_kind"]: one for one in found}


async def notices(office: House, who: Any) -> list[str]:
    found = await office.done(who, "workflow", "GET", "/v1/notices")
    rows = found["items"] if isinstance(found, dict) else found
    return [row["text"] for row in rows if row["kind"].startswith("certificate-")]


async def ends_in(office: House, fingerprint: str, days: float) -> None:
    async with office.runtime.work() as work:
        row = await work.locked(Certificate, fingerprint)
        row.valid_to = now() + timedelta(days=days)


async def watch(office: House, times: int = 2) -> None:
    for _ in range(times):
        await actions.watch(office.runtime)
    await office.system.settle()


@pytest.mark.requirement("R21.2")
async def test_the_unit_manages_its_certificates_devices_and_images(office: House) -> None:
    document = await office.sealed()
    found = await listed(office)
    assert {kind: (one["owner_name"], one["device"], one["state"], one["alarm"]) for kind, one in found.items()} == {
        "person": (LEADER.name, "pkcs12", "active", None), "office": (NAME, "pkcs12", "active", None)
    }  # fmt: skip
    assert all(one["serial"] and one["valid_to"] and one["device_name"] for one in found.values())
    mine, seal = found["person"]["fingerprint"], found["office"]["fingerprint"]
    await watch(office)
    assert await notices(office, LEADER) == []
    for days, told in ((61, 0), (59, 1), (31, 1), (29, 2), (6.5, 3)):
        await ends_in(office, mine, days)
        await watch(office)
        assert len(await notices(office, LEADER)) == len(await notices(office, ADMIN)) == told, days
    assert "còn 6 ngày" in (await notices(office, ADMIN))[0] and await notices(office, DEPUTY) == []
    assert (await listed(office))["person"]["alarm"] == 7
    await ends_in(office, seal, 20)
    await watch(office)
    assert len(await notices(office, CLERK)) == 1  # the office's key is the clerk's matter too
    letter = await office.done(ADMIN, "signing", "GET", f"/v1/certificates/{mine}/renewal-letter")
    assert letter["title"].startswith("GIẤY ĐỀ NGHỊ GIA HẠN") and letter["holder"] == LEADER.name
    assert letter["office_name"] == NAME and letter["serial"] == found["person"]["serial"]
    await _lost(office, mine)
    await _images(office)
    assert (await office.document(document["id"]))["legal_state"] == "ORIGINAL"


async def _lost(office: House, mine: str) -> None:
    """Reported lost: blocked at once, also for what is being signed."""
    draft = await office.approved()
    token = UsbToken(*issued(office, "person"), DEVICE_PIN)
    order = {key: value for key, value in office.order(draft).items() if key != "pin"}
    body = {"drafts": [order], "chain": token.pem}
    prepared = await office.done(LEADER, "signing", "POST", "/v1/acts/prepare", json=body)
    held = [one for one in await office.done(ADMIN, "signing", "GET", "/v1/certificates") if one["device"] == "token"]
    reason = {"reason": "Mất thiết bị khi đi công tác"}
    for fingerprint in (held[0]["fingerprint"], mine):
        path = f"/v1/certificates/{fingerprint}/lost"
        assert (await office.ask(STRANGER, "signing", "POST", path, json=reason)).status_code == 404
        assert (await office.ask(DRAFTER, "signing", "POST", path, json=reason)).status_code == 403
        lost = await office.done(LEADER, "signing", "POST", path, json=reason)
        assert lost["state"] == "lost" and lost["blocked_reason"] == reason["reason"]
    (late,) = await office.done(LEADER, "signing", "POST", "/v1/acts/finish", json=token.answer(prepared, DEVICE_PIN))
    assert (late["state"], late["kind"]) == ("refused", "certificate-blocked")
    refused = await office.sign(draft)
    assert refused.status_code == 403 and refused.json()["kind"] == "certificate-blocked"
    can = await office.done(LEADER, "signing", "GET", "/v1/can-sign", params={"draft_id": draft["id"]})
    assert [one["code"] for one in can["obstacles"]] == ["certificate-blocked"]
    assert "đã báo mất" in (await notices(office, ADMIN))[0]
    again = await office.done(ADMIN, "signing", "GET", f"/v1/certificates/{mine}/renewal-letter")
    assert again["title"].startswith("GIẤY ĐỀ NGHỊ CẤP LẠI") and "công tác" in again["reason"]


async def _images(office: House) -> None:
    """A picture counts when its holder and the unit have approved it, and stands in the document in its true size."""
    png = drawings.signature("Trần Thị Hòa")
    where = f"/v1/images?owner_kind=person&owner_id={DEPUTY.id}"
    for who, expected in ((STRANGER, 404), (HEAD, 403)):
        answer = await office.ask(who, "signing", "POST", f"{where}&width_mm=44", content=png)
        assert answer.status_code == expected
    red = drawings.seal(NAME, "UBND tỉnh Tuyên Quang")
    wrong = await office.ask(DEPUTY, "signing", "POST", f"{where}&width_mm=44", content=red)
    assert wrong.status_code == 422 and wrong.json()["kind"] == "image-colour"
    unmeasured = await office.ask(DEPUTY, "signing", "POST", f"{where}&width_mm=150", content=png)
    assert unmeasured.status_code == 422 and unmeasured.json()["kind"] == "image-size"
    proposed = await office.done(ADMIN, "signing", "POST", f"{where}&width_mm=44", content=png)
    approve = f"/v1/images/{proposed['id']}/approve"
    by_unit = await office.done(ADMIN, "signing", "POST", approve)
    assert by_unit["state"] == "proposed" and by_unit["unit_by"] == ADMIN.name and not by_unit["holder_at"]
    assert (await office.done(DEPUTY, "signing", "POST", approve))["state"] == "active"
    assert (await office.ask(DEPUTY, "signing", "POST", approve)).json()["kind"] == "image-decided"
    seal = await office.done(
        CLERK, "signing", "POST", f"/v1/images?owner_kind=office&owner_id={OFFICE}&width_mm=34", content=red
    )  # fmt: skip
    assert (await office.done(LEADER, "signing", "POST", f"/v1/images/{seal['id']}/approve"))["state"] == "active"
    shown = await office.ask(DEPUTY, "signing", "GET", f"/v1/images/{proposed['id']}/png")
    assert shown.content == png
    pdf = documents.draft(signer=DEPUTY.name, capacity="KT. GIÁM ĐỐC\\ PHÓ GIÁM ĐỐC")
    draft = await office.approved(pdf=pdf, signer_id=DEPUTY.id)
    assert (await office.sign(draft, DEPUTY)).status_code == 200
    sizes = _sizes(await office.pdf(await office.document(draft["id"])))
    assert sizes["LeaderSignature"][0] == pytest.approx(44, abs=0.5)
    assert sizes["OfficeSeal"] == (pytest.approx(34, abs=0.5), pytest.approx(34, abs=0.5))


def _sizes(pdf: bytes) -> dict[str, tuple[float, float]]:
    """Width and height of the signature fields in millimetres."""
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as doc:
        found = {}
        for field in doc.Root.AcroForm.Fields:
            left, bottom, right, top = (float(v) for v in field.Rect)
            found[str(field.T)] = ((right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4)
        return found


async def test_a_certificate_is_entered_by_whom_it_concerns_and_checked_for_its_holder(office: House) -> None:
    person, seal = issued(office, "person"), issued(office, "office")
    pem = {"person": UsbToken(*person, "1").pem, "office": UsbToken(*seal, "1").pem}

    async def ask(who: Any, **body: Any) -> Any:
        return await office.ask(who, "signing", "POST", "/v1/certificates", json={"device": "token"} | body)

    for who, body, kind in (
        (LEADER, {"owner_kind": "person", "pem": pem["office"]}, "certificate-not-yours"),
        (ADMIN, {"owner_kind": "office", "pem": pem["person"]}, "certificate-not-yours"),
        (LEADER, {"owner_kind": "office", "pem": pem["office"]}, "forbidden"),
        (STRANGER, {"owner_kind": "person", "owner_id": LEADER.id, "pem": pem["person"]}, "not-found"),
        (LEADER, {"owner_kind": "person", "pem": "-----BEGIN CERTIFICATE-----x"}, "certificate-unreadable"),
        (LEADER, {"owner_kind": "person", "device": "pkcs11"}, "device-incomplete"),
        (LEADER, {"owner_kind": "person", "device": "csc", "place": {"service": "x", "credential": "y"}},
         "key-unavailable"),
    ):  # fmt: skip
        answer = await ask(who, **body)
        assert answer.json()["kind"] == kind, (body, answer.text)
    entered = await ask(LEADER, owner_kind="person", pem=pem["person"])
    assert entered.status_code == 201 and entered.json()["owner_name"] == LEADER.name
    assert (await ask(LEADER, owner_kind="person", pem=pem["person"])).json() == entered.json()  # twice: the same row
    assert await office.done(STRANGER, "signing", "GET", "/v1/certificates") == []


async def test_an_expired_certificate_signs_nothing_and_a_newer_one_takes_over(office: House) -> None:
    await office.signed()
    mine = (await listed(office, LEADER))["person"]["fingerprint"]
    await ends_in(office, mine, -1)
    draft = await office.approved()
    refused = await office.sign(draft)
    assert refused.status_code == 403 and refused.json()["kind"] == "certificate-expired"
    await watch(office)
    assert "đã hết hạn" in (await notices(office, LEADER))[0]
    token = UsbToken(*issued(office, "person"), DEVICE_PIN)
    order = {key: value for key, value in office.order(draft).items() if key != "pin"}
    body = {"drafts": [order], "chain": token.pem}
    prepared = await office.done(LEADER, "signing", "POST", "/v1/acts/prepare", json=body)
    (line,) = await office.done(LEADER, "signing", "POST", "/v1/acts/finish", json=token.answer(prepared, DEVICE_PIN))
    assert line["state"] == "done"
