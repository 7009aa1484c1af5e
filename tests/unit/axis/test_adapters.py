"""Every kind of partner keeps the promises of `promises.py` against a real other end of its kind."""

from __future__ import annotations

import asyncio
import hashlib
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from infra.axis_simulator.faults import Faults, parse_fault
from services.gateway.axes.cut_short import has_end
from services.gateway.axes.file_drop import FileDrop
from services.gateway.axes.kinds import kind_of, kinds
from services.gateway.axes.lgsp import LgspAccount, LgspAxis
from services.gateway.axes.national import earlier_sends
from services.gateway.axes.partner import PartnerAccount, PartnerAxis
from services.gateway.axes.protocol import AxisRefused, AxisUnavailable, OfficeRegistration, ReceivedItem
from services.gateway.connections import axes_of, refresh
from services.gateway.credentials.rules import SCOPES
from services.gateway.service import service
from shared.auth import Principal
from shared.testing import System, running

from .conftest import Running, document
from .faulty import Faulty
from .promises import AxisPromises, Ends, NetworkPromises

PATIENT, HASTY = 60.0, 1.5  # seconds until an answer is given up; a loaded machine may need some


class TestNationalAxis(NetworkPromises):
    @pytest.fixture
    async def ends(self, running: Running, tmp_path: Path) -> AsyncIterator[Ends]:
        async with (
            running.axis("H02", "two", PATIENT) as sender,
            running.axis("H01", "one", PATIENT) as receiver,
            running.axis("H02", "wrong", PATIENT) as stranger,
            running.axis("H02", "two", HASTY) as hasty,
        ):
            yield Ends(sender, receiver, kind_of("national").capabilities, running.fault, stranger, hasty, tmp_path)


def lgsp(running: Running, code: str, secret: str, **changes: Any) -> LgspAxis:
    values = {
        "endpoint": f"{running.url}/lgsp", "username": code, "password": secret, "system_id": code,
        "secret_key": secret, "timeout_seconds": PATIENT, **changes,
    }  # fmt: skip
    return LgspAxis(LgspAccount.model_validate(values))


class TestProvincialAxis(NetworkPromises):
    names_receivers_in_the_package = True

    @pytest.fixture
    async def ends(self, running: Running, tmp_path: Path) -> AsyncIterator[Ends]:
        sender, receiver, stranger = (
            lgsp(running, code, secret) for code, secret in (("H02", "two"), ("H01", "one"), ("H02", "wrong"))
        )
        hasty = lgsp(running, "H02", "two", timeout_seconds=HASTY)
        yield Ends(sender, receiver, kind_of("lgsp").capabilities, running.fault, stranger, hasty, tmp_path)
        for axis in (sender, receiver, stranger, hasty):
            await axis.close()

    async def test_a_token_that_ended_is_renewed_in_the_middle_of_work(self, ends: Ends, running: Running) -> None:
        await ends.send(ends.package(1))
        running.simulator.lgsp.end_tokens()
        parcel = ends.package(2)
        await ends.send(parcel)
        running.simulator.lgsp.end_tokens()
        assert len(await ends.receiver.list_received("edoc")) == 2

    async def test_a_wrong_secret_key_with_a_good_login_is_refused(self, ends: Ends, running: Running) -> None:
        axis = lgsp(running, "H02", "two", secret_key="wrong")
        with pytest.raises(Exception, match="15"):
            await axis.list_received("edoc")
        await axis.close()

    async def test_the_register_is_read_with_the_bearer_alone(self, ends: Ends) -> None:
        codes = {entry.code: entry.name async for entry in ends.sender.agencies()}
        assert codes["H01.01"] == "Sở A"

    async def test_a_status_of_the_sender_reaches_the_receiver(self, ends: Ends) -> None:
        """13 speaks of the sender's own document; this axis delivers to ResponseFor, so that names the receiver."""
        content = ends.status("13")[2].replace(b"<edXML:OrganId>H01</edXML:OrganId><edXML:Code>",
                                               b"<edXML:OrganId>H02</edXML:OrganId><edXML:Code>")  # fmt: skip
        await ends.send(ends.written(content), "status")
        [item] = await ends.receiver.list_received("status")
        assert b"<edXML:OrganId>H01</edXML:OrganId><edXML:Code>" in await ends.fetch(item)


