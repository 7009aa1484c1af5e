"""What the portal keeps of a file goes when the file goes."""

from __future__ import annotations

import asyncio

from contracts.registry.events import ContentDestroyedV1
from services.portal.pdf_pages import PageImages
from shared.service import Consumer, Runtime
from shared.work import Work


async def content_destroyed(work: Work, message: ContentDestroyedV1) -> None:
    """Nothing is written down: see `forget_images`."""


async def forget_images(runtime: Runtime, message: ContentDestroyedV1) -> None:
    images: PageImages = runtime.state["pages"]
    for sha256 in message.sha256s:
        await asyncio.to_thread(images.forget, sha256)


consumers = [Consumer(ContentDestroyedV1, content_destroyed, then=forget_images)]
