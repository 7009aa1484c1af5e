"""The document templates people may fill in. The typesetting itself is in services/registry/documents."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from contracts.registry import api
from shared.problems import NotFound, Refusal

TEMPLATES = [api.Template(key="decision", name="Quyết định", type_name="Quyết định", abbreviation="QĐ")]
PRINTED = {"decision", "annex", "register_book"}


class CannotTypeset(Refusal):
    kind, status = "cannot-typeset", 422
    message = "Chưa tạo được PDF từ mẫu “{template}”. Hãy kiểm tra các ô đã điền rồi thử lại."


def render(template: str, data: dict[str, Any]) -> bytes:
    """The PDF of a template. Raises NotFound for an unknown one, CannotTypeset when its data does not fit."""
    if template not in PRINTED:
        raise NotFound
    try:
        pdf: bytes = import_module("services.registry.documents.documents").render(template, data)
    except Refusal:
        raise
    except Exception as error:
        raise CannotTypeset(template=template) from error
    return pdf
