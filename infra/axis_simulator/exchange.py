"""Accepting and routing packages (axis.md §1.2 sendEdoc and §1.6)."""

from __future__ import annotations

import json
from pathlib import Path

from infra.axis_simulator.model import BAD_PACKAGE, NO_RECEIVER, NO_SENDER, AxisFailure
from infra.axis_simulator.peek import Summary, peek
from infra.axis_simulator.store import Store


class Exchange:
    """Takes a package from a centre and lays it out for each receiving unit."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def deposit(
        self, body: Path, sha256: str, centre: str, from_code: str, message_type: str, to_header: str | None
    ) -> str:
        """Check the sender, find the receivers, store; gives the DocId. The body file is taken over."""
        self._check_sender(centre, from_code)
        summary = peek(body)
        receivers = self._receivers(summary, message_type, to_header)
        notation, title = summary.code, summary.subject
        if message_type == "status" and summary.response_for:
            notation, title = summary.response_for[0].code, f"Trạng thái {summary.status_code}"
        return self.store.add_package(body, centre, from_code, message_type, title, notation, sha256, receivers)

    def _check_sender(self, centre: str, from_code: str) -> None:
        agency = self.store.agency(from_code)
        if agency is None or agency["centre"] != centre:
            raise AxisFailure(NO_SENDER, f"Đơn vị gửi chưa đăng ký: {from_code}")

    def _receivers(self, summary: Summary, message_type: str, to_header: str | None) -> list[tuple[str, str]]:
        codes = to_list(to_header) if to_header else package_receivers(summary, message_type)
        if not codes:
            raise AxisFailure(BAD_PACKAGE, "edXML sai chuẩn: không có đơn vị nhận")
        found: list[tuple[str, str]] = []
        unknown: list[str] = []
        for code in codes:
            agency = self.store.agency(code)
            if agency is None:
                unknown.append(code)
            else:
                found.append((code, agency["centre"]))
        if unknown:
            raise AxisFailure(NO_RECEIVER, f"Đơn vị nhận không tồn tại: {', '.join(unknown)}")
        return found


def to_list(header: str) -> list[str]:
    """The `to` header: a JSON array of codes as text."""
    try:
        parsed = json.loads(header)
    except ValueError as error:
        raise AxisFailure(NO_RECEIVER, "Tiêu đề to không phải mảng JSON") from error
    if not isinstance(parsed, list) or not all(isinstance(code, str) for code in parsed):
        raise AxisFailure(NO_RECEIVER, "Tiêu đề to không phải mảng JSON của mã đơn vị")
    return list(dict.fromkeys(code.strip() for code in parsed if code.strip()))


def package_receivers(summary: Summary, message_type: str) -> list[str]:
    """Where a package without `to` header goes: To for a document, ResponseFor for a status."""
    if message_type == "status":
        return list(dict.fromkeys(reference.organ_id for reference in summary.response_for if reference.organ_id))
    return list(dict.fromkeys(summary.to))
