"""The quick judge: "valid" about a file that this system makes again in every byte, and nothing about any other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from services.signing.judging import expectations, sentences
from services.signing.judging.conclusions import REMADE, concluded
from services.signing.judging.remaking import Doubt, form, prepared, revisions
from services.signing.judging.remaking.chains import Chains
from services.signing.judging.remaking.revisions import Remade
from services.signing.judging.subjects import subject
from services.signing.judging.verdict import Expected, Shown, SignatureFacts, Verdict
from services.signing.pdf import names, objects
from services.signing.pdf.signable import STORE_KINDS, Signable

log = structlog.get_logger()
LARGEST = 64 * 2**20  # bytes: what is larger is a child's work


def judge(
    pdf: bytes, trust: Sequence[x509.Certificate], moment: datetime, expected: Expected = Expected()
) -> Verdict | None:
    """The verdict "valid"; None where that is for pyHanko to say. Not yet compared with what came beside the file.

    Quick and bounded enough for the service's own process: it parses with expressions that cannot run away, and with
    the certificate parser of `cryptography`.
    """
    if len(pdf) > LARGEST:
        return None
    try:
        return _judge(pdf, trust, moment, expected)
    except Exception as error:  # whatever a file of another shape makes the reader raise: not for this judge
        log.debug("signing.not-remade", error=repr(error)[:200])
        return None


def _judge(pdf: bytes, trust: Sequence[x509.Certificate], moment: datetime, expected: Expected) -> Verdict:
    file = Signable(pdf)
    base = _prepared(file)
    found = revisions.remade(file, base)
    kept = _store(file)
    chains = Chains(trust, *(kept[kind] for kind in STORE_KINDS))
    facts = [sentences.spoken(one) for one in _Prover(chains, moment, expected.since, found).facts()]
    doubts = [*expectations.right_roles(facts), *expectations.both_signed(facts, expected)]
    if doubts or not facts or not _complete(base, facts, expected):
        raise Doubt("roles")
    verdict = concluded(hashlib.sha256(pdf).hexdigest(), moment, facts, [], own=True, judge=REMADE)
    return replace(verdict, shown=_shown(file, base))


def _prepared(file: Signable) -> Signable:
    """The first revision, which has to be one of our preparation."""
    table = file.tables[-1]
    end = b"\nstartxref\n%d\n%%%%EOF\n" % table.at
    size = table.end + len(end)
    if len(file.tables) < 2 or file.pdf[table.end : size] != end:
        raise Doubt("first revision")
    first = memoryview(file.pdf)[:size]
    base = Signable(first)
    form.check(prepared.read(first, table), base)
    return base


def _store(file: Signable) -> dict[bytes, list[bytes]]:
    """All evidence of the file by kind."""
    held = {kind: objects.items(file.store[kind]) if kind in file.store else [] for kind in STORE_KINDS}
    return {kind: [file.stream(objects.reference(one))[1] for one in items] for kind, items in held.items()}


def _complete(base: Signable, facts: list[SignatureFacts], expected: Expected) -> bool:
    """Whether everybody has signed in order whose field waits: the leaders, and the office where it is expected."""
    signed = [one.field for one in facts if one.role != "timestamp"]
    if names.ANNEX in base.fields:
        return signed == [names.ANNEX]
    persons, sealed = signed[: len(base.leaders)], signed[len(base.leaders) :]
    return sorted(persons) == sorted(base.leaders) and (sealed == [names.SEAL] or not (sealed or expected.sealed))


def _shown(file: Signable, base: Signable) -> Shown:
    """Number and date as the clerk's revision draws them."""
    fields = {name: file.dictionary(base.fields[name]) for name in names.TEXTS if name in base.fields}
    values = {name: objects.text(entries[b"/V"]) for name, entries in fields.items() if b"/V" in entries}
    day = f"{values[names.DAY]}/{values.get(names.MONTH, '')}" if names.DAY in values else None
    return Shown(number=values.get(names.NUMBER), day=day)


class _Prover:
    """Goes from the last signature to the first: a later time stamp proves that the earlier ones existed."""

    def __init__(self, chains: Chains, moment: datetime, since: datetime | None, found: list[Remade]) -> None:
        self._chains, self._moment, self._found = chains, moment, found
        self._existed, self._archived = min(since or moment, moment), False

    def facts(self) -> list[SignatureFacts]:
        """On every signature in the order of signing. Doubt where a certificate is not proven."""
        for one in self._found:
            self._chains.add((*one.certificates, *one.stamp.certificates))
        made = [self._of(one, last=place == 0) for place, one in enumerate(reversed(self._found))]
        return made[::-1]

    def _of(self, one: Remade, *, last: bool) -> SignatureFacts:
        stamped = one.stamp.token.at
        if stamped > self._moment:
            raise Doubt("time stamp from the future")
        chain = self._chains.prove(one.stamp.token.certificate, stamped)
        chain[0].has_purpose(ExtendedKeyUsageOID.TIME_STAMPING)
        if any(link.x509.not_valid_after_utc < self._existed for link in chain):
            raise Doubt("time stamp expired")
        if one.message is not None:
            self._chains.prove(one.message.certificates[0], stamped)[0].signs_documents()
        facts = self._described(one, stamped, "file" if last else "revision")
        self._existed, self._archived = min(self._existed, stamped), self._archived or one.message is None
        return facts

    def _described(self, one: Remade, stamped: datetime, covers: str) -> SignatureFacts:
        certificate = one.stamp.token.certificate if one.message is None else one.message.certificates[0]
        who, known = subject(certificate), one.message is not None
        if known and not who.signs:
            raise Doubt("purpose of the signer's certificate")
        return SignatureFacts(
            field=one.field,
            role=expectations.ROLES[one.field] if known else "timestamp",
            signer=who.name,
            organ_id=who.organ_id if known else None,
            time=stamped,
            valid=True,
            level=("B-LTA" if self._archived else "B-LT") if known else "DocTimeStamp",
            fingerprint=who.fingerprint,
            by_office=who.office and known,
            time_proven=True,
            existed=min(self._existed, stamped),
            issuer=who.issuer,
            algorithm=one.message.algorithm if one.message is not None else one.stamp.algorithm,
            covers=covers,
        )
