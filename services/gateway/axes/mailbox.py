"""A partner that comes to us: what we send lies in its box until it fetches it by our partner API, what it hands in
waits there for us (services/gateway/mailbox)."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

from pydantic import Field, SecretStr, field_validator, model_validator
from sqlalchemy import select

from services.gateway.axes.kinds import Endpoint, Kind, PartnerSettings, Seat
from services.gateway.axes.protocol import (
    AgencyEntry,
    AxisRefused,
    AxisUnavailable,
    Capabilities,
    Downloaded,
    MessageType,
    OfficeRegistration,
    ReceivedItem,
    SendReceipt,
    SentItem,
)
from services.gateway.mailbox import actions, items, queries
from services.gateway.mailbox.tables import LOCAL, OURS, PartnerAgency
from services.gateway.webhooks.rules import BadSecret, key_of
from services.gateway.wire.bodies import Received
from services.gateway.wire.failures import WireFailure
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import described, receivers
from services.gateway.wire.summary import peek
from shared.problems import NotFound

NO_REGISTER = "Đối tác này tự đọc danh mục đơn vị của hệ thống; không cần đăng ký."


class MailboxAccount(PartnerSettings):
    """A client of our partner API. Its keys are credentials (`/v1/partners/{id}/credentials`)."""

    requests_per_minute: int = Field(default=600, ge=1, le=100_000)
    webhook_url: Endpoint | None = None  # told at once what waits; empty: it polls
    webhook_secret: SecretStr | None = None  # whsec_…; two with a blank between while one is replaced by the other

    @field_validator("webhook_secret")
    @classmethod
    def _usable(cls, value: SecretStr | None) -> SecretStr | None:
        for text in value.get_secret_value().split() if value else ():
            try:
                key_of(text)
            except BadSecret as error:
                raise ValueError("not a whsec_ secret") from error
        return value

    @model_validator(mode="after")
    def _signed(self) -> MailboxAccount:
        if self.webhook_url and self.webhook_secret is None:
            raise ValueError("webhook_secret is needed for webhook_url")
        return self


class Mailbox:
    """An `Axis` whose other end calls us."""

    def __init__(self, seat: Seat) -> None:
        self._runtime, self._box = seat.runtime, seat.name

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: MessageType
    ) -> SendReceipt:
        summary = peek(path)
        title, notation = described(summary, message_type)
        body = Received(path, sha256, path.stat().st_size)  # noqa: ASYNC240 - a file of ours, just written
        try:
            to = tuple(dict.fromkeys(recipients)) or receivers(summary, message_type, None)
            parcel = Parcel(body, sender, message_type, to, title, notation, summary)
            handed = await actions.put_out(self._runtime, self._box, parcel)
        except WireFailure as error:
            raise AxisRefused(error.code, "file", error.text) from error
        return SendReceipt(str(handed.doc_id), duplicate=handed.duplicate)

    async def list_sent(self, message_type: MessageType, axis_id: str | None = None) -> list[SentItem]:
        async with self._runtime.work(reading=True) as work:
            found = await queries.sent(work, OURS, message_type, axis_id, self._box)
        return [
            SentItem(
                axis_id=copy.doc_id,
                receiver_axis_id=copy.receiver_doc_id,
                message_type=message_type,
                title=copy.title,
                notation=copy.notation,
                sender=copy.sender,
                receiver=copy.receiver,
                sent=copy.sent,
                received=copy.received,
                send_status=copy.send_status,
                receive_status=copy.receive_status,
            )
            for copy in found
        ]

    async def list_received(self, message_type: MessageType) -> list[ReceivedItem]:
        """What the partner handed in for offices of this deployment."""
        async with self._runtime.work(reading=True) as work:
            found = await queries.waiting(work, LOCAL, message_type, self._box)
        return [ReceivedItem(w.doc_id, message_type, w.sender, w.receiver, w.status, w.created) for w in found]

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        async with self._runtime.work(reading=True) as work:
            found = await queries.item_of(work, LOCAL, item.axis_id, self._box)
        if found is None:
            raise AxisUnavailable("không còn gói tin này")
        part = path.with_name(path.name + ".part")
        try:
            await self._runtime.blobs.copy_to(found.sha256, part)
            digest = await asyncio.to_thread(_digest, part)
            if digest != found.sha256:
                raise AxisUnavailable("gói tin lưu trữ đã bị thay đổi")
            part.replace(path)
        except NotFound as error:
            raise AxisUnavailable("không còn nội dung của gói tin này") from error
        finally:
            part.unlink(missing_ok=True)
        return Downloaded(path, found.size, found.sha256)

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        try:
            async with self._runtime.work() as work:
                await items.acknowledge(work, LOCAL, item.axis_id, "done" if ok else "fail", "", self._box)
        except WireFailure as error:
            raise AxisUnavailable(error.text) from error

    async def register_office(self, office: OfficeRegistration) -> None:
        raise AxisRefused("", "unknown", NO_REGISTER)

    async def delete_office(self, code: str) -> None:
        raise AxisRefused("", "unknown", NO_REGISTER)

    async def agencies(self) -> AsyncIterator[AgencyEntry]:
        """The units which the partner registered."""
        async with self._runtime.work(reading=True) as work:
            rows = await work.all(select(PartnerAgency).where(PartnerAgency.partner == self._box))
        for row in rows:
            yield AgencyEntry(
                row.code, row.name, row.parent, row.mail, version=str(row.version), deleted=row.deleted,
                modified=row.changed_at.isoformat(),
            )  # fmt: skip

    async def changes(self) -> AsyncIterator[AgencyEntry]:
        async for entry in self.agencies():
            yield entry

    async def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        """There is no such list."""
        for entry in _NONE:
            yield entry


_NONE: tuple[AgencyEntry, ...] = ()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _connect(_account: MailboxAccount, seat: Seat) -> Mailbox:
    return Mailbox(seat)


KIND = Kind(
    name="mailbox",
    title="Đối tác gọi vào API của hệ thống này",
    settings=MailboxAccount,
    connect=_connect,
    capabilities=Capabilities(push=True, directory="changes"),
)
