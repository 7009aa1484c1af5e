"""What every kind of partner promises, written once; each kind inherits it and runs against a real other end."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from services.gateway.axes.national import earlier_sends
from services.gateway.axes.protocol import Axis, AxisRefused, AxisUnavailable, Capabilities, ReceivedItem
from services.gateway.wire.operations import status_title

from .conftest import NAMESPACE, document

Break = Callable[..., None]


@dataclass
class Ends:
    """Two units joined by one partner kind. `hurt` arms a fault at the other end; `stranger` has a wrong key;
    `hasty` is the sender again, which gives an answer up after a second or two."""

    sender: Axis
    receiver: Axis
    can: Capabilities
    hurt: Break | None = None
    stranger: Axis | None = None
    hasty: Axis | None = None
    folder: Path = field(default_factory=Path)
    sender_code: str = "H02"
    receiver_code: str = "H01"
    unmarked: Callable[[bytes], bytes] = bytes  # takes away what the way itself adds to a package

    def package(self, number: int = 7, *, padding: int = 0) -> tuple[Path, str, bytes]:
        return self.written(document(self.sender_code, self.receiver_code, "H99", number=number, padding=padding))

    def status(self, code: str = "03") -> tuple[Path, str, bytes]:
        return self.written(status(self.sender_code, self.receiver_code, code))

    def written(self, content: bytes) -> tuple[Path, str, bytes]:
        digest = hashlib.sha256(content).hexdigest()
        path = self.folder / f"{digest}.edxml"
        path.write_bytes(content)
        return path, digest, content

    async def send(self, parcel: tuple[Path, str, bytes], kind: Any = "edoc", to: str = "") -> Any:
        return await self.sender.send(parcel[0], parcel[1], self.sender_code, [to or self.receiver_code], kind)

    async def fetch(self, item: ReceivedItem) -> bytes:
        target = self.folder / "got.edxml"
        target.unlink(missing_ok=True)
        got = await self.receiver.download(item, target)
        content = target.read_bytes()
        assert (got.path, got.size, got.sha256) == (target, len(content), hashlib.sha256(content).hexdigest())
        return self.unmarked(content)


def status(sender: str, receiver: str, code: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<edXML xmlns="{NAMESPACE}"><edXML:edXMLEnvelope xmlns:edXML="{NAMESPACE}"><edXML:edXMLHeader>'
        f"<edXML:MessageHeader><edXML:From><edXML:OrganId>{sender}</edXML:OrganId></edXML:From>"
        f"<edXML:ResponseFor><edXML:OrganId>{receiver}</edXML:OrganId><edXML:Code>7/UBND-VP</edXML:Code>"
        f"<edXML:DocumentId>{receiver},2026/11/23,7/UBND-VP</edXML:DocumentId></edXML:ResponseFor>"
        f"<edXML:StatusCode>{code}</edXML:StatusCode><edXML:Timestamp>2026/11/23 08:00:00</edXML:Timestamp>"
        "</edXML:MessageHeader></edXML:edXMLHeader></edXML:edXMLEnvelope></edXML>"
    ).encode()


def without_others(content: bytes) -> bytes:
    """As it arrives where the package itself says for whom it is: the other receivers are no longer named."""
    return content.replace(b"<edXML:To><edXML:OrganId>H99</edXML:OrganId></edXML:To>", b"")


class AxisPromises:
    """Inherit, and give an `ends` fixture."""

    names_receivers_in_the_package = False

    def expected(self, content: bytes) -> bytes:
        return without_others(content) if self.names_receivers_in_the_package else content

    async def test_a_package_travels_unchanged_and_is_acknowledged_once(self, ends: Ends) -> None:
        parcel = ends.package(padding=300_000)
        receipt = await ends.send(parcel)
        assert receipt.axis_id and not receipt.duplicate
        [item] = await ends.receiver.list_received("edoc")
        assert (item.sender, item.receiver, item.message_type) == (ends.sender_code, ends.receiver_code, "edoc")
        assert await ends.fetch(item) == self.expected(parcel[2])
        assert [found.axis_id for found in await ends.receiver.list_received("edoc")] == [item.axis_id]
        await ends.receiver.acknowledge(item, True)
        assert await ends.receiver.list_received("edoc") == []

    async def test_what_could_not_be_processed_leaves_the_list_too(self, ends: Ends) -> None:
        await ends.send(ends.package())
        [item] = await ends.receiver.list_received("edoc")
        await ends.receiver.acknowledge(item, False)
        assert await ends.receiver.list_received("edoc") == []
        if ends.can.lists_sent:
            assert [sent.receive_status for sent in await ends.sender.list_sent("edoc")] == ["fail"]

    async def test_documents_and_statuses_have_lists_of_their_own(self, ends: Ends) -> None:
        parcel = ends.status("13")
        await ends.send(parcel, "status")
        assert await ends.receiver.list_received("edoc") == []
        [item] = await ends.receiver.list_received("status")
        assert await ends.fetch(item) == parcel[2]

    async def test_nothing_waits_for_the_sender(self, ends: Ends) -> None:
        await ends.send(ends.package())
        assert await ends.sender.list_received("edoc") == []

    async def test_many_at_once_all_arrive_in_the_order_of_the_list(self, ends: Ends) -> None:
        parcels = [ends.package(number) for number in range(1, 13)]
        await ends.send(parcels[0])
        await asyncio.gather(*(ends.send(parcel) for parcel in parcels[1:]))
        items = await ends.receiver.list_received("edoc")
        fetched = [await ends.fetch(item) for item in items]
        assert sorted(fetched) == sorted(self.expected(parcel[2]) for parcel in parcels)
        again = await ends.receiver.list_received("edoc")
        assert [item.axis_id for item in again] == [item.axis_id for item in items]

    async def test_the_same_package_again_is_accepted(self, ends: Ends) -> None:
        parcel = ends.package()
        first, second = await ends.send(parcel), await ends.send(parcel)
        contents = {await ends.fetch(item) for item in await ends.receiver.list_received("edoc")}
        assert contents == {self.expected(parcel[2])}
        if second.duplicate:
            assert len(await ends.receiver.list_received("edoc")) == 1 and second.axis_id in ("", first.axis_id)

    async def test_a_sender_can_look_for_what_it_sent(self, ends: Ends) -> None:
        await ends.send(ends.package())
        found = earlier_sends(await ends.sender.list_sent("edoc"), "7/UBND-VP", ends.receiver_code, "Về việc thử")
        assert len(found) == int(ends.can.lists_sent)
        assert earlier_sends(await ends.sender.list_sent("edoc"), "8/UBND-VP", ends.receiver_code, "Về việc thử") == []

    async def test_a_sender_can_look_for_its_statuses_too(self, ends: Ends) -> None:
        """By the document's number and the kind of status, as `status_title` writes it; each has an id of its own."""
        receipt, _ = await ends.send(ends.status("01"), "status"), await ends.send(ends.status("03"), "status")
        known = await ends.sender.list_sent("status")
        found = earlier_sends(known, "7/UBND-VP", ends.receiver_code, status_title("01"))
        assert [(i.axis_id, i.sender) for i in found] == [(receipt.axis_id, ends.sender_code)] * int(
            ends.can.lists_sent
        )
        assert earlier_sends(known, "7/UBND-VP", ends.receiver_code, status_title("02")) == []

    async def test_an_outage_is_never_an_empty_list(self, ends: Ends) -> None:
        assert ends.hurt
        await ends.send(ends.package())
        for kind in self.outages():
            ends.hurt(kind=kind, operation="getReceivedEdocList", count=1)
            with pytest.raises(AxisUnavailable):
                await ends.receiver.list_received("edoc")
            assert len(await ends.receiver.list_received("edoc")) == 1

    async def test_a_send_in_an_outage_is_tried_again(self, ends: Ends) -> None:
        assert ends.hurt
        parcel = ends.package()
        ends.hurt(kind="down", operation="sendEdoc", count=1)
        with pytest.raises(AxisUnavailable):
            await ends.send(parcel)
        await ends.send(parcel)
        assert len(await ends.receiver.list_received("edoc")) == 1

    async def test_a_truncated_download_is_never_stored(self, ends: Ends) -> None:
        assert ends.hurt
        parcel = ends.package(padding=100_000)
        await ends.send(parcel)
        [item] = await ends.receiver.list_received("edoc")
        ends.hurt(kind="truncated", operation="downloadEdoc", count=1)
        target = ends.folder / "got.edxml"
        with pytest.raises(AxisUnavailable):
            await ends.receiver.download(item, target)
        assert not target.exists() and not list(ends.folder.glob("*.part"))
        self.heal(ends, parcel)
        assert await ends.fetch(item) == self.expected(parcel[2])

    def outages(self) -> tuple[str, ...]:
        return ("down",)

    def heal(self, ends: Ends, parcel: tuple[Path, str, bytes]) -> None:
        """What the other end does after a truncated download; most need nothing."""


