"""A filled-in form → PDF, typeset by typst from the files in forms/."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typst

from services.registry.documents import form
from services.registry.documents.catalogue import entry
from shared.problems import Refusal

FORMS = Path(__file__).parent / "forms"


class CannotTypeset(Refusal):
    kind, status = "cannot-typeset", 422
    message = "Chưa tạo được PDF từ mẫu “{template}”. Hãy kiểm tra các ô đã điền rồi thử lại."


def render(template: str, data: dict[str, Any], *, system_fonts: bool = True) -> bytes:
    """The PDF of a template of today. Raises NotFound for an unknown one, FormNotFit, CannotTypeset."""
    if template == "annex":
        return compiled("annex", form.annex(data), system_fonts=system_fonts)
    return compiled("document", form.document(entry(template), data), system_fonts=system_fonts)


def compiled(name: str, values: dict[str, Any], *, system_fonts: bool = True) -> bytes:
    """The PDF of forms/`name`.typ. The values go in as data: no text of a person is read as typst."""
    try:
        pdf = typst.compile(
            str(FORMS / f"{name}.typ"),
            root=str(FORMS),
            format="pdf",
            sys_inputs={"data": json.dumps(values, ensure_ascii=False, default=str)},
            ignore_system_fonts=not system_fonts,
        )
    except typst.TypstError as error:
        raise CannotTypeset(template=name) from error
    assert isinstance(pdf, bytes)
    return pdf
