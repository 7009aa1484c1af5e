"""Judge files and keep the reports: one a file, policy and set of roots, never changed."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from cryptography.hazmat.primitives.hashes import SHA256

from services.signing.judging.conclusions import POLICY
from services.signing.judging.judge import judged
from services.signing.judging.verdict import Expected, Verdict, read
from services.signing.keys.vault import vault
from services.signing.verdicts.asking import judged_with_answers, unanswered
from services.signing.verdicts.tables import Report
from services.signing.workers.pool import Workers
from shared.clock import now
from shared.service import Runtime
from shared.work import Work

STATE, REMEMBERED = "reports", 1000
ANSWERS = "answers"


def judge_name(runtime: Runtime, *, answered: bool = False) -> str:
    """A report counts for one policy and one set of trusted roots; `answered`: with what authorities told besides."""
    prints = sorted(one.fingerprint(SHA256()) for one in vault(runtime).trust)
    name = f"{POLICY}/{hashlib.sha256(b''.join(prints)).hexdigest()[:12]}"
    return f"{name}+{ANSWERS}" if answered else name


async def report_on(runtime: Runtime, sha256: str, pdf: bytes | None = None, *, annex: bool = False) -> Report:
    """The kept report, or a new one. Reading, asking and judging happen between two short transactions."""
    found = await kept(runtime, sha256, annex=annex)
    if found is not None:
        return found
    content = pdf if pdf is not None else await runtime.blobs.get(sha256)
    made = await judged_now(runtime, sha256, content, annex=annex)
    async with runtime.work() as work:
        return await keep(work, made)


async def judged_now(
    runtime: Runtime, sha256: str, pdf: bytes, *, annex: bool = False, pool: Workers | None = None
) -> Report:
    """What is proven at this moment, with what authorities tell. A kept report stays as it is."""
    verdict, answered = await judged_with_answers(vault(runtime).gatherer, pdf, Expected(annex=annex), pool)
    return _report(sha256, judge_name(runtime, answered=answered and not unanswered(verdict)), annex, verdict)


async def kept(runtime: Runtime, sha256: str, *, annex: bool = False) -> Report | None:
    """The report on these bytes under today's policy and roots, if there is one that stays. Where an authority's
    answer is missing, that is the one with its answer. The last ones stay in memory."""
    for answered in (False, True):
        found = await _kept(runtime, (sha256, judge_name(runtime, answered=answered), annex))
        if found is not None and not unanswered(read(found.report)):
            return found
    return None


async def _kept(runtime: Runtime, key: tuple[str, str, bool]) -> Report | None:
    remembered: OrderedDict[tuple[str, str, bool], Report] = runtime.state.setdefault(STATE, OrderedDict())
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


def _report(sha256: str, judge: str, annex: bool, verdict: Verdict) -> Report:
    judged_at = verdict.judged_at or now()
    return Report(sha256=sha256, judge=judge, annex=annex, report=verdict.as_json(), judged_at=judged_at)


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
    """The same inside the transaction of a message: nobody is asked."""
    found = await latest(work, sha256, annex=annex)
    if found is not None:
        return found
    content = pdf if pdf is not None else await work.runtime.blobs.get(sha256)
    verdict = await judged(content, trust=vault(work.runtime).trust, expected=Expected(annex=annex))
    return await keep(work, _report(sha256, judge_name(work.runtime), annex, verdict))


async def latest(work: Work, sha256: str, *, annex: bool = False) -> Report | None:
    """The kept report on these bytes, rather the one with authorities' answers."""
    for answered in (True, False):
        key = {"sha256": sha256, "judge": judge_name(work.runtime, answered=answered), "annex": annex}
        if (found := await work.get(Report, key)) is not None:
            return found
    return None
