"""Signed web-hooks by the Standard Webhooks scheme, verified with the stock library; and those we receive."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select, update
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from services.gateway.polling import schedule
from services.gateway.polling.actions import poll
from services.gateway.sending.job import send_due
from services.gateway.webhooks.actions import CLIENT, send_hooks
from services.gateway.webhooks.rules import PAUSES, NotAuthentic, pause, sign, verify
from services.gateway.webhooks.tables import HookEvent
from services.gateway.webhooks.trying import advice
from shared.clock import now

from .conftest import CLERK, HOOK_SECRET, House, document
from .test_exchange import issued

NEW_SECRET = "whsec_" + base64.b64encode(b"n" * 32).decode()


class Listener:
    """A partner's web-hook end-point."""

    def __init__(self) -> None:
        self.heard: list[httpx.Request] = []
        self.status, self.answer = 200, b""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.heard.append(request)
        return httpx.Response(self.status, content=self.answer)

    def messages(self, secret: str = HOOK_SECRET) -> list[dict[str, Any]]:
        """Each as the stock library verifies and reads it."""
        return [Webhook(secret).verify(request.content, dict(request.headers)) for request in self.heard]


@pytest.fixture
async def listener(house: House) -> AsyncIterator[Listener]:
    found = Listener()
    house.system.runtime("gateway").state[CLIENT] = httpx.AsyncClient(transport=httpx.MockTransport(found))
    yield found


async def shop_with_hook(house: House, secret: str = HOOK_SECRET) -> dict[str, Any]:
    return await house.partner("motcua", "H60.M1", webhook_url="https://motcua.test/hook", webhook_secret=secret)


async def sent_to_shop(house: House) -> None:
    await issued(house, "H60.M1")
    await send_due(house.system.runtime("gateway"))


async def test_the_stock_library_verifies_what_a_partner_is_told(house: House, listener: Listener) -> None:
    shop = await shop_with_hook(house)
    client, runtime = await house.with_token(shop), house.system.runtime("gateway")
    await sent_to_shop(house)
    await client.send(document("H60.M1", "H60.10"), "H60.M1")
    await poll(runtime, "motcua")
    async with asyncio.timeout(30):
        while not await client.waiting("status"):  # the job may be about to send it
            await send_due(runtime)
    await send_hooks(runtime)
    told = {message["type"]: message["data"] for message in listener.messages()}
    assert set(told) == {"edoc.waiting", "edoc.done", "status.waiting"}
    [waiting], [status] = await client.waiting(), await client.waiting("status")
    assert told["edoc.waiting"]["docId"] == waiting["docId"] and told["edoc.waiting"]["notation"] == "12/QĐ-S1"
    assert (told["status.waiting"]["docId"], told["status.waiting"]["statusCode"]) == (status["docId"], "01")
    assert told["status.waiting"]["documentId"] == "H60.M1,2026/11/23,7/MC"
    assert told["edoc.done"]["to"] == "H60.10"
    for request in listener.heard:
        with pytest.raises(WebhookVerificationError):
            Webhook(NEW_SECRET).verify(request.content, dict(request.headers))
        with pytest.raises(WebhookVerificationError):
            Webhook(HOOK_SECRET).verify(request.content + b" ", dict(request.headers))


async def test_both_secrets_sign_while_one_replaces_the_other(house: House, listener: Listener) -> None:
    shop = await shop_with_hook(house)
    both = {"secrets": {"webhook_secret": f"{NEW_SECRET} {HOOK_SECRET}"}}
    assert (await house.admin.post(f"/v1/partners/{shop['id']}/secrets", json=both)).status_code == 200
    await sent_to_shop(house)
    await send_hooks(house.system.runtime("gateway"))
    assert listener.messages(HOOK_SECRET) == listener.messages(NEW_SECRET) != []


