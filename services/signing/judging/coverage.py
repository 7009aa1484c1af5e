"""Which bytes a signature covers, whether its gap holds nothing but the signature, and what follows the last one."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from asn1crypto import parser
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef, read_object_header
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

BLANK = b"\0\t\n\f\r "
_HEXADECIMAL = re.compile(rb"[0-9A-Fa-f]*")
_END = re.compile(rb"\s*startxref\s+(\d+)\s+%%EOF(?:\r\n|\r|\n)?")


def exact(one: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """The signed ranges leave out the hexadecimal string of this signature's /Contents and nothing else."""
    ranges = [int(value) for value in one.byte_range]
    if len(ranges) != 4 or ranges[0] != 0 or not 0 < ranges[1] < ranges[2] <= ranges[2] + ranges[3] <= len(pdf):
        return False
    gap = pdf[ranges[1] : ranges[2]]
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or len(digits) % 2 or not _HEXADECIMAL.fullmatch(digits):
        return False
    return bytes.fromhex(digits.decode()) == one.pkcs7_content and _alone(one.pkcs7_content)


def _alone(contents: bytes) -> bool:
    """One DER or BER value, then nothing but zeros: the gap must not carry anything else."""
    try:
        _, _, _, header, content, trailer = parser.parse(contents)
    except ValueError:
        return False
    return not contents[len(header) + len(content) + len(trailer) :].strip(b"\0")


def hash_together(signatures: Sequence[EmbeddedPdfSignature], pdf: bytes) -> None:
    """Gives each signature its digest. What several cover from the start of the file is hashed once."""
    view = memoryview(pdf)
    running: dict[str, tuple[Any, int]] = {}
    for one in sorted(signatures, key=lambda s: s.byte_range[1]):
        _, before, start, length = (int(value) for value in one.byte_range)
        algorithm = one.external_md_algorithm
        if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
            continue
        state, done = running.get(algorithm) or (hashlib.new(algorithm), 0)  # the judge refuses weak ones elsewhere
        state.update(view[done:before])
        running[algorithm] = state, before
        whole = state.copy()
        whole.update(view[start : start + length])
        one.external_digests[algorithm] = whole.digest()


def covered(one: EmbeddedPdfSignature) -> str:
    """ "file", "revision" or "part"."""
    level = one.coverage or one.evaluate_signature_coverage()
    if level == SignatureCoverageLevel.ENTIRE_FILE:
        return "file"
    return "revision" if level == SignatureCoverageLevel.ENTIRE_REVISION else "part"


def proofs_follow(last: EmbeddedPdfSignature, pdf: bytes) -> bool:
    """Whether all that follows this signature are revisions which add evidence, without a byte that belongs to none.

    Most software writes OCSP answers and CRLs into a revision of their own after the signature (PAdES B-LT).
    """
    diff = last.diff_result
    if covered(last) != "revision" or not isinstance(diff, DiffResult):
        return False
    if diff.modification_level > ModificationLevel.LTA_UPDATES:
        return False
    reader, at = last.reader, int(last.byte_range[2]) + int(last.byte_range[3])
    try:
        for revision in range(last.signed_revision + 1, reader.total_revisions):
            at = _end_of(reader, revision, at, pdf)
    except (PdfError, ValueError, KeyError, AssertionError):
        return False
    return not pdf[at:].strip(BLANK)


def _end_of(reader: PdfFileReader, revision: int, at: int, pdf: bytes) -> int:
    """Where this revision ends, if it starts at `at` and consists of its objects and its table alone. ValueError."""
    about = reader.xrefs.get_xref_container_info(revision)
    stream = reader.stream
    for start in _offsets(reader, revision):
        if pdf[at:start].strip(BLANK):
            raise ValueError("bytes between objects")
        stream.seek(start)
        number, generation = read_object_header(stream, strict=True)  # type: ignore[no-untyped-call]
        generic.read_object(stream, generic.Reference(number, generation, reader))
        at = stream.tell()
        ending = re.compile(rb"\s*endobj").match(pdf, at)
        if ending is None:
            raise ValueError("object without end")
        at = ending.end()
    if about.stream_ref is None:
        if pdf[at : about.start_location].strip(BLANK) != b"xref":
            raise ValueError("bytes before the table")
        stream.seek(about.end_location)
        generic.DictionaryObject.read_from_stream(stream, generic.TrailerReference(reader))  # type: ignore[no-untyped-call]
        at = stream.tell()
    end = _END.match(pdf, at)
    if end is None or int(end[1]) != about.declared_startxref:
        raise ValueError("end of the revision")
    return end.end()


def _offsets(reader: PdfFileReader, revision: int) -> Iterator[int]:
    about = reader.xrefs.get_xref_container_info(revision)
    found = set() if about.stream_ref is None else {about.start_location}
    for ref in reader.xrefs.explicit_refs_in_revision(revision):
        place = reader.xrefs.get_historical_ref(ref, revision)
        if isinstance(place, int):
            found.add(place)
        elif not isinstance(place, ObjStreamRef):
            raise ValueError("freed object")
    yield from sorted(found)
