"""Each kind of key signs and seals a document from end to end; a batch needs one PIN and ends with a list."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from infra.signers import softhsm
from infra.signers.csc import Credential, TrustService
from infra.signers.token import UsbToken
from services.signing.keys.csc import Service
from services.signing.pki.authority import name
from services.signing.settings import KeyService
from tests.unit.signing.house import ADMIN, CLERK, LEADER, NAME, SECOND_CLERK, House, house, person_fact
from tests.unit.signing.serving import serving

DEVICE_PIN = "123456"


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[House]:
    async with house(tmp_path) as opened:
        yield opened


def issued(office: House, who: str) -> tuple[Any, tuple[x509.Certificate, ...]]:
    """A new key with its certificate and chain: the leader's, or the office's."""
    authority = office.runtime.state["vault"].authority
    subject = name(LEADER.name, office=NAME, title="Giám đốc") if who == "person" else name(
        NAME, office=NAME, organ_id="H60.10"
    )  # fmt: skip
    private, own, more = pkcs12.load_key_and_certificates(authority.issue(subject, "x"), b"x")
    assert own is not None
    return private, (own, *more)


def pem_of(chain: tuple[x509.Certificate, ...]) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in chain)


def stored(folder: Path) -> bytes:
    """Every byte that the services have written."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def register(office: House, device: str, place: dict[str, str], pem: str = "") -> None:
    """The administrator enters the office's certificate, the leader the own one."""
    for who, kind in ((LEADER, "person"), (ADMIN, "office")):
        where = {key: value.format(kind=kind) for key, value in place.items()}
        body = {"owner_kind": kind, "device": device, "place": where, "pem": pem}
        await office.done(who, "signing", "POST", "/v1/certificates", json=body)


async def sealed_by_pin(office: House, pin: str = DEVICE_PIN, otp: str = "", **more: Any) -> dict[str, Any]:
    """A document signed by the leader and sealed by the clerk, each with a PIN."""
    document = await office.approved(**more)
    signed = await office.sign(document, pin=pin, otp=otp)
    assert signed.status_code == 200, signed.text
    await office.done(CLERK, "registry", "POST", f"/v1/documents/{document['id']}/number")
    numbered = await office.document(document["id"])
    assert "khóa của cơ quan" in numbered["waiting_for"]
    waiting = await office.done(CLERK, "signing", "GET", "/v1/acts/waiting")
    body = {"act_ids": [act["id"] for act in waiting], "pin": pin, "otp": otp}
    (line,) = await office.done(CLERK, "signing", "POST", "/v1/acts/seal-batch", json=body)
    assert line["state"] == "done", line
    return await office.document(document["id"])