async def test_an_end_point_that_fails_is_told_again_with_the_same_id(house: House, listener: Listener) -> None:
    shop, runtime = await shop_with_hook(house), house.system.runtime("gateway")
    listener.status = 500
    await sent_to_shop(house)
    await send_hooks(runtime)
    [event] = (await house.admin.get(f"/v1/partners/{shop['id']}/hooks")).json()
    assert (event["state"], event["attempts"], event["last_error"]) == ("waiting", 1, "HTTP 500")
    await send_hooks(runtime)
    assert len(listener.heard) == 1, "not before its time"
    async with runtime.work() as work:
        await work.execute(update(HookEvent).values(next_at=now() - timedelta(seconds=1)))
    listener.status = 204
    await send_hooks(runtime)
    first, second = listener.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"] and first.content == second.content
    [event] = (await house.admin.get(f"/v1/partners/{shop['id']}/hooks")).json()
    assert (event["state"], event["attempts"]) == ("told", 2)


async def test_it_is_given_up_after_days_and_the_package_waits_all_the_same(house: House, listener: Listener) -> None:
    shop, runtime = await shop_with_hook(house), house.system.runtime("gateway")
    listener.status = 410
    await sent_to_shop(house)
    for _ in range(len(PAUSES) + 1):
        async with runtime.work() as work:
            await work.execute(update(HookEvent).values(next_at=now() - timedelta(seconds=1)))
        await send_hooks(runtime)
    [event] = (await house.admin.get(f"/v1/partners/{shop['id']}/hooks")).json()
    assert (event["state"], event["attempts"]) == ("given-up", len(PAUSES) + 1)
    assert len(await (await house.with_token(shop)).waiting()) == 1


async def test_an_administrator_tries_the_end_point_and_reads_its_answer(house: House, listener: Listener) -> None:
    shop = await shop_with_hook(house)
    path = f"/v1/partners/{shop['id']}/hooks/test"
    listener.answer = "đã nhận\x00".encode()
    told = (await house.admin.post(path)).json()
    assert (told["ok"], told["status"], told["answer"]) == (True, 200, "đã nhận")
    [message] = listener.messages()
    assert message["type"] == "test" and message["data"]["text"]
    listener.status, listener.answer = 401, b"x" * 100_000
    told = (await house.admin.post(path)).json()
    assert (told["ok"], told["status"], len(told["answer"])) == (False, 401, 2000)
    assert "cùng khóa báo tin" in told["explanation"]
    assert [advice(status)[:8] for status in (302, 404, 503)] == ["Địa chỉ ", "Hãy kiểm", "Hệ thống"]
    assert (await house.admin.get(f"/v1/partners/{shop['id']}/hooks")).json() == [], "nothing is queued"

    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    house.system.runtime("gateway").state[CLIENT] = httpx.AsyncClient(transport=httpx.MockTransport(nobody))
    told = (await house.admin.post(path)).json()
    assert (told["ok"], told["status"]) == (False, None) and "motcua.test (ConnectError)" in told["explanation"]


async def test_who_may_not_try_an_end_point_and_where_there_is_none(house: House) -> None:
    shop, clerk = await house.partner("motcua", "H60.M1"), house.system.client("gateway", CLERK)
    path = f"/v1/partners/{shop['id']}/hooks/test"
    assert (await clerk.post(path)).status_code == 403
    none = await house.admin.post(path)
    assert (none.status_code, none.json()["kind"]) == (409, "no-hook")
    assert (await house.admin.post(f"/v1/partners/{uuid4()}/hooks/test")).status_code == 404


def test_pauses_grow_and_end() -> None:
    assert [pause(n, 0.0) for n in (1, 2, 9)] == [timedelta(seconds=5), timedelta(minutes=5), timedelta(days=1)]
    assert pause(10, 0.5) is None
    assert pause(1, 1.0) == timedelta(seconds=5.5)


