"""What the file has to be: the exact fields and locks of our own documents, and who has to have signed it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature, read_certification_data

from services.signing.judging.contents import Field
from services.signing.judging.pdfs import each, get
from services.signing.judging.reasons import reason
from services.signing.judging.verdict import Expected, Reason, SignatureFacts
from services.signing.pdf import names

OWN = frozenset(names.ALL)


def is_own(found: list[Field], expected: Expected) -> bool:
    """Whether the file must be of our own shape: the caller says so, or it carries our fields."""
    present = {one.name for one in found}
    return expected.own_shape or {names.LEADER, names.SEAL} <= present or names.ANNEX in present


def own_shape(
    reader: PdfFileReader, found: list[Field], embedded: list[EmbeddedPdfSignature], expected: Expected
) -> Iterator[Reason]:
    """The set of fields is exactly ours, each signature carries its lock, the leader certified (or approved) first."""
    stamps = {one.field_name for one in embedded if one.sig_object_type == "/DocTimeStamp"}
    present = [one.name for one in found if one.name not in stamps]
    annex = names.ANNEX in present
    wanted = {names.ANNEX} if annex else OWN
    if sorted(present) != sorted(wanted):
        odd = sorted(set(present) ^ wanted) or ["tên ô trùng nhau"]
        yield reason("fields-differ", detail=", ".join(odd)[:200])
    signed = {one.field_name: one for one in embedded}
    for name in (names.ANNEX,) if annex else (names.LEADER, names.SEAL):
        if name in signed and not _locked(signed[name], name):
            yield reason("lock-missing", field=names.TIPS[name])
    if annex:
        return
    if _claims_certification(signed) != (read_certification_data(reader) is not None):
        yield reason("lock-missing", field=names.TIPS[names.LEADER])
    if not _leader_first(signed):
        yield reason("fields-differ", detail="thứ tự chữ ký")
    if expected.sealed and names.SEAL in signed:
        empty = [one.name for one in found if one.name in names.TEXTS and not str(get(one.entries, "/V", ""))]
        if empty:
            yield reason("fields-differ", detail=", ".join(empty))


def _claims_certification(signed: dict[str, EmbeddedPdfSignature]) -> bool:
    """The leader's signature says that it certifies the file; the catalog must say the same."""
    if names.LEADER not in signed:
        return False
    references = each(get(signed[names.LEADER].sig_object, "/Reference", ()))
    return any(get(one, "/TransformMethod") == "/DocMDP" for one in references)


def _leader_first(signed: dict[str, EmbeddedPdfSignature]) -> bool:
    if names.LEADER not in signed or names.SEAL not in signed:
        return True
    return bool(signed[names.LEADER].signed_revision < signed[names.SEAL].signed_revision)


def _locked(one: EmbeddedPdfSignature, name: str) -> bool:
    """Signed lock (FieldMDP) and the field's own lock say what our files say."""
    lock = get(one.sig_field, "/Lock")
    if lock is None or not _lock_fits(lock, name):
        return False
    for reference in each(get(one.sig_object, "/Reference", ())):
        if reference["/TransformMethod"] == "/FieldMDP" and _lock_fits(reference["/TransformParams"], name):
            return name == names.LEADER or "/P" not in reference["/TransformParams"]
    return False


def _lock_fits(lock: Any, name: str) -> bool:
    if name == names.LEADER:
        excluded = {str(field) for field in each(get(lock, "/Fields", ()))}
        return bool(get(lock, "/Action") == "/Exclude" and excluded == {*names.TEXTS, names.SEAL})
    return bool(get(lock, "/Action") == "/All")


def right_roles(signatures: list[SignatureFacts]) -> Iterator[Reason]:
    """In our own fields a person signs for the leader and an office for the office."""
    for one in signatures:
        if one.role in ("leader", "office", "annex") and one.by_office != (one.role != "leader"):
            yield reason("wrong-role", field=names.TIPS.get(one.field, one.field), signer=one.signer)


def both_signed(signatures: list[SignatureFacts], expected: Expected) -> Iterator[Reason]:
    """R05.1: a competent person and the office; of a separate annex the office alone."""
    roles = {one.role for one in signatures}
    if "unknown" in roles:
        return  # refused for that already; whose it is cannot be told
    if expected.annex or "annex" in roles:
        if not roles & {"annex", "office"}:
            yield reason("office-missing")
        return
    if not roles & {"leader", "person"}:
        yield reason("leader-missing")
    if expected.sealed and "office" not in roles:
        yield reason("office-missing")
