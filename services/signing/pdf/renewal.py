"""When the last time stamp of a kept file must be followed by a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509

from services.signing.pdf import tokens
from services.signing.pdf.content import Content, value_in
from services.signing.pdf.signable import reading
from shared.problems import Refusal

MARGIN = timedelta(days=90)  # before the certificate ends: time enough for a server that is out of order for weeks


class NotArchived(Refusal):
    kind = "not-archived"
    message = "Tệp chưa có dấu thời gian lưu trữ (B-LTA). Hãy đưa tệp vào lưu trữ trước khi gia hạn."


@dataclass(frozen=True)
class LastStamp:
    """The document time stamp over the whole file. `chain`: its authority's certificates, own first."""

    at: datetime
    until: datetime
    chain: tuple[x509.Certificate, ...]

    def due(self, moment: datetime, margin: timedelta = MARGIN) -> bool:
        """Whether it is time to renew."""
        return moment >= self.until - margin


def last(content: Content) -> LastStamp:
    """The newest document time stamp. Gather evidence on its chain, then `archive` again. NotPrepared, NotArchived."""
    with reading(content) as file:
        hole = file.hole
    if hole is None:
        raise NotArchived
    try:
        token = tokens.read(value_in(content, hole))
    except tokens.TokenWrong as error:
        raise NotArchived from error
    return LastStamp(token.at, min(one.not_valid_after_utc for one in token.chain), token.chain)
