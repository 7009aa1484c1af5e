"""Grammar of organ codes and the two trees they form (QĐ 20/2020/QĐ-TTg Điều 4–6; QCVN 102:2016). Codes are opaque
texts: a tree is used only to find the longest known owner of a code that is not known itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

QD20, QCVN102, OLD, TAX, OTHERS, AXIS = "QD20", "QCVN102", "OLD", "TAX", "Z", "AXIS"
LONGEST = 35
_GRAMMAR = (
    (QCVN102, re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}")),
    (QD20, re.compile(r"[A-Y][0-9]{2}(\.[A-Z0-9]+)*")),
    (OLD, re.compile(r"([0-9]{2,4}\.){1,3}[A-Y][0-9]{2}")),  # before 2016: child first, no filling
    (TAX, re.compile(r"(02)?[0-9]{10}(-?[0-9]{3})?")),
    (OTHERS, re.compile(r"Z[0-9]{2}.{1,32}")),
)
CHILD_FIRST = frozenset({QCVN102, OLD})
INFRASTRUCTURE = re.compile(r".*\.W[0-9]{2}|VXP\..*", re.IGNORECASE)  # connection centres and test systems


def normal(organ_id: str) -> str:
    """Organ codes are compared without regard to case and outer space; nothing else is changed."""
    return organ_id.strip().upper()


def scheme(organ_id: str) -> str:
    """The scheme in which a code is written; AXIS for what has none (ids of centres and test systems)."""
    code = normal(organ_id)
    if INFRASTRUCTURE.fullmatch(code):
        return AXIS
    return next((name for name, pattern in _GRAMMAR if pattern.fullmatch(code)), AXIS)


def is_well_formed(organ_id: str) -> bool:
    """Whether a code may be entered by a person: a scheme in use and at most 35 characters (QĐ 20 Điều 4)."""
    return len(normal(organ_id)) <= LONGEST and scheme(organ_id) not in (AXIS, OLD)


def keys(organ_id: str) -> Iterator[tuple[str, ...]]:
    """From the code itself up to its root, each beginning with the tree: 'QD20', 'QCVN102', or the scheme alone.

    `H60.32.01` and `000.01.32.H60` give (tree, H60, 32, 01), (tree, H60, 32), (tree, H60); the trees stay apart.
    """
    code, of = normal(organ_id), scheme(organ_id)
    groups = code.split(".") if of in (QD20, QCVN102, OLD) else [code]
    if of in CHILD_FIRST:
        groups = groups[::-1]
        while len(groups) > 1 and not groups[-1].strip("0"):
            groups.pop()
    tree = QCVN102 if of in CHILD_FIRST else of
    for length in range(len(groups), 0, -1):
        yield (tree, *groups[:length])


def level1(organ_id: str) -> str:
    """The level-1 code (H60), or nothing where the scheme has none."""
    found = list(keys(organ_id))[-1]
    return found[1] if found[0] in (QD20, QCVN102) else ""
