"""Evidence that certificates are good: asked for together, checked, kept until it ends or gets old."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import AuthorityInformationAccessOID

from services.signing.authorities import answers
from services.signing.authorities.answers import Told, Useless
from services.signing.authorities.chains import ChainUnknown, chain
from services.signing.authorities.wire import Unreachable, Wire
from services.signing.pdf.evidence import Evidence
from services.signing.pdf.keys import Owner
from shared.clock import now
from shared.problems import Refusal

log = structlog.get_logger()
REQUEST = "application/ocsp-request"
LARGEST_ANSWER, LARGEST_LIST = 64 * 1024, 10 * 2**20
SECONDS = 20.0
OLDEST = timedelta(hours=12)  # a proof is asked for anew after this, however long it says that it counts
YOUNG = timedelta(minutes=10)  # of a list that is read for another certificate
EARLY = timedelta(minutes=2)  # and this long before it ends


class EvidenceUnavailable(Refusal):
    kind, status = "evidence-unavailable", 503
    message = "Chưa kiểm tra được chứng thư của {name} (OCSP, CRL không trả lời). Hệ thống sẽ tự kiểm tra lại."


@dataclass
class _Kept:
    told: Told
    since: datetime
    listed: bool  # from a list, not from a responder

    def fresh(self, at: datetime) -> bool:
        """A revoked certificate is asked about each time: it may have been suspended only."""
        return self.told.refusal is None and at < self.told.until - EARLY and at - self.since < OLDEST


@dataclass
class Gatherer:
    """Asks for each certificate once, however many documents wait for the answer. `roots` are trusted."""

    roots: Sequence[x509.Certificate]
    wire: Wire
    _chains: dict[tuple[x509.Certificate, ...], tuple[x509.Certificate, ...]] = field(default_factory=dict)
    _kept: dict[bytes, _Kept] = field(default_factory=dict)
    _asked: dict[bytes, asyncio.Task[_Kept]] = field(default_factory=dict)
    _lists: dict[str, tuple[datetime, bytes]] = field(default_factory=dict)

    async def evidence(self, *owners: Owner | Sequence[x509.Certificate], afresh: bool = False) -> Evidence:
        """Proofs for every certificate of these chains below the root, with all certificates up to it.

        An owner is a key, or a chain with its own certificate first. `afresh` asks anew, for the archive.
        Refusals: ChainUnknown, CertificateRevoked, EvidenceUnavailable.
        """
        chains = [self._chain(one) for one in owners]
        pairs = {pair[0]: pair for one in chains for pair in pairwise(one)}
        found = [None if afresh else self._at_hand(one) for one in pairs]
        proofs = [one for one in found if one is not None]
        if len(proofs) < len(found):
            proofs = await asyncio.gather(*(self._proof(*pair, afresh=afresh) for pair in pairs.values()))
        for kept in (kept for one in proofs for kept in one):
            if kept.told.refusal is not None:
                raise kept.told.refusal
        certificates = [certificate for one in chains for certificate in one]
        return _together(proofs, certificates)

    async def testimony(self, *chains: Sequence[x509.Certificate]) -> Evidence:
        """What the authorities say of these chains, good or not, for a judge: each with its own certificate first.

        What leads to no trusted root asks nobody; nor is anybody asked about what has expired, for authorities forget
        it. What nobody tells is missing. Takes as long as the network does.
        """
        whole = [found for one in chains if (found := self._trusted(one)) is not None]
        pairs = {pair[0]: pair for one in whole for pair in pairwise(one) if pair[0].not_valid_after_utc > now()}
        asked = await asyncio.gather(*(self._story(*pair) for pair in pairs.values()), return_exceptions=True)
        for failed in (one for one in asked if isinstance(one, BaseException)):
            if not isinstance(failed, EvidenceUnavailable):
                raise failed
        return _together(
            (one for one in asked if not isinstance(one, BaseException)), (one for found in whole for one in found)
        )

    async def _story(self, certificate: x509.Certificate, issuer: x509.Certificate) -> list[_Kept]:
        """Of a revoked certificate the list too: it proves that the certificate was good before, an answer does not."""
        found = await self._proof(certificate, issuer, afresh=False)
        if found[0].told.refusal is None or found[0].listed:
            return found
        with suppress(EvidenceUnavailable):
            found = [*found, await self._one(certificate, issuer, afresh=False, only_list=True)]
        return found

    def _trusted(self, certificates: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...] | None:
        try:
            return chain(certificates[0], certificates[1:], self.roots)
        except ChainUnknown:
            return None

    def _chain(self, owner: Owner | Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
        known = tuple(owner) if isinstance(owner, Sequence) else (owner.certificate, *owner.chain)
        if known not in self._chains:
            self._chains[known] = chain(known[0], known[1:], self.roots)
        return self._chains[known]

    def _at_hand(self, certificate: x509.Certificate) -> list[_Kept] | None:
        """What `_proof` would give, if nobody has to be asked for it."""
        kept = self._fresh(certificate)
        responder = kept.told.responder if kept is not None else None
        if kept is None or responder is None or _unchecked(responder):
            return None if kept is None else [kept]
        own = self._fresh(responder)
        return None if own is None else [kept, own]

    def _fresh(self, certificate: x509.Certificate) -> _Kept | None:
        kept = self._kept.get(_name(certificate))
        return kept if kept is not None and kept.fresh(now()) else None

    async def _proof(self, certificate: x509.Certificate, issuer: x509.Certificate, *, afresh: bool) -> list[_Kept]:
        """The proof of this certificate, and of the responder that gave it."""
        kept = await self._one(certificate, issuer, afresh=afresh)
        responder = kept.told.responder
        if responder is None or _unchecked(responder):
            return [kept]
        return [kept, await self._one(responder, issuer, afresh=afresh, only_list=True)]

    async def _one(
        self, certificate: x509.Certificate, issuer: x509.Certificate, *, afresh: bool, only_list: bool = False
    ) -> _Kept:
        kept, name = self._fresh(certificate), _name(certificate)
        if kept is not None and not afresh:
            return kept
        if name not in self._asked:
            task = asyncio.create_task(self._ask(certificate, issuer, afresh, only_list))
            self._asked[name] = task
            task.add_done_callback(lambda done: self._told(name, done))
        self._kept[name] = await asyncio.shield(self._asked[name])
        return self._kept[name]

    def _told(self, name: bytes, done: asyncio.Task[_Kept]) -> None:
        self._asked.pop(name, None)
        if not done.cancelled():
            done.exception()  # whoever waited has it; if nobody waits any more, it is no accident

    async def _ask(
        self, certificate: x509.Certificate, issuer: x509.Certificate, afresh: bool, only_list: bool
    ) -> _Kept:
        """A responder's answer is small and young, so it comes first; then a list. EvidenceUnavailable."""
        ways: list[tuple[bool, str, Callable[[str], Awaitable[Told]]]] = []
        if not only_list:
            ways += [
                (False, url, lambda url: self._answer(url, certificate, issuer)) for url in _responders(certificate)
            ]
        ways += [
            (True, url, lambda url: self._list(url, certificate, issuer, afresh))
            for url in _places_of_lists(certificate)
        ]
        for listed, url, way in ways:
            try:
                return _Kept(await way(url), now(), listed)
            except (Unreachable, Useless) as error:
                log.warning("signing.evidence-failed", url=url, reason=str(error))
        raise EvidenceUnavailable(name=certificate.subject.rfc4514_string())

    async def _answer(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate) -> Told:
        body = answers.ocsp_request(certificate, issuer)
        der = await self.wire.post(url, body, REQUEST, limit=LARGEST_ANSWER, seconds=SECONDS)
        return answers.ocsp_answer(der, certificate, issuer, now())

    async def _list(self, url: str, certificate: x509.Certificate, issuer: x509.Certificate, afresh: bool) -> Told:
        """One list serves many certificates, so it is fetched once while it is young."""
        since, der = self._lists.get(url, (None, b""))
        if since is not None and now() - since < YOUNG and not afresh:
            return answers.crl_answer(der, certificate, issuer, now())
        der = await self.wire.get(url, limit=LARGEST_LIST, seconds=SECONDS)
        told = answers.crl_answer(der, certificate, issuer, now())
        self._lists[url] = now(), der
        return told