async def test_a_hook_without_a_secret_or_with_a_weak_one_is_refused(house: House) -> None:
    for settings in (
        {"webhook_url": "https://motcua.test/hook"},
        {"webhook_url": "https://motcua.test/hook", "webhook_secret": "whsec_c2hvcnQ="},
        {"webhook_url": "not an address", "webhook_secret": HOOK_SECRET},
    ):
        body = {"name": "motcua", "title": "x", "kind": "mailbox", "settings": settings}
        assert (await house.admin.post("/v1/partners", json=body)).status_code == 422


def signed(body: bytes, secret: str = HOOK_SECRET, late: int = 0) -> dict[str, str]:
    moment = datetime.now(UTC) - timedelta(seconds=late)
    signature = Webhook(secret).sign("msg_1", moment, body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(int(moment.timestamp())), "webhook-signature": signature}


def test_our_verification_agrees_with_the_stock_library() -> None:
    moment, body = int(now().timestamp()), b'{"type":"edoc.waiting"}'
    verify([NEW_SECRET, HOOK_SECRET], signed(body), body, moment)
    ours = {
        "webhook-id": "m",
        "webhook-timestamp": str(moment),
        "webhook-signature": sign([HOOK_SECRET], "m", moment, body),
    }
    assert Webhook(HOOK_SECRET).verify(body, ours) == json.loads(body)
    for headers, text in (
        (signed(body, NEW_SECRET), body),
        (signed(body, late=400), body),
        (signed(body, late=-400), body),
        (signed(body), body + b" "),
        ({}, body),
        ({**signed(body), "webhook-timestamp": "x"}, body),
        ({**signed(body), "webhook-signature": "v1,AAAA v2,xx"}, body),
    ):
        with pytest.raises(NotAuthentic):
            verify([HOOK_SECRET], headers, text, moment)


async def test_a_partner_that_says_something_waits_is_asked_at_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    runtime = house.system.runtime("gateway")
    account = {"endpoint": "http://127.0.0.1:9", "client_id": "x", "client_secret": "y", "webhook_secret": HOOK_SECRET}
    await house.partner("tinh-ban", kind="partner", **account)
    await poll(runtime, "tinh-ban")
    async with runtime.work(reading=True) as work:
        assert await schedule.due(work, ["tinh-ban"]) == [], "it is not its time yet"
    asked: list[str] = []
    monkeypatch.setattr("services.gateway.webhooks.routes.poll_soon", lambda _, name: asked.append(name))
    http, body = house.system.client("gateway"), b'{"type":"edoc.waiting"}'
    path = "/v1/partner-hooks/tinh-ban"
    assert (await http.post(path, content=body, headers=signed(body, NEW_SECRET))).status_code == 401
    assert (await http.post(path, content=body)).status_code == 401
    assert (await http.post("/v1/partner-hooks/nobody", content=body, headers=signed(body))).status_code == 401
    assert asked == []
    assert (await http.post(path, content=body, headers=signed(body))).status_code == 202
    assert asked == ["tinh-ban"]
    async with runtime.work(reading=True) as work:
        assert await schedule.due(work, ["tinh-ban"]) == ["tinh-ban"]


async def test_a_push_during_a_cycle_is_not_forgotten(house: House) -> None:
    runtime = house.system.runtime("gateway")
    async with runtime.work() as work:
        await schedule.lease(work, "a")
    async with runtime.work() as work:
        await schedule.hasten(work, "a")
    async with runtime.work() as work:
        await schedule.finish(work, "a", timedelta(hours=1), received=0, error="")
    async with runtime.work(reading=True) as work:
        assert await schedule.due(work, ["a"]) == ["a"]


async def test_two_senders_of_hooks_tell_each_message_once(house: House, listener: Listener) -> None:
    await shop_with_hook(house)
    await sent_to_shop(house)
    runtime = house.system.runtime("gateway")
    await asyncio.gather(send_hooks(runtime), send_hooks(runtime))
    assert len(listener.heard) == 1
    async with runtime.work(reading=True) as work:
        assert [row.state for row in await work.all(select(HookEvent))] == ["told"]
