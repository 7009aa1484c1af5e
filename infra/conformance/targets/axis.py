"""An axis server under test: two connection centres, each with units of its own, speaking the axis's own verbs.

Written from the recorded calls of the stock client (all parameters in headers, an HMAC over the text of one header),
and sharing no code with the adapter of the gateway or with the simulator.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import tempfile
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from infra.conformance.packages.content import PDF, File
from infra.conformance.packages.documents import document, status
from infra.conformance.packages.tree import write
from infra.conformance.suite import Failed, Skipped
from services.gateway.edxml import EdxmlRefused, read
from services.gateway.edxml.kit.diff import compare

PREFIX = "XroadVnpt-"
JSON, BINARY = "application/json", "application/octet-stream"
FINAL = b"\r\n"


@dataclass(frozen=True)
class Answer:
    """What the axis answered."""

    http: int
    content: bytes
    body: dict[str, Any]

    @property
    def code(self) -> str:
        """ErrorCode; the HTTP status where there is none."""
        return str(self.body.get("ErrorCode", f"HTTP {self.http}")).strip()

    @property
    def good(self) -> bool:
        return self.http == 200 and self.code == "0" and str(self.body.get("status", "")).upper() == "OK"

    @property
    def data(self) -> list[dict[str, Any]]:
        found = self.body.get("data")
        return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []

    def shown(self) -> str:
        """For a report."""
        return f"HTTP {self.http}: {self.content[:300].decode('utf-8', 'replace')}"


def short_hash(data: bytes) -> str:
    """The stock client's form of a SHA-256: each byte without its leading zero."""
    return "".join(f"{byte:x}" for byte in hashlib.sha256(data).digest())


@dataclass
class Centre:
    """A connection centre: its account, how it calls, and the code below which it may register units."""

    http: httpx.AsyncClient
    url: str
    code: str
    secret: str
    root: str = ""
    unit: str = ""

    def headers(
        self,
        parameters: Mapping[str, str],
        content_type: str = JSON,
        *,
        age: timedelta = timedelta(0),
        lower: bool = False,
    ) -> dict[str, str]:
        """The signed headers of a call."""
        moment = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) - age
        stamp = moment.strftime("%d%m%YT%H%M%S+") + f"{moment.microsecond // 1000:04d}"
        values = {"systemid": self.code, **parameters, "timestamp": stamp, "Content-Type": content_type}
        signed = json.dumps({PREFIX + k: v for k, v in values.items()}, separators=(",", ":"), ensure_ascii=True)
        found = {PREFIX + k: v for k, v in values.items()}
        found |= {
            "Content-Type": content_type,
            PREFIX + "sign-header-key": ";".join(values),
            PREFIX + "sign-header": signed,
            PREFIX + "hash-header": hmac.new(self.secret.encode(), signed.encode(), hashlib.sha256).hexdigest(),
            PREFIX + "version": "3.0.201608",
            "User-Agent": "JAVASDKAgent/1.0.0 XRoad/VPCP",
        }
        return {k.lower(): v for k, v in found.items()} if lower else found

    async def send(
        self, operation: str, headers: Mapping[str, str], content: bytes = b"", method: str = "POST"
    ) -> Answer:
        """One call with these very headers."""
        try:
            answer = await self.http.request(
                method, f"{self.url.rstrip('/')}/{operation}", headers=dict(headers), content=content
            )
        except httpx.HTTPError as error:
            raise Failed(f"câu trả lời của {operation}", f"{type(error).__name__}: {error}") from error
        try:
            body = json.loads(answer.content)
        except ValueError:
            body = {}
        return Answer(answer.status_code, answer.content, body if isinstance(body, dict) else {})

    async def call(
        self,
        operation: str,
        content: bytes = b"",
        method: str = "POST",
        more: Mapping[str, str] | None = None,
        **parameters: str,
    ) -> Answer:
        """One ordinary call."""
        return await self.send(operation, self.headers({**parameters, **(more or {})}), content, method)

    async def deposit(
        self,
        body: bytes,
        *,
        sender: str = "",
        to: Sequence[str] | None = None,
        kind: str = "edoc",
        digest: str = "",
        final: bytes = FINAL,
    ) -> Answer:
        """sendEdoc."""
        parameters = {"servicetype": "eDoc", "messagetype": kind, "hash-file": digest or short_hash(body)}
        parameters["from"] = sender or self.unit
        if to is not None:
            parameters["to"] = json.dumps(list(to), separators=(",", ":"))
        return await self.send("sendEdoc", self.headers(parameters, BINARY), body + final)

    async def waiting(self, kind: str = "edoc") -> list[dict[str, Any]]:
        """getReceivedEdocList."""
        answer = await self.call("getReceivedEdocList", servicetype="eDoc", messagetype=kind)
        if not answer.good:
            raise Failed("getReceivedEdocList: status OK, ErrorCode 0", answer.shown())
        return answer.data

    async def done(self, identifier: str, state: str = "done") -> Answer:
        """updateStatus."""
        return await self.call("updateStatus", b"{}", docid=identifier, status=state)

    async def download(self, identifier: str) -> Answer:
        """downloadEdoc."""
        return await self.call("downloadEdoc", method="GET", docId=identifier, filePath="edoc")


