"""What may change in a file after a signature: pyHanko's rules, stricter where they were seen to let forgeries by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)

from services.signing.judging.pdfs import get

VERSION = "2026-11-24"
_ARCHIVE = ModificationLevel.LTA_UPDATES
_FREE = frozenset({"/ModDate", "/Producer", "/Trapped"})


class _StrictInfo(DocInfoRule):
    """Of the document's information only the date of change and the producer may change."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Any]:
        if self._fixed(old) != self._fixed(new):
            raise SuspiciousModification("document information changed")
        yield from super().apply(old, new)

    def _fixed(self, revision: HistoricalResolver) -> dict[str, Any]:
        info = get(revision.trailer_view, "/Info", {})
        return {key: info[key] for key in info if key not in _FREE}


def changes_allowed() -> StandardDiffPolicy:
    """No change of appearances in place; of the form only its list of fields; no change of XMP metadata."""
    return StandardDiffPolicy(
        [
            CatalogModificationRule(  # type: ignore[no-untyped-call]
                ignored_keys=frozenset({"/AcroForm", "/DSS", "/Extensions", "/Version"})
            ),
            _StrictInfo().as_qualified(_ARCHIVE),
            XrefStreamRule().as_qualified(_ARCHIVE),
            ObjectStreamRule().as_qualified(_ARCHIVE),
            DSSCompareRule().as_qualified(_ARCHIVE),
        ],
        FormUpdatingRule(
            [
                SigFieldCreationRule(),  # type: ignore[no-untyped-call]
                SigFieldModificationRule(allow_in_place_appearance_stream_changes=False),
                GenericFieldModificationRule(allow_in_place_appearance_stream_changes=False),
            ],
            ignored_acroform_keys=frozenset({"/Fields"}),
        ),
    )
