"""What signatures and signers have to be: persons sign for persons, offices for offices, and both have to sign."""

from __future__ import annotations

from collections.abc import Iterator

from services.signing.judging.reasons import reason
from services.signing.judging.verdict import Expected, Reason, Role, SignatureFacts
from services.signing.pdf import names

# By our fields.
ROLES: dict[str, Role] = {**dict.fromkeys(names.LEADERS, "leader"), names.SEAL: "office", names.ANNEX: "annex"}


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
