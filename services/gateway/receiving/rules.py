"""What makes two packages the same document (axis.md §1.7)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from services.gateway.edxml import Package

RECALL = 1


def content_hash(package: Package) -> str:
    """Everything that a reader of the document sees; not the transport's own marks (traces, content ids, times)."""
    seen = {
        "code": [package.code_number, package.code_notation],
        "subject": package.subject,
        "date": str(package.promulgation_date),
        "reason": package.business_reason,
        "files": sorted([a.name, a.sha256] for a in package.attachments),
    }
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def identifier(package: Package) -> str:
    """The sender's own, letter by letter; where it is missing, made by the rule of QCVN 102."""
    made = f"{package.sender.organ_id},{package.promulgation_date},{package.code_number}/{package.code_notation}"
    return package.document_id.strip() or made


def meant(business_id: str, own_id: str, answered: Iterable[str]) -> list[str]:
    """Which document a recall may mean, in order of trust (edxml.md §3.1)."""
    return [found for found in dict.fromkeys([business_id, own_id, *answered]) if found]
