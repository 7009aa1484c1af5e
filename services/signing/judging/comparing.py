"""A verdict against what is known from elsewhere: the message that brought the file, the directory of offices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from services.signing.judging import codes, sentences
from services.signing.judging.reasons import blocking, reason
from services.signing.judging.verdict import REFERENCE_ONLY, Expected, Reason, SignatureFacts, Verdict
from services.signing.pdf import names
from shared.clock import VN

LONG = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "ubmttq": "uy ban mat tran to quoc"}
SHORT = re.compile(rf"\b({'|'.join(LONG)})\b")


def compared(verdict: Verdict, expected: Expected) -> Verdict:
    """The same verdict, with what does not fit what is expected. Pure: the kept report on a file stays as it is."""
    told = (*_number(verdict, expected), *_date(verdict, expected), *_signers(verdict, expected))
    closed = tuple(_closed(verdict.signatures, expected))
    more = tuple(one for one in (*told, *closed) if one not in verdict.reasons)
    if not more:
        return verdict
    reasons = (*verdict.reasons, *more)
    valid = verdict.valid and not any(map(blocking, more))
    sentence = verdict.sentence if valid else sentences.whole(False, list(verdict.signatures), reasons)
    state = verdict.legal_state if valid else REFERENCE_ONLY
    return replace(verdict, valid=valid, legal_state=state, reasons=reasons, sentence=sentence)


def _number(verdict: Verdict, expected: Expected) -> Iterator[Reason]:
    shown = verdict.shown
    if None not in (expected.number, shown.number) and _plain(shown.number) != _plain(expected.number):
        yield reason("number-differs", shown=_code(shown.number, shown.notation), value=expected.number)
    elif None not in (expected.notation, shown.notation) and not _same_notation(shown.notation, expected.notation):
        value = _code(expected.number or shown.number, expected.notation)
        yield reason("number-differs", shown=_code(shown.number, shown.notation), value=value)


def _date(verdict: Verdict, expected: Expected) -> Iterator[Reason]:
    shown, issued = verdict.shown.day, expected.issued
    if shown is None or issued is None:
        return
    parts = [int(part) for part in re.findall(r"\d+", shown)]
    if parts != [issued.day, issued.month, issued.year][: len(parts)]:
        yield reason("date-differs", shown=shown, value=f"{issued:%d/%m/%Y}")


def _signers(verdict: Verdict, expected: Expected) -> Iterator[Reason]:
    for one in verdict.signatures:
        if one.role in ("leader", "person"):
            if not _right_person(one, expected):
                yield reason("other-signer", signer=one.signer, value=expected.signer_name or "đã đăng ký")
        elif one.role in ("office", "annex") and not _right_office(one, expected):
            value = ", ".join(filter(None, (expected.office_name, *expected.organ_ids[:1]))) or "đã đăng ký"
            yield reason("other-office", signer=one.signer, organ=one.organ_id or "không ghi mã", value=value)
    persons = [one for one in verdict.signatures if one.role in ("leader", "person")]
    wanted = expected.signer_name
    if persons and wanted and not any(_same_person(one.signer, wanted) for one in persons):
        yield reason("other-signer", signer="; ".join(one.signer for one in persons), value=wanted)


def _right_person(one: SignatureFacts, expected: Expected) -> bool:
    """The registered certificate, where one is known: of the signer, or of a joint document's other leader."""
    place = names.LEADERS.index(one.field) if one.role == "leader" else 0
    known = (expected.leader_fingerprint, *expected.further_fingerprints)
    return place >= len(known) or known[place] in (None, one.fingerprint)


def _right_office(one: SignatureFacts, expected: Expected) -> bool:
    """The registered certificate; else the code in it, or, where it has none, its name."""
    if expected.office_fingerprint is not None and expected.office_fingerprint != one.fingerprint:
        return False
    if expected.organ_ids and one.organ_id is not None:
        return any(codes.same(one.organ_id, known) for known in expected.organ_ids)
    if expected.office_name is not None and one.organ_id is None:
        return _same_office(one.signer, expected.office_name)
    return True


def _closed(signatures: tuple[SignatureFacts, ...], expected: Expected) -> Iterator[Reason]:
    """An office that has ended signs no more; what it provably signed before stays valid."""
    for one in signatures:
        if not (one.by_office and one.organ_id and one.existed):
            continue
        for code, end in expected.closed:
            if codes.same(one.organ_id, code) and one.existed.astimezone(VN).date() >= end:
                yield reason("office-closed", signer=one.signer, organ=one.organ_id, value=f"{end:%d/%m/%Y}")


def _plain(number: str | None) -> str:
    return str(number).strip().lstrip("0").casefold()


def _code(number: str | None, notation: str | None) -> str:
    return "/".join(filter(None, (number, notation)))


def _same_notation(one: str | None, other: str | None) -> bool:
    return _folded(str(one).replace("–", "-")) == _folded(str(other).replace("–", "-"))


def _same_person(signer: str, named: str) -> bool:
    """Every word of one name stands in the other: titles and capitals differ from system to system."""
    first, second = set(_folded(signer).split()), set(_folded(named).split())
    return first <= second or second <= first


def _same_office(signer: str, named: str) -> bool:
    """The same with the usual short forms: "UBND tỉnh" is the "Ủy ban nhân dân tỉnh Tuyên Quang"."""
    return _same_person(*(re.sub(SHORT, lambda found: LONG[found[0]], _folded(name)) for name in (signer, named)))


def _folded(text: str) -> str:
    """Without capitals, accents and doubled blanks."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())