class NetworkPromises(AxisPromises):
    """Of the kinds which speak over a network with an account."""

    def outages(self) -> tuple[str, ...]:
        return ("down", "html", "lost_answer")

    async def test_a_lost_answer_hides_a_done_send_which_can_be_found(self, ends: Ends) -> None:
        assert ends.hurt
        parcel = ends.package()
        ends.hurt(kind="lost_answer", operation="sendEdoc", count=1)
        with pytest.raises(AxisUnavailable):
            await ends.send(parcel)
        found = earlier_sends(await ends.sender.list_sent("edoc"), "7/UBND-VP", ends.receiver_code, "Về việc thử")
        assert len(found) == int(ends.can.lists_sent)
        assert len(await ends.receiver.list_received("edoc")) == 1

    async def test_slow_beyond_the_limit_is_an_outage(self, ends: Ends) -> None:
        assert ends.hurt and ends.hasty
        ends.hurt(kind="slow", operation="getReceivedEdocList", seconds=3.0)
        with pytest.raises(AxisUnavailable):
            await ends.hasty.list_received("edoc")

    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            ("10", "file"), ("15", "credentials"), ("18", "receiver"), ("19", "sender"), ("21", "file"),
            ("22", "file"), ("23", "receiver"), ("413", "file"),
        ],
    )  # fmt: skip
    async def test_refusals_have_kinds_and_words(self, ends: Ends, code: str, kind: str) -> None:
        assert ends.hurt
        ends.hurt(kind="error", operation="sendEdoc", code=code, count=1)
        with pytest.raises(AxisRefused) as caught:
            await ends.send(ends.package())
        assert caught.value.kind == kind and caught.value.message_vi

    @pytest.mark.parametrize("code", ["20", "77", "500", "502"])
    async def test_a_fault_of_the_axis_itself_is_tried_again(self, ends: Ends, code: str) -> None:
        assert ends.hurt
        ends.hurt(kind="error", operation="sendEdoc", code=code, count=1)
        with pytest.raises(AxisUnavailable):
            await ends.send(ends.package())

    async def test_an_unknown_receiver_is_refused(self, ends: Ends) -> None:
        content = document(ends.sender_code, "H98")
        with pytest.raises(AxisRefused) as caught:
            await ends.send(ends.written(content), to="H98")
        assert caught.value.kind == "receiver"

    async def test_a_wrong_key_is_refused(self, ends: Ends) -> None:
        assert ends.stranger
        with pytest.raises(AxisRefused) as caught:
            await ends.stranger.list_received("edoc")
        assert caught.value.kind == "credentials"

    async def test_an_item_that_vanished_or_fails_to_load_is_not_stored(self, ends: Ends) -> None:
        assert ends.hurt
        await ends.send(ends.package())
        [item] = await ends.receiver.list_received("edoc")
        for kind in ("html", "down", "lost_answer", "error"):
            ends.hurt(kind=kind, operation="downloadEdoc", count=1)
            with pytest.raises(AxisUnavailable):
                await ends.receiver.download(item, ends.folder / "got.edxml")
            assert not (ends.folder / "got.edxml").exists()
        await ends.fetch(item)
