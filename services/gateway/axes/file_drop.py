"""A partner that shares folders with us: packages lie in them as files, receipts beside them.

In `out/` we write `<id>.edxml` and, last and in one step, `<id>.json` (what, from whom, to whom, SHA-256). The partner
does the same in `in/`. Who has taken a package writes `receipts/<id>.json` into the folder it came from and takes the
pair away (what could not be read goes to `failed/`). The id of a package is made of its content and its receiver, so
the same package again is the same file.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from pydantic import Field

from services.gateway.axes.cut_short import has_end
from services.gateway.axes.kinds import Kind, PartnerSettings, Seat
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
from services.gateway.connections import settings_of
from services.gateway.wire.operations import described
from services.gateway.wire.summary import peek
from shared.clock import VN, now

NOTE_LIMIT = 65536
NO_REGISTER = "Kênh thư mục không có danh mục đơn vị."
FOLDER = r"^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9_-]*)*$"


class FileDropAccount(PartnerSettings):
    """Folders below the deployment's own one (QLVB_FILE_DROP): what we write, and what the partner writes."""

    out_folder: str = Field(pattern=FOLDER, max_length=200)
    in_folder: str = Field(pattern=FOLDER, max_length=200)


class FileDrop:
    """An `Axis` of two folders."""

    def __init__(self, out_folder: Path, in_folder: Path) -> None:
        self._out, self._in = out_folder, in_folder

    async def send(
        self, path: Path, sha256: str, sender: str, recipients: Sequence[str], message_type: MessageType
    ) -> SendReceipt:
        """A pair of files for each receiver; without receivers the package's own To decides."""
        work = (path, sha256, sender, list(recipients) or [""], message_type)
        return await asyncio.to_thread(_guarded, self._send, *work)

    def _send(self, path: Path, sha256: str, sender: str, recipients: list[str], kind: MessageType) -> SendReceipt:
        receipts = [self._lay(path, sha256, sender, receiver, kind) for receiver in recipients]
        return SendReceipt(receipts[0].axis_id, duplicate=all(receipt.duplicate for receipt in receipts))

    def _lay(self, path: Path, sha256: str, sender: str, receiver: str, kind: MessageType) -> SendReceipt:
        name = hashlib.sha256("\n".join((sha256, sender, receiver, kind)).encode()).hexdigest()[:32]
        note = self._out / f"{name}.json"
        if note.exists() or (self._out / "receipts" / f"{name}.json").exists():
            return SendReceipt(name, duplicate=True)
        title, notation = described(peek(path), kind)
        _place(path, self._out / f"{name}.edxml")
        size, moment = path.stat().st_size, _now()
        facts = {"docId": name, "messageType": kind, "from": sender, "to": receiver, "sha256": sha256, "size": size}
        _note(note, {**facts, "title": title, "notation": notation, "sent": moment})
        return SendReceipt(name)

    async def list_sent(self, message_type: MessageType, axis_id: str | None = None) -> list[SentItem]:
        """What still lies there, and what has a receipt."""
        return await asyncio.to_thread(_guarded, lambda: list(self._sent(message_type, axis_id)))

    def _sent(self, message_type: MessageType, axis_id: str | None) -> Iterator[SentItem]:
        for folder in (self._out, self._out / "receipts"):
            for note in _notes(folder):
                if note.get("messageType") == message_type and axis_id in (None, note.get("docId")):
                    yield _sent_item(note, message_type)

    async def list_received(self, message_type: MessageType) -> list[ReceivedItem]:
        """The pairs in `in/` without a receipt. A package without its note is taken when it is complete."""
        return await asyncio.to_thread(_guarded, lambda: list(self._waiting(message_type)))

    def _waiting(self, message_type: MessageType) -> Iterator[ReceivedItem]:
        _listing(self._in)
        noted = set()
        for note in _notes(self._in):
            noted.add(str(note["docId"]))
            if note.get("messageType", "edoc") == message_type:
                yield _received_item(note, message_type)
        for path in sorted(self._in.glob("*.edxml")):
            bare = path.stem not in noted and not path.is_symlink()
            if bare and ("status" if peek(path).status_code else "edoc") == message_type:
                yield _received_item({"docId": path.stem}, message_type)

    async def download(self, item: ReceivedItem, path: Path) -> Downloaded:
        """A copy, compared with the SHA-256 of its note."""
        return await asyncio.to_thread(_guarded, self._download, item, path)

    def _download(self, item: ReceivedItem, path: Path) -> Downloaded:
        source, part = self._file(item), path.with_name(path.name + ".part")
        try:
            with _regular(source) as file, part.open("wb") as out:
                shutil.copyfileobj(file, out, 262144)
            with part.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
                file.seek(max(part.stat().st_size - 64, 0))
                last = file.read()
            expected = _read(self._in / f"{item.axis_id}.json").get("sha256")
            if expected and expected != digest:
                raise AxisUnavailable("tệp trong thư mục khác với mã băm ghi kèm")
            if not expected and not has_end(last):
                raise AxisUnavailable("gói tin trong thư mục chưa ghi xong")
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return Downloaded(path, path.stat().st_size, digest)

    async def acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        """A receipt, then the pair goes."""
        await asyncio.to_thread(_guarded, self._acknowledge, item, ok)

    def _acknowledge(self, item: ReceivedItem, ok: bool) -> None:
        source, note = self._file(item), self._in / f"{item.axis_id}.json"
        facts = _read(note) if note.exists() else {"docId": item.axis_id, "messageType": item.message_type}
        (self._in / "receipts").mkdir(exist_ok=True)
        receipt = {**facts, "status": "done" if ok else "fail", "received": _now()}
        _note(self._in / "receipts" / f"{item.axis_id}.json", receipt)
        if not ok and source.exists():
            (self._in / "failed").mkdir(exist_ok=True)
            os.replace(source, self._in / "failed" / source.name)
        source.unlink(missing_ok=True)
        note.unlink(missing_ok=True)

    def _file(self, item: ReceivedItem) -> Path:
        name = Path(item.axis_id).name
        if name != item.axis_id or name.startswith("."):
            raise AxisUnavailable("tên tệp trong thư mục không hợp lệ")
        return self._in / f"{name}.edxml"

    async def register_office(self, office: OfficeRegistration) -> None:
        raise AxisRefused("", "unknown", NO_REGISTER)

    async def delete_office(self, code: str) -> None:
        raise AxisRefused("", "unknown", NO_REGISTER)

    async def agencies(self) -> AsyncIterator[AgencyEntry]:
        raise AxisRefused("", "unknown", NO_REGISTER)
        yield  # makes it a stream

    async def changes(self) -> AsyncIterator[AgencyEntry]:
        raise AxisRefused("", "unknown", NO_REGISTER)
        yield

    async def code_pairs(self) -> AsyncIterator[AgencyEntry]:
        raise AxisRefused("", "unknown", NO_REGISTER)
        yield


