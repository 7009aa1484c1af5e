"""Accepting and routing packages (axis.md §1.2 sendEdoc and §1.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from infra.axis_simulator.store import Store
from services.gateway.wire.failures import NO_RECEIVER, NO_SENDER, WireFailure
from services.gateway.wire.mailbox import Parcel


class Exchange:
    """Takes a package from a centre and lays it out for each receiving unit."""

    def __init__(self, store: Store, arrived: Callable[[str], None] = lambda code: None) -> None:
        """`arrived` is told the code of each unit for which a document was laid out."""
        self.store, self._arrived = store, arrived

    def deposit(self, centre: str, parcel: Parcel) -> str:
        """Check the sender, find the receivers, store; gives the DocId. The body's file is taken over."""
        self._check_sender(centre, parcel.sender)
        doc_id = self.store.add_package(centre, parcel, self._places(parcel.to))
        for code in parcel.to if parcel.message_type == "edoc" else ():
            self._arrived(code)
        return doc_id

    def _check_sender(self, centre: str, from_code: str) -> None:
        agency = self.store.agency(from_code)
        if agency is None or agency["centre"] != centre:
            raise WireFailure(NO_SENDER, f"Đơn vị gửi chưa đăng ký: {from_code}")

    def _places(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        unknown: list[str] = []
        for code in codes:
            agency = self.store.agency(code)
            if agency is None:
                unknown.append(code)
            else:
                found.append((code, agency["centre"]))
        if unknown:
            raise WireFailure(NO_RECEIVER, f"Đơn vị nhận không tồn tại: {', '.join(unknown)}")
        return found
