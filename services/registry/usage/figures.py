"""What each figure counts: the same conditions count it and list its documents.

An office's own month is one range of one index a figure, whatever else the tables hold; the province is the same for
each of its offices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from services.registry.incoming.rules import REJECTED
from services.registry.incoming.tables import Incoming
from services.registry.offices.tables import Office
from services.registry.outgoing.tables import Outgoing
from shared.statements import Prepared

ORIGINAL = "ORIGINAL"  # signed by the competent person and by the office (QĐ 28 Đ4)
COUNTED = ("issued", "signed", "electronic", "recalled", "returned", "registered", "due", "on_time", "refused")


@dataclass(frozen=True)
class Figure:
    """The rows of `table` whose `moment` lies in the month and that meet the conditions."""

    table: Any
    moment: InstrumentedAttribute[Any]
    also: tuple[ColumnElement[bool], ...] = ()

    def of(self, office: Any) -> list[ColumnElement[bool]]:
        """The conditions; `since`, `until` and `at` are left to be given."""
        month = [self.moment >= bindparam("since"), self.moment < bindparam("until")]
        return [self.table.office_id == office, *month, *self.also]


_TERM_IS_OVER = or_(Incoming.finished_at.is_not(None), Incoming.due_at <= bindparam("at"))
_IN_TIME = Incoming.finished_at <= Incoming.due_at
_LATE = or_(Incoming.finished_at.is_(None), Incoming.finished_at > Incoming.due_at)

FIGURES = {
    "issued": Figure(Outgoing, Outgoing.issued_at),
    "signed": Figure(Outgoing, Outgoing.issued_at, (Outgoing.legal_state == ORIGINAL,)),
    "unsigned": Figure(Outgoing, Outgoing.issued_at, (Outgoing.legal_state != ORIGINAL,)),
    "electronic": Figure(Outgoing, Outgoing.issued_at, (Outgoing.paper_sent_at.is_(None),)),
    "on_paper": Figure(Outgoing, Outgoing.issued_at, (Outgoing.paper_sent_at.is_not(None),)),
    "recalled": Figure(Outgoing, Outgoing.recalled_at),
    "returned": Figure(Outgoing, Outgoing.refused_at),
    "registered": Figure(Incoming, Incoming.registered_at, (Incoming.arrival_number.is_not(None),)),
    "due": Figure(Incoming, Incoming.due_at, (_TERM_IS_OVER,)),
    "on_time": Figure(Incoming, Incoming.due_at, (_TERM_IS_OVER, _IN_TIME)),
    "late": Figure(Incoming, Incoming.due_at, (_TERM_IS_OVER, _LATE)),
    "refused": Figure(Incoming, Incoming.refused_at, (Incoming.state == REJECTED,)),
}


def _counts(office: Any) -> list[Any]:
    return [
        select(func.count())
        .select_from(FIGURES[key].table)
        .where(*FIGURES[key].of(office))
        .scalar_subquery()
        .label(key)
        for key in COUNTED
    ]


def listed(key: str, office_id: str) -> Select[Any]:
    """The documents behind a figure, the newest first."""
    figure = FIGURES[key]
    return select(figure.table).where(*figure.of(office_id)).order_by(figure.moment.desc(), figure.table.id.desc())


OWN = Prepared(select(*_counts(bindparam("office"))))
OFFICES = Prepared(select(Office.id, Office.name, Office.active, *_counts(Office.id)).order_by(Office.name, Office.id))