def _guarded(work: Any, *arguments: Any) -> Any:
    """A folder that cannot be reached is an outage."""
    try:
        return work(*arguments)
    except OSError as error:
        raise AxisUnavailable(f"không dùng được thư mục trao đổi ({error.strerror or type(error).__name__})") from error


def _now() -> str:
    return now().astimezone(VN).strftime("%Y-%m-%d %H:%M:%S")


def _place(source: Path, target: Path) -> None:
    """Copy, and let it appear only when it is whole and on the disk."""
    own = target.with_name(f".{target.name}.{uuid4().hex}")
    try:
        shutil.copyfile(source, own)
        with own.open("rb") as file:
            os.fsync(file.fileno())
        os.replace(own, target)
    finally:
        own.unlink(missing_ok=True)


def _note(path: Path, content: dict[str, Any]) -> None:
    own = path.with_name(f".{path.name}.{uuid4().hex}")
    own.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(own, path)


def _regular(path: Path) -> Any:
    """Never through a link: the partner writes here."""
    return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _read(path: Path) -> dict[str, Any]:
    try:
        with _regular(path) as file:
            found = json.loads(file.read(NOTE_LIMIT))
    except (ValueError, OSError):
        return {}
    return found if isinstance(found, dict) else {}


def _listing(folder: Path) -> None:
    """A folder that has vanished is an outage, not an empty list."""
    folder.stat()


def _notes(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("[!.]*.json")):
        note = _read(path)
        if note and str(note.get("docId")) == path.stem:
            yield note


def _received_item(note: dict[str, Any], kind: MessageType) -> ReceivedItem:
    texts = [str(note.get(name) or "") for name in ("docId", "from", "to", "sent")]
    return ReceivedItem(texts[0], kind, texts[1], texts[2], "initial", texts[3])


def _sent_item(note: dict[str, Any], kind: MessageType) -> SentItem:
    names = ("docId", "title", "notation", "from", "to", "sent", "received", "status")
    doc_id, title, notation, sender, receiver, sent, received, status = (str(note.get(name) or "") for name in names)
    return SentItem(
        doc_id, doc_id, kind, title, notation, sender, receiver, sent, received, "done", status or "initial"
    )  # fmt: skip


def _connect(account: FileDropAccount, seat: Seat) -> FileDrop:
    root = settings_of(seat.runtime).file_drop or seat.runtime.settings.data_dir / "file-drop"
    folders = [Path(root) / name for name in (account.out_folder, account.in_folder)]
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    return FileDrop(*folders)


KIND = Kind(
    name="file_drop",
    title="Thư mục trao đổi tệp",
    settings=FileDropAccount,
    connect=_connect,
    capabilities=Capabilities(),
)