@dataclass
class Axis:
    """The axis under test, with what this run has made on it."""

    sender: Centre
    receiver: Centre
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:6].upper())
    made: list[tuple[Centre, str]] = field(default_factory=list)
    number: int = 0

    def code(self, centre: Centre, number: int) -> str:
        """A unit code of this run."""
        return f"{centre.root}.CF{self.run}{number}" if centre.root else f"CF{self.run}.{number}"

    async def begin(self) -> None:
        """Register a unit of each centre."""
        self.sender.unit, self.receiver.unit = self.code(self.sender, 1), self.code(self.receiver, 2)
        for centre in (self.sender, self.receiver):
            answer = await self.register(centre, centre.unit, f"Đơn vị thử {centre.unit}")
            if not answer.good:
                raise Failed(f"registerAgency {centre.unit}: ErrorCode 0", answer.shown())

    async def end(self) -> None:
        """Take the run's units away again, and what still waits for them."""
        units = {code for _, code in self.made}
        for kind in ("edoc", "status"):
            for centre in (self.sender, self.receiver):
                for item in await centre.waiting(kind):
                    if str(item.get("to", "")) in units:
                        await centre.done(str(item.get("docId")))
        for centre, code in self.made:
            await centre.call("deleteAgency", b"{}", AgencyCode=code)

    async def register(self, centre: Centre, code: str, name: str) -> Answer:
        """registerAgency."""
        body = {"id": "", "pcode": centre.code, "code": code, "name": name, "mail": "", "mobile": "", "fax": ""}
        answer = await centre.call("registerAgency", json.dumps(body, ensure_ascii=False).encode())
        if answer.good:
            self.made.append((centre, code))
        return answer

    def document(self, *, to: Sequence[str] = (), sender: str = "", body: bytes = PDF) -> bytes:
        """A new document of this run, never the same twice."""
        unit = sender or self.sender.unit
        files = (File("cong-van.pdf", body),)
        return write(document(unit, tuple(to) or (self.receiver.unit,), files, document_id=self.identifier(unit)))

    def identifier(self, unit: str = "") -> str:
        """A document id of this run, never the same twice."""
        self.number += 1
        return f"{unit or self.sender.unit},2026/11/24,{self.number}/CF-{self.run}"

    def status(self, code: str = "03") -> bytes:
        """A status of the receiver about a document of the sender."""
        return write(status(code, self.receiver.unit, self.sender.unit, document_id=self.identifier()))

    async def delivered(self, body: bytes, **options: Any) -> dict[str, Any]:
        """Send, and find the item in the receiver's list."""
        before = {str(item.get("docId")) for item in await self.receiver.waiting()}
        answer = await self.sender.deposit(body, **options)
        expect_good(answer, "sendEdoc")
        found = [item for item in await self.receiver.waiting() if str(item.get("docId")) not in before]
        if len(found) != 1:
            raise Failed("đúng một mục mới trong getReceivedEdocList của nơi nhận", f"{len(found)} mục")
        return found[0]


def expect_good(answer: Answer, what: str) -> None:
    """Raises Failed unless the axis said OK."""
    if not answer.good:
        raise Failed(f"{what}: status OK, ErrorCode 0", answer.shown())


def expect_refused(answer: Answer, what: str, code: str = "") -> None:
    """Raises Failed when the axis said OK, or another code than the one that is asked for."""
    if answer.good or (answer.http == 200 and not answer.body):
        raise Failed(f"{what}: từ chối, ErrorCode khác 0", answer.shown())
    if code and answer.code != code:
        raise Failed(f"{what}: ErrorCode {code}", answer.shown())


def expect_equal(what: str, wanted: object, got: object) -> None:
    """Raises Failed when they differ."""
    if wanted != got:
        raise Failed(f"{what} = {_cut(wanted)}", f"{what} = {_cut(got)}")


def expect_same(what: str, sent: bytes, got: bytes) -> None:
    """Raises Failed when another package came out than went in; only hops may have been added."""
    if sent == got:
        return
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        try:
            found = read(BytesIO(got), _room(folder, "got"))
        except EdxmlRefused as no:
            raise Failed(f"{what}: gói đã gửi", f"{len(got)} byte không đọc được: {no.problem.message_vi}") from no
        changed = compare(read(BytesIO(sent), _room(folder, "sent")), found)
    if changed:
        raise Failed(f"{what}: {changed[0].field} = {changed[0].first!r}", f"{changed[0].second!r}")


def _room(folder: str, name: str) -> Path:
    room = Path(folder) / name
    room.mkdir()
    return room


def offered(answer: Answer, operation: str) -> None:
    """Raises Skipped where the axis has no such operation."""
    if answer.http in (404, 405, 501):
        raise Skipped(f"không có {operation} (HTTP {answer.http})")


def _cut(value: object) -> str:
    return f"{len(value)} byte" if isinstance(value, bytes) else repr(value)[:200]
