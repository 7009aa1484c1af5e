"""A file → its sheets: DOCX by LibreOffice first, then measured in a process of its own."""

from __future__ import annotations

import json
from pathlib import Path

from services.registry.documents import convert
from services.registry.layout import apart, measure
from services.registry.layout.sheet import Sheets
from shared.problems import Refusal


class NoPdf(Refusal):
    kind, status = "layout-no-document", 415
    message = "“{name}” không phải tệp PDF hoặc tệp văn bản nên không kiểm tra thể thức được. Hãy chọn tệp khác."


async def sheets_of(content: bytes, name: str) -> Sheets:
    """Raises NoPdf, apart.NotMeasured, and the refusals of the converter (ConverterMissing, ConversionFailed)."""
    if Path(name).suffix.lower() in convert.CONVERTIBLE:
        content = await convert.to_pdf(content, name)
    elif not content[:1024].lstrip().startswith(b"%PDF-"):
        raise NoPdf(name=name)
    return measure.loaded(json.loads(await apart.run(measure.__name__, content, name)))
