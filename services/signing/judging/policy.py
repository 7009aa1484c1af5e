"""What may change in a file after a signature: pyHanko's rules, stricter where they were seen to let forgeries by."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.metadata.xmp_xml import parse_xmp
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    GenericFieldModificationRule,
    MetadataUpdateRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.form_rules_api import FieldComparisonContext

from services.signing.judging.pdfs import each, get

LARGEST_LOOK = 0.15 * 595 * 842  # square points: 15 % of an A4 page
_ARCHIVE = ModificationLevel.LTA_UPDATES
_FREE = frozenset({"/ModDate", "/Producer", "/Trapped"})
_XMP_FREE = frozenset({"ModifyDate", "MetadataDate", "Producer", "InstanceID", "Trapped"})
_CATALOG_FREE = frozenset({"/AcroForm", "/DSS", "/Extensions", "/Version"})
_OWN_VALUES = frozenset({"/AP", "/V"})  # all that this system changes of a field


class _StrictInfo(DocInfoRule):
    """Of the document's information only the date of change and the producer may change."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Any]:
        if self._fixed(old) != self._fixed(new):
            raise SuspiciousModification("document information changed")
        yield from super().apply(old, new)

    def _fixed(self, revision: HistoricalResolver) -> dict[str, Any]:
        info = get(revision.trailer_view, "/Info", {})
        return {key: info[key] for key in info if key not in _FREE}


class _ModestFields(SigFieldCreationRule):
    """A new signature field may show its signature, and not hide the page behind it (the "sneaky signature" attack)."""

    def apply(self, context: FieldComparisonContext) -> Iterable[Any]:
        for name, spec in context.field_specs.items():
            if spec.field_type == "/Sig" and spec.old_field_ref is None and spec.new_field is not None:
                self._look(name, spec.new_field)
        yield from super().apply(context)

    def _look(self, name: str, field: Any) -> None:
        for one in (field, *each(get(field, "/Kids", ()))):
            if "/V" not in field and _draws(one):
                raise SuspiciousModification(f"the new field {name} is not signed and draws")
            left, bottom, right, top = (float(v) for v in each(get(one, "/Rect", (0, 0, 0, 0))))
            if abs((right - left) * (top - bottom)) > LARGEST_LOOK:
                raise SuspiciousModification(f"the new field {name} covers the page")


def _draws(widget: Any) -> bool:
    """Whether its appearance has any operator but the marks around nothing."""
    shown = get(get(widget, "/AP", {}), "/N")
    if shown is None:
        return False
    if not isinstance(shown, generic.StreamObject):
        return True
    return bool(set(shown.data.split()) - {b"/Tx", b"BMC", b"EMC", b"q", b"Q"})


class _StrictMetadata(MetadataUpdateRule):
    """The same for the XMP metadata, which signing software of others brings up to date."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Any]:
        before, after = (_metadata(revision.root) for revision in (old, new))
        if before is None and after is None:
            return
        if before is None or after is None or not _same(before[1], after[1]):
            raise SuspiciousModification("metadata changed")
        if before[0] != after[0] or before[1].encoded_data != after[1].encoded_data:
            yield from super().apply(old, new)


def _metadata(root: Any) -> tuple[Any, Any] | None:
    """The catalog's metadata: as it is written there, and the stream."""
    if "/Metadata" not in root:
        return None
    stream = root.raw_get("/Metadata").get_object()  # not by key: that reads and rewrites it as XMP
    if not isinstance(stream, generic.StreamObject):
        raise SuspiciousModification("metadata is not a stream")
    return root.raw_get("/Metadata"), stream


def _same(before: generic.StreamObject, after: generic.StreamObject) -> bool:
    if before.encoded_data == after.encoded_data:
        return {k: before[k] for k in before} == {k: after[k] for k in after}
    try:
        return _fixed_properties(before) == _fixed_properties(after)
    except ValueError:
        return False


def _fixed_properties(stream: generic.StreamObject) -> dict[tuple[str, str], Any]:
    return {
        (name.ns, name.local_name): value
        for structure in parse_xmp(io.BytesIO(stream.data))
        for name, value in structure
        if name.local_name not in _XMP_FREE
    }


def changes_allowed(*, own: bool = False) -> StandardDiffPolicy:
    """No change of appearances in place; of the form only its list of fields; of information and metadata the dates.

    `own`: in files of this system only values and appearances of fields change, and the metadata stays where it is (a
    signing tool of another maker may bring its dates up to date).
    """
    metadata: list[Any] = [_StrictMetadata().as_qualified(_ARCHIVE)]  # type: ignore[no-untyped-call]
    catalog = _CATALOG_FREE if own else _CATALOG_FREE | {"/Metadata"}
    fields: dict[str, Any] = {"allow_in_place_appearance_stream_changes": False}
    if own:
        fields |= {"value_update_keys": _OWN_VALUES, "always_modifiable": frozenset()}
    return StandardDiffPolicy(
        [
            CatalogModificationRule(ignored_keys=catalog),  # type: ignore[no-untyped-call]
            _StrictInfo().as_qualified(_ARCHIVE),
            XrefStreamRule().as_qualified(_ARCHIVE),
            ObjectStreamRule().as_qualified(_ARCHIVE),
            DSSCompareRule().as_qualified(_ARCHIVE),
            *metadata,
        ],
        FormUpdatingRule(
            [
                _ModestFields(),  # type: ignore[no-untyped-call]
                SigFieldModificationRule(**fields),
                GenericFieldModificationRule(**fields),
            ],
            ignored_acroform_keys=frozenset({"/Fields"}),
        ),
    )
