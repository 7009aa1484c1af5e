"""A partner sees its own mailbox and nothing else: every operation, every route, with every other's ids."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from services.gateway.mailbox.tables import MailItem, MailPackage
from services.gateway.polling.actions import poll
from services.gateway.sending.job import send_due

from .conftest import Client, House, document, to
from .test_exchange import issued


async def every_id(house: House) -> set[str]:
    """Each id that exists anywhere in the gateway's tables."""
    runtime = house.system.runtime("gateway")
    found: set[str] = set()
    async with runtime.work(reading=True) as work:
        for table in runtime.tables.metadata.sorted_tables:
            if "id" in table.columns:
                found |= {str(key) for key in (await work.execute(select(table.c.id))).scalars()}
    return found


async def filled(house: House, hospital: dict[str, Any]) -> Client:
    """The hospital has sent, has received, has units; an office has arrivals and a document of its own."""
    client = await house.with_token(hospital)
    assert (await client.send(document("H60.B1", "H60.10"), "H60.B1")).status_code == 200
    await issued(house, "H60.B1", "H60.20")
    runtime = house.system.runtime("gateway")
    await send_due(runtime)
    await poll(runtime, "benhvien")
    await send_due(runtime)
    assert await client.waiting() and await client.waiting("status")
    return client


@pytest.mark.requirement("R02.2")
async def test_an_external_organisation_exchanges_and_finds_no_other_units_data(
    house: House, shop: dict[str, Any], hospital: dict[str, Any]
) -> None:
    """Penetration: the one-stop shop's keys against everything that exists."""
    neighbour = await filled(house, hospital)
    theirs = await every_id(house)
    before = [await neighbour.waiting(), await neighbour.waiting("status")]
    for shopper in (await house.with_token(shop), await house.signed(shop, "mot.cua")):
        for kind in ("edoc", "status"):
            assert await shopper.waiting(kind) == []
            sent = await shopper.call("getSentEdocList", messagetype=kind)
            assert {row["fromCode"] for row in sent.json()["data"]} <= {"H60.M1"}
            assert (await shopper.call("countReceiveEdoc" if kind == "edoc" else "countReceiveStatus")).json()[
                "count"
            ] == 0
        for key in [*theirs, str(uuid4()), "", "'; DROP TABLE mail_items; --", "../../etc/passwd"]:
            for name, method in (("getEdoc", "POST"), ("downloadEdoc", "GET")):
                answer = await shopper.call(name, method=method, docId=key)
                assert answer.json()["ErrorCode"] in ("99", "10") and b"<edXML" not in answer.content
            for state in ("processing", "done", "fail"):
                answer = await shopper.call("updateStatus", docid=key, status=state)
                assert answer.json()["ErrorCode"] in ("99", "10")
            if key:
                found = await shopper.call("getSentEdocList", messagetype="edoc", docId=key)
                assert found.json().get("data", []) == []
        for code in ("H60.B1", "H60.10", "H60.20"):
            assert (await shopper.send(document(code, "H60.10"), code)).json()["ErrorCode"] == "19"
            answer = await shopper.call("registerAgency", b'{"code":"%s","name":"Chiem"}' % code.encode())
            assert answer.json()["ErrorCode"] == "19"
            assert (await shopper.call("deleteAgency", AgencyCode=code)).json()["ErrorCode"] == "18"
        listed = (await shopper.call("getAgenciesList")).json()["data"]
        assert {row["code"] for row in listed} == {"H60.10", "H60.20"}, "offices it may write to, no other partner"
        good = await shopper.send(document("H60.M1", "H60.10"), "H60.M1", to=to("H60.10"))
        assert good.json()["DocId"] and good.json()["DocId"] not in theirs
    assert [await neighbour.waiting(), await neighbour.waiting("status")] == before, "nothing of the other changed"


async def test_a_partners_token_opens_no_other_door_of_the_gateway(
    house: House, shop: dict[str, Any], hospital: dict[str, Any]
) -> None:
    await filled(house, hospital)
    client = await house.with_token(shop)
    ids = sorted(await every_id(house))
    described = house.system.runtime("gateway").apps["gateway"].openapi()["paths"]
    assert len(described) > 15
    for path, methods in described.items():
        for name in ("partner_id", "credential_id", "delivery_id", "entry_id"):
            path = path.replace("{" + name + "}", ids[0])
        path = path.replace("{name}", "benhvien").replace("{arrival_id}", ids[0])
        for method in methods:
            answer = await client.http.request(
                method, path, headers={"Authorization": f"Bearer {client.token}"}, json={}
            )
            assert answer.status_code in (401, 403, 404, 422), (method, path, answer.status_code)
            if answer.status_code == 422:
                assert "H60.B1" not in answer.text


async def test_ids_of_ones_own_sent_packages_do_not_open_the_receivers_copies(
    house: House, shop: dict[str, Any]
) -> None:
    client = await house.with_token(shop)
    await client.send(document("H60.M1", "H60.10"), "H60.M1")
    async with house.system.runtime("gateway").work(reading=True) as work:
        keys = [*(await work.all(select(MailItem.id))), *(await work.all(select(MailPackage.id)))]
    for key in keys:
        assert (await client.download(str(key))).status_code == 404
        assert (await client.call("updateStatus", docid=str(key), status="done")).status_code == 404
