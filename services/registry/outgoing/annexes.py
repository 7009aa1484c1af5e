"""The annexes of an outgoing document: named in its text, counted by its drafter, attached as files."""

from __future__ import annotations

from services.registry.annexes import rules
from services.registry.annexes.mentions import Named
from services.registry.outgoing.tables import Outgoing


def check(document: Outgoing) -> None:
    """Before it is handed in, and before it is issued. Raises AnnexesMissing, AnnexesNamed."""
    rules.check(document.annex_count, _named(document), _attached(document))


def doubt(document: Outgoing) -> str:
    return rules.doubt(document.subject, document.annex_count, _named(document), _attached(document))


def confirmed(document: Outgoing, by_clerk: bool) -> str:
    """The doubt that the clerk has looked at. Raises AnnexesUnconfirmed."""
    found = doubt(document)
    if found and not by_clerk:
        raise rules.AnnexesUnconfirmed(doubt=found)
    return found


def warnings(document: Outgoing) -> list[str]:
    return rules.warnings(document.subject, document.annex_count, _named(document), _attached(document))


def _attached(document: Outgoing) -> int:
    return sum(file["role"] == "annex" for file in document.files)


def _named(document: Outgoing) -> Named:
    """Nothing of a draft that was saved before texts were read: its drafter's count stands alone."""
    kept = document.annexes_named
    if kept is None:
        return Named()
    return Named(**kept | {"labels": tuple(kept["labels"]), "inside": tuple(kept["inside"])})
