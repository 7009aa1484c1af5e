"""A ministry's or specialised system over our API: its document stands in the office's register, statuses come back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from contracts.signing.events import FilesValidatedV1
from contracts.workflow.events import IncomingProgressV1
from services.gateway.sending.job import send_due
from services.registry.service import service as registry
from shared.clock import now

from .conftest import CLERK, House, a_house, document, to
from .test_exchange import arrivals, statuses, taken_in


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """The gateway with the registry beside it."""
    async with a_house(tmp_path / "house", registry) as found:
        yield found


async def in_registry(house: House) -> list[dict[str, Any]]:
    answer = await house.system.client("registry", CLERK).get("/v1/incoming")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


async def tell(house: House, message: Any) -> None:
    await house.system.emit("gateway", message)
    await house.system.settle()


@pytest.mark.requirement("R08.5")
@pytest.mark.parametrize("login", ["token", "signed"])
async def test_a_one_stop_shop_creates_an_incoming_document_and_gets_statuses(house: House, login: str) -> None:
    """Documented and versioned API; nobody without a key; a document into the register, every status back, once."""
    shop = await house.partner("motcua", "H60.M1")
    described = (await house.system.client("gateway").get("/partner/v1/openapi.json")).json()
    assert described["info"]["version"] == "1.0" and "/sendEdoc" in described["paths"]
    body = document("H60.M1", "H60.10")
    assert (await house.client().send(body, "H60.M1")).status_code == 401
    client = await house.with_token(shop) if login == "token" else await house.signed(shop, "mot.cua")
    answer = await client.send(body, "H60.M1", to=to("H60.10"))
    assert answer.status_code == 200 and answer.json()["DocId"], answer.text
    await taken_in(house)
    await house.system.settle()

    [arrival] = await arrivals(house)
    await tell(house, FilesValidatedV1(arrival_id=str(arrival.id), legal_state="ORIGINAL", valid=True))
    [incoming] = await in_registry(house)
    assert (incoming["state"], incoming["subject"], incoming["code"]) == ("CHECKED", "Hồ sơ một cửa", "7/MC")
    accepted = await house.system.client("registry", CLERK).post(f"/v1/incoming/{incoming['id']}/accept", json={})
    assert accepted.json()["arrival_number"] == 1, accepted.text
    await house.system.settle()
    for code in ("04", "05", "06"):
        await tell(
            house,
            IncomingProgressV1(incoming_id=incoming["id"], office_id="o1", status=code, by="p", by_name="A", at=now()),
        )
    for _ in range(5):
        await send_due(house.system.runtime("gateway"))
    assert await statuses(client) == ["01", "03", "04", "05", "06"]
    sent = (await client.call("getSentEdocList", messagetype="edoc")).json()["data"]
    assert [(row["toCode"], row["receiveStatus"]) for row in sent] == [("H60.10", "done")]
    assert await statuses(client) == [], "each once"
