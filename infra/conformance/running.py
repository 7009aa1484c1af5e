"""A run: open the system under test, judge the cases, close it again."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

from infra.conformance.suite import Case, Failed, Result, Run, Target, judge
from infra.conformance.targets.axis import Axis, Centre
from infra.conformance.targets.codec import Codec
from infra.conformance.targets.receiver import Receiver

SECONDS = 30.0
TOGETHER = 8
Session = Codec | Axis | Receiver
Progress = Callable[[Result], None]


class Unusable(Exception):
    """The run cannot begin; the text says why and what to do."""


@dataclass(frozen=True)
class Account:
    """A centre's system id and key; `root`: the code below which it may register units (else any code)."""

    code: str
    secret: str
    root: str = ""


@dataclass(frozen=True)
class Options:
    """How to reach the system under test. `unit`: the unit of a receiver. `wait`: how long a receiver may take."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    sender: Account | None = None
    receiver: Account | None = None
    unit: str = ""
    wait: float = 180.0
    authorities: str = ""


async def run(
    target: Target,
    cases: Sequence[Case],
    options: Options,
    progress: Progress = lambda _result: None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Run:
    """Judge them all. Raises Unusable."""
    started = datetime.now(UTC).isoformat(timespec="seconds")
    verify: ssl.SSLContext | bool = True
    if options.authorities:
        verify = ssl.create_default_context(cafile=options.authorities)
    async with (
        httpx.AsyncClient(
            timeout=SECONDS, headers=dict(options.headers), verify=verify, transport=transport, trust_env=False
        ) as http,
        _session(target, options, http) as session,
    ):
        results = await _judged(cases, session, progress)
    return Run(target, options.url, started, results)


@asynccontextmanager
async def _session(target: Target, options: Options, http: httpx.AsyncClient) -> AsyncIterator[Session]:
    session = Codec(http, options.url) if target == "codec" else _on_an_axis(target, options, http)
    try:
        await session.begin()
    except Failed as failed:
        raise Unusable(f"Chưa bắt đầu được. Cần: {failed.expected}. Nhận được: {failed.got}") from failed
    try:
        yield session
    finally:
        await _closed(session)


def _on_an_axis(target: Target, options: Options, http: httpx.AsyncClient) -> Axis | Receiver:
    sender = _centre(options, http, options.sender, "--sender")
    axis = Axis(sender, _centre(options, http, options.receiver, "--receiver"))
    if target == "axis":
        return axis
    if not options.unit:
        raise Unusable("Thiếu --unit: mã đơn vị của hệ thống được thử.")
    axis.receiver.unit = options.unit
    return Receiver(axis, options.wait)


async def _closed(session: Session) -> None:
    """What cannot be taken away again is no failure of the system under test."""
    try:
        await session.end()
    except Failed:
        return


def _centre(options: Options, http: httpx.AsyncClient, account: Account | None, name: str) -> Centre:
    if account is None:
        raise Unusable(f"Thiếu {name} CODE:SECRET: tài khoản của trung tâm trên trục.")
    return Centre(http, options.url, account.code, account.secret, account.root)


async def _judged(cases: Sequence[Case], session: Session, progress: Progress) -> list[Result]:
    """In order, one after the other; a receiver, which is slow by nature, gets several at a time first."""
    limit = asyncio.Semaphore(TOGETHER if isinstance(session, Receiver) else 1)

    async def one(case: Case) -> Result:
        async with limit:
            result = await judge(case, session)
        progress(result)
        return result

    together = await asyncio.gather(*(one(case) for case in cases if not case.alone))
    by_id = {result.case.id: result for result in together}
    for case in cases:
        if case.alone:
            by_id[case.id] = await one(case)
    return [by_id[case.id] for case in cases]
