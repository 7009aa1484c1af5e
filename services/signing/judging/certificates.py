"""The certificates in a file: about whom an authority can be asked."""

from __future__ import annotations

import io
from collections.abc import Iterator

from asn1crypto import cms
from cryptography import x509
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from services.signing.judging.history import History

MOST = 200  # signatures of a file


def carried(pdf: bytes) -> list[list[bytes]]:
    """DER of each signer's and time stamper's certificate, followed by all others there; none of a broken file."""
    try:
        reader = History(io.BytesIO(pdf))
        others = {one.dump() for one in _stored(reader)}
        signed = [data for one in reader.embedded_signatures[:MOST] for data in _messages(one.signed_data)]
        heads = []
        for data in signed:
            found = extract_certificate_info(data)
            heads.append(found.signer_cert.dump())
            others |= {one.dump() for one in found.other_certs}
    except Exception:  # whatever a hostile file makes a parser raise
        return []
    usable = sorted(one for one in others if _loads(one))
    return [[head, *(one for one in usable if one != head)] for head in dict.fromkeys(heads) if _loads(head)]


def _stored(reader: History) -> Iterator[cms.Certificate]:
    try:
        yield from DocumentSecurityStore.read_dss(reader).load_certs()
    except NoDSSFoundError:
        return


def _messages(signed: cms.SignedData) -> Iterator[cms.SignedData]:
    """The signature, and the time stamps on it."""
    yield signed
    yield from extract_tst_data_iter(signed["signer_infos"][0], signed=False)


def _loads(der: bytes) -> bool:
    try:
        x509.load_der_x509_certificate(der)
    except ValueError:
        return False
    return True