@functools.lru_cache(1024)
def _name(certificate: x509.Certificate) -> bytes:
    """Its SHA-256, computed once: the same few certificates are asked about with every document."""
    return certificate.fingerprint(hashes.SHA256())


def _together(found: Iterable[list[_Kept]], certificates: Iterable[x509.Certificate]) -> Evidence:
    proofs = [kept for one in found for kept in one]
    responders = [kept.told.responder for kept in proofs if kept.told.responder is not None]
    return Evidence(
        tuple(dict.fromkeys(kept.told.der for kept in proofs if not kept.listed)),
        tuple(dict.fromkeys(kept.told.der for kept in proofs if kept.listed)),
        tuple(dict.fromkeys([*certificates, *responders])),
    )


def _responders(certificate: x509.Certificate) -> list[str]:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        return []
    return [
        one.access_location.value
        for one in access
        if one.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(one.access_location, x509.UniformResourceIdentifier)
    ]


def _places_of_lists(certificate: x509.Certificate) -> list[str]:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        return []
    names = [name for point in points for name in point.full_name or ()]
    return [one.value for one in names if isinstance(one, x509.UniformResourceIdentifier)]


def _unchecked(responder: x509.Certificate) -> bool:
    """Whether its issuer says that nobody needs to ask about this responder (RFC 6960 §4.2.2.2.1)."""
    try:
        responder.extensions.get_extension_for_class(x509.OCSPNoCheck)
    except x509.ExtensionNotFound:
        return False
    return True