class TestFileDrop(AxisPromises):
    @pytest.fixture
    async def ends(self, tmp_path: Path) -> Ends:
        there, back = tmp_path / "there", tmp_path / "back"
        for folder in (there, back):
            folder.mkdir()

        def hurt(kind: str, operation: str, count: int = 1, **_: Any) -> None:
            """The share is gone for one call, or a file in it is cut."""
            if kind == "truncated":
                [path] = there.glob("*.edxml")
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
                return
            away = there.with_name("away")
            there.rename(away)
            original = sender._send if operation == "sendEdoc" else receiver._waiting

            def once(*arguments: Any) -> Any:
                try:
                    found = original(*arguments)
                    return list(found) if operation != "sendEdoc" else found  # type: ignore[call-overload]
                finally:
                    away.rename(there)
                    setattr(*target, original)

            target: Any = (sender, "_send") if operation == "sendEdoc" else (receiver, "_waiting")
            setattr(*target, once)

        sender, receiver = FileDrop(there, back), FileDrop(back, there)
        return Ends(sender, receiver, kind_of("file_drop").capabilities, hurt, folder=tmp_path)

    def heal(self, ends: Ends, parcel: tuple[Path, str, bytes]) -> None:
        [path] = (ends.folder / "there").glob("*.edxml")
        path.write_bytes(parcel[2])

    async def test_a_receipt_stays_and_the_pair_goes(self, ends: Ends) -> None:
        receipt = await ends.send(ends.package())
        [item] = await ends.receiver.list_received("edoc")
        await ends.receiver.acknowledge(item, True)
        there = ends.folder / "there"
        assert [path.name for path in there.iterdir()] == ["receipts"]
        again = await ends.send(ends.package())
        assert again.duplicate and again.axis_id == receipt.axis_id
        assert await ends.receiver.list_received("edoc") == []

    async def test_a_package_without_a_note_is_taken_when_it_is_whole(self, ends: Ends) -> None:
        content = document("H02", "H01")
        path = ends.folder / "there" / "van ban 1.edxml"
        path.write_bytes(content[:200])
        [item] = await ends.receiver.list_received("edoc")
        with pytest.raises(AxisUnavailable):
            await ends.fetch(item)
        path.write_bytes(content)
        assert await ends.fetch(item) == content
        await ends.receiver.acknowledge(item, True)
        assert await ends.receiver.list_received("edoc") == []

    async def test_nothing_is_read_through_a_link_or_outside_the_folder(self, ends: Ends) -> None:
        secret = ends.folder / "secret.edxml"
        secret.write_bytes(document("H02", "H01"))
        (ends.folder / "there" / "a.edxml").symlink_to(secret)
        assert await ends.receiver.list_received("edoc") == []
        for name in ("a", "../secret", ".hidden"):
            with pytest.raises(AxisUnavailable):
                await ends.fetch(ReceivedItem(name, "edoc", "", "", "", ""))


