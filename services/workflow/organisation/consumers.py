"""Keep the copy of identity's people up to date."""

from __future__ import annotations

from sqlalchemy import delete

from contracts.identity.events import PersonChangedV1
from services.workflow.organisation.tables import Person, Post
from shared.service import Consumer
from shared.work import Work


async def person_changed(work: Work, message: PersonChangedV1) -> None:
    """Take over the whole present state."""
    await work.session.merge(
        Person(
            id=message.person_id,
            full_name=message.full_name,
            position=message.position,
            office_id=message.office_id,
            unit_id=message.unit_id,
            unit_name=message.unit_name,
            active=message.active,
        )
    )
    await work.execute(delete(Post).where(Post.person_id == message.person_id))
    work.save(
        *(
            Post(
                person_id=message.person_id, place=place, role=post.role, office_id=post.office_id, unit_id=post.unit_id
            )
            for place, post in enumerate(message.posts)
        )
    )


consumers = [Consumer(PersonChangedV1, person_changed)]
