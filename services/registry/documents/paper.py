"""A PDF as it is printed: all that stands on its pages drawn in, signatures too. No signature is left to be judged."""

from __future__ import annotations

import io

import pikepdf

DROPPED = ("/AcroForm", "/Perms", "/DSS", "/OpenAction", "/AA", "/Names", "/Extensions")


def flattened(content: bytes) -> pikepdf.Pdf:
    """Raises pikepdf.PdfError for what is no PDF."""
    whole = pikepdf.open(io.BytesIO(content))
    whole.flatten_annotations("print")
    for page in whole.pages:
        if "/Annots" in page:
            del page["/Annots"]
    for key in DROPPED:
        if key in whole.Root:
            del whole.Root[key]
    return whole


def written(whole: pikepdf.Pdf) -> bytes:
    out = io.BytesIO()
    whole.save(out, deterministic_id=True)
    return out.getvalue()
