"""The exact fields and locks of our own documents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from services.signing.judging.contents import Field
from services.signing.judging.pdfs import each, get
from services.signing.judging.reasons import reason
from services.signing.judging.verdict import Expected, Reason
from services.signing.pdf import names


def is_own(found: list[Field], expected: Expected) -> bool:
    """Whether the file must be of our own shape: the caller says so, or it carries our fields."""
    present = {one.name for one in found}
    return expected.own_shape or {names.LEADER, names.SEAL} <= present or names.ANNEX in present


def own_shape(
    reader: PdfFileReader, found: list[Field], embedded: list[EmbeddedPdfSignature], expected: Expected
) -> Iterator[Reason]:
    """The set of fields is exactly ours, each signature carries its lock, the leaders signed before the office."""
    stamps = {one.field_name for one in embedded if one.sig_object_type == "/DocTimeStamp"}
    present = [one.name for one in found if one.name not in stamps]
    annex = names.ANNEX in present
    leaders = names.LEADERS[: max(1, sum(name in names.LEADERS for name in present))]
    wanted = {names.ANNEX} if annex else {*names.TEXTS, *leaders, names.SEAL}
    if sorted(present) != sorted(wanted):
        odd = sorted(set(present) ^ wanted) or ["tên ô trùng nhau"]
        yield reason("fields-differ", detail=", ".join(odd)[:200])
    signed = {one.field_name: one for one in embedded}
    for name in (names.ANNEX,) if annex else (*leaders, names.SEAL):
        if name in signed and not _locked(signed[name], name, leaders):
            yield reason("lock-missing", field=names.TIPS[name])
    if annex:
        return
    yield from _in_order(reader, leaders, signed, expected)
    if expected.sealed and names.SEAL in signed:
        empty = [one.name for one in found if one.name in names.TEXTS and not str(get(one.entries, "/V", ""))]
        if empty:
            yield reason("fields-differ", detail=", ".join(empty))


def _in_order(
    reader: PdfFileReader, leaders: tuple[str, ...], signed: dict[str, EmbeddedPdfSignature], expected: Expected
) -> Iterator[Reason]:
    """The first leader certifies the file (or approves it, as the others do); the office seals when all have signed."""
    there = sorted((signed[name] for name in leaders if name in signed), key=lambda one: one.signed_revision)
    certifying = [_claims_certification(one) for one in there]
    if any(certifying[1:]) or any(certifying) != (read_certification_data(reader) is not None):
        yield reason("lock-missing", field=names.TIPS[names.LEADER])
    sealed = signed.get(names.SEAL)
    if sealed is not None and any(one.signed_revision >= sealed.signed_revision for one in there):
        yield reason("fields-differ", detail="thứ tự chữ ký")
    if (expected.sealed or sealed is not None) and len(there) < len(leaders):
        yield reason("leader-missing")


def _claims_certification(one: EmbeddedPdfSignature) -> bool:
    """The signature says that it certifies the file; the catalog must say the same."""
    references = each(get(one.sig_object, "/Reference", ()))
    return any(get(reference, "/TransformMethod") == "/DocMDP" for reference in references)


def _locked(one: EmbeddedPdfSignature, name: str, leaders: tuple[str, ...]) -> bool:
    """Signed lock (FieldMDP) and the field's own lock say what our files say."""
    lock = get(one.sig_field, "/Lock")
    if lock is None or not _lock_fits(lock, name, leaders):
        return False
    for reference in each(get(one.sig_object, "/Reference", ())):
        if reference["/TransformMethod"] == "/FieldMDP" and _lock_fits(reference["/TransformParams"], name, leaders):
            return name in leaders or "/P" not in reference["/TransformParams"]
    return False


def _lock_fits(lock: Any, name: str, leaders: tuple[str, ...]) -> bool:
    if name in leaders:
        excluded = {str(field) for field in each(get(lock, "/Fields", ()))}
        return bool(get(lock, "/Action") == "/Exclude" and excluded == set(names.left_open(name, leaders)))
    return bool(get(lock, "/Action") == "/All")
