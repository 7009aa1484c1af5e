"""The offices behind the axis: simulated receivers which answer as real ones do (edxml.md §5.1)."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO

from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.letters import Letterhead
from infra.axis_simulator.model import OfficeSpec
from infra.axis_simulator.packages import new_package, reply_package, status_package
from services.gateway.wire.bodies import Received
from services.gateway.wire.failures import WireFailure
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import described
from services.gateway.wire.summary import Reference, Summary, peek, read_head

DESCRIPTIONS = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận: văn bản gửi không đúng nơi nhận",
    "03": "Đã tiếp nhận",
    "04": "Đã phân công xử lý",
    "05": "Đang xử lý",
    "06": "Đã hoàn thành",
    "15": "Đồng ý",
}
FINISH = ("01", "03", "04", "05", "06")
REFUSE = ("01", "02")
AGREE = ("15",)
RECALL, UPDATE = "1", "2"


@dataclass(frozen=True, slots=True)
class Letter:
    """A package that an office sends, and what an axis needs to know of it."""

    message_type: str
    body: bytes
    summary: Summary


class Offices:
    """Works through what waits for the simulated offices."""

    def __init__(self, exchange: Exchange, offices: Iterable[OfficeSpec]) -> None:
        self._exchange = exchange
        self._offices = {office.code: office for office in offices}
        self._heads = {office.code: Letterhead(office.keys) for office in self._offices.values() if office.keys}
        self._lock = threading.Lock()

    def work(self) -> int:
        """Answer everything that waits, also what the answers bring about; gives the number of packages handled."""
        handled, codes = 0, tuple(self._offices)
        with self._lock:
            while waiting := self._exchange.store.waiting_for(codes):
                for row in waiting:
                    self._handle(self._offices[row["centre"]], row)
                handled += len(waiting)
        return handled

    def _handle(self, office: OfficeSpec, row: sqlite3.Row) -> None:
        """The answers to a package, and that it is done: all or nothing."""
        store = self._exchange.store
        body = store.package_path(row["package_id"])
        summary = peek(body) if body.exists() else Summary()
        if not summary.from_code:
            store.set_status(office.code, row["doc_id"], "fail", "Không đọc được gói tin")
            return
        answers = self._answers(office, row["message_type"], summary) if office.behaviour != "silent" else []
        with store.together():
            try:
                for answer in answers:
                    self._send(office, summary.from_code, answer)
            except WireFailure as failure:
                store.note("office", office.code, failure.code, failure.text)
            store.set_status(office.code, row["doc_id"], "done")

    def _answers(self, office: OfficeSpec, message_type: str, summary: Summary) -> list[Letter]:
        if message_type == "status":
            return self._answers_to_status(office, summary)
        reference = _reference(summary)
        answers = [_status(office, reference, status) for status in self._statuses(office, summary)]
        if office.behaviour == "reply" and summary.business_type not in (RECALL, UPDATE) and not summary.response_for:
            number = self._exchange.store.next_number(office.code)
            body = reply_package(office.code, office.name, summary, number, self._heads.get(office.code))
            answers.append(_document(body))
        return answers

    def _statuses(self, office: OfficeSpec, summary: Summary) -> tuple[str, ...]:
        if summary.business_type in (RECALL, UPDATE):
            return AGREE
        return REFUSE if office.behaviour == "refuse" else FINISH

    def _answers_to_status(self, office: OfficeSpec, summary: Summary) -> list[Letter]:
        if summary.status_code.zfill(2) != "13" or not summary.response_for:
            return []
        return [_status(office, summary.response_for[0], "15")]

    def say(self, code: str, status: str, description: str) -> None:
        """An office reports a status of the last document it got (scenarios)."""
        office = self._known(code)
        last = self._exchange.store.query(
            "SELECT i.package_id FROM item i JOIN package p ON p.doc_id = i.package_id "
            "WHERE i.to_code = ? AND p.message_type = 'edoc' ORDER BY i.seq DESC LIMIT 1", office.code
        )  # fmt: skip
        if not last:
            return
        summary = peek(self._exchange.store.package_path(last[0]["package_id"]))
        self._send(office, summary.from_code, _status(office, _reference(summary), status, description))

    def write(self, code: str, to: str, subject: str, content: bytes) -> None:
        """An office sends a document of its own (scenarios)."""
        office = self._known(code)
        number = self._exchange.store.next_number(office.code)
        self._send(office, to, _document(new_package(office.code, office.name, to, subject, number, content)))

    def _known(self, code: str) -> OfficeSpec:
        """A simulated office, or a unit of somebody's which a scenario speaks for."""
        agency = self._exchange.store.agency(code)
        return self._offices.get(code) or OfficeSpec(code, agency["name"] if agency else code)

    def _send(self, office: OfficeSpec, to: str, letter: Letter) -> None:
        store, body, summary = self._exchange.store, letter.body, letter.summary
        path = store.incoming / str(uuid.uuid4())
        path.write_bytes(body)
        received = Received(path, hashlib.sha256(body).hexdigest(), len(body))
        title, notation = described(summary, letter.message_type)
        parcel = Parcel(received, office.code, letter.message_type, (to,), title, notation, summary)
        try:
            agency = store.agency(office.code)
            doc_id = self._exchange.deposit(agency["centre"] if agency else office.code, parcel)
        except WireFailure:
            path.unlink()
            raise
        store.note("office", office.code, "0", f"{letter.message_type} {doc_id} → {to}")


def _reference(summary: Summary) -> Reference:
    return Reference(summary.from_code, summary.code, summary.document_id, summary.promulgation_date)


def _status(office: OfficeSpec, reference: Reference, status: str, description: str = "") -> Letter:
    """A status has nothing in it that its writer would have to read again."""
    text = description or DESCRIPTIONS.get(status, "")
    body = status_package(office.code, office.name, reference, status, text)
    return Letter("status", body, Summary(from_code=office.code, status_code=status, response_for=[reference]))


def _document(body: bytes) -> Letter:
    return Letter("edoc", body, read_head(BytesIO(body)))
