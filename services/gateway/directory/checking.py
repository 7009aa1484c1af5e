"""Can a document be sent to this code today? Asked before a document is issued (Regulation Đ8 k3; R08.6)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from contracts.gateway.directory import CheckedOrgan
from services.gateway.directory import level1
from services.gateway.directory.tables import ExternalOrgan
from services.gateway.partners.queries import Limits, limits
from services.gateway.receiving.queries import senders_among
from services.gateway.routing.actions import ways
from services.gateway.routing.rules import LOCAL, Ways, current, normal, route
from shared.work import Work

BATCH = 400
UNKNOWN = (
    "Không có cơ quan nào mang mã “{code}” trong danh mục. Hãy chọn lại nơi nhận theo tên, hoặc nhờ quản trị bổ sung."
)
CLOSED = "Mã “{code}” ({name}) không còn hiệu lực.{instead} Hãy chọn lại nơi nhận."
INSTEAD = " Mã hiện nay là {code}."
DUTIES = " Nhiệm vụ nay thuộc {name} ({code})."


async def check(work: Work, organ_ids: Sequence[str]) -> list[CheckedOrgan]:
    """Each code in the order asked."""
    known = await ways(work, organ_ids)
    listed = await _listed(work, {*map(normal, organ_ids), *(current(code, known.successors) for code in organ_ids)})
    wrote, limit_of = await senders_among(work, organ_ids), await limits(work)
    return [_judge(code, known, listed, wrote, limit_of) for code in organ_ids]


def _judge(
    code: str, known: Ways, listed: dict[str, ExternalOrgan], wrote: dict[str, str], limit_of: Limits
) -> CheckedOrgan:
    way, today = route(code, None, "", known), current(code, known.successors)
    if way.channel == LOCAL and way.place:
        return CheckedOrgan(
            organ_id=code, known=True, name=way.place.name, channel=LOCAL, current_id=way.place.organ_id
        )
    organ = listed.get(normal(code)) or listed.get(today)
    if organ is not None and not organ.closed:
        limit = limit_of.mb(way.channel)
        return CheckedOrgan(
            organ_id=code, known=True, name=organ.name, channel=way.channel, current_id=way.organ_id, limit_mb=limit
        )
    if normal(code) in wrote and level1.closed(code) is None:
        limit = limit_of.mb(way.channel)
        return CheckedOrgan(
            organ_id=code, known=True, name=wrote[normal(code)], channel=way.channel, current_id=code, limit_mb=limit
        )
    return CheckedOrgan(organ_id=code, known=False, current_id=today, problem=_problem(code, today, organ, listed))


def _problem(code: str, today: str, organ: ExternalOrgan | None, listed: dict[str, ExternalOrgan]) -> str:
    closed = level1.closed(code)
    if organ is None and closed is None:
        return UNKNOWN.format(code=code)
    name = organ.name if organ else closed.name if closed else ""
    instead = ""
    if today != normal(code):
        instead = INSTEAD.format(code=today)
    elif closed and closed.successor:
        successor = level1.known(closed.successor)
        instead = DUTIES.format(name=successor.name if successor else "", code=closed.successor)
    return CLOSED.format(code=code, name=name, instead=instead)


async def _listed(work: Work, codes: Iterable[str]) -> dict[str, ExternalOrgan]:
    """By each of their codes; of several sources the one in which it still lives."""
    wanted = sorted(codes)
    found: dict[str, ExternalOrgan] = {}
    for start in range(0, len(wanted), BATCH):
        part = wanted[start : start + BATCH]
        statement = select(ExternalOrgan).where(or_(ExternalOrgan.code.in_(part), ExternalOrgan.other_code.in_(part)))
        for row in await work.all(statement.order_by(ExternalOrgan.closed.desc())):
            found |= {code: row for code in (row.other_code, row.code) if code}
    return found
