"""Every kind of partner keeps the promises of `promises.py` against a real other end of its kind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from services.gateway.axes.file_drop import FileDrop
from services.gateway.axes.kinds import kind_of, kinds
from services.gateway.axes.lgsp import LgspAccount, LgspAxis
from services.gateway.axes.protocol import AxisUnavailable, ReceivedItem

from .conftest import Running, document
from .promises import AxisPromises, Ends, NetworkPromises

QUICK = 1.5  # seconds until an answer is given up


class TestNationalAxis(NetworkPromises):
    @pytest.fixture
    async def ends(self, running: Running, tmp_path: Path) -> AsyncIterator[Ends]:
        async with (
            running.axis("H02", "two", QUICK) as sender,
            running.axis("H01", "one", QUICK) as receiver,
            running.axis("H02", "wrong") as stranger,
        ):
            yield Ends(sender, receiver, kind_of("national").capabilities, running.fault, stranger, tmp_path)


def lgsp(running: Running, code: str, secret: str, **changes: Any) -> LgspAxis:
    values = {
        "endpoint": f"{running.url}/lgsp", "username": code, "password": secret, "system_id": code,
        "secret_key": secret, "timeout_seconds": QUICK, **changes,
    }  # fmt: skip
    return LgspAxis(LgspAccount.model_validate(values))


class TestProvincialAxis(NetworkPromises):
    names_receivers_in_the_package = True

    @pytest.fixture
    async def ends(self, running: Running, tmp_path: Path) -> AsyncIterator[Ends]:
        sender, receiver, stranger = (
            lgsp(running, code, secret) for code, secret in (("H02", "two"), ("H01", "one"), ("H02", "wrong"))
        )
        yield Ends(sender, receiver, kind_of("lgsp").capabilities, running.fault, stranger, tmp_path)
        for axis in (sender, receiver, stranger):
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
        return Ends(sender, receiver, kind_of("file_drop").capabilities, hurt, None, tmp_path)

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


def test_every_kind_is_found_by_its_module_alone() -> None:
    assert {"national", "lgsp", "file_drop", "partner"} <= set(kinds())
