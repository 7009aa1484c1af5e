"""Who may call: signed headers, tokens, certificates; keys with expiry and overlap; scopes; what a stranger learns."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import select, update

from services.gateway.credentials.tables import Credential
from services.gateway.partner_api.describing import OPERATIONS
from shared.clock import now

from .conftest import BASE, CLERK, House, a_house, document, to

PARAMETERS = {"messagetype": "edoc", "docId": "x", "docid": "x", "status": "done", "from": "H60.M1", "AgencyCode": "x"}


def methods() -> list[tuple[str, str]]:
    return [(name, operation.method) for name, operation in OPERATIONS.items()]


async def test_each_way_to_log_in_reaches_the_same_box(house: House, shop: dict[str, Any]) -> None:
    for client in (await house.signed(shop, "mot.cua"), await house.with_token(shop)):
        answer = (await client.call("countReceiveEdoc")).json()
        assert (answer["status"], answer["ErrorCode"], answer["count"]) == ("OK", "0", 0)


async def test_a_stranger_gets_nothing_from_any_operation(house: House, shop: dict[str, Any]) -> None:
    await house.signed(shop, "mot.cua")
    strangers = [
        house.client(),
        house.client(token="forged.token.here"),
        house.client(system_id="mot.cua", secret="wrong-secret"),
        house.client(system_id="nobody", secret="wrong-secret"),
    ]
    for name, method in methods():
        for stranger in strangers:
            answer = await stranger.call(name, method=method, **PARAMETERS)
            assert answer.status_code == 401
            assert answer.json()["ErrorCode"] == "15"
            assert ("DocId" in answer.json()) == (name == "sendEdoc")


async def test_the_download_without_any_login_is_refused(house: House) -> None:
    for name in ("downloadEdoc", "downloadEdoc2"):
        answer = await house.system.client("gateway").get(f"{BASE}/{name}")
        assert (answer.status_code, answer.json()["ErrorCode"]) == (401, "15")


async def test_the_secret_is_shown_once_and_kept_unreadable(house: House, shop: dict[str, Any]) -> None:
    for kind, more in (("signed-headers", {"client_id": "mot.cua"}), ("oauth2", {})):
        key = await house.key(shop, kind, **more)
        listed = (await house.admin.get(f"/v1/partners/{shop['id']}/credentials")).text
        assert len(key["secret"]) > 40 and key["secret"] not in listed
        async with house.system.runtime("gateway").work(reading=True) as work:
            rows = await work.all(select(Credential))
            audit: Any = house.system.runtime("gateway").tables.Audit
            details = [record.detail for record in await work.all(select(audit))]
        assert not any(key["secret"] in f"{row.sealed}{row.digest}" for row in rows)
        assert not any(key["secret"] in detail for detail in details)


async def test_keys_rotate_with_an_overlap_and_end(house: House, shop: dict[str, Any]) -> None:
    runtime = house.system.runtime("gateway")
    old = await house.key(shop, "signed-headers", client_id="mot.cua")
    path = f"/v1/partners/{shop['id']}/credentials/{old['id']}"
    new = (await house.admin.post(f"{path}/rotate", json={"overlap_hours": 24})).json()
    assert new["client_id"] == "mot.cua" and new["secret"] != old["secret"]
    clients = [house.client(system_id="mot.cua", secret=key["secret"]) for key in (old, new)]
    assert [(await client.call("countReceiveEdoc")).status_code for client in clients] == [200, 200]
    async with runtime.work() as work:
        row = await work.one(select(Credential).where(Credential.expires_at.is_not(None)))
        assert row.expires_at - now() < timedelta(hours=24)
        row.expires_at = now() - timedelta(seconds=1)
    assert [(await client.call("countReceiveEdoc")).status_code for client in clients] == [401, 200]
    assert (await house.admin.post(f"{path}/rotate", json={})).status_code == 409


async def test_a_revoked_key_ends_its_tokens_too(house: House, shop: dict[str, Any]) -> None:
    key = await house.key(shop, "oauth2")
    client = house.client(token=(await house.token(key)).json()["access_token"])
    assert (await client.call("countReceiveEdoc")).status_code == 200
    path = f"/v1/partners/{shop['id']}/credentials/{key['id']}"
    assert (await house.admin.delete(path)).json()["in_force"] is False
    assert (await client.call("countReceiveEdoc")).status_code == 401
    assert (await house.token(key)).json() == {"error": "invalid_client"}


async def test_a_token_lasts_ten_minutes_and_belongs_to_this_deployment(
    house: House, shop: dict[str, Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await house.key(shop, "oauth2")
    answer = (await house.token(key)).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 600)
    assert set(answer["scope"].split()) == {"send", "receive", "directory", "register"}
    client = house.client(token=answer["access_token"])
    async with a_house(tmp_path / "other") as other:
        stranger = other.client(token=answer["access_token"])
        assert (await stranger.call("countReceiveEdoc")).status_code == 401
    import services.gateway.partner_api.tokens as tokens

    monkeypatch.setattr(tokens, "SECONDS", -1)
    late = house.client(token=(await house.token(key)).json()["access_token"])
    assert (await late.call("countReceiveEdoc")).status_code == 401
    assert (await client.call("countReceiveEdoc")).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": "send everything"}, 400, "invalid_scope"),
    ],
)
async def test_wrong_requests_for_a_token(
    house: House, shop: dict[str, Any], fields: dict[str, str], status: int, error: str
) -> None:
    answer = await house.token(await house.key(shop, "oauth2"), **fields)
    assert (answer.status_code, answer.json()) == (status, {"error": error})


async def test_a_wrong_secret_gets_no_token(house: House, shop: dict[str, Any]) -> None:
    key = await house.key(shop, "oauth2")
    for wrong in ({**key, "secret": "wrong"}, {**key, "client_id": "nobody"}, {**key, "secret": ""}):
        answer = await house.token(wrong)
        assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
    http = house.system.client("gateway")
    form = {"grant_type": "client_credentials", "client_id": key["client_id"], "client_secret": key["secret"]}
    assert (await http.post(f"{BASE}/oauth2/token", data=form)).status_code == 200, "in the form as well"


async def test_a_scope_limits_what_a_key_may_do(house: House, shop: dict[str, Any]) -> None:
    client = await house.with_token(shop, "receive")
    assert (await client.call("countReceiveEdoc")).status_code == 200
    for name, method in methods():
        if name not in ("getReceivedEdocList", "countReceiveEdoc", "countReceiveStatus", "getEdoc", "downloadEdoc"):
            if name == "updateStatus":
                continue
            answer = await client.call(name, method=method, **PARAMETERS)
            assert (answer.status_code, answer.json()["status"]) == (403, 403), name
    key = await house.key(shop, "oauth2")
    narrow = house.client(token=(await house.token(key, scope="send")).json()["access_token"])
    assert (await narrow.call("countReceiveEdoc")).status_code == 403


def certificate(name: str) -> x509.Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 1, moment, moment + timedelta(days=3650))
    return builder.sign(key, hashes.SHA256())


async def test_a_certificate_is_believed_from_the_proxy_alone(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QLVB_TLS_PROXY_SECRET", "chi-proxy-biet")
    mine, other = certificate("mot cua"), certificate("nguoi la")
    pem = mine.public_bytes(serialization.Encoding.PEM).decode()
    async with a_house(tmp_path / "tls") as house:
        shop = await house.partner("motcua", "H60.M1")
        key = await house.key(shop, "mtls", certificate=pem)
        assert key["client_id"] == mine.fingerprint(hashes.SHA256()).hex() and key["secret"] == ""

        def headers(cert: x509.Certificate, proof: str = "chi-proxy-biet") -> list[dict[str, str]]:
            der = base64.b64encode(cert.public_bytes(serialization.Encoding.DER)).decode()
            escaped = quote(cert.public_bytes(serialization.Encoding.PEM).decode())
            return [
                {"X-Proxy-Secret": proof, "Client-Cert": f":{der}:"},
                {"X-Proxy-Secret": proof, "X-SSL-Client-Cert": escaped},
            ]

        for good in headers(mine):
            client = house.client()
            client.headers = good
            assert (await client.call("countReceiveEdoc")).status_code == 200
        wrong = [*headers(other), *headers(mine, "guess"), *headers(mine, ""), {"X-Proxy-Secret": "chi-proxy-biet"}]
        wrong += [{"X-Proxy-Secret": "chi-proxy-biet", "Client-Cert": ":rubbish:"}]
        for bad in wrong:
            client = house.client()
            client.headers = bad
            assert (await client.call("countReceiveEdoc")).status_code == 401
        written = await house.key(shop, "mtls", certificate=":".join(["AB"] * 32))
        assert written["client_id"] == "ab" * 32


async def test_without_a_proxy_secret_no_certificate_is_believed(house: House, shop: dict[str, Any]) -> None:
    mine = certificate("mot cua")
    await house.key(shop, "mtls", certificate=mine.public_bytes(serialization.Encoding.PEM).decode())
    client = house.client()
    der = base64.b64encode(mine.public_bytes(serialization.Encoding.DER)).decode()
    client.headers = {"X-Proxy-Secret": "", "Client-Cert": f":{der}:"}
    assert (await client.call("countReceiveEdoc")).status_code == 401


async def test_a_paused_or_expired_partner_is_told_so(house: House, shop: dict[str, Any]) -> None:
    client = await house.signed(shop, "mot.cua")
    await house.admin.post(f"/v1/partners/{shop['id']}/pause", json={"reason": "Bảo trì"})
    answer = await client.call("countReceiveEdoc")
    assert (answer.status_code, answer.json()["ErrorCode"]) == (503, "20") and "Bảo trì" in answer.json()["ErrorDesc"]
    assert answer.headers["Retry-After"]
    await house.admin.post(f"/v1/partners/{shop['id']}/resume")
    assert (await client.call("countReceiveEdoc")).status_code == 200
    from services.gateway.partners.tables import Partner

    async with house.system.runtime("gateway").work() as work:
        await work.execute(update(Partner).values(valid_to=now().date()))
    assert (await client.call("countReceiveEdoc")).status_code == 401


BAD_KEYS = [
    ({"kind": "password"}, 422, "invalid"),
    ({"kind": "oauth2", "scopes": []}, 422, "no-scope"),
    ({"kind": "oauth2", "scopes": ["all"]}, 422, "bad-scope"),
    ({"kind": "oauth2", "expires_at": "2020-01-01T00:00:00Z"}, 422, "bad-expiry"),
    ({"kind": "mtls", "certificate": "rubbish"}, 422, "bad-certificate"),
    ({"kind": "signed-headers", "client_id": "có dấu"}, 422, "bad-client-id"),
    ({"kind": "signed-headers", "client_id": "x", "secret": "short"}, 422, "bad-secret-key"),
    ({"kind": "signed-headers", "client_id": "taken"}, 409, "client-id-taken"),
]


async def test_bad_keys(house: House, shop: dict[str, Any], hospital: dict[str, Any]) -> None:
    await house.signed(hospital, "taken")
    for body, status, kind in BAD_KEYS:
        answer = await house.admin.post(f"/v1/partners/{shop['id']}/credentials", json={"scopes": ["send"], **body})
        assert (answer.status_code, answer.json()["kind"]) == (status, kind), answer.text
    unsaid = await house.admin.post(f"/v1/partners/{shop['id']}/credentials", json={"kind": "oauth2"})
    assert (unsaid.status_code, unsaid.json()["scopes"]) == (422, ["send", "receive", "directory", "register"])
    assert "send (gửi gói tin)" in unsaid.json()["detail"]


async def test_only_administrators_give_keys_and_only_to_clients(house: House, shop: dict[str, Any]) -> None:
    clerk, path = house.system.client("gateway", CLERK), f"/v1/partners/{shop['id']}/credentials"
    key = await house.key(shop, "oauth2")
    answers = [
        await clerk.get(path),
        await clerk.post(path, json={"kind": "oauth2"}),
        await clerk.post(f"{path}/{key['id']}/rotate", json={}),
        await clerk.delete(f"{path}/{key['id']}"),
        await clerk.get(f"/v1/partners/{shop['id']}/hooks"),
    ]
    assert {answer.status_code for answer in answers} == {403}
    axis = await house.partner("truc", kind="file_drop", out_folder="a", in_folder="b")
    answer = await house.admin.post(f"/v1/partners/{axis['id']}/credentials", json={"kind": "oauth2"})
    assert answer.json()["kind"] == "partner-is-not-a-client"


async def test_the_last_use_of_a_key_is_known(house: House, shop: dict[str, Any]) -> None:
    client = await house.signed(shop, "mot.cua")
    assert (await house.admin.get(f"/v1/partners/{shop['id']}/credentials")).json()[0]["used_at"] is None
    await client.send(document("H60.M1", "H60.10"), "H60.M1", to=to("H60.10"))
    assert (await house.admin.get(f"/v1/partners/{shop['id']}/credentials")).json()[0]["used_at"]