HOP = re.compile(rb"<edXML:TraceHeaderList>(<edXML:TraceHeader><edXML:OrganId>HUB<.*?</edXML:TraceHeader>)</edXML:"
                 rb"TraceHeaderList>|<edXML:TraceHeader><edXML:OrganId>HUB<.*?</edXML:TraceHeader>")  # fmt: skip


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """An application on a port of this machine, in this loop."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", access_log=False, lifespan="off", interface="asgi3")
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


class TestPartnerApi(NetworkPromises):
    """Both ends are clients of a gateway which is their hub; the second one signs its headers, the first has tokens."""

    @pytest.fixture
    async def ends(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Ends]:
        monkeypatch.setenv("QLVB_HUB_CODE", "HUB")
        faults = Faults()

        def hurt(**body: Any) -> None:
            faults.add(parse_fault(body))

        async with running(replace(service, jobs=[]), tmp_path=tmp_path / "hub") as system:
            secrets = {}
            for name, code, kind in (("hai", "H02", "oauth2"), ("mot", "H01", "signed-headers")):
                secrets[name] = await _account(system, name, code, kind)
            app = system.runtime("gateway").apps["gateway"]
            async with serving(Faulty(app, faults)) as url:
                sender = _partner(url, "oauth2", *secrets["hai"])
                receiver = _partner(url, "signed-headers", *secrets["mot"])
                stranger = _partner(url, "oauth2", secrets["hai"][0], "wrong")
                hasty = _partner(url, "oauth2", *secrets["hai"], HASTY)
                can = kind_of("partner").capabilities
                yield Ends(
                    sender, receiver, can, hurt, stranger, hasty, tmp_path, unmarked=lambda body: HOP.sub(b"", body)
                )
                for axis in (sender, receiver, stranger, hasty):
                    await axis.close()

    async def test_the_same_package_again_gets_the_first_receipt(self, ends: Ends) -> None:
        parcel = ends.package()
        receipts = [await ends.send(parcel) for _ in range(3)]
        assert len({receipt.axis_id for receipt in receipts}) == 1
        assert len(await ends.receiver.list_received("edoc")) == 1

    async def test_units_of_ones_own_are_registered_and_deleted(self, ends: Ends) -> None:
        await ends.sender.register_office(OfficeRegistration("H02.7", "Phòng Bảy", "H02", mail="a@b"))
        found = {entry.code: entry.name async for entry in ends.receiver.agencies()}
        assert found == {"H02.7": "Phòng Bảy"}
        for code in ("H01.7", "G01"):
            with pytest.raises(AxisRefused):
                await ends.sender.register_office(OfficeRegistration(code, "Chiếm", ""))
        with pytest.raises(AxisRefused):
            await ends.receiver.delete_office("H02.7")
        await ends.sender.delete_office("H02.7")
        assert [entry.code async for entry in ends.receiver.agencies()] == []
        assert [(e.code, e.deleted, e.version) async for e in ends.receiver.changes()] == [("H02.7", True, "2")]


async def _account(system: System, name: str, code: str, kind: str) -> tuple[str, str]:
    admin = Principal("a", "Quản trị", "person", "o1", roles=frozenset({"system_admin"}))
    client = system.client("gateway", admin)
    body = {"name": name, "title": name, "kind": "mailbox", "codes": [{"code": code}]}
    partner = (await client.post("/v1/partners", json=body)).json()
    wanted = {"kind": kind, "client_id": code if kind == "signed-headers" else "", "scopes": [*SCOPES]}
    key = (await client.post(f"/v1/partners/{partner['id']}/credentials", json=wanted)).json()
    return key["client_id"], key["secret"]


def _partner(url: str, login: str, client_id: str, secret: str, timeout: float = PATIENT) -> PartnerAxis:
    values = {"endpoint": f"{url}/partner/v1", "login": login, "client_id": client_id, "client_secret": secret}
    return PartnerAxis(PartnerAccount.model_validate({**values, "timeout_seconds": timeout}))


class TestMailbox:
    """Our own end of a box: what the partner fetches with its program is in test_exchange of the partner API."""

    async def test_what_is_put_out_is_found_again_and_not_doubled(self, tmp_path: Path) -> None:
        async with running(replace(service, jobs=[]), tmp_path=tmp_path / "house") as system:
            await _account(system, "mot", "H01", "oauth2")
            runtime = system.runtime("gateway")
            await refresh(runtime)
            axis = axes_of(runtime)["mot"]
            ends = Ends(axis, axis, kind_of("mailbox").capabilities, folder=tmp_path, sender_code="H60.10")
            parcel = ends.package()
            first, second = await ends.send(parcel), await ends.send(parcel)
            assert (first.duplicate, second.duplicate, first.axis_id) == (False, True, second.axis_id)
            [sent] = earlier_sends(await axis.list_sent("edoc"), "7/UBND-VP", "H01", "Về việc thử")
            assert sent.axis_id == first.axis_id and sent.receive_status == "initial"
            assert await axis.list_received("edoc") == []
            vanished = ReceivedItem(sent.receiver_axis_id, "edoc", "", "", "", "")
            with pytest.raises(AxisUnavailable):
                await axis.download(vanished, tmp_path / "got")
            with pytest.raises(AxisUnavailable):
                await axis.acknowledge(vanished, True)


def test_every_kind_is_found_by_its_module_alone() -> None:
    assert set(kinds()) == {"national", "lgsp", "file_drop", "partner", "mailbox"}


@pytest.mark.parametrize("kind", ["national", "lgsp"])
async def test_a_package_that_is_itself_cut_short_is_taken_in_the_third_time(
    kind: str, running: Running, tmp_path: Path
) -> None:
    """Its sender cut it, not the line: it may not stay on the list for ever, and a person must see it."""
    path, content = tmp_path / "cut.edxml", document("H02", "H01")[:900]
    path.write_bytes(content)
    async with running.axis("H02", "two") as sender, running.axis("H01", "one") as national:
        await sender.send(path, hashlib.sha256(content).hexdigest(), "H02", ["H01"], "edoc")
        receiver = lgsp(running, "H01", "one") if kind == "lgsp" else national
        [item] = await receiver.list_received("edoc")
        for _ in range(2):
            with pytest.raises(AxisUnavailable, match="cắt giữa chừng"):
                await receiver.download(item, tmp_path / "got.edxml")
        got = await receiver.download(item, tmp_path / "got.edxml")
        assert got.path.read_bytes() == content
        await receiver.close()


def test_a_package_that_is_cut_behind_a_tag_has_no_end() -> None:
    content = document("H02", "H01")
    assert has_end(content[-64:] + b"\r\n")
    assert not has_end(content[: content.index(b"</edXML:MessageHeader>") + 22][-64:])
    assert not has_end(content[:-1][-64:])
    assert has_end(b"</S:Body></soap-env:Envelope>\n") and has_end(b"------=_Part_7--\r\n")
