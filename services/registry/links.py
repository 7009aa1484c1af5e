"""Which incoming document answers which of ours, and the other way round."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import String, UniqueConstraint, Uuid, select
from sqlalchemy.orm import Mapped, mapped_column

from services.registry.base import Base
from shared.database import new_id
from shared.work import Work


class Link(Base):
    """`answer_id` answers `question_id`; each is an outgoing or an incoming document of the same office."""

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("answer_id", "question_id"),)

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=new_id)
    office_id: Mapped[str] = mapped_column(String(64))
    answer_id: Mapped[UUID] = mapped_column(Uuid)
    question_id: Mapped[UUID] = mapped_column(Uuid, index=True)


async def join(work: Work, office_id: str, answer_id: UUID, question_id: UUID) -> None:
    known = select(Link.id).where(Link.answer_id == answer_id, Link.question_id == question_id)
    if await work.one(known) is None:
        work.save(Link(office_id=office_id, answer_id=answer_id, question_id=question_id))


async def answers_of(work: Work, question_id: UUID) -> list[UUID]:
    return list(await work.all(select(Link.answer_id).where(Link.question_id == question_id).order_by(Link.id)))