async def assert_good(office: House, document: dict[str, Any], folder: Path) -> None:
    """By our judge, by poppler and by qpdf; the certificates are the registered ones."""
    pdf = await office.pdf(document)
    verdict = await office.done(CLERK, "signing", "POST", "/v1/validate", content=pdf)
    assert verdict["legal_state"] == "ORIGINAL", verdict["reasons"]
    assert [(one["role"], one["level"]) for one in verdict["signatures"]] == [("leader", "B-LT"), ("office", "B-LT")]
    file = folder / "issued.pdf"
    file.write_bytes(pdf)
    if shutil.which("pdfsig"):
        said = await asyncio.to_thread(subprocess.run, ["pdfsig", "-nocert", file], capture_output=True, text=True)
        assert said.stdout.count("Signature is Valid") == 2
    if shutil.which("qpdf"):
        checked = await asyncio.to_thread(subprocess.run, ["qpdf", "--check", file], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stdout


async def test_a_key_file_opens_by_pin_and_the_office_key_by_the_deployment(office: House, tmp_path: Path) -> None:
    document = await office.sealed(annexes=1)
    await assert_good(office, document, tmp_path)
    listed = await office.done(ADMIN, "signing", "GET", "/v1/certificates")
    assert {(one["owner_kind"], one["device"]) for one in listed} == {("person", "pkcs12"), ("office", "pkcs12")}
    files = list((tmp_path / "secrets" / "keys").glob("*.p12"))
    assert len(files) == 2
    for file in files:
        with pytest.raises(ValueError, match=r"password|Invalid"):
            pkcs12.load_key_and_certificates(file.read_bytes(), None)  # neither lies in the clear


@pytest.mark.skipif(softhsm.module() is None, reason="softhsm2 is not installed: no PKCS#11 device to sign with")
@pytest.mark.xdist_group("softhsm")
async def test_a_pkcs11_device_signs_and_seals(office: House, tmp_path: Path) -> None:
    device = softhsm.SoftHsm(tmp_path / "hsm")
    office.runtime.state["vault"].devices.module = device.module
    for kind in ("person", "office"):
        private, chain = issued(office, kind)
        device.token(f"the-{kind}", DEVICE_PIN)
        device.put(f"the-{kind}", DEVICE_PIN, "ky", private, chain[0], tmp_path)
    ca = office.runtime.state["vault"].authority.ca.certificate
    office.runtime.state["vault"].trust.append(ca)  # the device holds the signer's certificate alone
    await register(office, "pkcs11", {"token": "the-{kind}", "label": "ky"})
    wrong = await office.sign(await office.approved(), pin="000000")
    assert wrong.status_code == 403 and wrong.json()["kind"] == "wrong-pin"
    await assert_good(office, await sealed_by_pin(office, annexes=1), tmp_path)
    lost = await office.ask(
        LEADER, "signing", "POST", "/v1/certificates",
        json={"owner_kind": "person", "device": "pkcs11", "place": {"token": "khac", "label": "ky"}},
    )  # fmt: skip
    assert lost.status_code == 503 and lost.json()["kind"] == "key-unavailable"


@pytest.mark.parametrize("version", ["v1", "v2"])
async def test_a_trust_service_signs_a_batch_under_one_authorisation(
    office: House, tmp_path: Path, version: str
) -> None:
    person, seal = issued(office, "person"), issued(office, "office")
    service = TrustService(
        {"person": Credential(*person, DEVICE_PIN), "office": Credential(*seal, DEVICE_PIN, multisign=3)}
    )
    async with serving(service.app()) as url, httpx.AsyncClient() as client:
        settings = KeyService(url=f"{url}/csc/{version}", version=version, client_id="qlvb", client_secret="bi-mat")
        office.runtime.state["vault"].devices.services["tin-nhiem"] = Service("tin-nhiem", settings, client)
        await register(office, "csc", {"service": "tin-nhiem", "credential": "{kind}"})
        drafts = [await office.approved() for _ in range(3)]
        orders = [{k: v for k, v in office.order(one).items() if k != "pin"} for one in drafts]
        body = {"drafts": orders, "pin": DEVICE_PIN}
        service.asked.clear()
        refused = await office.ask(LEADER, "signing", "POST", "/v1/acts/leader-sign-batch", json=body | {"pin": "1"})
        assert {one["kind"] for one in refused.json()} == {"wrong-pin"}
        service.asked.clear()
        lines = await office.done(LEADER, "signing", "POST", "/v1/acts/leader-sign-batch", json=body)
        assert [one["state"] for one in lines] == ["done"] * 3
        assert service.asked.count(f"{version}/credentials/authorize") == 1
        assert service.asked.count(f"{version}/signatures/signHash") == 1
        for one in drafts:
            await office.done(CLERK, "registry", "POST", f"/v1/documents/{one['id']}/number")
        given_up = await office.approved()
        await office.sign(given_up, pin=DEVICE_PIN)
        await office.done(CLERK, "registry", "POST", f"/v1/documents/{given_up['id']}/number")
        assert len(await office.done(CLERK, "signing", "GET", "/v1/acts/waiting")) == 4
        void = {"reason": "Văn bản không còn cần thiết"}
        await office.done(CLERK, "registry", "POST", f"/v1/documents/{given_up['id']}/void", json=void)
        waiting = await office.done(CLERK, "signing", "GET", "/v1/acts/waiting")
        assert len(waiting) == 3
        service.down = True
        ids = {"act_ids": [one["id"] for one in waiting], "pin": DEVICE_PIN}
        down = await office.ask(CLERK, "signing", "POST", "/v1/acts/seal-batch", json=ids)
        assert down.status_code == 503 and down.json()["kind"] == "key-unavailable"
        service.down = False
        lines = await office.done(CLERK, "signing", "POST", "/v1/acts/seal-batch", json=ids)
        assert [one["state"] for one in lines] == ["done"] * 3
        await assert_good(office, await office.document(drafts[1]["id"]), tmp_path)


async def test_a_code_by_telephone_is_asked_for_and_wrong_ones_are_named(office: House, tmp_path: Path) -> None:
    person, seal = issued(office, "person"), issued(office, "office")
    service = TrustService(
        {"person": Credential(*person, DEVICE_PIN, otp="4711"), "office": Credential(*seal, DEVICE_PIN, otp="4711")}
    )
    async with serving(service.app()) as url, httpx.AsyncClient() as client:
        settings = KeyService(url=f"{url}/csc/v2", client_id="qlvb", client_secret="bi-mat")
        office.runtime.state["vault"].devices.services["tin-nhiem"] = Service("tin-nhiem", settings, client)
        await register(office, "csc", {"service": "tin-nhiem", "credential": "{kind}"})
        wrong = await office.sign(await office.approved(), pin=DEVICE_PIN, otp="0000")
        assert wrong.status_code == 403 and wrong.json()["kind"] == "wrong-otp"
        await assert_good(office, await sealed_by_pin(office, otp="4711"), tmp_path)


async def test_the_own_token_signs_digests_in_the_browser_and_another_process_finishes(tmp_path: Path) -> None:
    async with house(tmp_path) as office:
        tokens = {kind: UsbToken(*issued(office, kind), DEVICE_PIN) for kind in ("person", "office")}
        document = await office.approved(annexes=1)
        order = {key: value for key, value in office.order(document).items() if key != "pin"}
        body = {"drafts": [order], "chain": tokens["person"].pem}
        prepared = await office.done(LEADER, "signing", "POST", "/v1/acts/prepare", json=body)
        assert len(prepared["to_sign"]) == 1 and not prepared["refused"]
        foreign = await office.ask(
            LEADER, "signing", "POST", "/v1/acts/prepare", json=body | {"chain": tokens["office"].pem}
        )
        assert foreign.json()["kind"] == "certificate-not-yours"
    async with house(tmp_path) as office:  # the service has been started again meanwhile
        wrong = UsbToken(*issued(office, "person"), DEVICE_PIN).answer(prepared, DEVICE_PIN)
        (line,) = await office.done(LEADER, "signing", "POST", "/v1/acts/finish", json=wrong)
        assert (line["state"], line["kind"]) == ("refused", "signature-wrong")
        answer = tokens["person"].answer(prepared, DEVICE_PIN)
        (theirs,) = await office.done(CLERK, "signing", "POST", "/v1/acts/finish", json=answer)
        assert theirs["kind"] == "not-found"
        (line,) = await office.done(LEADER, "signing", "POST", "/v1/acts/finish", json=answer)
        assert line["state"] == "done", line
        (again,) = await office.done(LEADER, "signing", "POST", "/v1/acts/finish", json=answer)
        assert again == line
        chain = {"owner_kind": "office", "device": "token", "pem": tokens["office"].pem}
        await office.done(ADMIN, "signing", "POST", "/v1/certificates", json=chain)
        await office.done(CLERK, "registry", "POST", f"/v1/documents/{document['id']}/number")
        waiting = await office.done(CLERK, "signing", "GET", "/v1/acts/waiting")
        body = {"act_ids": [one["id"] for one in waiting], "chain": tokens["office"].pem}
        prepared = await office.done(CLERK, "signing", "POST", "/v1/acts/prepare", json=body)
        assert [one["file_name"] for one in prepared["to_sign"]][1].startswith("Phụ lục")
        (half,) = await office.done(
            CLERK, "signing", "POST", "/v1/acts/finish",
            json={"values": tokens["office"].answer(prepared, DEVICE_PIN)["values"][:1]},
        )  # fmt: skip
        assert half["state"] in ("open", "waiting-key")
        answer = tokens["office"].answer(prepared, DEVICE_PIN)
        (line,) = await office.done(CLERK, "signing", "POST", "/v1/acts/finish", json=answer)
        assert line["state"] == "done", line
        await assert_good(office, await office.document(document["id"]), tmp_path)


@pytest.mark.requirement("R12.19")
async def test_only_the_clerk_who_holds_the_key_seals_thirty_documents_under_one_pin(tmp_path: Path) -> None:
    async with house(tmp_path) as office:
        await office.system.emit("signing", person_fact(SECOND_CLERK), key=SECOND_CLERK.id)
        await office.system.settle()
        person, seal = issued(office, "person"), issued(office, "office")
        service = TrustService({"office": Credential(*seal, DEVICE_PIN), "person": Credential(*person, DEVICE_PIN)})
        async with serving(service.app()) as url, httpx.AsyncClient() as client:
            settings = KeyService(url=f"{url}/csc/v2", client_id="qlvb", client_secret="bi-mat")
            office.runtime.state["vault"].devices.services["tin-nhiem"] = Service("tin-nhiem", settings, client)
            wrong = {"owner_kind": "office", "device": "csc", "place": {"service": "tin-nhiem", "credential": "person"}}
            assert (await office.ask(ADMIN, "signing", "POST", "/v1/certificates", json=wrong)).json()["kind"] == (
                "certificate-not-yours"
            )  # the subject has to be the agency
            right = wrong | {"place": {"service": "tin-nhiem", "credential": "office"}}
            assert (await office.ask(CLERK, "signing", "POST", "/v1/certificates", json=right)).status_code == 403
            await office.done(ADMIN, "signing", "POST", "/v1/certificates", json=right)
            unsigned = await office.approved()
            early = await office.ask(CLERK, "registry", "POST", f"/v1/documents/{unsigned['id']}/number")
            assert early.status_code == 409
            documents = [await office.signed() for _ in range(30)]
            for one in documents:
                await office.done(CLERK, "registry", "POST", f"/v1/documents/{one['id']}/number")
            await office.done(ADMIN, "signing", "DELETE", f"/v1/key-holdings/{SECOND_CLERK.id}")
            waiting = await office.done(CLERK, "signing", "GET", "/v1/acts/waiting")
            body = {"act_ids": [act["id"] for act in waiting], "pin": DEVICE_PIN}
            for nobody in (LEADER, SECOND_CLERK):
                lines = await office.done(nobody, "signing", "POST", "/v1/acts/seal-batch", json=body)
                assert {one["kind"] for one in lines} == {"office-key-not-held"}
            assert not any(path.endswith("authorize") for path in service.asked)
            body["act_ids"].append("00000000-0000-0000-0000-000000000000")
            lines = await office.done(CLERK, "signing", "POST", "/v1/acts/seal-batch", json=body)
            assert [one["state"] for one in lines] == ["done"] * 30 + ["refused"]
            assert service.asked.count("v2/credentials/authorize") == 1
            document = await office.document(documents[17]["id"])
            assert document["state"] == "SEALED" and document["legal_state"] == "ORIGINAL"
        for private in (person[0], seal[0]):
            assert private.private_numbers().private_value.to_bytes(32) not in await asyncio.to_thread(stored, tmp_path)
