"""Judge files and keep the reports: one a file, policy and set of roots, never changed."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256

from services.signing.judging.conclusions import POLICY
from services.signing.judging.judge import judged
from services.signing.judging.verdict import Expected
from services.signing.keys.vault import vault
from services.signing.verdicts.tables import Report
from shared.clock import now
from shared.service import Runtime
from shared.work import Work

STATE, REMEMBERED = "reports", 1000


def judge_name(runtime: Runtime) -> str:
    """A report counts for one policy and one set of trusted roots."""
    prints = sorted(one.fingerprint(SHA256()) for one in vault(runtime).trust)
    return f"{POLICY}/{hashlib.sha256(b''.join(prints)).hexdigest()[:12]}"


async def report_on(runtime: Runtime, sha256: str, pdf: bytes | None = None, *, annex: bool = False) -> Report:
    """The kept report, or a new one. Reading and judging happen between two short transactions."""
    found = await kept(runtime, sha256, annex=annex)
    if found is not None:
        return found
    key = {"sha256": sha256, "judge": judge_name(runtime), "annex": annex}
    made = await _judged(runtime, pdf if pdf is not None else await runtime.blobs.get(sha256), key)
    async with runtime.work() as work:
        return await keep(work, made)


async def judged_anew(runtime: Runtime, sha256: str, pdf: bytes, *, annex: bool = False) -> Report:
    """What is proven at this moment. The kept report stays as it is."""
    return await _judged(runtime, pdf, {"sha256": sha256, "judge": judge_name(runtime), "annex": annex})


async def kept(runtime: Runtime, sha256: str, *, annex: bool = False) -> Report | None:
    """The report on these bytes under today's policy and roots, if there is one. The last ones stay in memory."""
    remembered: OrderedDict[tuple[str, str, bool], Report] = runtime.state.setdefault(STATE, OrderedDict())
    key = (sha256, judge_name(runtime), annex)
    if key not in remembered:
        async with runtime.work(reading=True) as work:
            found = await work.get(Report, key)
        if found is None:
            return None
        remembered[key] = found
    remembered.move_to_end(key)
    if len(remembered) > REMEMBERED:
        remembered.popitem(last=False)
    return remembered[key]


async def _judged(runtime: Runtime, pdf: bytes, key: dict[str, Any]) -> Report:
    verdict = await judged(pdf, trust=vault(runtime).trust, expected=Expected(annex=key["annex"]))
    return Report(**key, report=verdict.as_json(), judged_at=verdict.judged_at or now())


async def keep(work: Work, made: Report) -> Report:
    """Store a report; the first one of its kind stays. That the time was too short for a file is none."""
    key = {"sha256": made.sha256, "judge": made.judge, "annex": made.annex}
    earlier = await work.get(Report, key)
    if earlier is not None:
        return earlier
    if any(one["code"] == "not-judged" for one in made.report["reasons"]):
        return made
    work.save(made)
    work.audit("file.judged", made.sha256, valid=made.report["valid"], judge=made.judge)
    return made


async def within(work: Work, sha256: str, pdf: bytes | None = None, *, annex: bool = False) -> Report:
    """The same inside the transaction of a message."""
    key = {"sha256": sha256, "judge": judge_name(work.runtime), "annex": annex}
    found = await work.get(Report, key)
    if found is not None:
        return found
    content = pdf if pdf is not None else await work.runtime.blobs.get(sha256)
    return await keep(work, await _judged(work.runtime, content, key))
