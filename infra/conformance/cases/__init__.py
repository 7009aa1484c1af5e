"""The cases, one file a subject: plain data where they can be, short functions where they cannot."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatch

from infra.conformance.cases import (
    axis_calls,
    axis_receiving,
    axis_register,
    axis_sending,
    codec_dialects,
    codec_documents,
    codec_hostile,
    codec_values,
    receiver_packages,
    receiver_trouble,
)
from infra.conformance.suite import Case, Target

CASES: tuple[Case, ...] = (
    *codec_documents.CASES,
    *codec_values.CASES,
    *codec_dialects.CASES,
    *codec_hostile.CASES,
    *axis_calls.CASES,
    *axis_sending.CASES,
    *axis_receiving.CASES,
    *axis_register.CASES,
    *receiver_packages.CASES,
    *receiver_trouble.CASES,
)


def chosen(target: Target | None = None, only: Sequence[str] = (), *, quick: bool = False) -> list[Case]:
    """The cases of a run: of one target, by patterns of their ids, and only the quick ones where that is asked."""
    found = [case for case in CASES if target in (None, case.target) and (case.quick or not quick)]
    return [case for case in found if not only or any(fnmatch(case.id, pattern) for pattern in only)]
