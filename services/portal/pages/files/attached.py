"""Files sent with the form itself: the way of an upload field without JavaScript."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import UploadFile

from services.portal.visits import Act


async def attached(act: Act, field: str, role: str) -> list[dict[str, Any]]:
    """Each file of this field, stored in registry, as the upload field with JavaScript would name it. Problem."""
    found = []
    for upload in act.uploads(field):
        kind = upload.content_type or "application/octet-stream"
        ref = await act.services.registry.upload_file(upload.filename or "", _chunks(upload), kind, upload.size)
        found.append({**ref.model_dump(mode="json"), "role": role})
    return found


async def _chunks(upload: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await upload.read(2**18):
        yield chunk
