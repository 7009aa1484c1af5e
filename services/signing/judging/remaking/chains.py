"""Chains of certificates, proven as of a moment: a narrow part of RFC 5280 and 6960 in which pyHanko says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise

from cryptography import x509
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtensionOID, OCSPExtensionOID

from services.signing.judging.remaking import Doubt, certificates
from services.signing.judging.remaking.certificates import Certificate

MOST, LONGEST = 200, 4
LIST_EXTENSIONS = {ExtensionOID.CRL_NUMBER, ExtensionOID.AUTHORITY_KEY_IDENTIFIER}
CERT_ID_HASHES = ("sha1", "sha256")


class Chains:
    """The trusted roots, and what one file holds: certificates, OCSP answers, revocation lists."""

    def __init__(
        self, trust: Sequence[x509.Certificate], held: Iterable[bytes], answers: Iterable[bytes], lists: Iterable[bytes]
    ) -> None:
        self._roots: dict[bytes, x509.Certificate] = {}
        self._known: dict[bytes, x509.Certificate] = {}
        for root in trust:
            self._enter(root)
            self._roots[root.subject.public_bytes()] = root
        self._answers = [_answer(one) for one in dict.fromkeys(answers)]
        self._lists = [_list(one) for one in dict.fromkeys(lists)]
        self.add(certificates.loaded(one) for one in held)
        for one in self._answers:
            self.add(one.certificates)

    def add(self, more: Iterable[x509.Certificate]) -> None:
        """Certificates that came with a signature."""
        for one in more:
            self._enter(one)

    def _enter(self, one: x509.Certificate) -> None:
        """Two certificates of one name would leave a choice, which is not for this judge to make."""
        if self._known.setdefault(one.subject.public_bytes(), one) != one or len(self._known) > MOST:
            raise Doubt("certificates of one name")

    def prove(self, leaf: x509.Certificate, at: datetime) -> list[Certificate]:
        """The chain below the root, own certificate first: valid, issued and not revoked as of `at`. Doubt."""
        chain = [certificates.read(leaf)]
        while (root := self._roots.get(chain[-1].issuer)) is None:
            above = self._known.get(chain[-1].issuer)
            if above is None or len(chain) >= LONGEST or above in (one.x509 for one in chain):
                raise Doubt("chain")
            chain.append(certificates.read(above))
        links = [*chain, certificates.read(root)]
        links[-1].valid(at)
        for place, (one, issuer) in enumerate(pairwise(links)):
            one.valid(at)
            issuer.issues(place)
            one.issued_by(issuer)
            self._not_revoked(one, issuer, at)
        return chain

    def _not_revoked(self, one: Certificate, issuer: Certificate, at: datetime) -> None:
        """Doubt unless an answer or a list says that it is good, and none says anything else."""
        answers = [answer for answer in self._answers if _answers_about(answer, one, issuer, at)]
        lists = [found for found in self._lists if _lists_about(found, one, issuer, at)]
        if answers and one.names_responder:
            self._check_answer(answers[0], issuer, at)
        elif lists:
            _check_list(lists[0], issuer)
        else:
            raise Doubt("revocation")

    def _check_answer(self, answer: ocsp.OCSPResponse, issuer: Certificate, at: datetime) -> None:
        """Doubt unless the issuer has signed it, or somebody in its name."""
        responder, algorithm = self._responder(answer, issuer, at), answer.signature_algorithm_oid.dotted_string
        if not certificates.verifies(responder, algorithm, answer.signature, answer.tbs_response_bytes):
            raise Doubt("signature of an answer")

    def _responder(self, answer: ocsp.OCSPResponse, issuer: Certificate, at: datetime) -> Certificate:
        """Who signed the answer: the issuer, or who may do so in its name."""
        for one in (issuer, *(certificates.read(c) for c in answer.certificates)):
            by_name = answer.responder_name is not None and answer.responder_name.public_bytes() == one.subject
            own_hash = hashlib.sha1(one.key_bits, usedforsecurity=False).digest()
            if by_name or answer.responder_key_hash == own_hash:
                if one is not issuer:
                    one.answers_for(issuer, at)
                return one
        raise Doubt("responder")


def _answers_about(answer: ocsp.OCSPResponse, one: Certificate, issuer: Certificate, at: datetime) -> bool:
    """Whether it says that this certificate is good as of `at`. Doubt if it says anything else."""
    for single in answer.responses:
        if single.serial_number != one.x509.serial_number:
            continue
        if (single.issuer_name_hash, single.issuer_key_hash) != _named(issuer, single.hash_algorithm):
            raise Doubt("answer about another issuer's certificate")
        if single.certificate_status != ocsp.OCSPCertStatus.GOOD:
            raise Doubt("revoked")
        if single.next_update_utc is not None and single.next_update_utc >= at:
            return True
    return False


def _lists_about(found: x509.CertificateRevocationList, one: Certificate, issuer: Certificate, at: datetime) -> bool:
    """Whether this list of the issuer does not name the certificate as of `at`. Doubt if it does."""
    if found.issuer.public_bytes() != issuer.subject:
        return False
    if found.get_revoked_certificate_by_serial_number(one.x509.serial_number) is not None:
        raise Doubt("revoked")
    return found.next_update_utc is not None and found.next_update_utc >= at


def _check_list(found: x509.CertificateRevocationList, issuer: Certificate) -> None:
    """Doubt unless the issuer's key has signed it."""
    named = next((e.value for e in found.extensions if isinstance(e.value, x509.AuthorityKeyIdentifier)), None)
    algorithm = found.signature_algorithm_oid.dotted_string
    if not issuer.identified_by(named) or not certificates.verifies(
        issuer, algorithm, found.signature, found.tbs_certlist_bytes
    ):
        raise Doubt("signature of a list")


def _named(issuer: Certificate, by: HashAlgorithm) -> tuple[bytes, bytes]:
    """Name and key of the issuer as OCSP has them."""
    if by.name not in CERT_ID_HASHES:
        raise Doubt("hash of an answer")
    name, key = (hashlib.new(by.name, one, usedforsecurity=False) for one in (issuer.subject, issuer.key_bits))
    return name.digest(), key.digest()


def _answer(der: bytes) -> ocsp.OCSPResponse:
    """A successful answer without critical extensions. Doubt."""
    try:
        found = ocsp.load_der_ocsp_response(der)
        if found.response_status != ocsp.OCSPResponseStatus.SUCCESSFUL:
            raise Doubt("answer")
        more = [*found.extensions, *found.single_extensions]
    except ValueError as error:
        raise Doubt("answer") from error
    if any(one.critical or one.oid != OCSPExtensionOID.NONCE for one in more):
        raise Doubt("extensions of an answer")
    return found


def _list(der: bytes) -> x509.CertificateRevocationList:
    """A complete list of one issuer's own certificates. Doubt."""
    try:
        found = x509.load_der_x509_crl(der)
        extensions = {one.oid for one in found.extensions}
    except ValueError as error:
        raise Doubt("list") from error
    if not extensions <= LIST_EXTENSIONS:
        raise Doubt("kind of list")
    return found
