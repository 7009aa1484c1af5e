"""A PDF as it is printed: all that stands on its pages drawn in, signatures too. No signature is left to be judged."""

from __future__ import annotations

import io
from collections.abc import Collection

import pikepdf

DROPPED = ("/AcroForm", "/Perms", "/DSS", "/OpenAction", "/AA", "/Names", "/Extensions")


def flattened(content: bytes, *, without: Collection[str] = ()) -> pikepdf.Pdf:
    """`without`: names of fields that are not drawn. Raises pikepdf.PdfError for what is no PDF."""
    whole = pikepdf.open(io.BytesIO(content))
    if without:
        _leave_out(whole, without)
    whole.flatten_annotations("print")
    for page in whole.pages:
        if "/Annots" in page:
            del page["/Annots"]
    for key in DROPPED:
        if key in whole.Root:
            del whole.Root[key]
    return whole


def filled(content: bytes) -> set[str]:
    """The names of the signature fields that are signed. Raises pikepdf.PdfError."""
    with pikepdf.open(io.BytesIO(content)) as whole:
        fields = whole.Root.get("/AcroForm", pikepdf.Dictionary()).get("/Fields", pikepdf.Array())
        return {str(one["/T"]) for one in fields if one.get("/FT") == "/Sig" and "/V" in one and "/T" in one}


def _leave_out(whole: pikepdf.Pdf, names: Collection[str]) -> None:
    for page in whole.pages:
        if "/Annots" in page:
            kept = [one for one in page.Annots if str(one.get("/T", "")) not in names]
            page.Annots = pikepdf.Array(kept)


def written(whole: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    whole.save(out, deterministic_id=True)
    return out.getvalue()
