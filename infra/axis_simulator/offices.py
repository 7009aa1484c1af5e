"""The offices behind the axis: simulated receivers which answer as real ones do (edxml.md §5.1)."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import uuid
from collections.abc import Iterable

from infra.axis_simulator.exchange import Exchange
from infra.axis_simulator.letters import Letterhead
from infra.axis_simulator.model import OfficeSpec
from infra.axis_simulator.packages import new_package, reply_package, status_package
from services.gateway.wire.bodies import Received
from services.gateway.wire.failures import WireFailure
from services.gateway.wire.mailbox import Parcel
from services.gateway.wire.operations import described
from services.gateway.wire.summary import Reference, Summary, peek

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


class Offices:
    """Works through what waits for the simulated offices."""

    def __init__(self, exchange: Exchange, offices: Iterable[OfficeSpec]) -> None:
        self._exchange = exchange
        self._offices = {office.code: office for office in offices}
        self._heads = {office.code: Letterhead(office.keys) for office in self._offices.values() if office.keys}
        self._lock = threading.Lock()

    def work(self) -> int:
        """Answer everything that waits, also what the answers bring about; gives the number of packages handled."""
        handled = 0
        with self._lock:
            while waiting := [
                (office, row) for office in self._offices.values() for row in self._exchange.store.waiting(office.code)
            ]:
                for office, row in waiting:
                    self._handle(office, row)
                    handled += 1
        return handled

    def _handle(self, office: OfficeSpec, row: sqlite3.Row) -> None:
        store = self._exchange.store
        body = store.package_path(row["package_id"])
        summary = peek(body) if body.exists() else Summary()
        if not summary.from_code:
            store.set_status(office.code, row["doc_id"], "fail", "Không đọc được gói tin")
            return
        if office.behaviour != "silent":
            try:
                self._answer(office, row["message_type"], summary)
            except WireFailure as failure:
                store.note("office", office.code, failure.code, failure.text)
        store.set_status(office.code, row["doc_id"], "done")

    def _answer(self, office: OfficeSpec, message_type: str, summary: Summary) -> None:
        if message_type == "status":
            self._answer_status(office, summary)
            return
        reference = Reference(summary.from_code, summary.code, summary.document_id, summary.promulgation_date)
        for status in self._statuses(office, summary):
            self._send_status(office, summary.from_code, reference, status)
        if office.behaviour == "reply" and summary.business_type not in (RECALL, UPDATE) and not summary.response_for:
            number = self._exchange.store.next_number(office.code)
            letter = reply_package(office.code, office.name, summary, number, self._heads.get(office.code))
            self._send(office, summary.from_code, "edoc", letter)

    def _statuses(self, office: OfficeSpec, summary: Summary) -> tuple[str, ...]:
        if summary.business_type in (RECALL, UPDATE):
            return AGREE
        return REFUSE if office.behaviour == "refuse" else FINISH

    def _answer_status(self, office: OfficeSpec, summary: Summary) -> None:
        if summary.status_code.zfill(2) != "13" or not summary.response_for:
            return
        self._send_status(office, summary.from_code, summary.response_for[0], "15")

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
        reference = Reference(summary.from_code, summary.code, summary.document_id, summary.promulgation_date)
        body = status_package(office.code, office.name, reference, status, description or DESCRIPTIONS.get(status, ""))
        self._send(office, summary.from_code, "status", body)

    def write(self, code: str, to: str, subject: str, content: bytes) -> None:
        """An office sends a document of its own (scenarios)."""
        office = self._known(code)
        number = self._exchange.store.next_number(office.code)
        self._send(office, to, "edoc", new_package(office.code, office.name, to, subject, number, content))

    def _known(self, code: str) -> OfficeSpec:
        """A simulated office, or a unit of somebody's which a scenario speaks for."""
        agency = self._exchange.store.agency(code)
        return self._offices.get(code) or OfficeSpec(code, agency["name"] if agency else code)

    def _send_status(self, office: OfficeSpec, to: str, reference: Reference, status: str) -> None:
        body = status_package(office.code, office.name, reference, status, DESCRIPTIONS[status])
        self._send(office, to, "status", body)

    def _send(self, office: OfficeSpec, to: str, message_type: str, body: bytes) -> None:
        store = self._exchange.store
        path = store.incoming / str(uuid.uuid4())
        path.write_bytes(body)
        received = Received(path, hashlib.sha256(body).hexdigest(), len(body))
        summary = peek(path)
        title, notation = described(summary, message_type)
        parcel = Parcel(received, office.code, message_type, (to,), title, notation, summary)
        try:
            agency = store.agency(office.code)
            doc_id = self._exchange.deposit(agency["centre"] if agency else office.code, parcel)
        finally:
            path.unlink(missing_ok=True)
        store.note("office", office.code, "0", f"{message_type} {doc_id} → {to}")
